// Every list against a plain filter over all there is: the same things in the same order, page by page, whatever is asked and however far one look goes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliveryStates, outcomeClasses } from '../../src/delivery.ts';
import { eventTypes } from '../../src/model.ts';
import { readDeliveries } from '../../src/store/read-deliveries.ts';
import { readEvents } from '../../src/store/read-events.ts';
import { readIncidents, readOpenIncidents, readWorst } from '../../src/store/read-incidents.ts';
import type { DeliveryFilter, EventFilter, Searched } from '../../src/store/reader.ts';
import { destinations, openListed, outcomes, phones, workspaces } from './listed.ts';
import { start } from './world.ts';

const count = 399;
/** Mostly absent, so that most lists are of more than a page. */
const rarely = <T>(values: fc.Arbitrary<T>) => fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });
const optional = <T>(values: readonly T[]) => rarely(fc.constantFrom(...values));
const times = rarely(fc.integer({ min: -5, max: count / 3 + 5 }).map((n) => start + n * 1000));
const limits = fc.integer({ min: 1, max: 30 });
const steps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 3 });
const within = ({ since, until }: { since?: number | undefined; until?: number | undefined }, at: number) =>
  (since === undefined || at >= since) && (until === undefined || at < until);
const asked = <T>(wanted: T | undefined, found: T | undefined) => wanted === undefined || wanted === found;

/** All pages, one after the other. Each but the last is full, or says how far it looked. */
async function everyPage<T>(limit: number, read: (cursor: string | undefined) => Promise<Searched<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  let lookedTo = Number.POSITIVE_INFINITY;
  do {
    const page = await read(cursor);
    all.push(...page.items);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    if (page.items.length < limit && page.next !== undefined) expect(page.lookedTo).toBeDefined();
    if (page.lookedTo !== undefined) {
      expect(page.next).toBeDefined();
      expect(page.lookedTo).toBeLessThanOrEqual(lookedTo);
      lookedTo = page.lookedTo;
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

test('events by any filter are those that a plain filter finds, in order, page by page', async () => {
  const { db, events } = await openListed(count);
  const filters = fc.record({
    workspace: optional([...workspaces, 'nobody']),
    type: optional([...eventTypes, 'unknown']),
    outcome: optional([...outcomes, 'undecided']),
    phone: optional([...phones.flatMap((one) => [one.slice(1), one.slice(-4), one.slice(-7)]), '0000', '49123456']),
    ...{ since: times, until: times },
  });
  const fits = (filter: EventFilter) =>
    events.filter(
      ({ event: { workspaceId, type, account, receivedAt }, outcome }) =>
        asked(filter.workspace, workspaceId) &&
        asked(filter.type, type) &&
        asked(filter.outcome, outcome) &&
        (filter.phone === undefined || (account?.phone ?? '').endsWith(filter.phone)) &&
        within(filter, receivedAt),
    );
  await fc.assert(
    fc.asyncProperty(filters, limits, steps, async (filter, limit, looking) => {
      const found = await everyPage(limit, (cursor) => readEvents(db, { ...filter, limit, cursor }, looking));
      expect(found.map(({ event }) => event.id)).toEqual(fits(filter).map(({ event }) => event.id));
    }),
    { numRuns: 150 },
  );
});

test('deliveries by any filter are those that a plain filter finds, in order, page by page', async () => {
  const { db, deliveries, events } = await openListed(count, 2);
  const filters = fc.record({
    state: optional(deliveryStates),
    destination: optional([...destinations, 'nobody']),
    route: optional(['down', 'quota', 'nobody']),
    class: optional(outcomeClasses),
    event: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...events.map(({ event }) => event.id)) },
    ),
    replayed: optional([true, false]),
    ...{ since: times, until: times },
  });
  const fits = (filter: DeliveryFilter) =>
    deliveries.filter(
      (one) =>
        asked(filter.state, one.state) &&
        asked(filter.destination, one.destination) &&
        asked(filter.route, one.route) &&
        asked(filter.class, one.lastClass) &&
        asked(filter.event, one.eventId) &&
        asked(filter.replayed, one.replayed) &&
        within(filter, one.createdAt),
    );
  await fc.assert(
    fc.asyncProperty(filters, limits, steps, async (filter, limit, looking) => {
      const found = await everyPage(limit, (cursor) => readDeliveries(db, { ...filter, limit, cursor }, looking));
      expect(found.map(({ id }) => id)).toEqual(fits(filter).map(({ id }) => id));
    }),
    { numRuns: 150 },
  );
});

test('incidents by any filter are those that a plain filter finds, in order, page by page', async () => {
  const { db, incidents } = await openListed(count, 3);
  for (const workspace of [undefined, ...workspaces, 'nobody', 'acm', 'wa'])
    for (const open of [undefined, true, false])
      for (const limit of [1, 7, 1000]) {
        const found = await everyPage(limit, (cursor) => readIncidents(db, { workspace, open, limit, cursor }));
        const wanted = incidents.filter((one) => asked(workspace, one.workspaceId) && asked(open, one.open));
        expect(found.map(({ key }) => key)).toEqual(wanted.map(({ key }) => key));
      }
});

test('the worst open incidents come first, of those the longest open, and all that are open are counted', async () => {
  const { db, incidents } = await openListed(count, 4);
  const rank = { critical: 2, warning: 1, info: 0 };
  const open = incidents.filter((one) => one.open);
  const place = (one: (typeof open)[number]) => [rank[one.severity], one.level, one.openedAt];
  const wanted = open.toSorted((a, b) => rank[b.severity] - rank[a.severity] || b.level - a.level || a.openedAt - b.openedAt).slice(0, 30);
  const found = await readWorst(db, 30);
  expect(found.map(place)).toEqual(wanted.map(place));
  const counted = await readOpenIncidents(db, start);
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(open.length);
});

test('a search that finds nothing looks through only so many rows for one answer, and says how far it came', async () => {
  const { db, events, deliveries } = await openListed(count, 5);
  const first = await readEvents(db, { workspace: 'nobody' }, [10, 20]);
  // Three come in each millisecond, and a look ends behind the third.
  expect(first).toMatchObject({ items: [], lookedTo: events[32]!.event.receivedAt });
  const second = await readEvents(db, { workspace: 'nobody', cursor: first.next }, [10, 20]);
  expect(second).toMatchObject({ items: [], lookedTo: events[65]!.event.receivedAt });
  const sent = await readDeliveries(db, { destination: 'nobody' }, [10, 20]);
  expect(sent).toMatchObject({ items: [], lookedTo: deliveries[29]!.createdAt });
});
