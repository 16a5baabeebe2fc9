// How a stored delivery looks as a message in the words of today: rendered as for sending, and never sent.
import type { Event } from '../../model.ts';
import type { DeliveryDetail } from '../../store/reader.ts';
import { hidePhones } from '../mask.ts';
import type { AdminParts } from '../parts.ts';
import { type Block, type Part, plain, slackLook } from './slack-look.ts';

type Rendered = { text?: string; color?: string; blocks?: Block[]; subject?: string; html?: string };

export type Look = {
  headline: string;
  impact?: string | undefined;
  facts: { label: string; value: string }[];
  color?: string | undefined;
  /** As Slack lays it out. */
  parts?: Part[] | undefined;
  subject?: string | undefined;
  html?: string | undefined;
};

export async function lookOf(
  { inForce }: Pick<AdminParts, 'inForce'>,
  { delivery, attempts, members }: DeliveryDetail,
  event: Event,
  body: string | undefined,
): Promise<Look | { fault: string }> {
  const hide = hidePhones(event.account?.phone);
  // A destination may be told whole numbers; the pages show none.
  const words = (text: string) => hide(inForce.mask(plain(text)));
  try {
    const leased = { delivery, event, ...(body !== undefined && { body }), ...(members !== undefined && { members }) };
    const { message } = await inForce.prepare(leased, Math.max(1, attempts.length));
    const rendered = (typeof message.rendered === 'object' ? (message.rendered ?? {}) : {}) as Rendered;
    const { color, blocks, subject, html } = rendered;
    const { headline, impact, facts } = message.message;
    return {
      headline: words(rendered.text ?? headline),
      impact: impact === undefined ? undefined : words(impact),
      facts: facts.map(({ label, value }) => ({ label: words(label), value: words(value) })),
      color: /^#[0-9a-f]{6}$/i.test(color ?? '') ? color : undefined,
      parts: blocks && slackLook(blocks, (text) => hide(inForce.mask(text))),
      subject: subject === undefined ? undefined : words(subject),
      html: html === undefined ? undefined : hide(inForce.mask(html)),
    };
  } catch (error) {
    return { fault: inForce.mask(error instanceof Error ? error.message : String(error)) };
  }
}
