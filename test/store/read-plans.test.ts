// How SQLite goes about each question of pages, API and command line: by an index, or along a stretch that has an end. A list that goes through a whole
// large table is quick on the first day and slow after a month.
import { expect, test } from 'vitest';
import { deliveryStates } from '../../src/delivery.ts';
import { readDeliveries } from '../../src/store/read-deliveries.ts';
import { readDelivery } from '../../src/store/read-delivery.ts';
import { readEvent, readEvents, readOldestEvent } from '../../src/store/read-events.ts';
import { readIncident, readIncidents, readOpenIncidents, readWorst } from '../../src/store/read-incidents.ts';
import { readMembers } from '../../src/store/read-members.ts';
import { cursorOf } from '../../src/store/read-page.ts';
import { readOldestOpen, readOpenCounts } from '../../src/store/read-standing.ts';
import type { DeliveryFilter, EventFilter, IncidentFilter } from '../../src/store/reader.ts';
import { type Listed, openListed } from './listed.ts';
import { start } from './world.ts';

const large = /^(SCAN|SEARCH) (events|deliveries|incidents)/;
/** Along the whole of an index that holds only what is open, over, dead, or was sent again: few rows, or in the list's own order. */
const short =
  /^SCAN (incidents|deliveries) USING (COVERING )?INDEX (incidents_open|incidents_over|deliveries_(pending|leased|waiting|dead|again))$/;
/** A list without a condition begins at its newest end and stops with its page, as each step of a look does. */
const stops = (text: string): boolean =>
  !/ where /.test(text) && / limit \?$/.test(text.replace(/\) as "page".*$/, '').replace(/ offset \?$/, ''));
const scansIn = (listed: Listed, text: string): string[] =>
  listed.plan(text).filter((line) => large.test(line) && line.startsWith('SCAN') && !short.test(line));

/** Small, so that each look of the test has an end as each look at a large store has. */
const steps = [5, 10];
const some = { since: start, until: start + 60_000 };
type Asked = Record<string, (listed: Listed) => Promise<unknown>>;

/** What goes through a whole table, by the name of the question. */
async function scansOf(asked: Asked): Promise<Record<string, string[]>> {
  const listed = await openListed(60);
  const found: Record<string, string[]> = {};
  for (const [name, ask] of Object.entries(asked)) {
    await ask(listed);
    const texts = listed.said();
    expect(texts.length).toBeGreaterThan(0);
    const scans = texts.filter((text) => !stops(text)).flatMap((text) => scansIn(listed, text));
    if (scans.length > 0) found[name] = scans;
  }
  await listed.db.destroy();
  return found;
}

const by = <F>(filters: Record<string, F>, ask: (listed: Listed, filter: F) => Promise<unknown>): Asked =>
  Object.fromEntries(Object.entries(filters).map(([name, filter]) => [name, (listed) => ask(listed, filter)]));

test('no search of events goes through all of them', async () => {
  const filters: Record<string, EventFilter> = {
    none: {},
    workspace: { workspace: 'nobody' },
    type: { type: 'unknown' },
    outcome: { outcome: 'undecided' },
    phone: { phone: '0000' },
    times: some,
    all: { workspace: 'nobody', type: 'unknown', outcome: 'undecided', phone: '0000', ...some },
  };
  expect(await scansOf(by(filters, ({ db }, filter) => readEvents(db, filter, steps)))).toEqual({});
});

test('no search of deliveries goes through all of them', async () => {
  const filters: Record<string, DeliveryFilter> = {
    none: {},
    ...Object.fromEntries(deliveryStates.map((state) => [state, { state }])),
    destination: { destination: 'nobody' },
    route: { route: 'nobody' },
    class: { class: 'nothing' },
    event: { event: 'e_none' },
    'sent again': { replayed: true },
    'died and was not sent again': { state: 'dead', replayed: false },
    times: some,
  };
  expect(await scansOf(by(filters, ({ db }, filter) => readDeliveries(db, filter, steps)))).toEqual({});
});

test('no list of incidents goes through all of them', async () => {
  const plain: Record<string, IncidentFilter> = {
    all: {},
    open: { open: true },
    over: { open: false },
    workspace: { workspace: 'acme' },
    'workspace, open': { workspace: 'acme', open: true },
    'workspace, over': { workspace: 'acme', open: false },
  };
  const later = Object.entries(plain).map(([name, filter]) => [`${name}, later`, { ...filter, cursor: cursorOf('e_5', 'wa:acme:5') }]);
  const filters = { ...plain, ...(Object.fromEntries(later) as typeof plain) };
  expect(await scansOf(by(filters, ({ db }, filter) => readIncidents(db, filter)))).toEqual({});
});

/** Reports are not here: they count a month, in a thread of their own. */
test('what is asked for by its id, and what stands open, is found by an index', async () => {
  const asked: Asked = {
    event: ({ db, events }) => readEvent(db, events[0]!.event.id),
    delivery: ({ db, deliveries }) => readDelivery(db, deliveries[0]!.id),
    incident: ({ db, incidents }) => readIncident(db, incidents[0]!.key),
    worst: ({ db }) => readWorst(db, 30),
    'open, counted': ({ db }) => readOpenIncidents(db, start),
    'the oldest': ({ db }) => readOldestEvent(db),
    members: ({ db, events }) =>
      readMembers(
        db,
        events.map(({ event }) => event.id),
      ),
    'on its way': ({ db }) => readOpenCounts(db),
    'since when': ({ db }) => readOldestOpen(db),
  };
  expect(await scansOf(asked)).toEqual({});
});
