// What two sets of files make of the same events: which messages only one of them sends, and which both send at another time. Pure.
import type { Delivery, DeliveryKind } from '../delivery.ts';
import type { Event } from '../model.ts';

/** One message. Several addresses of one destination are one. */
export type Sent = {
  at: number;
  kind: DeliveryKind;
  destination: string;
  route: string;
  event: string;
  type: string;
  workspace: string;
  /** What it is about: this incident since then, else this event. */
  subject: string;
};
export type Moved = { before: Sent; after: Sent };
export type Differences = { added: Sent[]; removed: Sent[]; moved: Moved[] };

/** What the relay says about itself is not compared, and what was taken back was never sent. */
export function sentOf(deliveries: readonly Delivery[], eventOf: (id: string) => Event | undefined): Sent[] {
  const found = new Map<string, Sent>();
  for (const { createdAt, kind, destination, route, eventId = '', incidentKey, details, state } of deliveries) {
    const event = eventOf(eventId);
    if (kind === 'relay' || state === 'cancelled' || event === undefined) continue;
    const about = incidentKey === undefined ? (details.members ?? [eventId]).join(' ') : `${incidentKey} since ${details.since}`;
    const key = JSON.stringify([createdAt, kind, destination, about]);
    if (found.has(key)) continue;
    const type = event.type === 'unknown' ? event.wireType : event.type;
    found.set(key, { at: createdAt, kind, destination, route, event: eventId, type, workspace: event.workspaceId, subject: about });
  }
  return [...found.values()];
}

export function differences(before: readonly Sent[], after: readonly Sent[]): Differences {
  const found: Differences = { added: [], removed: [], moved: [] };
  const keyOf = ({ subject, kind, destination }: Sent) => JSON.stringify([subject, kind, destination]);
  const [old, fresh] = [Map.groupBy(before, keyOf), Map.groupBy(after, keyOf)];
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const left = timesApart(old.get(key) ?? [], fresh.get(key) ?? []);
    const right = timesApart(fresh.get(key) ?? [], old.get(key) ?? []);
    // Reminders are several of one kind about one incident: the first that moved is the first.
    const pairs = Math.min(left.length, right.length);
    for (let n = 0; n < pairs; n++) found.moved.push({ before: left[n]!, after: right[n]! });
    found.removed.push(...left.slice(pairs));
    found.added.push(...right.slice(pairs));
  }
  return found;
}

/** Those that the others do not have at the same time, the earliest first. */
const timesApart = (mine: readonly Sent[], others: readonly Sent[]): Sent[] =>
  mine.filter(({ at }) => !others.some((other) => other.at === at)).sort((a, b) => a.at - b.at);
