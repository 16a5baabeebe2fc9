// What would become of an event by a set of files, as a page shows it: who would hear, when, in what words, and the trace.
import { z } from 'zod';
import { RelayError } from '../../errors.ts';
import type { Imagined } from '../../in-force/in-force.ts';
import { onPaper, type Received } from '../../in-force/on-paper.ts';
import { sampleWebhook } from '../../in-force/sample-webhook.ts';
import { parse } from '../../intake/parse.ts';
import { eventTypes } from '../../model.ts';
import { realZone } from '../../render/time.ts';
import type { EventDetail } from '../../store/reader.ts';
import { hidePhones } from '../mask.ts';
import type { AdminParts } from '../parts.ts';
import { filterName } from '../questions.ts';
import { showEventDetail } from '../show.ts';
import { blank } from './form.ts';
import { when } from './words.ts';

export const tryFields = {
  /** A stored one; it goes before all below. */
  event: blank(filterName),
  type: blank(z.enum([...eventTypes, 'unknown']).optional()),
  workspace: blank(filterName),
  account: blank(filterName),
  phone: blank(
    z
      .string()
      .regex(/^\+?\d[\d ().-]{3,24}$/, { error: 'is a phone number such as +34600111222' })
      .optional(),
  ),
  reason: blank(z.string().max(500).optional()),
  percent: blank(z.coerce.number().min(0).max(1000).optional()),
};
export type TryForm = { [name in keyof typeof tryFields]?: z.output<(typeof tryFields)[name]> };

export async function tried(parts: AdminParts, form: TryForm, files: Imagined) {
  const received = await receivedBy(parts, form);
  const { event } = received;
  // What is muted today says nothing of the day on which it came: a silence has an end and no beginning.
  const rules = { ...files.rules(), silences: [] };
  const { detail, later } = onPaper(received, { rules: () => rules, whoIs: files.whoIs }, event.receivedAt);
  const zone = realZone(rules.timezone);
  const now = parts.now();
  const messages = [...told(detail, files), ...told(later, files)].map(({ at, ...one }) => ({ ...one, at: when(at, now, zone) }));
  const trace = [detail, later].flatMap((one) => showEventDetail(one, 'masked', files.mask).trace);
  return {
    came: when(event.receivedAt, now, zone),
    stored: form.event !== undefined,
    messages,
    nobody: messages.length === 0,
    trace: trace.map(({ at, gate, text }) => ({ gate, text, at: when(Date.parse(at), now, zone) })),
  };
}

function told({ event, body, deliveries }: EventDetail, files: Imagined) {
  const hide = hidePhones(event.account?.phone);
  return deliveries.map(({ delivery, members }) => {
    const { destination, route, kind, createdAt } = delivery;
    const leased = { delivery, event, ...(body !== undefined && { body }), ...(members !== undefined && { members }) };
    return { destination, route, kind, at: createdAt, headline: hide(files.mask(headline())) };

    function headline(): string {
      try {
        return files.message(leased, createdAt).message.message.headline;
      } catch (error) {
        return `(${error instanceof Error ? error.message : String(error)})`;
      }
    }
  });
}

async function receivedBy(
  { read, now }: AdminParts,
  { event: id, type = 'disconnected', workspace = 'acme', ...more }: TryForm,
): Promise<Received> {
  if (id !== undefined) {
    const stored = await read.event(id, { from: 0, limit: 0 });
    if (stored === undefined) throw new RelayError('admin.not_found', 'There is no event with this id; retention may have removed it.');
    return { event: stored.event, body: stored.body ?? '{}' };
  }
  const at = now();
  const { account, phone, reason, percent } = more;
  const about = { workspace, partner: 'partner', at, ...(account && { account }), ...(phone && { phone }), ...(reason && { reason }) };
  const body = sampleWebhook(type === 'unknown' ? 'workspace:not_yet_known' : type, {
    ...about,
    ...(percent !== undefined && { percent }),
  });
  return parse(Buffer.from(JSON.stringify(body)), { id: 'e_on_paper', proof: 'signature', partner: 'partner', receivedAt: at });
}
