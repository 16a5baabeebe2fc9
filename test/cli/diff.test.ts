// `diff`: stored events once more through the files in force and through new ones.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Differences, differences, type Sent } from '../../src/cli/differences.ts';
import type { Event } from '../../src/model.ts';
import { freshFile, open } from '../store/sqlite-file.ts';
import { makeEvent, openWorld, start } from '../store/world.ts';
import { call, config, folder, routes, workspaces } from './call.ts';

const minute = 60_000;
const stored = {
  connected: { type: 'connected', wireType: 'whatsapp_account:connected', severity: 'info', phase: 'resolved', level: 0 },
} as const;

/** A store with these events in it, each so many minutes after nine. */
async function store(events: { at: number; id: string; more?: Partial<Event> }[]): Promise<Record<string, string>> {
  const file = freshFile();
  const world = await openWorld(() => ({ open: (owner, now) => open(file, owner, now) }));
  for (const { at, id, more } of events) {
    world.now = start + at * minute;
    await world.accept(makeEvent(id, { receivedAt: world.now, triggeredAt: world.now, ...more }), { outcome: 'routed' });
  }
  await world.close();
  return { DATABASE_URL: `sqlite:${file}` };
}

const aDrop = [
  { at: 0, id: 'e_1' },
  { at: 4, id: 'e_2', more: stored.connected },
  { at: 60, id: 'e_3' },
];
const env = async () => ({ ...(await store(aDrop)), ...config() });
const changed = (change: (text: string) => string) => folder({ 'routes.yaml': change(routes), 'workspaces.csv': workspaces });

test('the same files make no difference: exit 0', async () => {
  const { code, out } = await call(['diff', changed((text) => `# the same\n${text}`)], await env());
  expect(out).toMatch(/^no difference: 3 events from 2026-11-23 10:00:00 to 2026-11-23 11:00:00, and a day after,$/m);
  expect(out).toMatch(/^3 messages by \S+, 3 by \S+\.$/m);
  expect(code).toBe(0);
});

test('a longer hold: what heals within it is removed, what does not is moved', async () => {
  const { code, out } = await call(['diff', changed((text) => text.replace('hold: 2m', 'hold: 5m'))], await env());
  expect(code).toBe(1);
  const lines = out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '));
  expect(lines.slice(0, 4)).toEqual([
    ' | when (Europe/Madrid) | message | to | by route | event | workspace | event id',
    'removed | 2026-11-23 10:02:00 | alert | ops | number-down | disconnected | acme | e_1',
    'removed | 2026-11-23 10:04:00 | resolved | ops | number-down | connected | acme | e_2',
    'moved | 2026-11-23 11:02:00 → 2026-11-23 11:05:00 | alert | ops | number-down | disconnected | acme | e_3',
  ]);
  expect(out).toMatch(/^0 added, 2 removed, 1 moved: 3 events /m);
  expect(out).toMatch(/^Left out:\n- who took an incident/m);
});

test('--json says the same for a program', async () => {
  const folderOfNew = changed((text) => text.replace('send: [ops]\n', 'send: [ops, boss]\n'));
  const { code, out } = await call(['diff', folderOfNew, '--json'], await env());
  expect(code).toBe(1);
  const found = JSON.parse(out);
  expect(found).toMatchObject({
    before: { messages: 3 },
    after: { config: folderOfNew, messages: 6 },
    events: { count: 3, from: '2026-11-23T09:00:00.000Z', to: '2026-11-23T10:00:00.000Z' },
    removed: [],
    moved: [],
  });
  expect(found.added[0]).toEqual({
    ...{ at: '2026-11-23T09:02:00.000Z', kind: 'alert', destination: 'boss', route: 'number-down' },
    ...{ event: 'e_1', type: 'disconnected', workspace: 'acme' },
  });
  expect(found.added.map((one: { kind: string }) => one.kind)).toEqual(['alert', 'resolved', 'alert']);
  expect(found.left_out.length).toBeGreaterThan(2);
});

