// Leases: one delivery is with one lane at a time, in the order of its due time, and comes back when the lane is gone.
import { beforeEach, expect, test } from 'vitest';
import { leaseMs } from '../../src/store/store.ts';
import { type FreshDatabase, idsOf, makeDelivery, makeEvent, openWorld, type World } from './world.ts';

export function leaseContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  test('a claim takes what is due of one destination, the longest due first, then the oldest', async () => {
    await world.send(
      makeDelivery('d_1', { runAt: world.now - 1 }),
      makeDelivery('d_2', { runAt: world.now - 9 }),
      makeDelivery('d_4', { runAt: world.now - 9 }),
      makeDelivery('d_3', { runAt: world.now - 9 }),
      makeDelivery('d_5', { runAt: world.now + 1 }),
      makeDelivery('d_6', { destination: 'billing' }),
    );
    expect(idsOf(await world.claim('ops', 2))).toEqual(['d_2', 'd_3']);
    expect(idsOf(await world.claim('ops', 9))).toEqual(['d_4', 'd_1']);
    expect(await world.claim('ops')).toEqual([]);
    expect(await world.claim('nowhere')).toEqual([]);
  });

  test('a claimed delivery comes with its event and body, and each claim raises claims and generation', async () => {
    await world.accept(makeEvent('e_1'), { deliveries: [makeDelivery('d_1', { eventId: 'e_1' })] });
    const [first] = await world.claim('ops');
    expect(first).toMatchObject({ delivery: { state: 'leased', claims: 1, generation: 1 }, event: makeEvent('e_1'), body: '{"id":"e_1"}' });
    await world.settle(first!, { state: 'pending', runAt: world.now });
    expect((await world.claim('ops'))[0]?.delivery).toMatchObject({ claims: 2, generation: 2, attempts: 1 });
    expect(await world.delivery('d_1')).toMatchObject({ claims: 2, generation: 2, attempts: 1 });
  });

  test('a start counts for the holder of the lease and for nobody else', async () => {
    await world.send(makeDelivery('d_1'));
    const start = (generation: number) => world.do({ do: 'start', id: 'd_1', generation });
    expect(await start(0)).toEqual({ did: 'start', current: false });
    await world.claim('ops');
    expect(await start(2)).toEqual({ did: 'start', current: false });
    expect(await start(1)).toEqual({ did: 'start', current: true });
    expect(await start(1)).toEqual({ did: 'start', current: true });
    expect(await world.delivery('d_1')).toMatchObject({ starts: 2 });
  });

  test('what is handed back is pending again and its claim does not count; an older holder hands back nothing', async () => {
    await world.send(makeDelivery('d_1'), makeDelivery('d_2'));
    await world.claim('ops', 1);
    await world.do({
      do: 'release',
      released: [
        { id: 'd_1', generation: 1 },
        { id: 'd_2', generation: 0 },
      ],
    });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'pending', claims: 0, generation: 1 });
    await world.claim('ops', 1);
    await world.do({ do: 'release', released: [{ id: 'd_1', generation: 1 }] });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'leased', claims: 1, generation: 2 });
  });

  test('a lease that ran out returns with the tick, its claim counted', async () => {
    await world.send(makeDelivery('d_1'));
    await world.claim('ops');
    world.now += leaseMs - 1;
    expect(await world.tick()).toMatchObject({ destinations: [] });
    world.now += 1;
    expect(await world.tick()).toMatchObject({ destinations: ['ops'] });
    expect((await world.claim('ops'))[0]?.delivery).toMatchObject({ claims: 2, generation: 2 });
  });

  test("a new owner has the old one's leases back at once, and nothing else changes", async () => {
    world.room = { ops: 1 };
    await world.send(makeDelivery('d_1'), makeDelivery('d_2'), makeDelivery('d_3', { follows: 'd_1' }));
    await world.reopen();
    expect(await world.states('d_1', 'd_2', 'd_3')).toEqual(['pending', 'pending', 'waiting']);
    expect((await world.claim('ops'))[0]?.delivery).toMatchObject({ id: 'd_1', claims: 2, generation: 2 });
  });
}
