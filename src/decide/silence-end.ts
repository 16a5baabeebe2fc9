// Silences come and go: a person makes one or ends it, its time is over, the file no longer has it. What is still open then is told.
import type { Event, Incident } from '../model.ts';
import type { Input } from './decision.ts';
import { deliver } from './deliver.ts';
import { change, type Draft, lateness, sayerFor } from './draft.ts';
import { hold } from './hold.ts';
import { matchRoutes } from './match.ts';
import { covering, silenced, silencesCell, silencesOf, silenceTimer } from './silence.ts';
import { endsSilence, forget, holdingOfFile, release } from './silence-held.ts';
import { tell } from './tell.ts';
import { decideAgain } from './timer.ts';

type TimerInput = Extract<Input, { kind: 'timer' }>;

/** Those that are over are dropped with it. */
export function decideSilence(draft: Draft, { silence }: Extract<Input, { kind: 'silence' }>): void {
  const others = silencesOf(draft).filter(({ id, until }) => id !== silence.id && until > draft.clock.now);
  draft.decision.cells[silencesCell] = JSON.stringify([...others, silence]);
}

export function decideUnsilence(draft: Draft, { id }: Extract<Input, { kind: 'unsilence' }>): void {
  const all = silencesOf(draft);
  const left = all.filter((one) => one.id !== id);
  if (left.length === all.length) return;
  draft.decision.cells[silencesCell] = JSON.stringify(left);
  release(draft, id);
}

/** New files are in force: what waits for a silence that they no longer have is due now. */
export function decideSilences(draft: Draft): void {
  const there = new Set(draft.rules.silences.map(({ id }) => id));
  for (const id of holdingOfFile(draft)) if (!there.has(id)) release(draft, id);
}

export function endSilence(draft: Draft, input: TimerInput): void {
  const { timer, workspace } = input;
  draft.decision.timers.drop.push(timer.name);
  const id = endsSilence(timer);
  if (id !== undefined) {
    forget(draft, id);
    return;
  }
  const known = draft.memory.incident(timer.incidentKey);
  const progress = known?.routes[timer.route!];
  if (!known?.open || progress?.state !== 'silenced') return;
  const event = draft.memory.event(progress.eventId) ?? draft.memory.event(known.eventId);
  if (event === undefined) return;
  const incident = change(draft, known);
  const still = covering(draft, { event, workspace, incident });
  // The same one again: only the words of the incident are newer.
  if (still !== undefined && still.id === progress.silence)
    draft.decision.timers.set.push(silenceTimer(incident, timer.route!, still.until));
  else if (still !== undefined) silenced(draft, timer.route!, { event, workspace, incident }, sayerFor(draft, event.id));
  else tellAtLast(draft, input, incident, event);
}

function tellAtLast(draft: Draft, input: TimerInput, incident: Incident, event: Event): void {
  const { workspace, reach } = input;
  const name = input.timer.route!;
  const say = sayerFor(draft, event.id);
  const route = draft.rules.routes.find((one) => one.name === name);
  if (route !== undefined && !route.enabled) {
    incident.routes[name] = { state: 'cancelled', eventId: event.id };
    say('silence', `${name}: cancelled (route-off): the route was turned off while it was silenced`);
    return;
  }
  say('silence', `${name}: the silence is over, and it is still so`);
  const matched = matchRoutes(draft.rules, event, workspace, new Set(), () => {});
  const telling = {
    ...{ event, workspace, reach, incident, kind: 'alert' as const },
    details: { since: incident.openedAt, ...lateness(input) },
  };
  if (name === 'fallback' && matched.length === 0) {
    deliver(draft, { ...telling, route: name, sends: draft.rules.fallback }, say);
    incident.routes.fallback = { state: 'told', eventId: event.id };
    return;
  }
  if (route === undefined || !matched.includes(route)) {
    decideAgain(draft, incident, telling, name, matched, say);
    return;
  }
  if (hold(draft, route, incident, event, say)) return;
  const begun = incident.told.some((one) => one.route === name && one.level === incident.level);
  incident.routes[name] = { state: 'told', eventId: event.id };
  tell(draft, route, telling, say);
  // A part of its list was told before the silence, and reminders and escalations count from then.
  const { timers } = draft.decision;
  if (begun) timers.set = timers.set.filter(({ kind }) => kind !== 'repeat' && kind !== 'escalate');
}
