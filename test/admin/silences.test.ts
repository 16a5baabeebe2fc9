// Silences over the API: listed, made, ended, and every way to be refused.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { virtualClock } from '../clock.ts';
import { eventAt, route, rulesOf } from '../decide/paper.ts';
import { ask, post } from './ask.ts';
import { type Line, openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const clock = virtualClock(Date.parse('2026-11-23T12:00:00Z'));
const planned = {
  ...{
    id: 's_planned',
    where: { tag: ['vip'], phone: ['+34600111222'], columns: { region: ['eu'] } },
    reason: 'a sekret plan of +34600111222',
  },
  ...{ until: clock.now() + 60_000, by: 'silences.yaml', line: 7 },
};
const rules = rulesOf([route('down', ['ops'])], {
  timezone: 'Europe/Madrid',
  silences: [planned, { ...planned, id: 's_over', until: clock.now() }],
});

let stored: Stored;
let lines: Line[];
let open: { port: number; close(): Promise<void> };
const make = (body: object) => post(open.port, '/api/v1/silences', body);
const end = (id: string, asked: object = { reason: 'done' }) => {
  const body = JSON.stringify(asked);
  // Node leaves the length out of a DELETE.
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  return ask(open.port, `/api/v1/silences/${id}`, { method: 'DELETE', body, headers });
};
const list = async () => (await ask(open.port, '/api/v1/silences')).json().items;
const asked = { where: { workspace: 'acme' }, for: '2h', reason: 'they move' };

beforeAll(async () => {
  stored = await openStored(rules, clock);
  const told = someParts({
    read: stored.reads.read,
    decide: async (input) => void (await stored.commit([{ do: 'decide', input }], clock.now())),
    inForce: {
      rules: () => rules,
      good: () => ({ rules, columns: ['id', 'name', 'region'] }),
      mask: (text: string) => text.replaceAll('sekret', '•••'),
    } as never,
    now: clock.now,
  });
  lines = told.lines;
  open = await openListener({ parts: () => told.parts });
});
afterAll(async () => {
  await open.close();
  await stored.close();
});

test('one can be made for a while, is shown with what it kept, and ended with a reason', async () => {
  const made = await make({ ...asked, where: { workspace: ['acme', 'shop-*'], level: 1, 'workspace.region': 'eu' }, by: 'ann' });
  expect(made.status).toBe(200);
  const one = made.json();
  expect(one).toEqual({
    id: expect.stringMatching(/^s_[0-9A-Z]{26}$/),
    source: 'person',
    where: { workspace: ['acme', 'shop-*'], level: '1', 'workspace.region': 'eu' },
    until: '2026-11-23T14:00:00.000Z',
    reason: 'they move',
    by: 'ann',
    muted: 0,
  });
  expect(await list()).toMatchObject([{ id: 's_planned' }, one]);
  expect(lines.at(-1)).toMatchObject({ message: 'admin.changed', what: 'silence', id: one.id, why: 'they move', who: 'loopback' });
  expect((await end(one.id, { reason: 'they have moved' })).json()).toEqual(one);
  expect(lines.at(-1)).toMatchObject({ message: 'admin.changed', what: 'unsilence', id: one.id, why: 'they have moved' });
  expect(await list()).toMatchObject([{ id: 's_planned' }]);
  expect(await end(one.id)).toMatchObject({ status: 404 });
});

test('it counts what it kept, and an end may be a time of the world or of the file', async () => {
  const { id } = (await make(asked)).json();
  await stored.accept(eventAt('12:00', 'disconnected', { id: stored.ids('e'), workspaceId: 'acme' }));
  await stored.accept(eventAt('12:00', 'token-rotated', { id: stored.ids('e'), workspaceId: 'acme' }));
  expect(await list()).toContainEqual(expect.objectContaining({ id, muted: 2, by: 'somebody on this machine' }));
  const { for: _, ...open } = asked;
  expect((await make({ ...open, until: '2026-11-23T15:00:00+02:00' })).json().until).toBe('2026-11-23T13:00:00.000Z');
  expect((await make({ ...open, until: '2026-11-23 15:00' })).json().until).toBe('2026-11-23T14:00:00.000Z');
  expect((await list()).map((one: { until: string }) => one.until)).toEqual(
    (await list()).map(({ until }: typeof planned) => until).sort(),
  );
});

test('one of the file is shown with its line, without whole numbers and secrets, and is ended in the file', async () => {
  const [first] = await list();
  expect(first).toMatchObject({ id: 's_planned', source: 'file', line: 7, reason: 'a ••• plan of +•••••••1222' });
  expect(first.where).toEqual({ tag: 'vip', phone: '+•••••••1222', 'workspace.region': 'eu' });
  const refused = await end('s_planned');
  expect(refused.status).toBe(409);
  expect(refused.json()).toMatchObject({ code: 'silence.in_file', detail: expect.stringContaining('It stands in silences.yaml, line 7') });
  expect((await end('s_over')).status).toBe(404);
});

test.each<[string, object, string]>([
  ['no conditions', { ...asked, where: {} }, 'This block says nothing'],
  ['an unknown key', { ...asked, where: { workspce: 'acme' } }, 'Did you mean `workspace`?'],
  ['a name that every object has', { ...asked, where: { constructor: 'x' } }, 'constructor'],
  ['a segment that is not there', { ...asked, where: { segment: 'vpi' } }, 'There is no segment `vpi`. Did you mean `vip`?'],
  ['a column that is not there', { ...asked, where: { 'workspace.regio': 'eu' } }, 'The workspaces table has no column `regio`.'],
  ['a percentage that compares nothing', { ...asked, where: { percent: 95 } }, 'does not compare'],
  ['neither until nor for', { ...asked, for: undefined }, 'needs either until or for'],
  ['both of them', { ...asked, until: '2026-11-23T15:00:00Z' }, 'needs either until or for'],
  ['more than 30 days', { ...asked, for: '31d' }, '31d is too long'],
  ['an end more than 30 days away', { ...asked, for: undefined, until: '2026-12-24T12:00:00Z' }, '30 days at most'],
  ['an end that has passed', { ...asked, for: undefined, until: '2026-11-23 12:59' }, '`until` has passed'],
  ['no reason', { ...asked, reason: ' ' }, 'reason'],
  ['a name that is not known', { ...asked, route: 'down' }, 'route'],
])('%s is refused in words, and nothing is silenced', async (_, body, words) => {
  const before = await list();
  const { status, json } = await make(body);
  expect({ status, ...json() }).toMatchObject({ status: 400, code: 'admin.bad_request', detail: expect.stringContaining(words) });
  expect(await list()).toEqual(before);
});

test('an end without a reason is refused', async () => {
  expect((await end('s_planned', {})).status).toBe(400);
});
