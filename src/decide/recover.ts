// The receipt gate: a recovery reaches exactly those who were told of the problem, and ends what was only held.
import type { Delivery } from '../delivery.ts';
import type { Event, Incident, Told } from '../model.ts';
import { type Case, change, type Draft, type Say, sayerFor } from './draft.ts';
import { keepEnd } from './ends.ts';
import { end } from './incident.ts';
import { newDelivery } from './new-delivery.ts';
import { length } from './phrase.ts';
import { dropSilenced } from './silence.ts';

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
  endHolds(draft, incident, after, served, say);
  for (const name of dropSilenced(draft, incident, `back after ${after}, while it was silenced: nobody hears of it`, say)) served.add(name);
  const targets = new Set(incident.told.map((one) => one.target));
  for (const target of targets)
    followReceipt(
      draft,
      incident,
      event,
      incident.told.filter((one) => one.target === target),
      served,
      say,
    );
  return served;
}

function endHolds(draft: Draft, incident: Incident, after: string, served: Set<string>, say: Say): void {
  for (const [name, one] of Object.entries(incident.routes)) {
    if (one.state !== 'held' && one.state !== 'kept') continue;
    incident.routes[name] = { state: 'cancelled', eventId: one.eventId };
    served.add(name);
    if (one.state === 'kept') {
      say('digest', `${name}: back after ${after}, before its digest: only counted there`);
      continue;
    }
    draft.decision.timers.drop.push(`hold:${incident.key}:${name}`);
    say('hold', `${name}: back after ${after}, within its hold: nobody hears of it`);
    sayerFor(draft, one.eventId)('hold', `${name}: cancelled, it was over after ${after}`);
  }
}

/** From the latest message to the earliest: what was never attempted is cancelled, the first that may have been heard gets its end. */
function followReceipt(draft: Draft, incident: Incident, event: Event, told: Told[], served: Set<string>, say: Say): void {
  for (const one of told.toReversed()) {
    served.add(one.route);
    const problem = draft.memory.delivery(one.delivery);
    if (problem === undefined || problem.state === 'cancelled') continue;
    if (problem.state === 'dead') {
      say('receipt', `${one.destination}: it never heard of the problem (the message died), so not of its end`);
      continue;
    }
    if (problem.claims === 0 && problem.kind !== 'digest') {
      draft.decision.cancel.push({ id: problem.id, reason: 'over before it was sent' });
      say('receipt', `${one.destination}: had not been told yet, so problem and end are both cancelled`);
      continue;
    }
    resolve(draft, incident, event, one, problem, say);
    return;
  }
}

function resolve(draft: Draft, incident: Incident, event: Event, told: Told, problem: Delivery, say: Say): void {
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
  if (problem.kind === 'digest') {
    keepEnd(draft, problem, { event: event.id, since: incident.openedAt, endedAt: event.triggeredAt });
    say('receipt', `${told.destination} was told of it in a digest: its end is gathered with others for ten minutes`);
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
    details: { since: incident.openedAt, endedAt: event.triggeredAt, ...(how === 'update' ? {} : { whenResolved: how }) },
    receivedAt: event.receivedAt,
  });
  // With its lane, but perhaps not begun: the lane is asked; if it gives it back, both are cancelled, else the end waits its turn.
  if (problem.state === 'leased' && problem.claims === 1 && problem.attempts === 0) draft.decision.recall.push(problem.id);
  say('receipt', `${told.destination} was told of it by ${told.route}, so it hears that it is over`);
}
