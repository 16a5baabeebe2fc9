// A delivery as `http` would post it: the shape a developer builds against, whatever plug-in its destination has.
import { readBody } from '../admin/mask.ts';
import type { InForce } from '../in-force/in-force.ts';
import { linksOnPaper } from '../links/links.ts';
import type { Message } from '../plugin.ts';
import type { Settings } from '../settings.ts';
import type { EventDetail } from '../store/reader.ts';

export type PostedMessage = Pick<Message, 'id' | 'kind' | 'destination' | 'route' | 'at' | 'alert' | 'alerts' | 'message'> & {
  event?: unknown;
};
/** By delivery id. `fault`: it cannot be made, its destination or plug-in is gone. */
export type Messages = ReadonlyMap<string, { message: Message; flaw?: string } | { fault: string }>;

/** Times in words such as "3 min ago" count from `clock.now`: the last attempt, else when the delivery was made. */
export async function makeMessages(
  inForce: InForce,
  { publicUrl }: Pick<Settings, 'publicUrl'>,
  clock: { now: number },
  { event, body, deliveries }: EventDetail,
): Promise<Messages> {
  const links = linksOnPaper(publicUrl);
  const made = new Map<string, { message: Message; flaw?: string } | { fault: string }>();
  for (const { delivery, attempts, members } of deliveries) {
    clock.now = attempts.at(-1)?.startedAt ?? delivery.createdAt;
    try {
      const leased = { delivery, event, ...(body === undefined ? {} : { body }), ...(members === undefined ? {} : { members }) };
      const { message, flaw } = await inForce.prepare(leased, Math.max(1, attempts.length), links(delivery, inForce.rules()));
      made.set(delivery.id, { message, ...(flaw === undefined ? {} : { flaw }) });
    } catch (error) {
      made.set(delivery.id, { fault: inForce.mask(error instanceof Error ? error.message : String(error)) });
    }
  }
  return made;
}

export function postedOf({ id, kind, destination, route, at, alert, alerts, message, event }: Message): PostedMessage {
  const body = event === undefined ? {} : { event: readBody(event) };
  return { id, kind, destination, route, at, ...(alert === undefined ? {} : { alert }), alerts, message, ...body };
}
