// Eight defects that others have or had, as read in their code. Each has a test here that fails where the relay would share it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, type TestContext, test } from 'vitest';
import { openSlackApi } from '../demo/slack-api.ts';
import { openInForce } from '../src/in-force/in-force.ts';
import { eventAt, paper, route, rulesOf } from './decide/paper.ts';
import { back, drop, post, sample, scene, until, world } from './story/world.ts';

const minute = 60_000;
const down = (workspaceId: string, clock: string) => eventAt(clock, 'disconnected', { workspaceId });
const up = (workspaceId: string, clock: string) => eventAt(clock, 'connected', { workspaceId });

test('Keep: a throttle that looks at the last run of the workflow. Here one workspace that fires mutes no other', () => {
  const rules = rulesOf([
    route('down', ['ops'], { events: ['disconnected'], holdMs: 5 * minute, limit: { max: 1, perMs: 60 * minute, by: 'workspace' } }),
  ]);
  const world = paper(rules);
  for (const event of [down('a', '08:00'), down('b', '08:01'), up('a', '08:10'), down('a', '08:20'), down('c', '08:20')]) world.send(event);
  world.until('08:30');
  // The second drop of `a` is over a's own limit; `b` and `c` are told as if there were no `a`.
  expect(world.heard()).toEqual(['08:05 ops alert', '08:06 ops alert', '08:10 ops resolved', '08:25 ops alert']);
});

test('Alertmanager: a Slack edit that is answered "no such message" is the end of it. Here a recovery whose problem was deleted is a new message', async ({
  onTestFinished,
}) => {
  const api = await openSlackApi({ token: 'xoxb-not-a-real-token' });
  const slack = `plugin: slack, token: "xoxb-not-a-real-token", api_url: "${api.apiUrl}", channel: "#drops"`;
  const stage = world(
    `{ version: 1, timezone: UTC, destinations: { drops: { ${slack} } }, routes: [{ name: all, send: [drops] }], fallback: { send: [drops] }, operator: drops }`,
  );
  onTestFinished(async () => {
    await stage.close();
    await api.close();
  });
  const relay = await stage.start();
  await post(relay, drop('shop', Date.now() - minute));
  const problem = await until('the alert', () => api.messages[0]);
  api.forget(problem.ts);
  await post(relay, back('shop'));
  expect(await until('a new message', () => api.messages.find(({ text }) => text.startsWith('🟢')), 40_000)).not.toHaveProperty('threadTs');
});

test('Alertmanager: what fell due while it was away is sent before what ends it can arrive. Here it waits half a minute after a start', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, routes('hold: 2m, '), { speed: 30 });
  const first = await stage.start();
  await post(first, drop('shop', stage.now()));
  await stage.kill(first);
  const due = stage.now() + 3 * minute;
  await until('the hold to be over', () => stage.now() > due);
  const relay = await stage.start();
  await post(relay, back('shop', stage.now()));
  // A later drop whose hold ends after the half minute: by then the first would have been told.
  await post(relay, drop('other', stage.now()));
  await until('the later one', () => target.taken.some(({ body }) => body.alert?.workspace.id === 'other'));
  expect(target.taken.map(({ body }) => body.alert?.workspace.id)).toEqual(['other']);
});

test('Alertmanager: a reload that fails half-way leaves half of it in force. Here nothing of it is', async (context) => {
  const { write, inForce } = await files(context);
  const before = inForce.good();
  write('workspaces.csv', 'id,name\nacme,Renamed\n');
  write('routes.yaml', routesFile.replace('name: all', 'name: renamed'));
  // The last thing that is judged.
  write('templates/disconnected.yaml', 'headline: "{{no_such_name}}"\n');
  expect(await inForce.reload()).toMatchObject({ ok: false, mistakes: [{ file: 'templates/disconnected.yaml', line: 1 }] });
  expect(inForce.good()).toBe(before);
  expect(inForce.whoIs('acme').workspace.name).toBe('Acme');
  expect(inForce.rules().routes.map(({ name }) => name)).toEqual(['all']);
  write('templates/disconnected.yaml', 'headline: "{{workspace.name}} is down"\n');
  expect(await inForce.reload()).toMatchObject({ ok: true });
  expect(inForce.whoIs('acme').workspace.name).toBe('Renamed');
});

