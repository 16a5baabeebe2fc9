// The reader: what the command line and the admin side see, while the relay runs and while it does not.
import { expect, test } from 'vitest';
import { openReader, type Reader } from '../../src/store/reader.ts';
import { freshFile, open } from './sqlite-file.ts';
import { makeDelivery, makeEvent, makeIncident, makeTimer, openWorld, start, type World } from './world.ts';

async function reading(
  fill: (world: World) => Promise<void>,
): Promise<{ world: World; reader: Reader; file: string; close(): Promise<void> }> {
  const file = freshFile();
  const world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  await fill(world);
  const reader = await openReader(`sqlite:${file}`);
  return { world, reader, file, close: () => reader.close().then(() => world.close()) };
}

const events = async (world: World) => {
  const say = [
    { id: 'e_1', workspaceId: 'acme', account: { phone: '+34600123456' } },
    { id: 'e_2', workspaceId: 'beta', type: 'seats-full' as const, account: {} },
    { id: 'e_3', workspaceId: 'acme', type: 'seats-full' as const, account: { phone: '+4912773456' } },
    { id: 'e_4', workspaceId: 'acme', account: { id: '9' } },
  ];
  for (const [at, { id, ...more }] of say.entries()) {
    world.now = start + at;
    await world.accept(makeEvent(id, { ...more, receivedAt: world.now }), { outcome: id === 'e_4' ? 'stale' : 'routed' });
  }
};

test('events come newest first, by any filter', async () => {
  const { reader, close } = await reading(events);
  const found = async (filter: Parameters<Reader['events']>[0]) => (await reader.events(filter)).items.map(({ event }) => event.id);
  expect(await found({})).toEqual(['e_4', 'e_3', 'e_2', 'e_1']);
  expect(await found({ workspace: 'acme' })).toEqual(['e_4', 'e_3', 'e_1']);
  expect(await found({ workspace: 'acme', type: 'seats-full' })).toEqual(['e_3']);
  expect(await found({ outcome: 'stale' })).toEqual(['e_4']);
  expect(await found({ phone: '3456' })).toEqual(['e_3', 'e_1']);
  expect(await found({ phone: '00123456' })).toEqual(['e_1']);
  expect(await found({ phone: '0003456' })).toEqual([]);
  expect(await found({ since: start + 1, until: start + 3 })).toEqual(['e_3', 'e_2']);
  expect(await reader.events({ limit: 1 })).toMatchObject({
    items: [{ event: makeEvent('e_4', { account: { id: '9' }, receivedAt: start + 3 }), outcome: 'stale' }],
  });
  await close();
});

test('every workspace that an event named is known, with its last one', async () => {
  const { reader, close } = await reading(events);
  expect(await reader.workspaces()).toEqual([
    { id: 'acme', lastAt: start + 3 },
    { id: 'beta', lastAt: start + 1 },
  ]);
  await close();
});

test('pages follow each other without a gap or a repeat, also while new ones come in', async () => {
  const { reader, world, close } = await reading(async (filling) => {
    // All in one millisecond: a page may end between them.
    for (let n = 0; n < 25; n++)
      await filling.accept(makeEvent(`e_${String(n).padStart(2, '0')}`, { account: { phone: `+3460000${n % 2}9999` } }));
  });
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.events({ phone: '09999', limit: 4, cursor });
    pages.push(page.items.map(({ event }) => event.id));
    cursor = page.next;
    await world.accept(makeEvent(`later_${pages.length}`, { receivedAt: start + 1, account: { phone: '+34600009999' } }));
  } while (cursor !== undefined);
  const all = Array.from({ length: 13 }, (_, n) => `e_${String(24 - 2 * n).padStart(2, '0')}`);
  expect(pages).toEqual([all.slice(0, 4), all.slice(4, 8), all.slice(8, 12), all.slice(12)]);
  await expect(reader.events({ cursor: 'made-up' })).rejects.toMatchObject({ code: 'admin.bad_request' });
  await close();
});

