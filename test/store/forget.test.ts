// Erasure, by places: what is about one workspace goes wherever it stands, and the same word in what is of another is left alone.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { flushOf } from '../../src/decide/keep.ts';
import { openReader, type Reader } from '../../src/store/reader.ts';
import { freshFile, open } from './sqlite-file.ts';
import { makeDelivery, makeEvent, makeTimer, openWorld, type World } from './world.ts';

let world: World;
let reader: Reader;
beforeEach(async () => {
  const file = freshFile();
  world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  reader = await openReader(`sqlite:${file}`);
});
afterEach(async () => {
  await reader.close();
  await world.close();
});

const cell = (key: string) => world.read((memory) => memory.cell(key));
const hour = 3_600_000;

test('to forget acme loses nothing of shop, whose owner has a mail address at acme.example', async () => {
  const until = world.now + hour;
  const target = 'email:ann@acme.example';
  const item = { event: 'e_000001', key: 'wa:shop:1', for: [{ destination: 'owner', target }] };
  const bag = JSON.stringify({ until, by: 'quiet', items: [item] });
  const storm = JSON.stringify({ event: 'e_000001', key: 'wa:shop:1' });
  const relay = { code: 'delivery.dead', subject: 'owner', text: 'A message for ann@acme.example could not be delivered.' };
  await world.accept(makeEvent('e_000001', { workspaceId: 'shop', incidentKey: 'wa:shop:1' }), {
    cells: { [`kept:quiet:down:${until}`]: bag, 'storm:email:ops@acme.example:00000000': storm },
  });
  // The second is of shop too, and its event is gone.
  const closed = makeDelivery('d_2', {
    eventId: 'e_gone',
    incidentKey: 'wa:shop:2',
    details: { closed: { by: 'Ann', reason: 'acme has it now' } },
  });
  await world.send(makeDelivery('d_1', { kind: 'relay', target, details: { relay } }), closed);
  await world.accept(makeEvent('e_000002', { workspaceId: 'acme', incidentKey: 'wa:acme:1' }));
  await world.do({ do: 'forget', workspace: 'acme' });
  expect(await cell(`kept:quiet:down:${until}`)).toBe(bag);
  expect(await cell('storm:email:ops@acme.example:00000000')).toBe(storm);
  expect(await world.states('d_1', 'd_2')).toEqual(['pending', 'pending']);
  // Nor is any of it counted as left, but that a person wrote the name.
  expect(await reader.mentions('acme')).toEqual({ deliveries: 1 });
});

test('to forget workspace 12345 leaves what stands of another\u2019s account 12345', async () => {
  const bag = JSON.stringify({ until: world.now, by: 'quiet', items: [{ event: 'e_000001', key: 'wa:shop:12345', for: [] }] });
  await world.accept(makeEvent('e_000001', { workspaceId: 'shop', incidentKey: 'wa:shop:12345', account: { id: '12345' } }), {
    cells: { 'kept:quiet:down:1': bag, 'recovered:wa:shop:12345': '1', 'number:shop:12345': '1' },
  });
  const facts = { incident: 'wa:shop:12345' };
  await world.do({
    do: 'audit',
    entry: { what: 'close', who: 'token', subject: 'wa:shop:12345', facts, why: 'wa:shop:12345 is given up' },
  });
  await world.accept(makeEvent('e_000002', { workspaceId: '12345', incidentKey: 'wa:12345:1' }));
  await world.do({ do: 'forget', workspace: '12345' });
  expect(await cell('recovered:wa:shop:12345')).toBe('1');
  expect(await cell('number:shop:12345')).toBe('1');
  expect(await cell('kept:quiet:down:1')).toBe(bag);
  expect((await reader.audit({})).items).toMatchObject([{ subject: 'wa:shop:12345', facts, why: 'wa:shop:12345 is given up' }]);
  expect((await reader.audit({})).items[0]).not.toHaveProperty('erased');
  expect(await reader.mentions('12345')).toEqual({});
});

test('what the operator was told of the workspace itself goes', async () => {
  const text = 'down names owner, but its options came out empty for workspace acme. Fill the workspaces table.';
  const relay = { code: 'delivery.dead', subject: 'owner for acme', text };
  await world.accept(makeEvent('e_000001', { workspaceId: 'shop', incidentKey: 'wa:shop:1' }), {
    cells: { 'relay:delivery.dead:owner for acme': '1' },
  });
  await world.send(makeDelivery('d_1', { kind: 'relay', details: { relay } }));
  expect(await reader.mentions('acme')).toEqual({ cells: 1, deliveries: 1 });
  expect(await world.do({ do: 'forget', workspace: 'acme' })).toMatchObject({ deleted: { cells: 1, deliveries: 1 } });
  expect(await reader.mentions('acme')).toEqual({});
});

