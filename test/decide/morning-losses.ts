// Nothing that matched is lost. For every event and every route it matched, each target was told, or it was over before it had to be, or something
// still waits for it. Reckoned anew from the files and the clock: when a hold ends, by which file, whom that file names.
import type { Delivery } from '../../src/delivery.ts';
import type { Event } from '../../src/model.ts';
import type { Route, Rules } from '../../src/rules/rules.ts';
import { eventsOf, type Spans, spanOf } from './morning-spans.ts';
import type { Diary, Entry } from './mornings.ts';

type World = { diary: Diary; spans: Spans; names: Map<string, Set<string>> };
/** Who had to hear by when; `keeps`: the route may keep it for a digest. */
type Duty = { route: string; target: string; by: number; keeps: boolean };

export function lostIn(diary: Diary, spans: Spans): string | undefined {
  const world = { diary, spans, names: waiting(diary) };
  for (const entry of diary.entries) {
    const { outcome } = entry.decision;
    if (outcome !== 'routed' && outcome !== 'unrouted') continue;
    for (const duty of dutiesOf(world, entry)) {
      if (isKept(world, entry, duty)) continue;
      return `${entry.event.type} ${entry.event.id}: ${duty.target} had to hear of it by route ${duty.route} and nothing became of that`;
    }
  }
  return undefined;
}

function dutiesOf(world: World, entry: Entry): Duty[] {
  const { event, rules, decision } = entry;
  const matched = decision.trace.flatMap(({ gate, text }) => (gate === 'match' ? (/^(\S+): yes/.exec(text)?.[1] ?? []) : []));
  const routes = matched.map((name) => rules.routes.find((one) => one.name === name)!);
  if (routes.length === 0) return event.phase === 'resolved' ? [] : fallbackOf(rules, event.receivedAt);
  return routes.flatMap((route) => {
    const opened = event.incidentKey !== undefined && event.phase === 'firing' && !entry.before?.open;
    if (!opened || route.holdMs === undefined) return told(route, event.receivedAt);
    return afterHold(world, event, route);
  });
}

const told = (route: Route, by: number): Duty[] =>
  route.send.map(({ to }) => ({
    route: route.name,
    target: `http:at-${to}`,
    by,
    keeps: Boolean(route.quiet ?? route.limit ?? route.digest),
  }));

const fallbackOf = ({ fallback }: Rules, by: number): Duty[] =>
  fallback.map(({ to }) => ({ route: 'fallback', target: `http:at-${to}`, by, keeps: false }));

/** The file in force when it ends decides, and may make it longer. */
function afterHold({ diary }: World, event: Event, from: Route): Duty[] {
  let end = holdEnd(diary, event, from.holdMs!);
  for (;;) {
    const rules = diary.rules.findLast(({ since }, at) => at === 0 || since < end)!.rules;
    const named = rules.routes.filter(({ events }) => events === undefined || events.includes(event.type));
    const route = named.find(({ name }) => name === from.name);
    if (route === undefined) return named.length > 0 ? named.flatMap((one) => told(one, end)) : fallbackOf(rules, end);
    const longer = holdEnd(diary, event, route.holdMs ?? 0);
    if (longer <= end) return told(route, end);
    end = longer;
  }
}

function holdEnd({ away }: Diary, event: Event, holdMs: number): number {
  let end = Math.max(event.triggeredAt + holdMs, event.receivedAt + Math.min(holdMs, 30_000));
  for (const { from, settled } of away) if (end > from && end < settled - 30_000) end = settled;
  return end;
}

function isKept(world: World, { event }: Entry, duty: Duty): boolean {
  const { diary, spans, names } = world;
  const span = spans.begun.get(event.id);
  const about = (one: Delivery) =>
    one.target === duty.target && eventsOf(one).some((id) => id === event.id || (span !== undefined && spans.begun.get(id) === span));
  const messages = diary.deliveries.filter((one) => one.kind !== 'relay' && about(one));
  if (messages.some(({ state, level }) => state !== 'cancelled' && (event.phase === 'resolved' || level >= event.level))) return true;
  // In a storm it is a line of the summary: of one made since, or of one that is still to come.
  if (diary.deliveries.some((one) => one.kind === 'storm' && one.target === duty.target && one.createdAt >= duty.by)) return true;
  if (diary.memory.cell(`storm:${duty.target}`)?.includes('"running"')) return true;
  // Gathered for one answer to a digest, or kept for one.
  if (names.get(duty.target)?.has(span ?? event.id) || names.get('')?.has(event.id)) return true;
  if (span === undefined) return false;
  if (names.get(duty.route)?.has(span)) return true;
  const over = diary.entries.find((one) => spans.ended.get(one.event.id) === span);
  if (over !== undefined && (over.event.receivedAt < duty.by || duty.keeps || messages.length > 0)) return true;
  const raised = diary.entries.some((one) => spans.begun.get(one.event.id) === span && one.event.level > event.level);
  if (raised) return true;
  if (diary.silenced) return true;
  const sameKey = (one: Delivery) => eventsOf(one).some((id) => spans.begun.get(id)?.startsWith(`${event.incidentKey} `));
  // That it is unstable was told, to this reader perhaps as a line of a storm: what comes and goes from then on is mute.
  return diary.deliveries.some((one) => (one.kind === 'flapping' || (one.kind === 'storm' && one.target === duty.target)) && sameKey(one));
}

/** Target, or a held route's name, to what waits for it: spans and notices. '' = the ends of a digest. */
function waiting(diary: Diary): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const spans = new Map<string, string>();
  const add = (name: string, what: string) => found.set(name, (found.get(name) ?? new Set()).add(what));
  for (const { event, after } of diary.entries) if (after !== undefined) spans.set(event.id, spanOf(after));
  for (const timer of diary.timers) {
    const incident = diary.memory.incident(timer.incidentKey);
    if (timer.kind === 'hold' && incident?.open) add(timer.route!, spans.get(incident.eventId)!);
    if (timer.kind !== 'flush') continue;
    const bag = JSON.parse(diary.memory.cell(timer.name.slice('flush:'.length)) ?? '{}') as
      | { event: string }[]
      | { items?: { event: string; for: { target: string }[] }[] };
    if (Array.isArray(bag)) for (const { event } of bag) add('', event);
    else for (const { event, for: whom } of bag.items ?? []) for (const { target } of whom) add(target, spans.get(event) ?? event);
  }
  return found;
}
