// Nothing that matched is lost. For every event and every route it matched, each target was told, or it was over before it had to be, or something
// still waits for it. Reckoned anew from the files and the clock: when a hold or a silence ends, by which file, whom that file names.
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
  if (matched.length === 0 && event.phase === 'resolved') return [];
  const holds = event.incidentKey !== undefined && event.phase === 'firing' && !entry.before?.open;
  const first = { ...entry, holds, matched };
  if (matched.length === 0) return afterWaiting(world, first, undefined);
  return matched.flatMap((name) => afterWaiting(world, first, rules.routes.find((one) => one.name === name)!));
}

/** `matched`: routes that took it when it came; `holds`: its hold counts from this event. */
type First = Entry & { holds: boolean; matched: string[] };

/** Behind its hold and the silences of its shop, again and again as files come and go: whom the file of then names. undefined = the fallback. */
function afterWaiting(world: World, first: First, from: Route | undefined): Duty[] {
  const { diary } = world;
  const { event } = first;
  const over = waitedOut(diary, first, from);
  if (over === undefined) return [];
  const { at, file } = over;
  const rules = diary.rules[file]!.rules;
  const named = at === event.receivedAt ? rules.routes.filter(({ name }) => first.matched.includes(name)) : namedBy(rules, event);
  const route = named.find(({ name }) => name === from?.name);
  if (route !== undefined) return told(route, at);
  if (named.length === 0) return fallbackOf(rules, at);
  // One that waits itself tells when it is done with that.
  return named.flatMap((one) => told(one, first.matched.includes(one.name) ? Math.max(at, waitedOut(diary, first, one)?.at ?? at) : at));
}

const namedBy = (rules: Rules, { type }: Event): Route[] =>
  rules.routes.filter(({ events, where }) => where === undefined && (events === undefined || events.includes(type)));

/** Nothing where a silence takes it for good: a notice is not told when it ends. */
function waitedOut(diary: Diary, first: First, from: Route | undefined): { at: number; file: number } | undefined {
  const { event, holds } = first;
  let { file } = first;
  let at = event.receivedAt;
  for (;;) {
    const silent = silentUntil(diary, event.workspaceId, at);
    if (silent !== undefined) {
      if (event.incidentKey === undefined || event.phase !== 'firing') return undefined;
      at = awake(diary, silent);
      file = Math.max(
        file,
        diary.rules.findLastIndex(({ since }) => since < at),
      );
      continue;
    }
    const route = namedBy(diary.rules[file]!.rules, event).find(({ name }) => name === from?.name);
    const due = holds && route !== undefined ? holdEnd(event, route.holdMs ?? 0) : 0;
    if (due <= at) return { at, file };
    ({ at, file } = heldOut(diary, event, route!.name, { due, file }));
  }
}

/** Each new file is asked while the hold runs; not about one that is overdue, for it waits until the relay has settled. */
function heldOut(diary: Diary, event: Event, name: string, { due, file }: { due: number; file: number }): { at: number; file: number } {
  for (let n = file + 1; n < diary.rules.length; n++) {
    const { since, rules } = diary.rules[n]!;
    if (since >= awake(diary, due)) break;
    file = n;
    const route = namedBy(rules, event).find((one) => one.name === name);
    if (due > since && route !== undefined) due = Math.max(since, holdEnd(event, route.holdMs ?? 0));
  }
  return { at: awake(diary, due), file };
}

const holdEnd = ({ triggeredAt, receivedAt }: Event, holdMs: number): number =>
  Math.max(triggeredAt + holdMs, receivedAt + Math.min(holdMs, 30_000));

/** What falls due while the relay is away waits until it has settled; and if it is away again before that, until it has settled then. */
function awake({ away }: Diary, due: number): number {
  let at = due;
  for (const { from, settled } of away) if ((due > from && due < settled - 30_000) || (at > due && from < at)) at = settled;
  return at;
}

function silentUntil({ silences }: Diary, shop: string, at: number): number | undefined {
  const ends = silences.filter((one) => one.shop === shop && one.from < at && at < one.until).map(({ until }) => until);
  return ends.length === 0 ? undefined : Math.max(...ends);
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

function isKept(world: World, { event }: Entry, duty: Duty): boolean {
  const { diary, spans, names } = world;
  const span = spans.begun.get(event.id);
  const aboutIt = (one: Delivery) =>
    one.kind !== 'relay' && eventsOf(one).some((id) => id === event.id || (span !== undefined && spans.begun.get(id) === span));
  const messages = diary.deliveries.filter((one) => one.target === duty.target && aboutIt(one));
  if (messages.some(({ state, level }) => state !== 'cancelled' && (event.phase === 'resolved' || level >= event.level))) return true;
  // In a storm it is a line of the summary: of one made since, or of one that is still to come.
  if (diary.deliveries.some((one) => one.kind === 'storm' && one.target === duty.target && one.createdAt >= duty.by)) return true;
  if (diary.memory.cell(`storm:${duty.target}`)?.includes('"running"')) return true;
  // Gathered for one answer to a digest, or kept for one.
  if (names.get(duty.target)?.has(span ?? event.id) || names.get('')?.has(event.id)) return true;
  // A notice that is kept is not told where its shop is silent at the end of that.
  if (span === undefined) return duty.keeps && diary.silences.some(({ shop, until }) => shop === event.workspaceId && until > duty.by);
  if (names.get(duty.route)?.has(span)) return true;
  // Muted at the end of its digest, it is told when the silence is over by the file of then, perhaps to others.
  const silent = diary.silences.some(({ shop, until }) => shop === event.workspaceId && until > duty.by);
  if (duty.keeps && silent && diary.deliveries.some((one) => aboutIt(one) && one.createdAt >= duty.by)) return true;
  const over = spans.over.get(span);
  if (over !== undefined && (over.at < duty.by || (over.asked && over.at === duty.by) || duty.keeps || messages.length > 0)) return true;
  const raised = diary.entries.some((one) => spans.begun.get(one.event.id) === span && one.event.level > event.level);
  if (raised) return true;
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
    if ((timer.kind === 'hold' || timer.kind === 'silence') && incident?.open) add(timer.route!, spans.get(incident.eventId)!);
    if (timer.kind !== 'flush') continue;
    const bag = JSON.parse(diary.memory.cell(timer.name.slice('flush:'.length)) ?? '{}') as
      | { event: string }[]
      | { items?: { event: string; for: { target: string }[] }[] };
    if (Array.isArray(bag)) for (const { event } of bag) add('', event);
    else for (const { event, for: whom } of bag.items ?? []) for (const { target } of whom) add(target, spans.get(event) ?? event);
  }
  return found;
}
