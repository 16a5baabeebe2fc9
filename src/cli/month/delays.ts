// How long people waited. What nothing kept has to come the moment its hold is over; what a route keeps has to come within its window.
import type { Delivery } from '../../delivery.ts';
import type { Event } from '../../model.ts';
import type { Route, Rules, Send } from '../../rules/rules.ts';
import { second } from './drops.ts';
import type { MonthFiles } from './files.ts';
import { digestMs, keptUntil, quietMs } from './keepers.ts';
import { summaryMs } from './oracle.ts';
import { type Played, targetsOf } from './run.ts';

export type Wait = { messages: number; worstMs: number };
export type Kept = Wait & { by: string; route: string; windowMs: number };
export type Delays = { atOnce: Wait; kept: Kept[] };

/** A hold is never shorter, seen from when the webhook arrived. */
const settleMs = 30 * second;

export function delaysOf({ deliveries, events, matched, workspace }: Played, { rules, reach }: MonthFiles): Delays {
  const atOnce: Wait = { messages: 0, worstMs: 0 };
  const kept = new Map<string, Kept>();
  const unsteady = new Set<string>();
  const opened = openersOf(events);
  /** What was in some message, by event and target. */
  const heard = new Set<string>();
  // When the slowest of the routes that lead there had to speak at the latest, had there been no storm: what came into one may have been kept before,
  // and the next people are told so long after the first.
  const toldBy = (event: Event, target: string): number => {
    const own = workspace(event.workspaceId);
    const leads = (sends: readonly Send[]) => sends.some(({ to }) => targetsOf(rules, to, reach(own)).includes(target));
    const times = (matched.get(event.id) ?? []).flatMap((route) => {
      const first = keptUntil(route, rules, own, dueOf(event, route));
      if (leads(route.send)) return [first];
      return (route.escalate ?? []).filter(({ send }) => leads(send)).map(({ afterMs }) => first + afterMs);
    });
    return Math.max(dueOf(event, undefined), ...times);
  };
  const wait = (one: Delivery, by: string, windowMs: number, waits: number[]) => {
    const name = `${by} ${one.route}`;
    const known = kept.get(name) ?? { by, route: one.route, windowMs, messages: 0, worstMs: 0 };
    kept.set(name, {
      ...known,
      windowMs: Math.max(known.windowMs, windowMs),
      messages: known.messages + 1,
      worstMs: Math.max(known.worstMs, ...waits),
    });
  };
  for (const one of deliveries) {
    if (one.state === 'cancelled') continue;
    const route = rules.routes.find(({ name }) => name === one.route);
    const late = (event: Event | undefined) => (event === undefined ? 0 : one.createdAt - dueOf(openerOf(event, one, opened), route));
    const members = (one.details.members ?? []).map((id) => events.get(id));
    if (one.kind === 'flapping') unsteady.add(`${one.incidentKey} ${one.target}`);
    if (one.kind === 'digest') wait(one, one.details.keptBy ?? 'digest', windowOf(one, route, rules), members.map(late));
    if (one.kind === 'storm') {
      // A summary says again what the one before it said, or what was told alone: only what is new in it has waited.
      const fresh = members.flatMap((event) => (event === undefined || heard.has(`${event.id} ${one.target}`) ? [] : [event]));
      wait(
        one,
        'storm',
        summaryMs,
        fresh.map((event) => one.createdAt - toldBy(event, one.target)),
      );
    }
    for (const id of one.details.members ?? (one.eventId === undefined ? [] : [one.eventId])) heard.add(`${id} ${one.target}`);
    if (one.kind !== 'alert' && one.kind !== 'notice') continue;
    const event = events.get(one.eventId ?? '');
    if (event === undefined) continue;
    // Still down when its unsteady time was over: that wait is the window of `flapping`.
    if (unsteady.has(`${one.incidentKey} ${one.target}`) && late(event) > 0) wait(one, 'flapping', route?.flapping?.withinMs ?? 0, []);
    else {
      atOnce.messages++;
      atOnce.worstMs = Math.max(atOnce.worstMs, late(event));
    }
  }
  return { atOnce, kept: [...kept.values()].sort((a, b) => a.by.localeCompare(b.by) || a.route.localeCompare(b.route)) };
}

function dueOf(event: Event, route: Route | undefined): number {
  const hold = event.phase === 'firing' && event.level <= 1 ? (route?.holdMs ?? 0) : 0;
  return Math.max(event.triggeredAt + hold, event.receivedAt + Math.min(hold, settleMs));
}

/** Its words may be those of a later webhook; what counts is the one that opened it. */
const openerOf = (event: Event, { kind, details }: Delivery, opened: ReadonlyMap<string, Event>): Event =>
  (kind === 'alert' && event.level <= 1 ? opened.get(`${event.incidentKey} ${details.since}`) : undefined) ?? event;

function openersOf(events: ReadonlyMap<string, Event>): Map<string, Event> {
  const opened = new Map<string, Event>();
  for (const event of events.values()) {
    const name = `${event.incidentKey} ${event.triggeredAt}`;
    if (event.phase === 'firing' && !opened.has(name)) opened.set(name, event);
  }
  return opened;
}

/** A digest that would come in quiet hours waits for their end. */
function windowOf({ details: { keptBy } }: Delivery, route: Route | undefined, { quietHours }: Rules): number {
  const hours = route?.quiet && quietHours[route.quiet.during];
  const quiet = hours === undefined ? 0 : quietMs(hours);
  if (keptBy === 'quiet') return quiet;
  return (keptBy === 'limit' ? (route?.limit?.perMs ?? 0) : digestMs(route?.digest)) + quiet;
}

export const isWithin = ({ atOnce, kept }: Delays): boolean =>
  atOnce.worstMs === 0 && kept.every(({ worstMs, windowMs }) => worstMs <= windowMs);
