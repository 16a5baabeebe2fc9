// The page of silences: looked at before, made, listed beside those of the file, ended; and what strangers wrote in them is text.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminParts } from '../../../src/admin/parts.ts';
import { at, route, rulesOf } from '../../decide/paper.ts';
import { openPages, type Stage } from './stage.ts';

const hostile = `<script>alert(1)</script>"onload='x' {{csrf}}`;
const planned = {
  id: 's_planned',
  where: { tag: [hostile] },
  until: at('20:00'),
  reason: 'sekret plan of +34600111222',
  by: 'file',
  line: 7,
};
const rules = rulesOf([route('down', ['ops'])], { silences: [planned] });
const asked = { workspace: 'shop', lasts: '2h', reason: 'they move' };

let stage: Stage;
beforeAll(async () => {
  const inForce = {
    rules: () => rules,
    good: () => ({ rules, columns: ['id', 'name'] }),
    state: () => ({ revision: 'r1', from: 'file', since: 0, degraded: [], mistakes: [], warnings: [] }),
    mask: (text: string) => text.replaceAll('sekret', '•••'),
    whoIs: (id = '') => ({ workspace: { id, ...(id === 'shop' && { name: hostile }) }, reach: {} }),
  } as unknown as AdminParts['inForce'];
  const decide: AdminParts['decide'] = async (input) => void (await stage.stored.commit([{ do: 'decide', input }], stage.clock.now()));
  stage = await openPages({ rules, parts: { inForce, decide } });
  await stage.happens('09:10', 'disconnected');
  await stage.happens('09:11', 'connected');
  await stage.happens('09:12', 'token-rotated', { workspaceId: 'other' });
});
afterAll(() => stage.close());

const submit = (path: string, fields: Record<string, string>) => stage.submit('/silences', path, fields);
const silences = async (): Promise<unknown[]> => JSON.parse((await stage.parts.read.cell('silences')) ?? '[]');

test('one of the file is shown with its line, without secrets and whole numbers, and cannot be ended here', async () => {
  const { text } = await stage.get('/silences');
  expect(text).toContain('in silences.yaml, line 7');
  expect(text).toContain('••• plan of +•••••••1222');
  expect(text).not.toMatch(/alert\(1\)<\/script>|sekret|\/silences\/s_planned/);
  expect((await submit('/silences/s_planned/end', { reason: 'done' })).text).toContain('silence.in_file');
});

test('a look before says what it would have kept of the last week, without recoveries, and silences nothing', async () => {
  const { text } = await submit('/silences/preview', { ...asked, segment: '', more: ' ' });
  expect(text).toMatch(/1 event\s+of the 2 that came in/);
  expect(text).toContain('&lt;script&gt;alert(1)');
  expect(text).toContain('name="workspace" maxlength="500" value="shop"');
  expect(await silences()).toEqual([]);
  expect((await submit('/silences/preview', { ...asked, workspace: 'SH*' })).text).toMatch(/1 event\s+of the 3 that came in/);
  expect((await submit('/silences/preview', { ...asked, workspace: 'nobody' })).text).toContain('Nothing of the 3 events');
});

test.each([
  ['no condition', { workspace: '' }, 'This block says nothing'],
  ['a segment that is not there', { segment: 'vpi' }, 'There is no segment `vpi`'],
  ['no length', { lasts: '' }, 'How long is missing'],
  ['a name that every object has', { more: 'constructor = x' }, 'constructor'],
  ['the name of what every object is made from', { more: '__proto__ = x' }, '__proto__'],
  ['a line that is no condition', { more: '<script>alert(1)</script>' }, 'is no condition'],
])('%s is told over the form, which stays as it was filled in', async (_what, change, words) => {
  for (const path of ['/silences', '/silences/preview']) {
    const { status, text } = await submit(path, { ...asked, ...change });
    expect(status).toBe(400);
    expect(text.replaceAll('&#x60;', '`')).toContain(words);
    expect(text).toContain('value="they move"');
    expect(text).not.toContain('alert(1)</script>');
  }
  expect(await silences()).toEqual([]);
});

test('one is made in the words of a form, listed, and ended with a reason', async () => {
  const made = await submit('/silences', { ...asked, tag: 'vip, gold', more: 'percent = >=95\r\n', by: 'Ann' });
  expect(made.status).toBe(303);
  expect(await silences()).toMatchObject([{ where: { workspace: ['shop'], tag: ['vip', 'gold'], percent: ['>=95'] }, by: 'Ann' }]);
  const { text } = await stage.get(String(made.headers.location));
  expect(text).toContain('tag vip or gold, workspace shop, percent &gt;&#x3D;95.');
  const path = /action="([^"]*s_[0-9A-Z]{26}[^"]*)"/.exec(text)![1]!.replaceAll('&#x2F;', '/');
  expect((await submit(path, { reason: ' ' })).status).toBe(400);
  expect((await submit(path, { reason: 'they have moved' })).status).toBe(303);
  expect(await silences()).toEqual([]);
  expect(stage.lines.at(-1)).toMatchObject({ message: 'admin.changed', what: 'unsilence', why: 'they have moved' });
});
