// Retention takes what is over and old, never what is open; and what was sent once can be sent again.
import { beforeEach, expect, test } from 'vitest';
import {
  day,
  everyRoom,
  type FreshDatabase,
  idsOf,
  makeDelivery,
  makeEvent,
  makeIncident,
  openWorld,
  settlementOf,
  type World,
} from './world.ts';

export function pruneContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  const prune = () => world.do({ do: 'prune' });
  const pruneAll = async (): Promise<number> => {
    let deleted = 0;
    for (let more = true; more; ) {
      const done = await prune();
      expect(done.deleted).toBeLessThanOrEqual(500);
      deleted += done.deleted;
      more = done.more;
    }
    return deleted;
  };
  /** An event with one delivery; the event's incident is open or over. */
  const event = (id: string, open: boolean) => {
    const key = `wa:acme:${id}`;
    return world.accept(makeEvent(id, { incidentKey: key, receivedAt: world.now }), {
      incidents: [makeIncident(key, { open, eventId: id })],
      deliveries: [makeDelivery(`d_${id}`, { eventId: id, incidentKey: key, createdAt: world.now, runAt: world.now })],
    });
  };
  const bodyOf = async (id: string): Promise<string | undefined> => {
    world.room = everyRoom;
    return (await world.send(makeDelivery(`look_${id}_${world.now}`, { eventId: id }))).leased[0]?.body;
  };

  test('after 7 days a delivered body and the key go, after 30 all of it', async () => {
    world.room = everyRoom;
    const { leased } = await event('e_1', false);
    await world.settle(leased[0]!, { state: 'delivered' });
    world.now += 7 * day;
    expect(await pruneAll()).toBe(0);
    world.now += 1;
    expect(await pruneAll()).toBe(2);
    expect(await world.read((memory) => memory.event('e_1')?.id)).toBe('e_1');
    world.now += 23 * day;
    expect(await pruneAll()).toBe(3);
    const left = await world.read((memory) => [memory.event('e_1'), memory.delivery('d_e_1'), memory.incident('wa:acme:e_1')]);
    expect(left).toEqual([undefined, undefined, undefined]);
    expect(await pruneAll()).toBe(0);
  });

  test('a dead letter keeps its body, so that it can be sent again', async () => {
    world.room = everyRoom;
    const { leased } = await event('e_1', false);
    await world.settle(leased[0]!, { state: 'dead' });
    world.now += 7 * day + 1;
    await pruneAll();
    expect(await bodyOf('e_1')).toBe('{"id":"e_1"}');
  });

  test('open work, its event and its incident stay however old they are', async () => {
    await event('pending', false);
    world.room = everyRoom;
    const told = await event('told', true);
    await world.settle(told.leased[0]!, { state: 'delivered', receipt: { ts: '1' } });
    world.room = {};
    await world.accept(makeEvent('words', { incidentKey: 'wa:acme:other' }), {
      incidents: [makeIncident('wa:acme:else', { eventId: 'words' })],
    });
    world.now += 400 * day;
    await pruneAll();
    const left = await world.read((memory) => [
      ['pending', 'told', 'words'].map((id) => memory.event(id)?.id),
      ['wa:acme:pending', 'wa:acme:told', 'wa:acme:else'].map((key) => memory.incident(key)?.key),
      memory.delivery('d_told')?.receipt,
      memory.delivery('d_pending')?.state,
    ]);
    expect(left).toEqual([['pending', 'told', 'words'], ['wa:acme:pending', 'wa:acme:told', 'wa:acme:else'], { ts: '1' }, 'pending']);
    expect(await bodyOf('pending')).toBe('{"id":"pending"}');
  });

  test('an open incident keeps what told of it and what was counted to it, under whatever key they came', async () => {
    world.room = everyRoom;
    const key = 'wa:acme:old-id';
    const told = await world.accept(makeEvent('teller', { incidentKey: 'wa:acme:new-id' }), {
      incidents: [makeIncident(key, { eventId: 'elsewhere' })],
      deliveries: [makeDelivery('d_1', { eventId: 'teller', incidentKey: key })],
    });
    await world.settle(told.leased[0]!, { state: 'delivered', receipt: { ts: '1' } });
    await world.accept(makeEvent('counted', { incidentKey: key }));
    await world.accept(makeEvent('other', { incidentKey: 'wa:acme:other' }));
    world.now += 31 * day;
    await pruneAll();
    const left = await world.read((memory) => ['teller', 'counted', 'other'].map((id) => memory.event(id)?.id));
    expect(left).toEqual(['teller', 'counted', undefined]);
    expect(await world.delivery('d_1')).toMatchObject({ receipt: { ts: '1' } });
  });

  test('what was kept for being open goes once it is over', async () => {
    await event('e_1', true);
    world.now += 31 * day;
    await pruneAll();
    await world.settle((await world.claim('ops'))[0]!, { state: 'delivered' });
    await world.accept(makeEvent('e_2', { receivedAt: world.now }), {
      incidents: [makeIncident('wa:acme:e_1', { open: false, eventId: 'e_1' })],
    });
    await pruneAll();
    expect(await world.read((memory) => memory.event('e_1')?.id)).toBe('e_1');
    world.now += 30 * day + 1;
    await pruneAll();
    expect(await world.read((memory) => [memory.event('e_1'), memory.incident('wa:acme:e_1'), memory.delivery('d_e_1')])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('what the relay said about itself goes after 30 days, with its attempts', async () => {
    await world.send(makeDelivery('d_1'), makeDelivery('d_2'));
    const [first] = await world.claim('ops', 1);
    await world.settle(first!, { state: 'pending', runAt: world.now });
    await world.settle((await world.claim('ops', 1))[0]!, { state: 'dead' });
    world.now += 30 * day + 1;
    expect(await pruneAll()).toBe(3);
    expect(await world.states('d_1', 'd_2')).toEqual([undefined, 'pending']);
  });

  test('a thousand events go in steps of at most 500 rows', async () => {
    const ids = Array.from({ length: 300 }, (_, at) => `e_${String(at).padStart(4, '0')}`);
    for (const id of ids) await world.accept(makeEvent(id));
    world.now += 31 * day;
    expect(await pruneAll()).toBe(900);
    expect(await world.read((memory) => ids.filter((id) => memory.event(id) !== undefined))).toEqual([]);
  });

  test('one event with hundreds of attempts goes in such steps too', async () => {
    const sent = Array.from({ length: 40 }, (_, at) => makeDelivery(`d_${String(at).padStart(2, '0')}`, { eventId: 'e_1' }));
    await world.accept(makeEvent('e_1'), { deliveries: sent });
    for (let attempt = 1; attempt <= 14; attempt++) {
      const next = attempt < 14 ? ({ state: 'pending', runAt: world.now } as const) : ({ state: 'dead' } as const);
      const leased = await world.claim('ops', 40);
      await world.commit(leased.map((one) => ({ do: 'settle', settlement: settlementOf(one, next, world.now) })));
    }
    world.now += 31 * day;
    // The event, its key, its deliveries and their attempts; its body goes with it.
    expect(await pruneAll()).toBe(2 + 40 + 40 * 14);
    expect(await world.states('d_00', 'd_39')).toEqual([undefined, undefined]);
  });

  test('a replay is a new delivery of the same words, with an age of its own', async () => {
    world.room = everyRoom;
    const { leased } = await event('e_1', false);
    await world.settle(leased[0]!, { state: 'dead' });
    world.now += 3 * day;
    const done = await world.do({ do: 'replay', ids: ['d_e_1', 'nowhere'], reason: 'the receiver is back' });
    expect(done).toMatchObject({ created: [expect.stringMatching(/^d_/)], refused: [{ id: 'nowhere', reason: expect.any(String) }] });
    const [again] = await world.claim('ops');
    expect(again).toMatchObject({ event: { id: 'e_1' }, body: '{"id":"e_1"}' });
    expect(again?.delivery).toMatchObject({
      ...{ id: done.created[0], replayOf: 'd_e_1', eventId: 'e_1', incidentKey: 'wa:acme:e_1', route: 'number-down', kind: 'alert' },
      ...{
        attempts: 0,
        claims: 1,
        generation: 1,
        createdAt: world.now,
        receivedAt: world.now,
        details: { replayReason: 'the receiver is back' },
      },
    });
    expect(again?.delivery.follows).toBeUndefined();
    expect(await world.states('d_e_1')).toEqual(['dead']);
  });

  test('what still goes out by itself is not sent again', async () => {
    await world.send(makeDelivery('d_1'), makeDelivery('d_2', { follows: 'd_1' }));
    const done = await world.do({ do: 'replay', ids: ['d_1', 'd_2'], reason: 'why not' });
    expect(done.created).toEqual([]);
    expect(done.refused.map(({ id, reason }) => [id, /pending|waiting/.test(reason)])).toEqual([
      ['d_1', true],
      ['d_2', true],
    ]);
    expect(idsOf(await world.claim('ops'))).toEqual(['d_1']);
  });
}
