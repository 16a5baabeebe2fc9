// A message of a kind that needs more than one event, or time: what `render --kind` shows, with made-up company for the event at hand.
import type { Delivery, DeliveryKind, Details } from '../delivery.ts';
import type { Event } from '../model.ts';
import type { Leased } from '../store/store.ts';
import { WrongCall } from './command.ts';

export const renderKinds = ['digest', 'reminder', 'escalation', 'flapping', 'storm'] as const satisfies DeliveryKind[];
export type RenderKind = (typeof renderKinds)[number];

export function readKind(given: string | undefined): RenderKind | undefined {
  const found = renderKinds.find((kind) => kind === given);
  if (given !== undefined && found === undefined) throw new WrongCall(`--kind is "${given}"; there is ${renderKinds.join(', ')}.`);
  return found;
}

/** When it would be sent, after the event. */
export const laterMs: Readonly<Record<RenderKind, number>> = {
  digest: 3_600_000,
  reminder: 4 * 3_600_000,
  escalation: 900_000,
  flapping: 0,
  storm: 600_000,
};

const crowd: Readonly<Record<'digest' | 'storm', number>> = { digest: 7, storm: 2980 };
const flaps = { drops: 4, withinMs: 3_600_000 };

type Asked = { kind: RenderKind; resolved: boolean; endedAt: number };

/** `ended`: the event that says it is over. */
export function asKind(delivery: Delivery, { event, body, ended }: { event: Event; body: string; ended: Event }, asked: Asked): Leased {
  const { kind, resolved, endedAt } = asked;
  const since = event.triggeredAt;
  if (kind === 'reminder' || kind === 'escalation') {
    if (resolved) throw new WrongCall(`--resolved does not go with --kind ${kind}: its end is that of the alert.`);
    return { delivery: { ...delivery, kind, details: { since, ...(kind === 'reminder' ? { reminder: 1 } : {}) } }, event, body };
  }
  if (kind === 'flapping') {
    if (event.type !== 'disconnected') throw new WrongCall('--kind flapping is of a number: it goes with --event disconnected.');
    const end = resolved ? { since, endedAt } : {};
    const about = resolved ? ended : event;
    return { delivery: { ...delivery, kind: resolved ? 'resolved' : kind, details: { flaps, ...end } }, event: about, body };
  }
  const over = resolved && kind === 'digest';
  const members = companyOf(over ? ended : event, crowd[kind]);
  const details: Details = {
    members: members.map(({ id }) => id),
    ...(kind === 'digest' ? inDigest(over, since, members) : inStorm(event, resolved, endedAt)),
  };
  return { delivery: { ...delivery, kind: over ? 'resolved' : kind, details }, event: members.at(-1)!, body, members };
}

const inDigest = (over: boolean, since: number, members: readonly Event[]): Details =>
  over ? { began: members.map(() => since) } : { keptBy: 'digest', gone: 3 };

const stillOpen = 3;
const inStorm = (event: Event, over: boolean, endedAt: number): Details => ({
  since: event.triggeredAt,
  ...(over ? { ended: Array(crowd.storm - stillOpen).fill(endedAt) } : {}),
  storm: { counts: { [event.type]: crowd.storm }, ...(over ? { over: true as const, open: stillOpen } : {}) },
});

/** The event itself, and as many more like it, each of a workspace of its own. */
const companyOf = (event: Event, count: number): Event[] =>
  Array.from({ length: count }, (_, n) =>
    n === 0 ? event : { ...event, id: `${event.id}_${n}`, workspaceId: `${event.workspaceId}-${n + 1}` },
  );
