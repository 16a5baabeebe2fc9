// What cannot be decided or written harms only itself: an event is kept whenever it can be kept at all, for it comes once.
import { beforeEach, expect, test } from 'vitest';
import type { Decider } from '../../src/store/store.ts';
import {
  accepting,
  byEvent,
  decider,
  type FreshDatabase,
  makeDelivery,
  makeEvent,
  makeIncident,
  makeTimer,
  nothing,
  openWorld,
  relayInput,
  type World,
} from './world.ts';

export function undecidedContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  const failing: Decider = (memory, input, clock) => {
    if (input.kind === 'event' && ['e_2', 'e_3'].includes(input.event.id)) throw new Error('no such route');
    return decider({})(memory, input, clock);
  };

  test('an event that decide fails on is kept as undecided and answered; the rest of the batch is unharmed', async () => {
    const { dedupKey } = makeEvent('e_2');
    const done = await world.commit(
      [accepting(makeEvent('e_1')), accepting(makeEvent('e_2')), accepting(makeEvent('e_3', { dedupKey })), accepting(makeEvent('e_4'))],
      failing,
    );
    expect(done).toMatchObject([
      { eventId: 'e_1', outcome: 'routed' },
      { eventId: 'e_2', outcome: 'undecided', undecided: 'no such route' },
      { eventId: 'e_2', outcome: 'duplicate' },
      { eventId: 'e_4', outcome: 'routed' },
    ]);
    expect(await world.read((memory) => memory.event('e_2'))).toEqual(makeEvent('e_2'));
  });

  test('what a decider calls a duplicate by itself leaves no mark, so that the first real one is taken', async () => {
    const { dedupKey } = makeEvent('e_1');
    const odd = () => ({ ...nothing, outcome: 'duplicate', duplicateOf: 'e_0' }) as const;
    expect(await world.commit([accepting(makeEvent('e_1'))], odd)).toMatchObject([{ eventId: 'e_0', outcome: 'duplicate' }]);
    expect(await world.accept(makeEvent('e_2', { dedupKey }))).toMatchObject({ eventId: 'e_2', outcome: 'routed' });
  });

  test('a timer that decide fails on comes back a minute later, not with every tick', async () => {
    const timer = makeTimer('hold', world.now);
    await world.accept(makeEvent('e_1'), { timers: { set: [timer], drop: [] } });
    const input = { kind: 'timer', timer, workspace: { id: 'acme' }, reach: {} } as const;
    const [done] = await world.commit([{ do: 'decide', input }], () => {
      throw new Error('no such route');
    });
    expect(done).toMatchObject({ did: 'decide', undecided: 'no such route', leased: [] });
    expect(await world.tick()).toMatchObject({ timers: [], nextAt: world.now + 60_000 });
  });

  test('an event whose decision cannot be written is kept as undecided, with nothing of that decision', async () => {
    await world.send(makeDelivery('d_1'));
    const decide = byEvent({
      e_1: { deliveries: [makeDelivery('d_2')] },
      e_2: { incidents: [makeIncident('half')], deliveries: [makeDelivery('d_1')] },
      e_3: (memory) => {
        seen = memory.incident('half');
        return { deliveries: [makeDelivery('d_3')] };
      },
    });
    let seen: unknown = 'nothing yet';
    world.room = { ops: 2 };
    const done = await world.commit([accepting(makeEvent('e_1')), accepting(makeEvent('e_2')), accepting(makeEvent('e_3'))], decide);
    expect(done).toMatchObject([
      { eventId: 'e_1', leased: [{ delivery: { id: 'd_2' } }] },
      { eventId: 'e_2', outcome: 'undecided', leased: [] },
      { eventId: 'e_3', leased: [{ delivery: { id: 'd_3' } }] },
    ]);
    expect(seen).toBeUndefined();
    expect(await world.read((memory) => [memory.incident('half'), memory.event('e_2')?.id])).toEqual([undefined, 'e_2']);
    expect(await world.states('d_1', 'd_2', 'd_3')).toEqual(['pending', 'leased', 'leased']);
  });

  test('one item that cannot be written fails alone, with its reason', async () => {
    await world.accept(makeEvent('e_1'));
    const sameId = accepting(makeEvent('e_1', { dedupKey: 'ab'.repeat(32) }));
    const work = [accepting(makeEvent('e_2')), sameId, { do: 'put', key: 'k', value: 'v' } as const, accepting(makeEvent('e_3'))];
    const done = await world.commit(work);
    expect(done).toMatchObject([{ eventId: 'e_2' }, { did: 'failed', code: 'store.row' }, { did: 'put' }, { eventId: 'e_3' }]);
    expect(await world.do({ do: 'get', key: 'k' })).toEqual({ did: 'get', value: 'v' });
    expect(await world.read((memory) => memory.seen('ab'.repeat(32)))).toBeUndefined();
  });

  test('a decision that is no decision fails alone', async () => {
    const input = { ...relayInput };
    const junk: Decider = (memory, one, clock) => (one === input ? ({} as never) : decider({})(memory, one, clock));
    const done = await world.commit([accepting(makeEvent('e_1')), { do: 'decide', input }, { do: 'probe' }], junk);
    expect(done).toMatchObject([{ eventId: 'e_1' }, { did: 'failed', code: 'store.row' }, { did: 'probe' }]);
  });

  test('a note is kept, changed and forgotten', async () => {
    const get = () => world.do({ do: 'get', key: 'rules:good' });
    expect(await get()).toEqual({ did: 'get' });
    for (const value of ['first', 'second']) {
      await world.do({ do: 'put', key: 'rules:good', value });
      expect(await get()).toEqual({ did: 'get', value });
    }
    await world.reopen();
    expect(await get()).toEqual({ did: 'get', value: 'second' });
    await world.do({ do: 'put', key: 'rules:good', value: null });
    expect(await get()).toEqual({ did: 'get' });
  });

  test('a probe writes, and a store says when it was made and last seen', async () => {
    expect(world.store().info).toEqual({ unclean: false, lastSeenAt: 0, createdAt: world.now });
    const made = world.now;
    world.now += 5_000;
    expect(await world.do({ do: 'probe' })).toEqual({ did: 'probe' });
    world.now += 60_000;
    await world.reopen();
    expect(world.store().info).toEqual({ unclean: false, lastSeenAt: made + 5_000, createdAt: made });
  });
}
