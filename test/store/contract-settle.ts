// settle: the outcome of a try is written once, by the holder of the lease; what is final stays as it is.
import { beforeEach, expect, test } from 'vitest';
import type { Attempt } from '../../src/delivery.ts';
import { leaseMs } from '../../src/store/store.ts';
import { type FreshDatabase, makeDelivery, openWorld, settlementOf, type World } from './world.ts';

export function settleContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    await world.send(makeDelivery('d_1'));
    return () => world.close();
  });

  const claim = async () => (await world.claim('ops', 1))[0]!;
  /** The lease runs out under its holder, and another takes it. */
  const loseLease = async () => {
    const old = await claim();
    world.now += leaseMs;
    await world.tick();
    return { old, current: await claim() };
  };

  test('a success closes the delivery with its receipt', async () => {
    const done = await world.settle(await claim(), { state: 'delivered', receipt: { ts: '1.2' } });
    expect(done).toEqual({ did: 'settle', current: true, leased: [], waiting: [], recall: [] });
    await world.reopen();
    expect(await world.delivery('d_1')).toMatchObject({
      ...{ state: 'delivered', attempts: 1, receipt: { ts: '1.2' }, lastClass: 'ok', endedAt: start(world) },
    });
    expect(await world.tick()).toMatchObject({ destinations: [], open: { pending: 0, leased: 0, waiting: 0 } });
  });

  test('a failure is kept with its class and comes back when it is due', async () => {
    expect(await world.settle(await claim(), { state: 'pending', runAt: world.now + 2_000 })).toMatchObject({ current: true, waiting: [] });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'pending', attempts: 1, lastClass: 'transient', runAt: world.now + 2_000 });
    expect(await world.claim('ops')).toEqual([]);
    world.now += 2_000;
    expect((await claim()).delivery.lastError).toBe('the receiver answered HTTP 503');
  });

  test('what is due again at once names its destination', async () => {
    expect(await world.settle(await claim(), { state: 'pending', runAt: world.now })).toMatchObject({ waiting: ['ops'] });
  });

  test('a wait for a rate limit or a held destination costs no attempt', async () => {
    const attempt: Attempt = { n: 1, startedAt: 1, endedAt: 2, class: 'rate-limited', code: 'HTTP 429' };
    await world.settle(await claim(), { state: 'pending', runAt: world.now }, { counts: false, attempt });
    expect(await world.delivery('d_1')).toMatchObject({ attempts: 0, claims: 1, lastClass: 'rate-limited' });
  });

  test('any outcome clears the starts', async () => {
    const first = await claim();
    await world.do({ do: 'start', id: 'd_1', generation: 1 });
    await world.settle(first, { state: 'pending', runAt: world.now });
    expect(await world.delivery('d_1')).toMatchObject({ starts: 0 });
  });

  test('a death is final', async () => {
    expect(await world.settle(await claim(), { state: 'dead' })).toMatchObject({ current: true });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'dead', attempts: 1, lastClass: 'permanent', endedAt: world.now });
  });

  test('a failure told by an older lease is void', async () => {
    const { old } = await loseLease();
    expect(await world.settle(old, { state: 'dead' })).toMatchObject({ current: false });
    expect(await world.settle(old, { state: 'pending', runAt: 0 })).toMatchObject({ current: false });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'leased', attempts: 0, generation: 2 });
  });

  test('a success told by an older lease still closes the delivery, and frees who waited', async () => {
    const { old, current } = await loseLease();
    await world.send(makeDelivery('d_2', { follows: 'd_1' }));
    expect(await world.settle(old, { state: 'delivered', receipt: { ts: 'late' } })).toMatchObject({ current: false, waiting: ['ops'] });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'delivered', receipt: { ts: 'late' } });
    expect(await world.settle(current, { state: 'pending', runAt: 0 })).toMatchObject({ current: false });
    expect(await world.delivery('d_1')).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('the outcome of a lease that ran out and was not taken again counts', async () => {
    const first = await claim();
    world.now += leaseMs;
    await world.tick();
    expect(await world.settle(first, { state: 'delivered' })).toMatchObject({ current: true });
    expect(await world.states('d_1')).toEqual(['delivered']);
  });

  test('what is final never changes, whoever speaks', async () => {
    const first = await claim();
    await world.settle(first, { state: 'dead' });
    const before = await world.delivery('d_1');
    for (const next of [{ state: 'delivered' }, { state: 'dead' }, { state: 'pending', runAt: 0 }] as const)
      expect(await world.settle(first, next)).toMatchObject({ current: false });
    const { did, current } = await world.do({ do: 'start', id: 'd_1', generation: 1 });
    expect([did, current]).toEqual(['start', false]);
    await world.do({ do: 'release', released: [{ id: 'd_1', generation: 1 }] });
    expect(await world.delivery('d_1')).toEqual(before);
  });

  test('the outcome of what is not there is void', async () => {
    const first = await claim();
    const settlement = settlementOf(first, { state: 'delivered' }, world.now, { id: 'nowhere' });
    expect(await world.do({ do: 'settle', settlement })).toMatchObject({ current: false });
  });
}

const start = (world: World) => world.now;
