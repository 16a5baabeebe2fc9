// tick: what is due, for whom, and when to look again.

import { beforeEach, expect, test } from 'vitest';
import { leaseMs } from '../../src/store/store.ts';
import { type FreshDatabase, makeDelivery, makeEvent, makeTimer, openWorld, type World } from './world.ts';

export function tickContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  const setTimers = (...set: ReturnType<typeof makeTimer>[]) => world.accept(makeEvent(`e_${set[0]!.name}`), { timers: { set, drop: [] } });

  test('nothing planned, nothing told', async () => {
    expect(await world.tick()).toEqual({ did: 'tick', timers: [], destinations: [], open: { pending: 0, leased: 0, waiting: 0 } });
  });

  test('due timers come the longest due first, and again until a decision drops them', async () => {
    const [early, due, later] = [makeTimer('b', world.now - 1), makeTimer('a', world.now), makeTimer('c', world.now + 1)];
    await setTimers(due, early, later);
    for (const _ of [1, 2]) expect(await world.tick()).toMatchObject({ timers: [early, due], nextAt: world.now + 1 });
    const input = { kind: 'timer', timer: early, workspace: { id: 'acme' }, reach: {} } as const;
    await world.do({ do: 'decide', input }, { timers: { set: [], drop: ['a', 'b'] } });
    expect(await world.tick()).toMatchObject({ timers: [], nextAt: world.now + 1 });
  });

  test('at most 200 timers come at once, and then it is told to look again now', async () => {
    const timers = Array.from({ length: 201 }, (_, at) => makeTimer(`t${String(at).padStart(3, '0')}`, world.now - 201 + at));
    await setTimers(...timers);
    expect(await world.tick()).toMatchObject({ timers: timers.slice(0, 200), nextAt: world.now });
  });

  test('what waits for its next try at a mended destination is due at once, what was never tried keeps its time', async () => {
    await world.send(
      makeDelivery('d_1'),
      makeDelivery('d_2', { destination: 'billing' }),
      makeDelivery('d_3', { runAt: world.now + 60_000 }),
    );
    for (const name of ['ops', 'billing'])
      for (const leased of await world.claim(name)) await world.settle(leased, { state: 'pending', runAt: world.now + 3_600_000 });
    expect((await world.tick()).destinations).toEqual([]);
    expect(await world.do({ do: 'hasten', destination: 'ops' })).toEqual({ did: 'hasten', more: false });
    expect(await world.tick()).toMatchObject({ destinations: ['ops'], nextAt: world.now + 60_000 });
    expect((await world.claim('ops')).map(({ delivery }) => delivery.id)).toEqual(['d_1']);
  });

  test('a clock that was set back: what waits for its next try waits as long as it was meant to, and no longer', async () => {
    await world.send(makeDelivery('d_1', { runAt: world.now + 3_600_000 + 30_000 }), makeDelivery('d_2', { runAt: world.now + 5000 }));
    expect(await world.do({ do: 'clock-jumped', byMs: -3_600_000 })).toEqual({ did: 'clock-jumped' });
    expect(await world.tick()).toMatchObject({ destinations: ['ops'], nextAt: world.now + 30_000 });
    expect((await world.claim('ops')).map(({ delivery }) => delivery.id)).toEqual(['d_2']);
  });

  test('a clock that was set: what was leased just after it, before that was noticed, is no more due than what was leased before', async () => {
    for (const byMs of [3_600_000, -3_600_000]) {
      await world.send(makeDelivery(`before ${byMs}`, { runAt: world.now }));
      expect(await world.claim('ops')).toHaveLength(1);
      world.now += byMs;
      await world.send(makeDelivery(`after ${byMs}`, { runAt: world.now }));
      expect(await world.claim('ops')).toHaveLength(1);
      await world.do({ do: 'clock-jumped', byMs });
      expect((await world.tick()).destinations).toEqual([]);
    }
    world.now += leaseMs;
    expect((await world.tick()).destinations).toEqual(['ops']);
    expect(await world.claim('ops', 10)).toHaveLength(4);
  });

  test('a clock that was set: a lease lasts from then on as long as any', async () => {
    await world.send(makeDelivery('d_1'));
    await world.claim('ops');
    for (const byMs of [3_600_000, -7_200_000]) {
      world.now += byMs;
      await world.do({ do: 'clock-jumped', byMs });
      expect((await world.tick()).destinations).toEqual([]);
    }
    world.now += leaseMs;
    expect((await world.tick()).destinations).toEqual(['ops']);
  });

  test('replan: a hold that still runs is due now; one that is overdue keeps its time, and so does everything else', async () => {
    const [overdue, running] = [makeTimer('overdue', world.now - 9), makeTimer('running', world.now + 5)];
    const close = { ...makeTimer('close', world.now + 7), kind: 'close' as const };
    await setTimers(overdue, running, close);
    expect(await world.do({ do: 'replan' })).toEqual({ did: 'replan' });
    expect(await world.tick()).toMatchObject({
      timers: [overdue, { ...running, kind: 'replan', dueAt: world.now }],
      nextAt: world.now + 7,
    });
  });

  test('a timer that is set again is moved', async () => {
    await setTimers(makeTimer('a', world.now));
    await world.accept(makeEvent('e_2'), { timers: { set: [makeTimer('a', world.now + 5)], drop: [] } });
    expect(await world.tick()).toMatchObject({ timers: [], nextAt: world.now + 5 });
  });

  test('destinations with something due are named once; what is due later is when to look again', async () => {
    await world.send(
      makeDelivery('d_1'),
      makeDelivery('d_2'),
      makeDelivery('d_3', { destination: 'audit', runAt: world.now + 9 }),
      makeDelivery('d_4', { destination: 'billing', runAt: world.now + 7 }),
      makeDelivery('d_5', { destination: 'billing', runAt: world.now - 7 }),
    );
    expect(await world.tick()).toMatchObject({ destinations: ['billing', 'ops'], nextAt: world.now + 7 });
    world.now += 9;
    expect(await world.tick()).toMatchObject({ destinations: ['audit', 'billing', 'ops'] });
  });

  test('what is open is counted, at most once a second', async () => {
    const none = { pending: 0, leased: 0, waiting: 0 };
    expect((await world.tick()).open).toEqual(none);
    world.room = { ops: 1 };
    await world.send(makeDelivery('d_1'), makeDelivery('d_2'), makeDelivery('d_3'), makeDelivery('d_4', { follows: 'd_1' }));
    world.now += 999;
    expect((await world.tick()).open).toEqual(none);
    world.now += 1;
    expect((await world.tick()).open).toEqual({ pending: 2, leased: 1, waiting: 1 });
  });

  test('a tick leaves a mark of when the relay was last seen', async () => {
    world.now += 40_000;
    await world.tick();
    await world.reopen();
    expect(world.store().info.lastSeenAt).toBe(world.now);
  });
}
