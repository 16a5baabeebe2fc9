// How a stored delivery looks as a message in the words of today: rendered as for sending, and never sent.
import type { Event } from '../../model.ts';
import type { DeliveryDetail } from '../../store/reader.ts';
import { hidePhones } from '../mask.ts';
import type { AdminParts } from '../parts.ts';

type Text = { text?: string };
type Block = { text?: Text; fields?: Text[]; elements?: Text[] };
type Rendered = { text?: string; color?: string; blocks?: Block[]; subject?: string; html?: string };

export type Look = {
  headline: string;
  impact?: string | undefined;
  facts: { label: string; value: string }[];
  color?: string | undefined;
  lines?: string[] | undefined;
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
    const lines = blocks?.flatMap(({ text, fields = [], elements = [] }) =>
      [text, ...fields, ...elements].flatMap((one) => one?.text ?? []),
    );
    return {
      headline: words(rendered.text ?? headline),
      impact: impact === undefined ? undefined : words(impact),
      facts: facts.map(({ label, value }) => ({ label: words(label), value: words(value) })),
      color: /^#[0-9a-f]{6}$/i.test(color ?? '') ? color : undefined,
      lines: lines?.map(words),
      subject: subject === undefined ? undefined : words(subject),
      html: html === undefined ? undefined : hide(inForce.mask(html)),
    };
  } catch (error) {
    return { fault: inForce.mask(error instanceof Error ? error.message : String(error)) };
  }
}

/** Words that were escaped for their channel, to be escaped once more by the view. */
const plain = (text: string): string =>
  text
    .replace(/<(https?:[^|>]*)\|([^>]*)>/g, '$2')
    .replace(/\*([^*\n]+)\*/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x2F;', '/')
    .replaceAll('&#x60;', '`')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');
