// One lane: order, rate, room, leases, and what the store has for it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLane, type LaneOptions } from '../../src/deliver/lane.ts';
import type { LaneSignal } from '../../src/deliver/lane-state.ts';
import { createRate } from '../../src/deliver/rate.ts';
import type { Leased } from '../../src/store/store.ts';
import { virtualClock } from '../clock.ts';
import { deliveryOf, destination, leaseMs, type Target, world } from './lane-world.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const works: Target = () => ({ class: 'ok' });

/** A lane alone, whose sends end when the test says so. */
function alone(more: Partial<LaneOptions> = {}) {
  const clock = virtualClock();
  const open = new Map<string, (signal: LaneSignal) => void>();
  const begun: string[] = [];
  const back: string[] = [];
  const asked: number[] = [];
  const lane = createLane({
    name: 'ops',
    concurrency: 2,
    timeoutMs: 10 * second,
    ticker: clock,
    random: () => 0,
    leaseMs,
    deliver: ({ delivery }) => {
      begun.push(delivery.id);
      return new Promise((resolve) => open.set(delivery.id, resolve));
    },
    wanted: async (limit) => {
      asked.push(limit);
      return [];
    },
    handBack: (leased, why) => back.push(...leased.map((one) => `${one.delivery.id} ${why}`)),
    ...more,
  });
  const leased = (...ids: string[]): Leased[] => ids.map((id) => ({ delivery: deliveryOf(id, 'ops', clock.now()) }));
  const end = async (id: string, signal: LaneSignal = { outcome: 'ok' }) => {
    open.get(id)!(signal);
    await clock.settle();
  };
  return { clock, lane, begun, back, asked, leased, end };
}

test('deliveries start in the order they were put, as many at once as the destination allows', async () => {
  const { lane, begun, leased, end } = alone();
  lane.put(leased('a', 'b', 'c'));
  lane.put(leased('d', 'e'));
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(lane.state()).toMatchObject({ running: 2, waiting: 1, health: 'ok', counts: { ok: 2 } });
});

test('a delivery can be taken back until its send begins, not after', async () => {
  const { lane, begun, leased, end } = alone();
  lane.put(leased('a', 'b', 'c', 'd'));
  expect(lane.takeBack('a')).toBeUndefined();
  expect(lane.takeBack('c')?.delivery.id).toBe('c');
  expect(lane.takeBack('c')).toBeUndefined();
  await end('a');
  await end('b');
  expect(begun).toEqual(['a', 'b', 'd']);
});

test('a rate is kept to the millisecond: never more in any second, and none of it is lost', async () => {
  const { lanes, sent, ...rest } = world([destination('slack', { perSecond: 1 })], { slack: works });
  rest.arrive('slack', 30);
  await rest.run(40 * second);
  const at = sent.map((one) => (one.at - sent[0]!.at) / second);
  expect(at).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(lanes.states()[0]).toMatchObject({ waiting: 0, counts: { ok: 30 } });
});

test('whatever the rate and however the clock is set, a rate lets through no more than it says', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 500, noNaN: true }),
      fc.array(fc.record({ step: fc.integer({ min: 0, max: 3000 }), jump: fc.constantFrom(0, 0, 0, -hour, hour) }), { maxLength: 300 }),
      (perSecond, steps) => {
        const rate = createRate(perSecond);
        let [now, real, taken] = [0, 0, 0];
        for (const { step, jump } of steps) {
          now += step + jump;
          real += step;
          const wait = rate.take(now);
          if (wait === 0) taken += 1;
          else expect(wait).toBeLessThanOrEqual(Math.ceil(1001 / perSecond));
        }
        const jumps = steps.filter(({ jump }) => jump > 0).length;
        const burst = Math.max(1, perSecond * 0.05);
        expect(taken).toBeLessThanOrEqual(burst * (1 + jumps) + (real / 1000) * perSecond + 0.01);
      },
    ),
  );
});

test('a lane keeps only what it can soon send: 16 for each place, or 20 seconds of its rate', () => {
  const { lanes } = world(
    [
      destination('http'),
      destination('slack', { perSecond: 1, concurrency: 4 }),
      destination('mail', { perSecond: 0.01 }),
      destination('fast', { perSecond: 900 }),
    ],
    {},
  );
  expect(lanes.room()).toEqual({ http: 128, slack: 20, mail: 1, fast: 128 });
});

test('there is room for nothing while a lane is paused, held or open, and for one when it probes', async () => {
  const { clock, lane, begun, leased, end } = alone();
  lane.pause(clock.now() + 5 * second, 'asked to');
  expect(lane.room()).toBe(0);
  await clock.advance(5 * second);
  expect(lane.room()).toBe(16);
  lane.hold('HTTP 401');
  expect(lane.room()).toBe(0);
  await clock.advance(5 * minute);
  expect(lane.room()).toBe(1);
  lane.resume();
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    lane.put(leased(id));
    await end(id, { outcome: 'transient', transient: true });
  }
  expect(begun).toHaveLength(5);
  expect(lane.state().health).toBe('open');
  expect(lane.room()).toBe(0);
  await clock.advance(30 * second);
  expect(lane.room()).toBe(1);
});

