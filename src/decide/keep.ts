// What is not told now but later, as one digest: kept through quiet hours, over a route's limit, or for its digest. Nothing kept is lost: at its
// end each incident is told at its present level, or counted as one that came and went.
import type { Details } from '../delivery.ts';
import type { Incident, Timer, Workspace } from '../model.ts';
import { cell, change, type Draft, sayerFor } from './draft.ts';
import { followUp } from './follow-up.ts';
import { countDigest } from './limit.ts';
import { newDelivery } from './new-delivery.ts';
import { allOf, dropAll, type Paged, withOne } from './pages.ts';
import { quietEnd } from './quiet.ts';
import { silenced } from './silence.ts';

export type KeptBy = 'quiet' | 'limit' | 'digest';
/** Whom it would have gone to when it was kept: the table of that moment, for at the end there may be many workspaces in one digest. */
export type KeptFor = { destination: string; target: string; template?: string };
/** `workspace`: its row of the table, for a silence may ask for it at the end. */
type Item = { event: string; key?: string; for: KeptFor[]; workspace?: Workspace };
export type Bag = Paged<Item> & { until: number; by: KeptBy };

/** `group`: what has a digest of its own within the route. Answers until when; a bag that is open already keeps its end. */
export function keep(draft: Draft, route: string, by: KeptBy, group: string, until: number, item: Item): number {
  const name = `kept:${by}:${route}:${group}`;
  const bag = bagOf(draft, name) ?? { until, by, items: [] };
  if (bag.items.length === 0) draft.decision.timers.set.push(flushOf(name, route, bag.until));
  draft.decision.cells[name] = JSON.stringify(withOne(draft, name, bag, item));
  return bag.until;
}

export const flushOf = (bag: string, route: string, dueAt: number): Timer => ({
  name: `flush:${bag}`,
  dueAt,
  kind: 'flush',
  workspaceId: '',
  incidentKey: '',
  route,
});

function bagOf(draft: Draft, name: string): Bag | undefined {
  const text = cell(draft, name);
  return text === undefined ? undefined : (JSON.parse(text) as Bag);
}

type Member = { item: Item; incident: Incident | undefined; event: string; level: number };

/** The end of a bag. */
export function flush(draft: Draft, name: string, routeName: string, late: Pick<Details, 'lateMs'>): void {
  const bag = bagOf(draft, name);
  if (bag === undefined) return;
  const route = draft.rules.routes.find((one) => one.name === routeName);
  // By the file's clock, for a digest may be of many workspaces.
  const quiet = bag.by === 'quiet' || route === undefined ? undefined : quietEnd(draft, route, { id: '' });
  if (quiet !== undefined) {
    draft.decision.cells[name] = JSON.stringify({ ...bag, until: quiet } satisfies Bag);
    draft.decision.timers.set.push(flushOf(name, routeName, quiet));
    return;
  }
  const items = eachOnce(allOf(draft, name, bag));
  dropAll(draft, name, bag);
  const off = route !== undefined && !route.enabled;
  const members: Member[] = [];
  let muted = 0;
  for (const item of items) {
    const known = item.key === undefined ? undefined : draft.memory.incident(item.key);
    const still = item.key === undefined || (known !== undefined && isKept(known, routeName));
    if (!still) continue;
    if (off) {
      sayerFor(draft, item.event)(bag.by, `${routeName}: cancelled (route-off): the route was turned off while it was kept`);
      if (known !== undefined) change(draft, known).routes[routeName] = { state: 'cancelled', eventId: item.event };
      continue;
    }
    if (isSilenced(draft, routeName, item, known)) {
      muted += 1;
      continue;
    }
    members.push({ item, incident: known, event: known?.eventId ?? item.event, level: known?.level ?? 0 });
  }
  const gone = items.length - members.length - muted;
  const begun = new Set(
    members.filter(({ incident }) => incident?.told.some((one) => one.route === routeName)).map(({ item }) => item.key),
  );
  for (const { whom, members: own } of byTarget(members)) {
    if (draft.rules.destinations[whom.destination] === undefined) continue;
    tellMembers(draft, { routeName, by: bag.by, details: { ...(gone > 0 ? { gone } : {}), ...late } }, whom, own);
  }
  if (bag.by === 'limit' && route?.limit !== undefined && members.length > 0)
    countDigest(draft, route, name.slice(`kept:limit:${routeName}:`.length));
  for (const { item, incident, event } of members) {
    if (incident === undefined) continue;
    const changed = change(draft, incident);
    changed.routes[routeName] = { state: 'told', eventId: event };
    if (route !== undefined && !begun.has(item.key)) followUp(draft, route, changed);
  }
}

function isSilenced(draft: Draft, route: string, item: Item, incident: Incident | undefined): boolean {
  const event = draft.memory.event(incident?.eventId ?? item.event);
  if (event === undefined) return false;
  const { workspace = { id: event.workspaceId } } = item;
  return silenced(draft, route, { event, workspace, incident }, sayerFor(draft, item.event));
}

/** Still to be told: open, or closed by time alone, which is silent but must not lose what nobody heard of. */
const isKept = ({ open, endedBy, routes }: Incident, route: string): boolean =>
  (open || endedBy === 'time') && routes[route]?.state === 'kept';

/** An incident that came again is in it once, as it was kept last: for those whom the file of then names. */
function eachOnce(items: readonly Item[]): Item[] {
  const last = new Map<string | undefined, Item>(items.map((item) => [item.key, item]));
  return items.filter((item) => item.key === undefined || last.get(item.key) === item);
}

function byTarget(members: readonly Member[]): Iterable<{ whom: KeptFor; members: Member[] }> {
  const found = new Map<string, { whom: KeptFor; members: Member[] }>();
  for (const member of members)
    for (const whom of member.item.for) {
      const known = found.get(whom.target);
      if (known === undefined) found.set(whom.target, { whom, members: [member] });
      // Two destinations may lead to one target.
      else if (known.members.at(-1) !== member) known.members.push(member);
    }
  return found.values();
}

function tellMembers(
  draft: Draft,
  { routeName, by, details }: { routeName: string; by: KeptBy; details: Details },
  whom: KeptFor,
  members: readonly Member[],
): void {
  const news = members.filter(({ item, incident, level }) => {
    const before = incident && change(draft, incident).told.findLast(({ target }) => target === whom.target);
    if (before === undefined || before.level < level) return true;
    sayerFor(draft, item.event)(by, `${routeName}: ${whom.destination} was already told by ${before.route}`);
    return false;
  });
  const last = news.at(-1);
  if (last === undefined) return;
  const level = Math.max(...news.map((one) => one.level));
  const delivery = newDelivery(draft, {
    eventId: last.event,
    destination: whom.destination,
    target: whom.target,
    route: routeName,
    kind: 'digest',
    level,
    ...(whom.template === undefined ? {} : { template: whom.template }),
    details: { ...details, members: news.map(({ event }) => event), keptBy: by },
    // Its age counts anew: that it waited was asked for.
    receivedAt: draft.clock.now,
  });
  for (const { item, incident, level: own } of news) {
    if (!delivery.folded) sayerFor(draft, item.event)(by, `${routeName}: ${whom.destination}, in a digest of ${news.length}`);
    if (incident !== undefined)
      change(draft, incident).told.push({
        target: whom.target,
        destination: whom.destination,
        route: routeName,
        level: own,
        delivery: delivery.id,
      });
  }
}
