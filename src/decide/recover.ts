// The receipt gate: a recovery reaches exactly those who were told of the problem, and ends what was only held.
import type { Delivery, Details } from '../delivery.ts';
import type { Event, Incident, Told } from '../model.ts';
import { type Case, change, type Draft, type Say, sayerFor } from './draft.ts';
import { gathered, keepEnd, waitsUntil } from './ends.ts';
import { cameBack, isUnstable } from './flaps.ts';
import { end } from './incident.ts';
import { newDelivery } from './new-delivery.ts';
import { length, moment } from './phrase.ts';
import { dropSilenced } from './silence.ts';
import { leaveStorm } from './storm.ts';

/** At equal times the later received wins, so only a strictly older recovery is stale. */
export const isStale = (incident: Incident, event: Event): boolean => event.triggeredAt < incident.changedAt;

/** Kept also where nothing was open: the problem it ends may still be on its way. */
export function rememberRecovery(draft: Draft, key: string, at: number): void {
  const cell = `recovered:${key}`;
  draft.decision.cells[cell] = String(Math.max(at, Number(draft.memory.cell(cell) ?? 0)));
}

/** Answers the routes it served: the recovery is used up for those. */
export function recover(draft: Draft, { event }: Case, known: Incident, say: Say): Set<string> {
  const incident = change(draft, known);
  const after = length(Math.max(0, event.triggeredAt - incident.openedAt));
  say('incident', `ends ${incident.key} after ${after}`);
  end(draft, incident, 'recovery', event.triggeredAt);
  incident.changedAt = event.triggeredAt;
  rememberRecovery(draft, incident.key, event.triggeredAt);
  const served = new Set<string>();
  endHolds(draft, incident, { over: `back after ${after}`, cancelled: `it was over after ${after}` }, served, say);
  for (const name of dropSilenced(draft, incident, `back after ${after}, while it was silenced: nobody hears of it`, say)) served.add(name);
  const mute = muted(draft, incident, event.id, say);
  for (const route of mute) served.add(route);
  followReceipts(
    draft,
    incident,
    event,
    incident.told.filter(({ route }) => !mute.has(route)),
    served,
    say,
  );
  return served;
}

/** Routes for which it only counts, as the number comes and goes: they hear of its end once, when that is over. */
function muted(draft: Draft, { key, routes, told }: Incident, eventId: string, say: Say): Set<string> {
  const unstable = [...Object.keys(routes), ...told.map(({ route }) => route)].filter((route) => isUnstable(draft, route, key));
  const mute = new Set(unstable);
  for (const route of mute) {
    cameBack(draft, route, key, eventId);
    say('flapping', `${route}: it was told as unstable, so nobody hears that it is back before it stays so`);
  }
  return mute;
}

/** What ended: the event, or for what was mute for a while, what is left of it. */
type End = Pick<Event, 'id' | 'triggeredAt' | 'receivedAt'>;

/** `more`: what the end says beyond the ordinary. */
export function followReceipts(
  draft: Draft,
  incident: Incident,
  event: End,
  told: Told[],
  served: Set<string>,
  say: Say,
  more?: Details,
): void {
  for (const target of new Set(told.map((one) => one.target))) {
    const own = told.filter((one) => one.target === target);
    followReceipt(draft, incident, event, own, served, say, more);
  }
}

/** `over`, `cancelled`: how, in words. */
export function endHolds(
  draft: Draft,
  incident: Incident,
  { over, cancelled }: { over: string; cancelled: string },
  served: Set<string>,
  say: Say,
): void {
  for (const [name, one] of Object.entries(incident.routes)) {
    if (one.state !== 'held' && one.state !== 'kept') continue;
    incident.routes[name] = { state: 'cancelled', eventId: one.eventId };
    served.add(name);
    if (one.state === 'kept') {
      say('digest', `${name}: ${over}, before its digest: only counted there`);
      continue;
    }
    draft.decision.timers.drop.push(`hold:${incident.key}:${name}`);
    say('hold', `${name}: ${over}, within its hold: nobody hears of it`);
    sayerFor(draft, one.eventId)('hold', `${name}: cancelled, ${cancelled}`);
  }
}

