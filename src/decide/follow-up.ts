// What follows a message while its incident stays open and nobody takes it: reminders to those who were told, and the next people.
import type { Incident } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import { addressee, called } from './addressee.ts';
import type { Input } from './decision.ts';
import { change, type Draft, lateness, sayerFor } from './draft.ts';
import { isUnstable } from './flaps.ts';
import { newDelivery } from './new-delivery.ts';
import { length, moment } from './phrase.ts';
import { quietEnd } from './quiet.ts';
import { waitsOut } from './silence.ts';

type TimerInput = Extract<Input, { kind: 'timer' }>;

/** Counted from a route's first message at this level, a digest included. */
export function followUp(draft: Draft, route: Route, incident: Incident): void {
  if (!incident.open) return;
  const { now } = draft.clock;
  const shared = { workspaceId: incident.workspaceId, incidentKey: incident.key, route: route.name };
  if (route.repeat !== undefined)
    draft.decision.timers.set.push({
      ...shared,
      kind: 'repeat',
      name: repeatName(incident, route.name),
      dueAt: now + route.repeat.everyMs,
    });
  for (const [step, { afterMs }] of (route.escalate ?? []).entries()) {
    const name = `escalate:${incident.key}:${route.name}:${incident.level}:${step}`;
    draft.decision.timers.set.push({ ...shared, kind: 'escalate', name, dueAt: now + afterMs });
  }
}

/** Also where a part of its list is still kept: who is not patient was told. Not while the number comes and goes. */
const hasTold = (draft: Draft, incident: Incident, route: string): boolean =>
  (incident.routes[route]?.state === 'told' || incident.told.some((one) => one.route === route && one.level === incident.level)) &&
  !isUnstable(draft, route, incident.key);

const repeatName = (incident: Incident, route: string): string => `repeat:${incident.key}:${route}`;

export function remind(draft: Draft, input: TimerInput, known: Incident): void {
  const { timer, workspace } = input;
  const route = draft.rules.routes.find((one) => one.name === timer.route);
  const progress = known.routes[timer.route!];
  const { now } = draft.clock;
  if (route?.repeat === undefined || !route.enabled || progress === undefined || !hasTold(draft, known, route.name)) return;
  const n = (progress.reminders ?? 0) + 1;
  if (n > route.repeat.atMost) return;
  const say = sayerFor(draft, known.eventId);
  const again = (dueAt: number) => draft.decision.timers.set.push({ ...timer, dueAt });
  const taken = known.acknowledged;
  if (taken !== undefined && taken.until > now) {
    say('repeat', `${route.name}: ${taken.by} has it, so nobody is reminded before ${moment(taken.until, draft.rules.timezone)}`);
    again(taken.until);
    return;
  }
  if (waitsOut(draft, 'the reminder', timer, known, workspace, say)) return;
  const quiet = quietEnd(draft, route, workspace);
  if (quiet !== undefined) {
    say('quiet', `${route.name}: the reminder waits until ${moment(quiet, draft.rules.timezone)} (quiet hours)`);
    again(quiet);
    return;
  }
  const incident = change(draft, known);
  const reminding = (progress.reminding ?? []).filter((id) => isUnderWay(draft, id));
  // Whoever also stands in a step of the escalation is still one of those who were told first.
  const early = incident.told.filter(
    (one) => one.route === route.name && !one.escalated && draft.memory.delivery(one.delivery)?.kind !== 'escalation',
  );
  const told = new Map(early.map((one) => [one.target, one]));
  for (const { destination, target, delivery } of told.values()) {
    const first = draft.memory.delivery(delivery);
    if (first === undefined || first.state === 'dead' || first.state === 'cancelled') continue;
    if (draft.rules.destinations[destination] === undefined) continue;
    // A recovery would cancel that message, and the reminder would stand alone.
    if (first.claims === 0) {
      say('repeat', `${route.name}: ${destination} has not been told yet, so there is nothing to remind it of`);
      continue;
    }
    const reminder = newDelivery(draft, {
      eventId: incident.eventId,
      incidentKey: incident.key,
      ...{ destination, target },
      route: route.name,
      kind: 'reminder',
      level: incident.level,
      ...(first.template === undefined ? {} : { template: first.template }),
      details: { since: incident.openedAt, reminder: n, ...lateness(input) },
      receivedAt: now,
    });
    if (reminder.folded) continue;
    reminding.push(reminder.id);
    say('repeat', `${route.name}: ${destination} is reminded (${n} of ${route.repeat.atMost})`);
  }
  incident.routes[route.name] = { ...progress, reminders: n, reminding };
  if (n < route.repeat.atMost) again(now + route.repeat.everyMs);
}

/** One that is late by a retry or a held destination would say "still so" after the end, or after a raise. */
export function dropReminders(draft: Draft, { routes }: Incident, reason: string): void {
  for (const { reminding = [] } of Object.values(routes))
    for (const id of reminding) {
      if (!isUnderWay(draft, id)) continue;
      draft.decision.cancel.push({ id, reason });
      draft.decision.recall.push(id);
    }
}

const isUnderWay = (draft: Draft, id: string): boolean => ['pending', 'leased'].includes(draft.memory.delivery(id)?.state ?? '');

/** Always sent: neither quiet hours nor an earlier message keeps it. */
export function escalate(draft: Draft, input: TimerInput, known: Incident): void {
  const { timer, workspace, reach } = input;
  const [level, step] = timer.name.split(':').slice(-2).map(Number) as [number, number];
  const route = draft.rules.routes.find((one) => one.name === timer.route);
  const wanted = route?.escalate?.[step];
  if (route === undefined || !route.enabled || wanted === undefined) return;
  if (!hasTold(draft, known, route.name) || known.level !== level) return;
  const say = sayerFor(draft, known.eventId);
  const taken = known.acknowledged;
  if (taken !== undefined && taken.until > draft.clock.now) {
    // Not dropped: whoever took it may have forgotten it, and then the next people are all there is.
    say('escalate', `${route.name}: ${taken.by} has it, so nobody else is told before ${moment(taken.until, draft.rules.timezone)}`);
    draft.decision.timers.set.push({ ...timer, dueAt: taken.until });
    return;
  }
  if (waitsOut(draft, 'the escalation', timer, known, workspace, say)) return;
  const why =
    taken === undefined ? `nobody took it within ${length(wanted.afterMs)}` : `it is still so, and the time of ${taken.by} has run out`;
  const incident = change(draft, known);
  for (const send of wanted.send) {
    const to = addressee(draft, send.to, reach, say);
    if (to === undefined) {
      say('escalate', `${route.name}: ${send.to} has no address for this workspace`);
      continue;
    }
    for (const target of to.targets) {
      const delivery = newDelivery(draft, {
        eventId: incident.eventId,
        incidentKey: incident.key,
        destination: to.name,
        target,
        route: route.name,
        kind: 'escalation',
        level,
        ...(send.template === undefined ? {} : { template: send.template }),
        details: { since: incident.openedAt, ...lateness(input) },
        receivedAt: draft.clock.now,
      });
      incident.told.push({ target, destination: to.name, route: route.name, level, delivery: delivery.id, escalated: true });
      if (delivery.folded) continue;
      say('escalate', `${route.name}: ${called(to, target)}, for ${why}`);
    }
  }
}