test('what is forgotten is in no name of a timer, and the ends of what is kept of others stay', async () => {
  const event = makeEvent('e_000001', { workspaceId: 'acme', incidentKey: 'wa:acme:+34600111222' });
  const due = world.now + hour;
  const kept = (id: string, workspace: string) =>
    JSON.stringify({ until: due, by: 'limit', items: [{ event: id, for: [], workspace: { id: workspace } }] });
  await world.accept(makeEvent('e_000002', { workspaceId: 'shop', incidentKey: 'wa:shop:1' }));
  await world.accept(event, {
    cells: {
      'kept:limit:down:acme': kept('e_000001', 'acme'),
      'limit:down:acme': JSON.stringify([
        [1, 'wa:acme:+34600111222@1'],
        [2, 'digest:2'],
      ]),
      'ends:d_1:wa:acme:+34600111222': JSON.stringify([{ event: 'e_000001', key: 'wa:acme:+34600111222', details: { since: 1 } }]),
      // By segment, and one has the name of the workspace.
      'kept:limit:by-segment:acme': kept('e_000002', 'shop'),
    },
    timers: {
      set: [
        flushOf('kept:limit:down:acme', 'down', due),
        flushOf('kept:limit:by-segment:acme', 'by-segment', due),
        flushOf('ends:d_1:wa:acme:+34600111222', 'down', due),
        { ...makeTimer('hold:wa:shop:1:down', due), workspaceId: 'shop', incidentKey: 'wa:shop:1' },
      ],
      drop: [],
    },
  });
  expect((await reader.mentions('acme')).timers).toBe(2);
  await world.do({ do: 'forget', workspace: 'acme' });
  expect([await cell('kept:limit:down:acme'), await cell('limit:down:acme')]).toEqual([undefined, undefined]);
  expect(await cell('kept:limit:by-segment:acme')).toBe(kept('e_000002', 'shop'));
  expect(await reader.mentions('acme')).toEqual({});
  world.now = due;
  expect((await world.tick()).timers.map(({ name }) => name)).toEqual(['flush:kept:limit:by-segment:acme', 'hold:wa:shop:1:down']);
});

test('what is kept in pages goes page by page, and its name with the last of them', async () => {
  const due = world.now + hour;
  const page = (...ids: [id: string, workspace: string][]) =>
    JSON.stringify({ items: ids.map(([event, id]) => ({ event, for: [], workspace: { id } })) });
  const bag = (items: string) => JSON.stringify({ until: due, by: 'limit', ...JSON.parse(items), pages: 1 });
  await world.accept(makeEvent('e_000003', { workspaceId: 'shop', incidentKey: 'wa:shop:1' }));
  await world.accept(makeEvent('e_000001', { workspaceId: 'acme', incidentKey: 'wa:acme:1' }), {
    cells: {
      'kept:0:limit:down:acme': page(['e_000001', 'acme']),
      'kept:limit:down:acme': bag(page(['e_000001', 'acme'])),
      'kept:0:limit:by-segment:acme': page(['e_000001', 'acme'], ['e_000003', 'shop']),
      'kept:limit:by-segment:acme': bag(page(['e_000001', 'acme'])),
    },
    timers: {
      set: [flushOf('kept:limit:down:acme', 'down', due), flushOf('kept:limit:by-segment:acme', 'by-segment', due)],
      drop: [],
    },
  });
  await world.do({ do: 'forget', workspace: 'acme' });
  expect([await cell('kept:0:limit:down:acme'), await cell('kept:limit:down:acme')]).toEqual([undefined, undefined]);
  expect(await cell('kept:0:limit:by-segment:acme')).toBe(page(['e_000003', 'shop']));
  expect(await cell('kept:limit:by-segment:acme')).toBe(bag(page()));
  world.now = due;
  expect((await world.tick()).timers.map(({ name }) => name)).toEqual(['flush:kept:limit:by-segment:acme']);
});

test('a destination stays paused or held though the reason named the workspace: the reason alone goes', async () => {
  const shut = { by: 'Ann', reason: 'moving', since: 0 };
  const asked = { ...shut, reason: 'acme asked for it' };
  await world.do({ do: 'put', key: 'lanes.paused', value: JSON.stringify({ ops: asked, mail: shut }) });
  await world.do({ do: 'put', key: 'lanes.held', value: JSON.stringify({ acme: { reason: 'no channel', since: 0 } }) });
  expect(await reader.mentions('acme')).toEqual({ notes: 1 });
  await world.do({ do: 'forget', workspace: 'acme' });
  expect(JSON.parse((await reader.note('lanes.paused'))!)).toEqual({ ops: { ...shut, reason: '(erased)' }, mail: shut });
  expect(JSON.parse((await reader.note('lanes.held'))!)).toEqual({ acme: { reason: 'no channel', since: 0 } });
  expect(await reader.mentions('acme')).toEqual({});
});

test('a digest whose last other member retention took already still goes in its time, and reports count it', async () => {
  const day = 24 * hour;
  const start = world.now;
  await world.accept(makeEvent('e_000001', { workspaceId: 'shop', incidentKey: 'wa:shop:1' }));
  world.now = start + 20 * day;
  await world.accept(
    makeEvent('e_000002', { workspaceId: 'acme', incidentKey: 'wa:acme:1', receivedAt: world.now, triggeredAt: world.now }),
  );
  const digest = { kind: 'digest' as const, eventId: 'e_000002', details: { members: ['e_000001', 'e_000002'] }, createdAt: world.now };
  await world.send(makeDelivery('d_1', digest));
  const [leased] = await world.claim('ops');
  await world.settle(leased!, { state: 'delivered' });
  const pruneAll = async () => {
    while ((await world.do({ do: 'prune' })).more);
  };
  world.now = start + 31 * day;
  await pruneAll();
  await world.do({ do: 'forget', workspace: 'acme' });
  expect(await world.delivery('d_1')).toMatchObject({ state: 'delivered', details: { members: ['e_000001'] } });
  expect(await world.delivery('d_1')).not.toHaveProperty('eventId');
  const told = () =>
    [...reader.records({ kinds: ['delivery'], from: start, until: world.now })].flat().map(({ id, workspaceId }) => [id, workspaceId]);
  expect(told()).toEqual([['d_1', 'shop']]);
  world.now = start + 62 * day;
  await pruneAll();
  expect(await world.states('d_1')).toEqual([undefined]);
  expect(told()).toEqual([['d_1', 'shop']]);
});
