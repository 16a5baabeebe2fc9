// duplicates: what duplicates.yaml cannot say, what makes two webhooks the same, and for how long that is remembered.
import { expect, test } from 'vitest';
import { parse } from '../../src/intake/parse.ts';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';
import { freshSqlite } from '../store/sqlite-file.ts';
import { day, makeEvent, openWorld } from '../store/world.ts';

const body = {
  ...{ event_type: 'whatsapp_account:disconnected', partner_id: 'p', workspace_id: 'shop', whatsapp_account_id: '1' },
  triggered_at: '2026-11-23T10:00:00Z',
};
const keyOf = (of: object, spaces?: number) =>
  parse(Buffer.from(JSON.stringify(of, null, spaces)), { id: 'e_1', proof: 'token', receivedAt: at('10:00') }).event.dedupKey;

test('duplicates: the same partner, type, workspace, subject and time are the same webhook, however it is written', () => {
  expect(keyOf(body, 2)).toBe(keyOf(body));
  expect(keyOf({ ...body, reason: 'said later' })).toBe(keyOf(body));
  const others = [
    ...[{ partner_id: 'q' }, { workspace_id: 'shop-2' }, { whatsapp_account_id: '2' }, { triggered_at: '2026-11-23T10:00:01Z' }],
    { event_type: 'whatsapp_account:connected' },
  ].map((one) => keyOf({ ...body, ...one }));
  expect(new Set([...others, keyOf(body)]).size).toBe(6);
});

test('duplicates: where the body has no time, the body itself is the difference', () => {
  const { triggered_at: _, ...timeless } = body;
  expect(keyOf(timeless)).toBe(keyOf(timeless));
  expect(keyOf({ ...timeless, reason: 'another' })).not.toBe(keyOf(timeless));
});

test('duplicates: a repeat is answered with the id of the first and changes nothing', () => {
  const world = paper(rulesOf([route('all', ['ops'])]));
  const first = eventAt('10:00', 'token-rotated');
  world.send(first);
  const again = world.send({ ...first, id: 'e_again', receivedAt: at('11:00') });
  expect(again).toMatchObject({ outcome: 'duplicate', duplicateOf: first.id, deliveries: [], incidents: [], trace: [] });
  expect(world.heard()).toEqual(['10:00 ops notice']);
});

test('duplicates: it is remembered for seven days and no longer', async () => {
  const world = await openWorld(freshSqlite);
  const { dedupKey } = makeEvent('e_1');
  await world.accept(makeEvent('e_1'));
  world.now += 7 * day - 1;
  expect(await world.accept(makeEvent('e_2', { dedupKey }))).toMatchObject({ outcome: 'duplicate', eventId: 'e_1' });
  world.now += 1;
  expect(await world.accept(makeEvent('e_3', { dedupKey }))).toMatchObject({ outcome: 'routed', eventId: 'e_3' });
  await world.close();
});

test('duplicates: the same problem at another time is counted, and one older than the last recovery is stale', () => {
  const world = paper(rulesOf([route('down', ['ops'])]));
  world.send(eventAt('10:00', 'disconnected'));
  expect(world.send(eventAt('10:05', 'disconnected')).outcome).toBe('counted');
  expect(world.memory.incident('wa:shop:1')?.count).toBe(2);
  world.send(eventAt('10:10', 'connected'));
  expect(world.send(eventAt('10:11', 'disconnected', { triggered: '10:09' })).outcome).toBe('stale');
  expect(world.memory.incident('wa:shop:1')?.open).toBe(false);
});