test('one event comes with body, trace and deliveries, and each delivery with its attempts in one shape', async () => {
  const { reader, close } = await reading(async (world) => {
    world.room = { ops: 2 };
    const line = { at: start, gate: 'match', text: 'number-down: "matches"\nand goes on' } as const;
    const deliveries = [makeDelivery('d_1', { eventId: 'e_1' }), makeDelivery('d_2', { eventId: 'e_1' })];
    const { leased } = await world.accept(makeEvent('e_1'), { trace: [line], deliveries });
    await world.settle(leased[0]!, { state: 'delivered', receipt: { ts: '1' } });
    await world.settle(leased[1]!, { state: 'pending', runAt: start });
    await world.settle((await world.claim('ops'))[0]!, { state: 'dead' }, { counts: true }, {});
    await world.accept(makeEvent('e_2'), { appends: [{ eventId: 'e_1', lines: [{ at: start + 5, gate: 'hold', text: 'over' }] }] });
  });
  const found = await reader.event('e_1');
  expect(found).toMatchObject({ event: makeEvent('e_1'), outcome: 'routed', body: '{"id":"e_1"}' });
  expect(found?.trace.map(({ text }) => text)).toEqual(['number-down: "matches"\nand goes on', 'over']);
  const attempt = { startedAt: start - 20, endedAt: start };
  const failed = { ...attempt, code: 'HTTP 503', error: 'the receiver answered HTTP 503' };
  expect(found?.deliveries.map(({ attempts }) => attempts)).toEqual([
    [{ ...attempt, n: 1, class: 'ok' }],
    [
      { ...failed, n: 1, class: 'transient' },
      { ...failed, n: 2, class: 'permanent' },
    ],
  ]);
  expect(await reader.delivery('d_2')).toEqual(found?.deliveries[1]);
  expect(await reader.event('nowhere')).toBeUndefined();
  expect(await reader.delivery('nowhere')).toBeUndefined();
  await close();
});

test('an attempt told late has a number of its own', async () => {
  const { reader, close } = await reading(async (world) => {
    await world.send(makeDelivery('d_1'));
    const [old] = await world.claim('ops');
    world.now += 60_000;
    await world.tick();
    const [current] = await world.claim('ops');
    await world.settle(current!, { state: 'pending', runAt: world.now });
    await world.settle(old!, { state: 'delivered' });
  });
  const found = await reader.delivery('d_1');
  expect(found?.attempts.map((one) => [one.n, one.class])).toEqual([
    [1, 'transient'],
    [2, 'ok'],
  ]);
  expect(found?.delivery).toMatchObject({ state: 'delivered', attempts: 2 });
  await close();
});

test('deliveries come newest first, by any filter, page by page', async () => {
  const { reader, close } = await reading(async (world) => {
    world.room = { ops: 1 };
    const { leased } = await world.send(
      makeDelivery('d_1', { eventId: 'e_1' }),
      makeDelivery('d_2', { destination: 'billing', route: 'audit' }),
      makeDelivery('d_3', { follows: 'd_1' }),
      makeDelivery('d_4', { destination: 'billing' }),
    );
    await world.settle(leased[0]!, { state: 'dead' });
  });
  const found = async (filter: Parameters<Reader['deliveries']>[0]) => (await reader.deliveries(filter)).items.map(({ id }) => id);
  expect(await found({})).toEqual(['d_4', 'd_3', 'd_2', 'd_1']);
  expect(await found({ state: 'pending' })).toEqual(['d_4', 'd_2']);
  expect(await found({ state: 'dead', class: 'permanent' })).toEqual(['d_1']);
  expect(await found({ state: `pending' OR 'a' = 'a` })).toEqual([]);
  expect(await found({ destination: 'billing', route: 'audit' })).toEqual(['d_2']);
  expect(await found({ event: 'e_1' })).toEqual(['d_1']);
  const first = await reader.deliveries({ limit: 3 });
  expect((await reader.deliveries({ limit: 3, cursor: first.next })).items.map(({ id }) => id)).toEqual(['d_1']);
  await close();
});

test('incidents, what is open by destination, cells and notes', async () => {
  const { reader, close } = await reading(async (world) => {
    const incidents = [
      makeIncident('wa:acme:1', { eventId: 'e_1' }),
      makeIncident('wa:acme:2', { eventId: 'e_2', open: false }),
      makeIncident('wa:beta:3', { eventId: 'e_3', workspaceId: 'beta' }),
    ];
    await world.accept(makeEvent('e_9'), { incidents, cells: { 'first:acme': '5' }, timers: { set: [makeTimer('t', 1)], drop: [] } });
    // One that was open a moment ago.
    await world.accept(makeEvent('e_8'), { incidents: [makeIncident('wa:acme:2', { eventId: 'e_2' })] });
    await world.accept(makeEvent('e_7'), (memory) => ({ incidents: [{ ...memory.incident('wa:acme:2')!, open: false }] }));
    world.room = { ops: 1 };
    await world.send(
      makeDelivery('d_1', { createdAt: 3 }),
      makeDelivery('d_2', { createdAt: 7 }),
      makeDelivery('d_3', { destination: 'billing', createdAt: 9 }),
    );
    await world.do({ do: 'put', key: 'rules:good', value: 'text' });
  });
  const keys = async (filter: Parameters<Reader['incidents']>[0]) => (await reader.incidents(filter)).items.map(({ key }) => key);
  expect(await keys({})).toEqual(['wa:beta:3', 'wa:acme:2', 'wa:acme:1']);
  expect(await keys({ open: true })).toEqual(['wa:beta:3', 'wa:acme:1']);
  expect(await keys({ open: false, workspace: 'acme' })).toEqual(['wa:acme:2']);
  const { next } = await reader.incidents({ limit: 2 });
  expect(await keys({ cursor: next })).toEqual(['wa:acme:1']);
  expect(await reader.openCounts()).toEqual(
    expect.arrayContaining([
      { destination: 'ops', state: 'pending', count: 1 },
      { destination: 'ops', state: 'leased', count: 1 },
      { destination: 'billing', state: 'pending', count: 1 },
    ]),
  );
  expect((await reader.oldestOpen()).toSorted((a, b) => a.since - b.since)).toEqual([
    { destination: 'ops', since: 3 },
    { destination: 'billing', since: 9 },
  ]);
  expect([await reader.cell('first:acme'), await reader.note('rules:good'), await reader.cell('nowhere')]).toEqual([
    '5',
    'text',
    undefined,
  ]);
  await close();
});