/** From the latest message to the earliest: what was never attempted is cancelled, the first that may have been heard gets its end. */
function followReceipt(
  draft: Draft,
  incident: Incident,
  event: End,
  told: Told[],
  served: Set<string>,
  say: Say,
  more: Details | undefined,
): void {
  let summary: { told: Told; problem: Delivery } | undefined;
  let left = false;
  for (const one of told.toReversed()) {
    served.add(one.route);
    const problem = draft.memory.delivery(one.delivery);
    if (problem === undefined && !left) left = leaveStorm(draft, one, say);
    if (problem === undefined || problem.state === 'cancelled') continue;
    if (problem.state === 'dead') {
      say('receipt', `${one.destination}: it never heard of the problem (the message died), so not of its end`);
      continue;
    }
    // Better said where it was told alone; the end of a storm is for many.
    if (problem.kind === 'storm') {
      summary ??= { told: one, problem };
      continue;
    }
    if (problem.claims === 0 && problem.kind !== 'digest') {
      draft.decision.cancel.push({ id: problem.id, reason: 'over before it was sent' });
      say('receipt', `${one.destination}: had not been told yet, so problem and end are both cancelled`);
      continue;
    }
    resolve(draft, incident, event, one, problem, say, more);
    return;
  }
  if (summary !== undefined) resolve(draft, incident, event, summary.told, summary.problem, say, more);
}

function resolve(draft: Draft, incident: Incident, event: End, told: Told, problem: Delivery, say: Say, more: Details = {}): void {
  const route = draft.rules.routes.find((one) => one.name === told.route);
  const how = route?.whenResolved ?? 'update';
  if (how === 'none') {
    say('receipt', `${told.route}: when_resolved is none, so ${told.destination} is not told`);
    return;
  }
  if (draft.rules.destinations[told.destination] === undefined) {
    say('receipt', `${told.destination} was told, but is no longer in the file`);
    return;
  }
  draft.told.set(told.target, told.route);
  // Gathered with others a close would read as a recovery; one that has not gone out yet may still become a line of a storm.
  const { closed } = more;
  if (problem.kind === 'digest' && (closed === undefined || problem.claims === 0)) {
    const details = { since: incident.openedAt, endedAt: event.triggeredAt };
    const end = closed === undefined ? { details } : { key: incident.key, details: { ...details, closed } };
    keepEnd(draft, problem, { event: event.id, ...end }, gathered(draft));
    const how = closed === undefined ? 'is gathered with others for' : 'is told in';
    say('receipt', `${told.destination} was told of it in a digest: its end ${how} ten minutes`);
    return;
  }
  // The end of one must not write over what tells of many.
  const form = problem.kind === 'storm' ? 'new' : problem.kind === 'digest' ? 'thread' : how;
  const details = { since: incident.openedAt, endedAt: event.triggeredAt, ...(form === 'update' ? {} : { whenResolved: form }), ...more };
  const until = waitsUntil(draft, route, told, problem, form);
  if (until !== undefined) {
    keepEnd(draft, problem, { event: event.id, key: incident.key, details }, until);
    say(
      'quiet',
      `${told.destination} was told of it by ${told.route}: that it is over waits until ${moment(until, draft.rules.timezone)} (quiet hours)`,
    );
    return;
  }
  newDelivery(draft, {
    eventId: event.id,
    incidentKey: incident.key,
    destination: told.destination,
    target: told.target,
    route: told.route,
    kind: 'resolved',
    level: incident.level,
    follows: problem.id,
    ...(problem.template === undefined ? {} : { template: problem.template }),
    details,
    receivedAt: event.receivedAt,
  });
  // With its lane, but perhaps not begun: the lane is asked; if it gives it back, both are cancelled, else the end waits its turn.
  const ofMany = problem.kind === 'storm' || problem.kind === 'digest';
  if (!ofMany && problem.state === 'leased' && problem.claims === 1 && problem.attempts === 0) draft.decision.recall.push(problem.id);
  say(
    'receipt',
    `${told.destination} was told of it by ${told.route}, so it hears that it ${closed === undefined ? 'is over' : 'was closed'}`,
  );
}
