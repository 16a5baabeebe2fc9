// The end of flapping: the window passed without a drop. Whoever heard "unstable" hears one end: that the number is back to stay, or a new alert
// with an end of its own.
import type { Incident } from '../model.ts';
import type { Input } from './decision.ts';
import { change, type Draft, lateness, type Say, sayerFor } from './draft.ts';
import { dropFlaps, type Flaps, flapsOf } from './flaps.ts';
import { matchRoutes } from './match.ts';
import { length } from './phrase.ts';
import { followReceipts } from './recover.ts';
import { silenced } from './silence.ts';
import { tell } from './tell.ts';

type TimerInput = Extract<Input, { kind: 'timer' }>;
type Unstable = NonNullable<Flaps['unstable']>;

export function steady(draft: Draft, input: TimerInput): void {
  const { timer } = input;
  const name = timer.route!;
  const flaps = flapsOf(draft, name, timer.incidentKey);
  if (flaps === undefined) return;
  // A drop came between when it fell due and now.
  if (flaps.until > draft.clock.now) {
    draft.decision.timers.set.push({ ...timer, dueAt: flaps.until });
    return;
  }
  dropFlaps(draft, name, timer.incidentKey);
  const incident = draft.memory.incident(timer.incidentKey);
  if (flaps.unstable === undefined || incident === undefined) return;
  const say = sayerFor(draft, incident.eventId);
  if (incident.open) stillDown(draft, input, change(draft, incident), name, say);
  else stableAgain(draft, input, incident, flaps, flaps.unstable, say);
}

function stableAgain(draft: Draft, input: TimerInput, incident: Incident, { withinMs }: Flaps, unstable: Unstable, say: Say): void {
  // Closing by time is silent.
  if (incident.endedBy !== 'recovery') return;
  const { now } = draft.clock;
  const name = input.timer.route!;
  say('flapping', `${name}: connected, and ${length(withinMs)} passed without a drop: stable again`);
  const end = { id: unstable.back ?? incident.eventId, triggeredAt: incident.endedAt ?? now, receivedAt: now };
  const told = incident.told.filter(({ route }) => route === name);
  const details = { since: unstable.since, flaps: { drops: unstable.count, withinMs }, ...lateness(input) };
  followReceipts(draft, incident, end, told, new Set(), say, details);
}

function stillDown(draft: Draft, input: TimerInput, incident: Incident, name: string, say: Say): void {
  const { workspace, reach } = input;
  const event = draft.memory.event(incident.eventId);
  const route = draft.rules.routes.find((one) => one.name === name);
  incident.routes[name] = { state: 'told', eventId: incident.eventId };
  const still = event !== undefined && matchRoutes(draft.rules, event, workspace, new Set(), () => {}).some((one) => one.name === name);
  if (route === undefined || !still) {
    say('flapping', `${name}: no drop for long enough, but it is gone from the file, off or no longer matches: told when it is back`);
    return;
  }
  say('flapping', `${name}: no drop for long enough, and still down: a new alert`);
  // "Unstable" said less than that it is down, so it does not count as told; its end is still owed to whoever this does not reach.
  incident.told = incident.told.map((one) => (one.route === name ? { ...one, level: 0 } : one));
  if (silenced(draft, name, { event, workspace, incident }, say)) return;
  const details = { since: incident.openedAt, whenResolved: 'new' as const, ...lateness(input) };
  tell(draft, route, { event, workspace, reach, incident, kind: 'alert', details }, say);
}
