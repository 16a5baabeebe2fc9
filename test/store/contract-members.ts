// A digest is handed over with all that it tells of, and nothing it will still tell of is forgotten.
import { beforeEach, expect, test } from 'vitest';
import { day, everyRoom, type FreshDatabase, makeDelivery, makeEvent, openWorld, type World } from './world.ts';

export function membersContract(fresh: FreshDatabase): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(fresh);
    return () => world.close();
  });

  const ids = ['e_2', 'e_1', 'e_3'];
  const digest = (id: string, more: Parameters<typeof makeDelivery>[1] = {}) =>
    makeDelivery(id, { kind: 'digest', eventId: 'e_3', details: { members: ids }, ...more });
  const events = async () => {
    for (const id of [...ids].sort()) await world.accept(makeEvent(id));
  };
  const pruneAll = async () => {
    while ((await world.do({ do: 'prune' })).more);
  };
  const left = () => world.read((memory) => ids.filter((id) => memory.event(id) !== undefined));

  test('a claimed digest comes with its members in its own order, whole', async () => {
    await events();
    await world.send(digest('d_1'));
    expect((await world.claim('ops'))[0]).toMatchObject({ event: makeEvent('e_3'), members: ids.map((id) => makeEvent(id)) });
  });

  test('so does one that is leased at once, also by the event that makes it one', async () => {
    await world.accept(makeEvent('e_1'));
    await world.accept(makeEvent('e_2'));
    world.room = everyRoom;
    const { leased } = await world.accept(makeEvent('e_3'), { deliveries: [digest('d_1')] });
    expect(leased[0]?.members).toEqual(ids.map((id) => makeEvent(id)));
  });

  test('and its ends, once the digest that they follow is delivered', async () => {
    await events();
    world.room = everyRoom;
    const { leased } = await world.send(digest('d_1'));
    await world.send(digest('d_2', { kind: 'resolved', follows: 'd_1', details: { members: ['e_1', 'e_3'] } }));
    const done = await world.settle(leased[0]!, { state: 'delivered', receipt: { ts: '1' } });
    expect(done.leased[0]).toMatchObject({ delivery: { id: 'd_2' }, previous: { ts: '1' } });
    expect(done.leased[0]?.members).toEqual([makeEvent('e_1'), makeEvent('e_3')]);
  });

  test('any other delivery has none, and members that are no longer kept are left out', async () => {
    await world.accept(makeEvent('e_1'));
    await world.send(digest('d_1', { eventId: 'e_1' }), makeDelivery('d_2', { eventId: 'e_1' }));
    const [one, other] = await world.claim('ops');
    expect(one?.members).toEqual([makeEvent('e_1')]);
    expect(other).not.toHaveProperty('members');
  });

  test('what a digest on its way tells of stays however old it is, and goes once it was told', async () => {
    await events();
    await world.send(digest('d_1', { eventId: 'e_3' }));
    world.now += 31 * day;
    await pruneAll();
    expect(await left()).toEqual(ids);
    await world.settle((await world.claim('ops'))[0]!, { state: 'delivered' });
    world.now += 31 * day;
    await pruneAll();
    expect(await left()).toEqual([]);
  });

  test.each(['kept:digest:monthly:', 'ends:d_1', 'storm:ops'])('so does what %s keeps to be told later', async (cell) => {
    await events();
    const kept = { until: 0, items: [{ event: 'e_2', for: [] }, { event: 'e_1' }] };
    await world.do({ do: 'decide', input: { kind: 'relay', notice: { code: 'test', subject: '', text: '' }, reach: {} } }, () => ({
      cells: { [cell]: JSON.stringify(kept), 'kept:broken': '{' },
    }));
    world.now += 31 * day;
    await pruneAll();
    expect(await left()).toEqual(['e_2', 'e_1']);
  });
}
