// Workspaces: what stands of each is known as soon as an event is accepted, also after retention took the event, a kill, or a clock that went back;
// and of one that was forgotten nothing.
import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { watchDrift } from '../../src/chores/drift.ts';
import { openReader, type Reader } from '../../src/store/reader.ts';
import { standingOf } from '../../src/workspaces/numbers.ts';
import { virtualClock } from '../clock.ts';
import { freshFile, open } from './sqlite-file.ts';
import { day, makeEvent, makeIncident, nothing, openWorld, start, type World } from './world.ts';

let world: World;
let reader: Reader;
let file: string;
const begin = async () => {
  file = freshFile();
  world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  reader = await openReader(`sqlite:${file}`);
};
const end = async () => {
  await reader.close();
  await world.close();
};
beforeEach(async () => {
  await begin();
  return end;
});

const rollUp = async (): Promise<number> => {
  let rolled = 0;
  for (let more = true; more; ) {
    const done = await world.do({ do: 'roll-up' });
    expect(done.rolled).toBeLessThanOrEqual(40);
    rolled += done.rolled;
    more = done.more;
  }
  return rolled;
};
let n = 0;
const drop = (workspaceId: string, more: Parameters<typeof makeEvent>[1] = {}) =>
  world.accept(
    makeEvent(`e_${String(++n).padStart(6, '0')}`, {
      ...{ workspaceId, incidentKey: `wa:${workspaceId}:1`, account: { id: '1', reason: 'logged out' } },
      ...{ triggeredAt: world.now, receivedAt: world.now, ...more },
    }),
  );
const connect = (workspaceId: string, more: Parameters<typeof makeEvent>[1] = {}) => drop(workspaceId, { type: 'connected', ...more });
/** `up 1 down 0` of those that are known. */
const tallies = async () =>
  Object.fromEntries([...(await reader.tallies()).tallies.values()].map(({ id, up, down }) => [id, `up ${up} down ${down}`]).sort());
const stands = async (id: string) => (await reader.workspaceStates([id]))[0]?.numbers.map(standingOf);

test('what was just accepted is shown before, while and after it is rolled up', async () => {
  await connect('acme');
  await connect('shop');
  const both = { acme: 'up 1 down 0', shop: 'up 1 down 0' };
  expect(await tallies()).toEqual(both);
  expect(await rollUp()).toBe(2);
  expect(await tallies()).toEqual(both);
  world.now += 1000;
  await drop('acme');
  await drop('new-one');
  expect(await tallies()).toEqual({ acme: 'up 0 down 1', 'new-one': 'up 0 down 1', shop: 'up 1 down 0' });
  expect(await stands('acme')).toEqual([{ up: false, since: world.now, reason: 'logged out' }]);
  expect((await reader.workspaces()).map(({ id }) => id)).toEqual(['acme', 'new-one', 'shop']);
  expect(await reader.workspaceStates(['nobody'])).toEqual([]);
});

test('an old store is caught up with in small steps, and then there is nothing to do', async () => {
  for (let at = 0; at < 450; at++) {
    world.now += 1;
    await connect(`w-${at % 30}`);
  }
  expect(await world.do({ do: 'roll-up' })).toMatchObject({ more: true });
  expect(await rollUp()).toBe(450);
  expect(await rollUp()).toBe(0);
  expect(Object.keys(await tallies())).toHaveLength(30);
  await world.reopen();
  expect(await rollUp()).toBe(0);
});

