// quiet: what its tests in quiet.yaml cannot say, the count of what came and went, and edits, which make no sound.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPlugins } from '../../src/deliver/plug-ins.ts';
import { judgeDisk } from '../../src/in-force/judge.ts';
import { root } from '../cli/call.ts';
import { at, destination, eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const quietHours = { noon: { from: 12 * 60, to: 14 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
const quiet = { during: 'noon', keep: true };
const down = (clock: string, workspaceId = 'shop') => eventAt(clock, 'disconnected', { workspaceId });
const back = (clock: string, workspaceId = 'shop') => eventAt(clock, 'connected', { workspaceId });

test('quiet: the digest at their end counts what came and went', () => {
  const world = paper(rulesOf([route('down', ['ops'], { quiet })], { quietHours }));
  world.send(down('12:00', 'a'));
  world.send(down('12:30', 'b'));
  world.send(back('13:00', 'a'));
  world.until('14:00');
  expect(world.heard()).toEqual(['14:00 ops digest']);
  expect(world.deliveries()[0]?.details).toMatchObject({ keptBy: 'quiet', gone: 1 });
  expect(world.deliveries()[0]?.details.members).toHaveLength(1);
});

const endIn = (edits: boolean, more: Parameters<typeof route>[2] = {}, fate?: NonNullable<Parameters<typeof paper>[1]>['fate']) => {
  const destinations = { ops: destination('ops', edits ? { edits } : {}) };
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], quiet, ...more })], { quietHours, destinations, fallback: [] });
  const world = paper(rules, fate && { fate });
  world.send(down('11:00'));
  world.send(back('12:30'));
  world.until('15:00');
  return world;
};

test('quiet: an end that edits what was told goes at once', () => {
  expect(endIn(true).heard()).toEqual(['11:00 ops alert', '12:30 ops resolved']);
});

test('quiet: an end that is a message of its own waits, where the plug-in cannot edit or the route asks for one', () => {
  for (const world of [endIn(false), endIn(true, { whenResolved: 'new' }), endIn(true, { whenResolved: 'thread' })]) {
    expect(world.heard()).toEqual(['11:00 ops alert', '14:00 ops resolved']);
    const [problem, end] = world.deliveries();
    expect(end).toMatchObject({ follows: problem?.id, incidentKey: 'wa:shop:1', details: { since: at('11:00'), endedAt: at('12:30') } });
  }
});

test('quiet: a problem that is only now on its way brings its end along', () => {
  const fate = ({ kind }: { kind: string }) => (kind === 'alert' ? 'pending' : 'delivered');
  expect(endIn(false, {}, fate).heard()).toEqual([]);
  const destinations = { ops: destination('ops') };
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], quiet })], { quietHours, destinations, fallback: [] });
  const world = paper(rules, { fate });
  world.send(down('11:00'));
  // A lane has it: it may have been heard.
  Object.assign(world.deliveries()[0]!, { state: 'leased', claims: 1, attempts: 1 });
  world.send(back('12:30'));
  expect(world.heard()).toEqual(['11:00 ops alert', '12:30 ops resolved']);
});

test('quiet: it is the clock of the workspace that an end waits by', () => {
  const zones = { noon: { ...quietHours.noon, timezone: 'workspace' } };
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], quiet })], { quietHours: zones });
  const world = paper(rules, { workspaces: [{ id: 'shop', timezone: 'Asia/Tokyo' }] });
  world.send(down('02:00'));
  world.send(back('03:30'));
  world.until('09:00');
  // 14:00 there.
  expect(world.heard()).toEqual(['02:00 ops alert', '05:00 ops resolved']);
});

test('quiet: Slack can edit, so its ends need not wait; a mail, an HTTP call and a line on the console cannot', async () => {
  const routes = `version: 1
timezone: UTC
destinations:
  chat: { plugin: slack, token: xoxb-not-real, channel: "#ops" }
  mail: { plugin: email, smtp: "smtp://mail.example", from: relay@example.com, to: ops@example.com }
  hook: { plugin: http, url: "https://ops.example/hook" }
  log: { plugin: console }
routes: [{ name: all, send: [chat, mail, hook, log] }]
fallback: { send: [log] }
operator: log
`;
  const plugins = await loadPlugins({ dirs: [join(root, 'plugins')] });
  const judged = await judgeDisk({ settings: { configDir: join(root, 'config') }, plugins, now: Date.now }, { routes });
  const able = judged.ok ? Object.values(judged.rules.destinations).filter(({ edits }) => edits) : [];
  expect(able.map(({ name }) => name)).toEqual(['chat']);
});

test('quiet: what left no receipt cannot be edited, so its end waits too', () => {
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], quiet })], {
    ...{ quietHours, fallback: [], destinations: { ops: destination('ops', { edits: true }) } },
  });
  const world = paper(rules);
  world.send(down('11:00'));
  delete world.deliveries()[0]!.receipt;
  world.send(back('12:30'));
  world.until('15:00');
  expect(world.heard()).toEqual(['11:00 ops alert', '14:00 ops resolved']);
});
