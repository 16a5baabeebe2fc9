// What the Partner API said at the end of a hold with `confirm`. Connected again: the incident is over, and only who was told of it meanwhile, by
// a route without a hold, hears so. Anything else: it is told.
import type { Details } from '../delivery.ts';
import type { Event, Incident } from '../model.ts';
import type { Input } from './decision.ts';
import type { Draft, Say } from './draft.ts';
import { recover } from './recover.ts';

type Confirmed = NonNullable<Extract<Input, { kind: 'timer' }>['confirmed']>;

export const confirmWords: Record<Exclude<Confirmed, 'up'>, string> = {
  down: 'the Partner API says it is not connected',
  unknown: 'the Partner API could not say whether it is connected again, so it is told, marked unconfirmed',
};

/** Absent where nobody asks, as on paper. */
export const unconfirmed = (confirmed: Confirmed | undefined): Pick<Details, 'unconfirmed'> =>
  confirmed === 'unknown' ? { unconfirmed: true } : {};

/** Two machines never have quite the same time: a drop that comes next must not look older than what was found. */
const skewMs = 60_000;

export function foundOver(
  draft: Draft,
  input: Extract<Input, { kind: 'timer' }>,
  incident: Incident,
  { name, event }: { name: string; event: Event },
  say: Say,
): void {
  const { now } = draft.clock;
  const { changedAt } = incident;
  say('hold', `${name}: the Partner API says it is connected again: nobody hears of it`);
  incident.routes[name] = { state: 'cancelled', eventId: event.id };
  // No webhook said so: the words are made of the event that began it.
  const over = { ...event, triggeredAt: now, receivedAt: now };
  recover(draft, { event: over, workspace: input.workspace, reach: input.reach }, incident, say);
  draft.decision.cells[`recovered:${incident.key}`] = String(Math.max(changedAt, now - skewMs));
}