test('a reader sees what is committed after it opened, never holds up the writer, and reads when no relay runs', async () => {
  const { world, reader, file } = await reading(events);
  await world.accept(makeEvent('e_5', { receivedAt: start + 9 }));
  expect((await reader.events({ limit: 1 })).items[0]?.event.id).toBe('e_5');
  await world.close();
  await reader.close();
  const later = await openReader(`sqlite:${file}`);
  expect((await later.events({})).items.length).toBe(5);
  await later.close();
});

test('a store that is not there is told, and none is made by looking', async () => {
  const file = freshFile();
  for (const _ of [1, 2])
    await expect(openReader(`sqlite:${file}`)).rejects.toMatchObject({
      code: 'store.unusable',
      message: expect.stringMatching(/no store yet/),
    });
});

test('members come in the order that was asked for, each with its incident of now, without those that are gone', async () => {
  const ids = Array.from({ length: 1100 }, (_, n) => `e_${(n * 7) % 1100}`);
  const { reader, close } = await reading(async (world) => {
    for (let from = 0; from < ids.length; from += 275) {
      const work = ids.slice(from, from + 275).map((id) => {
        const input = {
          kind: 'event' as const,
          event: makeEvent(id, { incidentKey: `wa:acme:${id}` }),
          workspace: { id: 'acme' },
          reach: {},
        };
        return { do: 'decide' as const, input, body: '{}' };
      });
      await world.commit(work);
    }
    await world.accept(makeEvent('e_last'), { incidents: [makeIncident('wa:acme:e_7', { eventId: 'e_7' })] });
  });
  const found = await reader.members([...ids, 'e_gone', 'e_last']);
  expect(found.map(({ event }) => event.id)).toEqual([...ids, 'e_last']);
  expect(found.filter(({ incident }) => incident !== undefined).map(({ event }) => event.id)).toEqual(['e_7']);
  expect(await reader.incident('wa:acme:e_7')).toMatchObject({ key: 'wa:acme:e_7', eventId: 'e_7' });
  expect(await reader.incident('wa:acme:e_8')).toBeUndefined();
  expect(await reader.members([])).toEqual([]);
  await close();
});

test('open incidents are counted by how bad they are and how long they last, and the oldest event is known', async () => {
  const hour = 3_600_000;
  const { reader, close } = await reading(async (world) => {
    const open = [
      ['a', 'critical', 0.5],
      ['b', 'critical', 1],
      ['c', 'critical', 30],
      ['d', 'warning', 2],
    ] as const;
    for (const [key, severity, hours] of open)
      await world.accept(makeEvent(`e_${key}`, { receivedAt: start - 5 }), {
        incidents: [makeIncident(key, { severity, openedAt: start - hours * hour })],
      });
    await world.accept(makeEvent('e_z'), { incidents: [makeIncident('over', { open: false })] });
  });
  const found = await reader.openIncidents(start);
  expect(found.sort((one, other) => (one.severity < other.severity ? -1 : 1))).toEqual([
    { severity: 'critical', count: 3, oldest: start - 30 * hour, hour: 1, day: 1, longer: 1 },
    { severity: 'warning', count: 1, oldest: start - 2 * hour, hour: 0, day: 1, longer: 0 },
  ]);
  expect(await reader.oldestEvent()).toBe(start - 5);
  await close();
});

test('a store without anything has nothing open and no oldest event', async () => {
  const { reader, close } = await reading(async () => {});
  expect(await reader.openIncidents(start)).toEqual([]);
  expect(await reader.oldestEvent()).toBeUndefined();
  await close();
});
