// The flapping gate: a number that drops again and again is told once as unstable, and then not again before it has kept still for the window.
// A drop counts when it begins, so one that heals within its hold counts too; one said twice while it lasts does not.
import type { Incident } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import { type Case, change, type Draft, type Say } from './draft.ts';
import { type Flaps, flapsOf, isUnstable, putFlaps } from './flaps.ts';
import { length } from './phrase.ts';
import { tell } from './tell.ts';

/** A file may ask for more drops than this; the words need no more. */
const mostDrops = 100;

/** Answers whether the route is done with this drop: mute, or told as unstable. */
export function flap(draft: Draft, route: Route, about: Case, incident: Incident, say: Say): boolean {
  if (about.event.type !== 'disconnected') return false;
  const known = flapsOf(draft, route.name, incident.key);
  const withinMs = route.flapping?.withinMs ?? known?.withinMs;
  if (withinMs === undefined || (route.flapping === undefined && known?.unstable === undefined)) return false;
  const { now } = draft.clock;
  const at = about.event.triggeredAt;
  const most = Math.max(mostDrops, route.flapping?.drops ?? 0);
  const drops = [...(known?.drops ?? []), at].filter((one) => one > now - withinMs).slice(-most);
  const flaps: Flaps = { ...known, drops, withinMs, until: Math.max(known?.until ?? 0, at + withinMs) };
  if (flaps.unstable !== undefined) {
    stayMute(draft, route, incident, flaps, say);
    return true;
  }
  if (flaps.until <= now) return false;
  const enough = route.flapping!.drops;
  if (drops.length < enough) {
    say('flapping', `${route.name}: drop ${drops.length} within ${length(withinMs)}; ${enough} would be unstable`);
    putFlaps(draft, route, incident, flaps);
    return false;
  }
  say(
    'flapping',
    `${route.name}: drop ${drops.length} within ${length(withinMs)}: unstable, told once and then mute until ${length(withinMs)} pass without a drop`,
  );
  const details = { since: incident.openedAt, flaps: { drops: drops.length, withinMs } };
  tell(draft, route, { ...about, incident, kind: 'flapping', details }, say);
  const heard = begun(draft, route.name, incident);
  putFlaps(draft, route, incident, heard ? { ...flaps, unstable: { since: drops[0]!, count: drops.length } } : flaps);
  return true;
}

/** Told as unstable by a route that is gone, off or no longer matches: that says nothing of this drop, but its end is still owed. */
export function owedEnds(draft: Draft, known: Incident, matched: readonly Route[]): void {
  const told = draft.memory.incident(known.key)?.told ?? [];
  const owed = told.filter(({ route }) => matched.every(({ name }) => name !== route) && isUnstable(draft, route, known.key));
  if (owed.length === 0) return;
  const incident = change(draft, known);
  const others = incident.told.filter(({ delivery }) => owed.every((one) => one.delivery !== delivery));
  incident.told = [...owed.map((one) => ({ ...one, level: 0 })), ...others];
}

/** Mute only once it is told: what quiet hours, a limit or a digest keep for later is decided anew with the next drop. */
function begun(draft: Draft, name: string, known: Incident): boolean {
  const incident = change(draft, known);
  const progress = incident.routes[name];
  const told = progress?.state === 'told';
  if (told) incident.routes[name] = { ...progress, state: 'unstable' };
  return told || incident.told.some(({ route }) => route === name);
}

function stayMute(draft: Draft, route: Route, known: Incident, flaps: Flaps, say: Say): void {
  const incident = change(draft, known);
  const count = flaps.unstable!.count + 1;
  putFlaps(draft, route, incident, { ...flaps, unstable: { ...flaps.unstable!, count } });
  incident.routes[route.name] = { state: 'unstable', until: flaps.until, eventId: incident.eventId };
  // Whoever heard that it is unstable has heard of this drop too, and is to hear of its end. Before what others told, which is nearer.
  const before = draft.memory.incident(incident.key)?.told.filter((one) => one.route === route.name) ?? [];
  incident.told = [...before, ...incident.told];
  say(
    'flapping',
    `${route.name}: drop ${count} since it was told as unstable or before: mute until ${length(flaps.withinMs)} pass without one`,
  );
}
