// Followers: what follows a delivery goes out after it and knows its receipt, or goes without it, or not at all; it never waits for ever.
import { beforeEach, expect, test } from 'vitest';
import type { Input } from '../../src/decide/decision.ts';
import { type FreshDatabase, idsOf, makeDelivery, makeEvent, nothing, openWorld, settlementOf, type World } from './world.ts';

export function followersContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  const pair = () => world.send(makeDelivery('d_1'), makeDelivery('d_2', { kind: 'resolved', follows: 'd_1', eventId: 'e_1' }));
  const undelivered = (id: string): Input =>
    ({ kind: 'undelivered', delivery: makeDelivery(id), reason: 'gone', workspace: { id: 'acme' }, reach: {} }) as const;
  const receipt = { channel: 'C1', ts: '1.2' };

  test('a follower waits, whatever room there is, until the one before it is delivered, and then has its receipt', async () => {
    await world.accept(makeEvent('e_1'));
    world.room = { ops: 5 };
    const { leased } = await pair();
    expect(idsOf(leased)).toEqual(['d_1']);
    expect(await world.states('d_2')).toEqual(['waiting']);
    const done = await world.settle(leased[0]!, { state: 'delivered', receipt });
    expect(done.leased).toMatchObject([
      { delivery: { id: 'd_2', state: 'leased', claims: 1, generation: 1 }, previous: receipt, body: '{"id":"e_1"}' },
    ]);
    expect(done.waiting).toEqual([]);
  });

  test('without room it is pending, its destination is named, and a claim brings the receipt', async () => {
    await pair();
    const [first] = await world.claim('ops');
    expect(await world.settle(first!, { state: 'delivered', receipt })).toMatchObject({ leased: [], waiting: ['ops'] });
    expect(await world.claim('ops')).toMatchObject([{ delivery: { id: 'd_2' }, previous: receipt }]);
  });

  test('what follows something already final is free at once: with the receipt of a delivered one, without any of another', async () => {
    await world.send(makeDelivery('d_1'), makeDelivery('d_2'), makeDelivery('d_3'));
    const [one, two] = await world.claim('ops', 2);
    await world.settle(one!, { state: 'delivered', receipt });
    await world.settle(two!, { state: 'dead' });
    await world.accept(makeEvent('e_1'), { cancel: [{ id: 'd_3', reason: 'over' }] });
    world.room = { ops: 9 };
    const late = ['d_1', 'd_2', 'd_3', 'gone'].map((follows, at) => makeDelivery(`d_${at + 4}`, { follows, state: 'waiting' }));
    const { leased } = await world.send(...late);
    expect(leased.map(({ previous }) => previous)).toEqual([receipt, undefined, undefined, undefined]);
  });

  test('a failed attempt frees nobody', async () => {
    await pair();
    const [first] = await world.claim('ops');
    await world.settle(first!, { state: 'pending', runAt: world.now + 1_000 });
    expect(await world.states('d_1', 'd_2')).toEqual(['pending', 'waiting']);
  });

  test('of a death, decide sees the dead one and its followers, and says who is cancelled and who goes', async () => {
    await world.send(makeDelivery('d_1'), ...['d_2', 'd_3', 'd_4'].map((id) => makeDelivery(id, { follows: 'd_1' })));
    const [first] = await world.claim('ops');
    let seen: unknown;
    const done = await world.settle(first!, { state: 'dead' }, { after: undelivered('d_1') }, (memory) => {
      seen = [memory.delivery('d_1')?.state, memory.followers('d_1').map(({ id }) => id)];
      return {
        cancel: [{ id: 'd_2', reason: 'its problem never arrived' }],
        release: ['d_3'],
        deliveries: [makeDelivery('d_5', { destination: 'billing' }), makeDelivery('d_6', { destination: 'billing', follows: 'd_5' })],
      };
    });
    expect(seen).toEqual(['dead', ['d_2', 'd_3', 'd_4']]);
    expect(done).toMatchObject({ current: true, waiting: ['ops', 'billing'] });
    // d_4 was forgotten by the decision: it goes out as new, for nobody would ever free it.
    expect(await world.states('d_2', 'd_3', 'd_4', 'd_5', 'd_6')).toEqual(['cancelled', 'pending', 'pending', 'pending', 'waiting']);
  });

  test('decide is handed the dead one as it now is, not as its lane took it', async () => {
    await world.send(makeDelivery('d_1'));
    const [first] = await world.claim('ops');
    let told: unknown;
    const settlement = settlementOf(first!, { state: 'dead' }, world.now, { after: undelivered('d_1') });
    await world.commit([{ do: 'settle', settlement }], (_memory, input) => {
      told = input.kind === 'undelivered' ? input.delivery : undefined;
      return nothing;
    });
    expect(told).toMatchObject({ id: 'd_1', state: 'dead', attempts: 1, lastClass: 'permanent' });
  });

  test('a death of which nothing is to be decided frees its followers', async () => {
    await pair();
    const [first] = await world.claim('ops');
    await world.settle(first!, { state: 'dead' });
    expect((await world.claim('ops'))[0]).not.toHaveProperty('previous');
  });

  test('a death is written although decide fails on what follows from it', async () => {
    await pair();
    const [first] = await world.claim('ops');
    const done = await world.settle(first!, { state: 'dead' }, { after: undelivered('d_1') }, () => {
      throw new Error('no such destination');
    });
    expect(done).toMatchObject({ current: true, undecided: 'no such destination' });
    expect(await world.states('d_1', 'd_2')).toEqual(['dead', 'pending']);
  });

  test('a recalled one is cancelled with all that waits for it', async () => {
    world.room = { ops: 1 };
    await world.send(makeDelivery('d_1'), makeDelivery('d_2', { follows: 'd_1' }), makeDelivery('d_3', { follows: 'd_2' }));
    const recalled = { do: 'recalled', id: 'd_1', reason: 'over before it was sent' } as const;
    expect(await world.do({ ...recalled, generation: 2 })).toEqual({ did: 'recalled', current: false });
    expect(await world.do({ ...recalled, generation: 1 })).toEqual({ did: 'recalled', current: true });
    expect(await world.do({ ...recalled, generation: 1 })).toEqual({ did: 'recalled', current: false });
    expect(await world.states('d_1', 'd_2', 'd_3')).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  test('decide lets a waiting one go early, and only a waiting one', async () => {
    world.room = { ops: 2 };
    await pair();
    const done = await world.accept(makeEvent('e_1'), { release: ['d_1', 'd_2', 'nowhere'] });
    expect(idsOf(done.leased)).toEqual(['d_2']);
    expect(await world.delivery('d_1')).toMatchObject({ claims: 1, generation: 1 });
  });
}
