// The hold gate: a problem that heals soon enough wakes nobody.
import type { Event, Incident } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import type { Draft, Say } from './draft.ts';
import { length, moment } from './phrase.ts';

const settleMs = 30_000;

/** Answers whether the route waits. */
export function hold(draft: Draft, route: Route, incident: Incident, event: Event, say: Say): boolean {
  if (route.holdMs === undefined || route.holdMs === 0) return false;
  const until = heldUntil(incident, route.holdMs);
  if (until <= draft.clock.now) return false;
  incident.routes[route.name] = { state: 'held', until, eventId: event.id };
  draft.decision.timers.set.push({
    name: `hold:${incident.key}:${route.name}`,
    dueAt: until,
    kind: 'hold',
    workspaceId: incident.workspaceId,
    incidentKey: incident.key,
    route: route.name,
  });
  say(
    'hold',
    `${route.name}: waits until ${moment(until, draft.rules.timezone)} (hold ${length(route.holdMs)}); back before then: nobody hears of it`,
  );
  return true;
}

/** From the time the problem itself names, but never so soon that a recovery on its way could not arrive. */
export const heldUntil = (incident: Incident, holdMs: number): number =>
  Math.max(incident.openedAt + holdMs, incident.receivedAt + Math.min(holdMs, settleMs));
