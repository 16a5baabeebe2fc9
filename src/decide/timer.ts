// What is due: the end of a hold, of what was kept, of flapping, of a storm, of an incident that nothing else ends; a reminder, the
// next people. A timer speaks for the rules of now, not of when it was set.
import type { Incident } from '../model.ts';
import { confirmWords, foundOver, unconfirmed } from './confirm.ts';
import type { Input } from './decision.ts';
import { deliver } from './deliver.ts';
import { change, type Draft, lateness, sayerFor } from './draft.ts';
import { endKeeping } from './ends.ts';
import { escalate, remind } from './follow-up.ts';
import { heldUntil } from './hold.ts';
import { end } from './incident.ts';
import { matchRoutes } from './match.ts';
import { length } from './phrase.ts';
import { dropSilenced, silenced } from './silence.ts';
import { steady } from './steady.ts';
import { stormTimer } from './storm-summary.ts';
import { tell } from './tell.ts';

type TimerInput = Extract<Input, { kind: 'timer' }>;

export function decideTimer(draft: Draft, input: TimerInput): void {
  const { timer } = input;
  draft.decision.timers.drop.push(timer.name);
  if (timer.kind === 'flush') {
    endKeeping(draft, timer.name.slice('flush:'.length), timer.route!, lateness(input));
    return;
  }
  if (timer.kind === 'storm') {
    stormTimer(draft, timer, lateness(input));
    return;
  }
  if (timer.kind === 'steady') {
    steady(draft, input);
    return;
  }
  const known = draft.memory.incident(timer.incidentKey);
  if (known === undefined || !known.open) return;
  if (timer.kind === 'repeat' || timer.kind === 'escalate') {
    (timer.kind === 'repeat' ? remind : escalate)(draft, input, known);
    return;
  }
  const incident = change(draft, known);
  if (timer.kind === 'hold' || timer.kind === 'replan') {
    endHold(draft, input, incident, timer.route!);
    return;
  }
  // What is still held when its incident closes by time is told first: closing is silent, losing is not allowed.
  for (const [name, one] of Object.entries(incident.routes)) {
    if (one.state === 'held') endHold(draft, input, incident, name, true);
  }
  const say = sayerFor(draft, incident.eventId);
  dropSilenced(draft, incident, 'closed by time while it was silenced: nobody hears of it', say);
  end(draft, incident, 'time', timer.dueAt);
  say('incident', `${incident.key} closed by time`);
}

function endHold(draft: Draft, input: TimerInput, incident: Incident, name: string, now = false): void {
  const progress = incident.routes[name];
  if (progress?.state !== 'held') return;
  draft.decision.timers.drop.push(`hold:${incident.key}:${name}`);
  const event = draft.memory.event(progress.eventId) ?? draft.memory.event(incident.eventId);
  if (event === undefined) return;
  const say = sayerFor(draft, event.id);
  const { workspace, reach } = input;
  const route = draft.rules.routes.find((one) => one.name === name);
  if (route !== undefined && !route.enabled) {
    incident.routes[name] = { state: 'cancelled', eventId: event.id };
    say('hold', `${name}: cancelled (route-off): the route was turned off while it waited`);
    return;
  }
  const matched = matchRoutes(draft.rules, event, workspace, new Set(), () => {});
  const still = matched.some((one) => one.name === name);
  // Asked anew at each reload. Of a route that is gone the hold runs on: a new name must not tell it sooner.
  const ofFile = route?.holdMs === undefined ? 0 : heldUntil(incident, route.holdMs);
  const until = still ? ofFile : (progress.until ?? 0);
  if (until > draft.clock.now && !now) {
    incident.routes[name] = { ...progress, until };
    draft.decision.timers.set.push({ ...input.timer, kind: 'hold', dueAt: until });
    return;
  }
  // Nobody was asked yet whether it is connected again.
  if (input.timer.kind === 'replan' && route?.confirm === true && still && !now) {
    draft.decision.timers.set.push({ ...input.timer, kind: 'hold' });
    return;
  }
  // Made while it waited, a silence is meant for it too.
  if (silenced(draft, name, { event, workspace, incident }, say)) return;
  const confirm = route?.confirm === true && still && !now ? input.confirmed : undefined;
  if (confirm === 'up') {
    foundOver(draft, input, incident, { name, event }, say);
    return;
  }
  const details = { since: incident.openedAt, ...lateness(input), ...unconfirmed(confirm) };
  const telling = { event, workspace, reach, incident, kind: 'alert' as const, details };
  if (route !== undefined && still) {
    // By the clock that was set, for it runs some milliseconds later each time and the words must be the same on paper.
    say(
      'hold',
      input.lateMs === undefined
        ? `${name}: still so after ${length(input.timer.dueAt - incident.receivedAt)}`
        : `${name}: still so after ${length(draft.clock.now - incident.receivedAt)} (late: the relay was not running when it was due)`,
    );
    if (confirm !== undefined) say('hold', `${name}: ${confirmWords[confirm]}`);
    // Told unless one of the gates keeps it.
    incident.routes[name] = { state: 'told', eventId: event.id };
    tell(draft, route, telling, say);
    return;
  }
  decideAgain(draft, incident, telling, name, matched, say);
}

/** The route it waited for is gone or no longer matches: what was not yet told follows the new file. */
export function decideAgain(
  draft: Draft,
  incident: Incident,
  telling: Parameters<typeof tell>[2],
  name: string,
  matched: ReturnType<typeof matchRoutes>,
  say: Parameters<typeof deliver>[2],
): void {
  delete incident.routes[name];
  say('match', `${name} is gone from the file or no longer matches: decided again by the file of now`);
  for (const route of matched) {
    const before = incident.routes[route.name];
    if (before === undefined) tell(draft, route, telling, say);
    if (before?.state !== 'told') continue;
    // It told by the file of before: whom it names besides hears too, and its reminders and escalations go on as they were.
    const { repeat, escalate, ...once } = route;
    tell(draft, once, telling, say);
    if (incident.routes[route.name]?.state === 'told') incident.routes[route.name] = before;
  }
  if (matched.length > 0) return;
  say('match', 'no route matched: fallback');
  deliver(draft, { ...telling, route: 'fallback', sends: draft.rules.fallback }, say);
  incident.routes.fallback = { state: 'told', eventId: telling.event.id };
}
