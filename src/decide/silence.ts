// The silence gate: what people want not to hear of for a while. It stops new sends, never a recovery. What it holds is looked at again when the
// silence ends, by its time or by a person (silence-end.ts).
import type { Event, Incident, Timer, Workspace } from '../model.ts';
import type { Rules, Silence } from '../rules/rules.ts';
import { cell, change, type Draft, type Say } from './draft.ts';
import { type Condition, whereHolds } from './match.ts';
import { moment } from './phrase.ts';
import { remember } from './silence-held.ts';

/** People's silences, as a JSON list. */
export const silencesCell = 'silences';

type About = { event: Event; workspace: Workspace; incident: Incident | undefined; firstTime?: boolean | undefined };

/** Answers whether the route stays silent. An open incident is told when the silence ends, if it is still so; anything else is not sent at all. */
export function silenced(draft: Draft, route: string, about: About, say: Say): boolean {
  const silence = covering(draft, about);
  if (silence === undefined) return false;
  const { event, incident } = about;
  const why = `${route}: silenced until ${words(draft, silence)}`;
  if (!incident?.open) {
    if (incident !== undefined) change(draft, incident).routes[route] = { state: 'cancelled', eventId: event.id };
    remember(draft, silence);
    say('silence', `${why}: not sent`);
    return true;
  }
  const timer = silenceTimer(incident, route, silence.until);
  change(draft, incident).routes[route] = { state: 'silenced', until: silence.until, eventId: event.id, silence: silence.id };
  draft.decision.timers.set.push(timer);
  remember(draft, silence, timer);
  say('silence', `${why}; told then if it is still so`);
  return true;
}

/** A reminder or an escalation that falls due in a silence waits for its end. */
export function waitsOut(draft: Draft, what: string, timer: Timer, incident: Incident, workspace: Workspace, say: Say): boolean {
  const event = draft.memory.event(incident.eventId);
  const silence = event && covering(draft, { event, workspace, incident });
  if (silence === undefined) return false;
  draft.decision.timers.set.push({ ...timer, dueAt: silence.until });
  remember(draft, silence, timer, incident.eventId);
  say('silence', `${timer.route}: ${what} waits, silenced until ${words(draft, silence)}`);
  return true;
}

/** It is over, or raised: answers the routes on which nobody hears of it any more. */
export function dropSilenced(draft: Draft, incident: Incident, why: string, say: Say): string[] {
  const dropped: string[] = [];
  for (const [name, one] of Object.entries(incident.routes)) {
    if (one.state !== 'silenced') continue;
    incident.routes[name] = { state: 'cancelled', eventId: one.eventId };
    draft.decision.timers.drop.push(silenceName(incident, name));
    say('silence', `${name}: ${why}`);
    dropped.push(name);
  }
  return dropped;
}

export const silenceTimer = (incident: Incident, route: string, dueAt: number): Timer => ({
  name: silenceName(incident, route),
  dueAt,
  kind: 'silence',
  workspaceId: incident.workspaceId,
  incidentKey: incident.key,
  route,
});

const silenceName = (incident: Incident, route: string): string => `silence:${incident.key}:${route}`;

/** Of all that cover it the one that ends last. */
export function covering(draft: Draft, about: About): Silence | undefined {
  const { event, workspace, firstTime = false } = about;
  let last: Silence | undefined;
  for (const silence of [...draft.rules.silences, ...silencesOf(draft)]) {
    if (silence.until <= draft.clock.now || silence.until <= (last?.until ?? 0)) continue;
    if (fits(silence, draft.rules, event, workspace, firstTime)) last = silence;
  }
  return last;
}

/** Whether its conditions hold, whenever it ends. */
export function fits(silence: Silence, rules: Rules, event: Event, workspace: Workspace, firstTime = false): boolean {
  const asked = silence.where.firstTime;
  return (asked === undefined || asked === firstTime) && conditionOf(silence, rules)(event, workspace) === undefined;
}

let read: { text: string; silences: Silence[] } = { text: '[]', silences: [] };

/** Made by people. Read once for each text, for every event asks. */
export function silencesOf(draft: Draft): Silence[] {
  const text = cell(draft, silencesCell) ?? '[]';
  if (text !== read.text) read = { text, silences: JSON.parse(text) as Silence[] };
  return read.silences;
}

const compiled = new WeakMap<Silence, { segments: Rules['segments']; holds: Condition }>();

function conditionOf(silence: Silence, { segments }: Rules): Condition {
  let known = compiled.get(silence);
  if (known?.segments !== segments) {
    const { firstTime: _, ...where } = silence.where;
    known = { segments, holds: whereHolds(where, segments) };
    compiled.set(silence, known);
  }
  return known.holds;
}

const words = ({ rules }: Draft, { until, by, reason }: Silence): string => `${moment(until, rules.timezone)} by ${by} (${reason})`;
