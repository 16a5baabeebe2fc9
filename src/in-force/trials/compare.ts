// What a test expects against what went out: pure, each message counts once.
import type { Delivery, DeliveryKind } from '../../delivery.ts';

/** One message: where a cell of the table holds several addresses, they are one. `event`: whose words it has. */
export type Message = { at: number; to: string; what: DeliveryKind; route: string; event?: string };
export type Wanted = { at: number; exact: boolean; to: string; what: DeliveryKind };
export type Compared = { met: { wanted: Wanted; message: Message }[]; missing: Wanted[]; extra: Message[] };

/** What the relay says about itself is not asked for, and what was taken back never went out. */
export function messagesOf(deliveries: readonly Delivery[]): Message[] {
  const found = new Map<string, Message>();
  for (const { createdAt, destination, kind, route, eventId, state } of deliveries) {
    if (kind === 'relay' || state === 'cancelled') continue;
    const key = JSON.stringify([createdAt, destination, kind, eventId]);
    if (!found.has(key))
      found.set(key, { at: createdAt, to: destination, what: kind, route, ...(eventId === undefined ? {} : { event: eventId }) });
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}

export function compare(wanted: readonly Wanted[], messages: readonly Message[]): Compared {
  const extra = [...messages];
  const compared: Compared = { met: [], missing: [], extra };
  // To the second first: what only says the minute takes what is left in it.
  for (const one of [...wanted].sort((a, b) => Number(b.exact) - Number(a.exact) || a.at - b.at)) {
    const at = extra.findIndex((message) => message.to === one.to && message.what === one.what && isThen(one, message.at));
    if (at < 0) compared.missing.push(one);
    else compared.met.push({ wanted: one, message: extra.splice(at, 1)[0]! });
  }
  return compared;
}

const isThen = ({ at, exact }: Wanted, then: number): boolean => {
  const unit = exact ? 1000 : 60_000;
  return Math.floor(then / unit) === Math.floor(at / unit);
};