test.for([
  ['a comparison', 'where: { percent: "95 and more" }', 'routes.yaml'],
  ['a name of an event', 'events: ["mesaging-*"]', 'routes.yaml'],
  // Alone: that the story is named and there must not be said to be missing on top.
  ['a story', 'template: broken', 'templates/broken.yaml'],
] as const)(
  'OnCall, Flux: a bad pattern or template counts as "no match" when an event comes. Here %s is a mistake when the file is read',
  async ([, keys, file], context) => {
    const { write, inForce } = await files(context);
    if (file !== 'routes.yaml') write(file, 'headline: "{{#workspace}} is down"\n');
    expect(await inForce.judge(routesFile.replace('send:', `${keys}, send:`))).toMatchObject({ ok: false, mistakes: [{ file, line: 1 }] });
  },
);

test('Flux: 202, then the message lives in memory only. Here what was answered 200 arrives, although the relay was killed before it was sent', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, routes(''));
  target.answer(() => 'silence');
  const first = await stage.start();
  const { status, body } = await post(first, sample('seats-full'));
  expect(status).toBe(200);
  await stage.kill(first);
  target.answer(() => 200);
  await stage.start();
  // Its lease is of a process that is gone, so it is free at once.
  expect((await until('the message', () => target.taken[0])).body.alert?.id).toBe(body.id);
});

test('Robusta: a window of time ends on the day it starts, and its end belongs to it. Here 22:00 to 07:00 is one night, and 07:00 is day', () => {
  const rules = rulesOf([route('down', ['ops'], { quiet: { during: 'nights', keep: true } })], {
    // Tuesday's night only; 2026-11-23, the day of the paper, is a Monday.
    quietHours: { nights: { from: 22 * 60, to: 7 * 60, days: [1] } },
  });
  const heard = (clock: string, date = '23') => {
    const world = paper(rules);
    const event = eventAt(clock, 'token-rotated');
    const at = Date.parse(`2026-11-${date}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
    world.send({ ...event, triggeredAt: at, receivedAt: at });
    return world.heard().length;
  };
  expect([heard('21:59:59'), heard('22:00'), heard('06:59:59', '24'), heard('07:00', '24'), heard('22:00', '24')]).toEqual([1, 0, 0, 1, 1]);
});

test('Alertmanager: a route is known by its place, so that one inserted above shifts what every other remembers. Here it is known by its name', () => {
  const limited = route('down', ['ops'], { events: ['disconnected'], holdMs: 5 * minute, limit: { max: 1, perMs: 60 * minute } });
  const world = paper(rulesOf([limited]));
  world.send(down('a', '08:00'));
  world.until('08:06');
  world.send(down('b', '08:06'));
  world.use(rulesOf([route('above', ['owner'], { events: ['seats-full'], limit: { max: 5, perMs: minute } }), limited]));
  world.until('10:00');
  // The hold that ran is of the route that was moved, and so is its limit: `b` comes in the digest after the hour.
  expect(world.heard()).toEqual(['08:05 ops alert', '09:05 ops digest']);
});

const routes = (hold: string) => (url: string) =>
  `{ version: 1, timezone: UTC, destinations: { ops: { plugin: http, url: "${url}", allow_private: yes } }, routes: [{ name: all, events: [disconnected, seats-full], ${hold}send: [ops] }], fallback: { send: [ops] }, operator: ops }`;

const routesFile =
  '{ version: 1, timezone: UTC, workspaces: { file: workspaces.csv }, destinations: { out: { plugin: console } }, routes: [{ name: all, send: [out] }], fallback: { send: [out] }, operator: out }';

async function files({ onTestFinished }: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'relay-defects-'));
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  mkdirSync(join(dir, 'templates'));
  write('routes.yaml', routesFile);
  write('workspaces.csv', 'id,name\nacme,Acme\n');
  const settings = { configDir: dir, templatesDir: join(dir, 'templates'), proxy: {}, secrets: [], partnerSecrets: [] };
  const inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now });
  onTestFinished(async () => {
    await inForce.close(100);
    rmSync(dir, { recursive: true });
  });
  return { write, inForce };
}