test('a routes.yaml alone stands beside the other files of CONFIG_DIR', async () => {
  const alone = join(folder({}), 'other.yaml');
  writeFileSync(alone, routes.replace('where: { segment: vip }', 'where: { tag: gold }'));
  const found = await call(['diff', alone, '--json'], await env());
  // Without a route for it, it is the fallback's.
  expect(JSON.parse(found.out)).toMatchObject({ added: { length: 3 }, removed: { length: 3 } });
  writeFileSync(alone, routes);
  expect((await call(['diff', alone], await env())).code).toBe(0);
});

test('--last and --since say how far back, and events are played in the order in which they came in', async () => {
  const settings = await env();
  const longer = changed((text) => text.replace('hold: 2m', 'hold: 5m'));
  const last = JSON.parse((await call(['diff', longer, '--last', '1', '--json'], settings)).out);
  expect(last).toMatchObject({ events: { count: 1, from: '2026-11-23T10:00:00.000Z' }, removed: [], moved: [{ event: 'e_3' }] });
  const since = JSON.parse((await call(['diff', longer, '--since', '2026-11-23T09:30:00Z', '--json'], settings)).out);
  expect(since.events).toEqual(last.events);
  const none = await call(['diff', longer, '--since', '2026-12-01'], settings);
  expect(none).toMatchObject({ code: 0, out: expect.stringContaining('no such events') });
});

test('a file with mistakes is exit 2 with every mistake, wherever it is', async () => {
  const bad = changed((text) => text.replace('hold: 2m', 'hold: soon'));
  const asNew = await call(['diff', bad], await env());
  expect(asNew).toMatchObject({ code: 2, out: '' });
  expect(asNew.err).toMatch(/^routes\.yaml:13:11 /m);
  const inForce = await call(['diff', changed((text) => text)], { ...(await env()), CONFIG_DIR: bad });
  expect(inForce).toMatchObject({ code: 2, out: '' });
});

test('tests that would fail are seen by check; here is seen what they would have led to', async () => {
  const tests = 'tests:\n  - { name: t, given: [{ at: "10:00", event: disconnected, workspace: acme }], expect: nothing }\n';
  expect((await call(['diff', changed((text) => text + tests)], await env())).code).toBe(0);
});

test('without a store there is nothing to compare: exit 2', async () => {
  const { code, err } = await call(['diff', changed((text) => text)], { ...config(), DATABASE_URL: 'sqlite:/nowhere/relay.db' });
  expect(code).toBe(2);
  expect(err).toContain('there is no store yet');
});

describe('two lists of messages', () => {
  const sent = (at: number, subject: string, more: Partial<Sent> = {}): Sent => ({
    ...{ at, kind: 'alert', destination: 'ops', route: 'down', event: 'e_1', type: 'disconnected', workspace: 'acme', subject },
    ...more,
  });
  const counts = ({ added, removed, moved }: Differences) => [added.length, removed.length, moved.length];

  test('the same message by another route is no difference', () => {
    expect(counts(differences([sent(1, 'a')], [sent(1, 'a', { route: 'other' })]))).toEqual([0, 0, 0]);
  });

  test('another destination, another kind and another incident are one more and one less', () => {
    for (const more of [{ destination: 'boss' }, { kind: 'digest' as const }, { subject: 'b' }])
      expect(counts(differences([sent(1, 'a')], [sent(1, 'a', more)]))).toEqual([1, 1, 0]);
  });

  test('of several reminders those at equal times are the same, the others moved in their order', () => {
    const old = [1, 2, 3].map((at) => sent(at, 'a', { kind: 'reminder' }));
    const fresh = [2, 4].map((at) => sent(at, 'a', { kind: 'reminder' }));
    const found = differences(old, fresh);
    expect(found.moved.map(({ before, after }) => [before.at, after.at])).toEqual([[1, 4]]);
    expect(found.removed.map(({ at }) => at)).toEqual([3]);
    expect(found.added).toEqual([]);
  });

  test('turned round, what was added is removed', () => {
    const [one, other] = [
      [sent(1, 'a'), sent(5, 'b')],
      [sent(2, 'a'), sent(9, 'c')],
    ];
    const [there, back] = [differences(one, other), differences(other, one)];
    expect(there.added).toEqual(back.removed);
    expect(there.removed).toEqual(back.added);
    expect(there.moved).toEqual(back.moved.map(({ before, after }) => ({ before: after, after: before })));
  });
});