test('what reaches a lane that shut meanwhile is handed back, but for one where it probes', async () => {
  const { clock, lane, begun, back, leased } = alone();
  lane.pause(clock.now() + second, 'asked to');
  lane.put(leased('a'));
  lane.hold('HTTP 401');
  await clock.advance(5 * minute);
  lane.put(leased('b', 'c', 'd'));
  lane.put(leased('e'));
  expect(begun).toEqual(['b']);
  expect(back).toEqual(['a paused', 'c held', 'd held', 'e held']);
});

test('only what was begun after a hold can end it', async () => {
  const { clock, lane, leased, end } = alone();
  lane.put(leased('a', 'b'));
  await end('a', { outcome: 'config', error: 'HTTP 401' });
  await end('b');
  expect(lane.state()).toMatchObject({ health: 'held', reason: 'HTTP 401' });
  await clock.advance(5 * minute);
  lane.put(leased('c'));
  await end('c');
  expect(lane.state()).toMatchObject({ health: 'ok', slots: 1 });
});

test('what waited too long for its lease is handed back unsent, for another may hold it by now', async () => {
  const { clock, lane, begun, back, leased, end } = alone({ concurrency: 1 });
  lane.put(leased('a', 'b', 'c'));
  await clock.advance(46 * second);
  lane.put(leased('d'));
  await end('a');
  expect(begun).toEqual(['a', 'd']);
  expect(back).toEqual(['b lease', 'c lease']);
});

test('the store is asked once for what it has, and again only when it has more', async () => {
  const { clock, lane, asked } = alone();
  lane.due();
  lane.due();
  expect(asked).toEqual([16]);
  await clock.settle();
  expect(asked).toEqual([16, 16]);
  await clock.advance(minute);
  expect(asked).toHaveLength(2);
});

test('a store that cannot answer is asked again once a second, not at once', async () => {
  const it = world([destination('ops', { concurrency: 1 })], { ops: works });
  it.storeFails = true;
  const ids = it.arrive('ops', 40);
  await it.run(10 * second);
  expect(it.sent).toHaveLength(16);
  expect(it.claimsRefused).toBe(11);
  it.storeFails = false;
  await it.run(2 * second);
  expect(it.sent.map((one) => one.id)).toEqual(ids);
});

test('a lane that drains no longer asks the store', async () => {
  const it = world([destination('ops', { concurrency: 1 })], { ops: works });
  it.storeFails = true;
  it.arrive('ops', 40);
  await it.clock.settle();
  await it.lanes.drain(second);
  expect(it.clock.planned()).toBe(0);
});

test('fresh deliveries share the lane with a backlog, so a lane under load gets back to the short way', async () => {
  const it = world([destination('ops')], { ops: () => ({ class: 'ok', afterMs: 5 }) });
  it.arrive('ops', 500);
  for (let n = 0; n < 100; n++) {
    await it.clock.advance(10);
    it.arrive('ops', 8);
  }
  await it.run(second);
  expect(it.rows().every((row) => row.state === 'delivered')).toBe(true);
  const before = it.claims.length;
  for (let n = 0; n < 50; n++) {
    await it.clock.advance(10);
    it.arrive('ops', 8);
  }
  expect(it.claims).toHaveLength(before);
});

test('under a load that is too much for the lane, what fell behind first does not wait for the load to end', async () => {
  const it = world([destination('ops')], { ops: () => ({ class: 'ok', afterMs: 5 }) });
  const [, ...behind] = it.arrive('ops', 300);
  for (let n = 0; n < 200; n++) {
    await it.clock.advance(10);
    it.arrive('ops', 32);
  }
  expect(behind.filter((id) => it.row(id).state !== 'delivered')).toEqual([]);
});

test('while what waits is being fetched there is room for the fresh beside it, but none before it where it fell behind or a rate makes it scarce', () => {
  const wanted = () => new Promise<never>(() => {});
  const room = (more: Partial<LaneOptions>) => {
    const { lane } = alone({ ...more, wanted });
    lane.due();
    return lane.room();
  };
  expect([room({}), room({ perSecond: 1 }), room({ heldBefore: { reason: 'refused', since: 0 } })]).toEqual([16, 0, 0]);
});

test('an error of the relay itself inside an attempt takes no place for ever and says nothing about the target', async () => {
  let calls = 0;
  const { clock, lane, leased } = alone({
    deliver: async () => {
      calls += 1;
      throw new Error('a mistake');
    },
  });
  lane.put(leased('a', 'b', 'c', 'd', 'e', 'f', 'g'));
  await clock.settle();
  expect(calls).toBe(7);
  expect(lane.state()).toMatchObject({ health: 'ok', running: 0, counts: { lost: 7 }, lastError: 'Error: a mistake' });
});