test('a kill in the middle of the roll-up loses nothing and counts nothing twice', async () => {
  for (let at = 0; at < 300; at++) {
    world.now += 1;
    await (at % 3 === 0 ? drop : connect)(`w-${at % 7}`, { account: { id: String(at % 4) } });
  }
  await world.do({ do: 'roll-up' });
  await world.do({ do: 'roll-up' });
  // As a kill leaves it: the log not yet moved, no mark.
  const copy = freshFile();
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${copy}${end}`);
  const after = await open(copy, 'after', world.now);
  const other = await openReader(`sqlite:${copy}`);
  const ids = Array.from({ length: 7 }, (_, at) => `w-${at}`);
  const before = await reader.workspaceStates(ids);
  expect(await other.workspaceStates(ids)).toEqual(before);
  let more = true;
  while (more) {
    const [done] = await after.commit({ work: [{ do: 'roll-up' }], now: world.now, room: {} }, () => nothing);
    more = done?.did === 'roll-up' && done.more;
  }
  expect(await other.workspaceStates(ids)).toEqual(before);
  await rollUp();
  expect(await reader.workspaceStates(ids)).toEqual(before);
  await other.close();
  await after.close();
});

test('a flood is told of as such, and each workspace that is looked at is shown as it is all the same', async () => {
  const flood = Array.from({ length: 2001 }, (_, at) => makeEvent(`f_${at}`, { workspaceId: `w-${at}`, type: 'connected' }));
  await world.commit(flood.map((event) => ({ do: 'decide', input: { kind: 'event', event, workspace: { id: '' }, reach: {} }, body: '' })));
  expect(await reader.tallies()).toMatchObject({ tallies: new Map(), behind: true });
  for (const one of ['w-7', 'w-2000']) expect(await stands(one)).toMatchObject([{ up: true }]);
  await rollUp();
  expect(await reader.tallies()).toMatchObject({ behind: false });
});

test('of a workspace with more news than are looked through, the latest word counts', async () => {
  const news = Array.from({ length: 2500 }, (_, at) =>
    makeEvent(`n_${String(at).padStart(4, '0')}`, {
      ...{ workspaceId: 'busy', type: at % 2 === 0 ? ('disconnected' as const) : ('connected' as const) },
      ...{ triggeredAt: start + at * 10, receivedAt: start + at * 10 },
    }),
  );
  await world.commit(news.map((event) => ({ do: 'decide', input: { kind: 'event', event, workspace: { id: '' }, reach: {} }, body: '' })));
  expect(await stands('busy')).toMatchObject([{ up: true, since: start + 24_990 }]);
});

test('in a busy house the order is that of the last roll-up, who is new is there, and each row is as of now', async () => {
  await drop('known');
  await rollUp();
  const busy = Array.from({ length: 150 }, (_, at) => makeEvent(`b_${at}`, { workspaceId: `w-${at}`, type: 'connected' }));
  await world.commit(busy.map((event) => ({ do: 'decide', input: { kind: 'event', event, workspace: { id: '' }, reach: {} }, body: '' })));
  await connect('known', { triggeredAt: start + 1000, receivedAt: start + 1000 });
  const { tallies, behind } = await reader.tallies();
  expect(behind).toBe(false);
  expect(tallies.size).toBe(151);
  expect(tallies.get('known')).toMatchObject({ up: 0, down: 1 });
  expect(await stands('known')).toMatchObject([{ up: true }]);
});

test('late and repeated events change nothing that a later one said', async () => {
  world.now += day;
  await drop('acme');
  await rollUp();
  const before = await reader.workspaceStates(['acme']);
  await connect('acme', { triggeredAt: start });
  await rollUp();
  expect(await stands('acme')).toEqual(before[0]?.numbers.map(standingOf));
  expect((await reader.workspaceStates(['acme']))[0]?.events).toHaveLength(2);
});

test('after 30 days the events are gone, and the workspace and its numbers stay known, rolled up in time or not', async () => {
  await drop('rolled');
  await rollUp();
  await connect('never-rolled', { receivedAt: start + 1 });
  world.now += 31 * day;
  while ((await world.do({ do: 'prune' })).more);
  expect((await reader.events({})).items).toEqual([]);
  expect(await tallies()).toEqual({ 'never-rolled': 'up 1 down 0', rolled: 'up 0 down 1' });
  expect(await stands('rolled')).toEqual([{ up: false, since: start, reason: 'logged out' }]);
});

test('what retention took before workspaces were known is told by its records', async () => {
  await drop('old');
  world.now += 31 * day;
  while ((await world.do({ do: 'prune' })).more);
  const db = new DatabaseSync(file);
  db.exec('DELETE FROM workspaces');
  db.close();
  expect(await tallies()).toEqual({});
  await rollUp();
  expect(await tallies()).toEqual({ old: 'up 0 down 1' });
});

test('a clock that is set back loses no event, while the relay runs or while it was away', async () => {
  await connect('acme');
  await rollUp();
  world.now -= 3_600_000;
  await world.do({ do: 'clock-jumped', byMs: -3_600_000 });
  await drop('shop');
  await rollUp();
  expect(await tallies()).toEqual({ acme: 'up 1 down 0', shop: 'up 0 down 1' });
  world.now -= 3_600_000;
  await world.reopen();
  await drop('third');
  await rollUp();
  world.now += day;
  await connect('shop');
  await rollUp();
  expect(await tallies()).toEqual({ acme: 'up 1 down 0', shop: 'up 1 down 0', third: 'up 0 down 1' });
});

test('nor one that is set back by less than is worth a word, though it has passed the old time again when the roll-up comes', async () => {
  const clock = virtualClock(start);
  const drift = watchDrift(clock);
  await connect('acme');
  await rollUp();
  clock.setWall(-3000);
  expect(drift()).toBe(0);
  world.now = clock.now();
  await drop('shop');
  const both = { acme: 'up 1 down 0', shop: 'up 0 down 1' };
  expect(await tallies()).toEqual(both);
  world.now += 60_000;
  await rollUp();
  expect(await tallies()).toEqual(both);
  // Retention takes it: also that one is known then.
  world.now += 31 * day;
  while ((await world.do({ do: 'prune' })).more);
  expect(await tallies()).toEqual(both);
});

test('an event that was longer on its way than later ones is not passed over, nor one that a kill left behind the roll-up', async () => {
  world.now += 1000;
  await connect('acme');
  await rollUp();
  await drop('shop', { receivedAt: world.now - 1 });
  await rollUp();
  expect(Object.keys(await tallies())).toEqual(['acme', 'shop']);
  await world.reopen();
  await drop('third', { receivedAt: world.now - 2 });
  await world.reopen();
  await rollUp();
  expect(Object.keys(await tallies())).toEqual(['acme', 'shop', 'third']);
});

test('what was forgotten is in no row, and no later roll-up brings it back', async () => {
  await drop('acme');
  await drop('shop');
  await rollUp();
  await drop('acme', { id: 'e_tail' });
  const done = await world.do({ do: 'forget', workspace: 'acme' });
  expect(done).toMatchObject({ more: false, deleted: { workspaces: 1 } });
  expect(await reader.mentions('acme')).toEqual({});
  await world.do({ do: 'clock-jumped', byMs: -1 });
  await rollUp();
  expect(await tallies()).toEqual({ shop: 'up 0 down 1' });
  expect(await reader.mentions('acme')).toEqual({});
  // One that comes later is of a workspace like any other.
  world.now += 1000;
  await connect('acme');
  await rollUp();
  expect(await stands('acme')).toEqual([{ up: true, since: world.now }]);
});

test('open incidents are counted as they are now', async () => {
  await world.accept(makeEvent('e_x'), {
    incidents: [makeIncident('wa:acme:1'), makeIncident('wa:acme:2'), makeIncident('wa:acme:3', { open: false })],
  });
  expect((await reader.tallies()).open).toEqual(new Map([['acme', 2]]));
});

test('what a reader kept in mind is what one that comes anew reads, whatever happened in between', async () => {
  const id = fc.constantFrom('acme', 'shop', 'third', 'fourth');
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('drop' as const), id, late: fc.constant(0) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('connect' as const), id, late: fc.constant(0) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), id, late: fc.integer({ min: 1, max: 5000 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('roll-up' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), id }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('prune' as const) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      await end();
      await begin();
      for (const one of steps) {
        world.now += 1000;
        if (one.do === 'drop') await drop(one.id, { receivedAt: world.now - one.late });
        if (one.do === 'connect') await connect(one.id);
        if (one.do === 'roll-up') await rollUp();
        if (one.do === 'forget') while ((await world.do({ do: 'forget', workspace: one.id })).more);
        if (one.do === 'prune') {
          world.now += 31 * day;
          while ((await world.do({ do: 'prune' })).more);
        }
        if (one.do !== 'look') continue;
        const anew = await openReader(`sqlite:${file}`);
        const [kept, fresh] = [await reader.tallies(), await anew.tallies()];
        await anew.close();
        expect(new Map([...kept.tallies].sort())).toEqual(new Map([...fresh.tallies].sort()));
        expect(kept).toMatchObject({ open: fresh.open, behind: fresh.behind });
      }
    }),
    { numRuns: 80 },
  );
});

test('nor where retention took what came to the millisecond a day before the bookmark', async () => {
  await drop('acme');
  await rollUp();
  expect(Object.keys(await tallies())).toEqual(['acme']);
  await drop('shop');
  world.now += day;
  await drop('acme');
  await rollUp();
  world.now = start + 30 * day + 1;
  while ((await world.do({ do: 'prune' })).more);
  expect(Object.keys(await tallies())).toEqual(['acme', 'shop']);
});

test('its ids have another number whenever a workspace came or went, and only then', async () => {
  const number = async () => (await reader.tallies()).ids;
  await drop('acme');
  const one = await number();
  await rollUp();
  await connect('acme', { receivedAt: world.now - 5 });
  await rollUp();
  expect(await number()).toBe(one);
  await drop('shop');
  const two = await number();
  expect(two).not.toBe(one);
  while ((await world.do({ do: 'forget', workspace: 'acme' })).more);
  expect(await number()).not.toBe(two);
  expect(Object.keys(await tallies())).toEqual(['shop']);
});
