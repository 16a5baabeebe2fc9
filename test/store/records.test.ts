// What retention leaves for reports, and what erasure leaves for others, in the store alone.
import { expect, test } from 'vitest';
import type { KeptRecord } from '../../src/records.ts';
import { openReader } from '../../src/store/reader.ts';
import { freshFile, open } from './sqlite-file.ts';
import { day, everyRoom, makeDelivery, makeEvent, makeIncident, makeTimer, openWorld, start } from './world.ts';

async function openOne() {
  const file = freshFile();
  const world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  const records = async (from: number, until: number): Promise<KeptRecord[]> => {
    const reader = await openReader(`sqlite:${file}`);
    const found = [...reader.records({ kinds: ['number', 'event', 'delivery', 'taken'], from, until })].flat();
    await reader.close();
    return found;
  };
  const prune = async () => {
    while ((await world.do({ do: 'prune' })).more);
  };
  return { world, records, prune };
}

test('after 400 days records are gone, but the last word on each number stays', async () => {
  const { world, records, prune } = await openOne();
  for (const [id, at] of Object.entries({ e_1: 0, e_2: 1, e_3: 2 }))
    await world.accept(makeEvent(id, { triggeredAt: start + at, receivedAt: start + at }));
  await world.accept(makeEvent('e_4', { type: 'token-rotated', account: {} }));
  world.now = start + 31 * day;
  await prune();
  expect((await records(start, start + day)).map(({ id }) => id).sort()).toEqual(['e_1', 'e_2', 'e_3', 'e_4']);
  world.now = start + 401 * day;
  await prune();
  expect((await records(world.now, world.now + day)).map(({ id }) => id)).toEqual(['e_3']);
  expect((await records(start, start + day)).map(({ id }) => id)).toEqual(['e_3']);
  await world.close();
});

test('a digest of several workspaces counts for each, also where retention has taken some of its members', async () => {
  const { world, records, prune } = await openOne();
  world.room = everyRoom;
  await world.accept(makeEvent('e_1', { receivedAt: start - 10 * day }));
  const digest = makeDelivery('d_1', { kind: 'digest', eventId: 'e_2', details: { members: ['e_1', 'e_2'] } });
  const shop = { workspaceId: 'shop', incidentKey: 'wa:shop:1' };
  const { leased } = await world.accept(makeEvent('e_2', shop), { deliveries: [digest] });
  await world.settle(leased[0]!, { state: 'delivered' });
  const counted = async () =>
    (await records(start, start + 60 * day)).filter(({ kind }) => kind === 'delivery').map(({ workspaceId }) => workspaceId);
  expect(await counted()).toEqual(['acme', 'shop']);
  world.now = start + 25 * day;
  await prune();
  expect(await counted()).toEqual(['acme', 'shop']);
  world.now = start + 31 * day;
  await prune();
  expect(await counted()).toEqual(['acme', 'shop']);
  await world.close();
});

test('to forget a workspace cancels what waits for it, and a digest goes on without its part', async () => {
  const { world } = await openOne();
  const shop = { workspaceId: 'shop', incidentKey: 'wa:shop:1' };
  await world.accept(makeEvent('e_1', shop));
  await world.accept(makeEvent('e_2'), {
    incidents: [makeIncident('wa:acme:67890', { eventId: 'e_2' })],
    timers: { set: [makeTimer('hold:wa:acme:67890:number-down', start + day)], drop: [] },
    cells: {
      'number:acme:67890': '1',
      'number:acme-2:67890': '1',
      'kept:quiet:nights:': JSON.stringify({ until: 5, by: 'quiet', items: [{ event: 'e_2' }, { event: 'e_1' }] }),
    },
    deliveries: [
      makeDelivery('d_1', { eventId: 'e_2', incidentKey: 'wa:acme:67890' }),
      makeDelivery('d_2', { kind: 'digest', eventId: 'e_2', details: { members: ['e_1', 'e_2'], began: [1, 2] } }),
      makeDelivery('d_3', { kind: 'digest', eventId: 'e_1', follows: 'd_1', details: { members: ['e_1'] } }),
    ],
  });
  world.room = everyRoom;
  const [taken] = await world.claim('ops', 1);
  const done = await world.do({ do: 'forget', workspace: 'acme' });
  expect(done).toMatchObject({
    more: false,
    cancelled: 1,
    recall: ['d_1'],
    deleted: { events: 1, deliveries: 1, incidents: 1, timers: 1 },
  });
  expect(await world.read((memory) => [memory.cell('number:acme:67890'), memory.cell('number:acme-2:67890')])).toEqual([undefined, '1']);
  expect(JSON.parse((await world.read((memory) => memory.cell('kept:quiet:nights:')))!).items).toEqual([{ event: 'e_1' }]);
  expect(await world.delivery('d_2')).toMatchObject({ eventId: 'e_1', state: 'pending', details: { members: ['e_1'], began: [1] } });
  // What waited for a message that is gone need not wait any longer.
  expect(await world.states('d_1', 'd_3')).toEqual([undefined, 'pending']);
  // One that was on its way all the same leaves nothing behind.
  expect(await world.settle(taken!, { state: 'delivered' })).toMatchObject({ current: false });
  expect(await world.states('d_1')).toEqual([undefined]);
  await world.close();
});
