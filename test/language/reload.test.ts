// reload: all or nothing. What was not told yet follows the new file, what was told follows those who heard.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openInForce } from '../../src/in-force/in-force.ts';
import type { Files } from '../../src/in-force/judge.ts';
import { eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const minute = 60_000;
const file = (send: string, more: Parameters<typeof route>[2] = {}) =>
  rulesOf([route('down', [send], { events: ['disconnected'], holdMs: 10 * minute, ...more })]);
const down = (clock: string) => eventAt(clock, 'disconnected');
const back = (clock: string) => eventAt(clock, 'connected');

test('reload: what is not told yet follows the new file', () => {
  const world = paper(file('ops'));
  world.send(down('10:00'));
  world.use(file('mail', { holdMs: 30 * minute }));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:30 mail alert']);
});

test('reload: what was told follows those who heard, also where the file no longer names them', () => {
  const world = paper(file('ops'));
  world.send(down('10:00'));
  world.until('10:10');
  world.use(file('mail'));
  world.send(back('10:20'));
  expect(world.heard()).toEqual(['10:10 ops alert', '10:20 ops resolved']);
});

test('reload: a route of another name is a new route, which tells what the old one held', () => {
  const world = paper(file('ops'));
  world.send(down('10:00'));
  world.use(rulesOf([route('renamed', ['ops'], { events: ['disconnected'] })]));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:10 ops alert']);
  expect(world.deliveries()[0]?.route).toBe('renamed');
});

test('reload: a route that is turned off holds nothing any more, and those it told hear of the end', () => {
  const world = paper(file('ops'));
  world.send(down('10:00'));
  world.until('10:10');
  const held = eventAt('10:15', 'disconnected', { workspaceId: 'other' });
  world.send(held);
  world.use(file('ops', { enabled: false }));
  world.send(back('10:20'));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:10 ops alert', '10:20 ops resolved']);
  expect(world.lines(held).at(-1)).toBe('hold: down: cancelled (route-off): the route was turned off while it waited');
});

const text = (name: string) =>
  `version: 1\ntimezone: UTC\ndestinations: { out: { plugin: console } }\nroutes: [{ name: ${name}, send: [out] }]\nfallback: { send: [out] }\noperator: out\n`;

async function relay(first: string, lastGood?: string) {
  const configDir = mkdtempSync(join(tmpdir(), 'relay-reload-'));
  const write = (routes: string) => writeFileSync(join(configDir, 'routes.yaml'), routes);
  onTestFinished(() => rmSync(configDir, { recursive: true }));
  write(first);
  const settings = { configDir, proxy: {}, secrets: [], partnerSecrets: [] };
  const inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now, lastGood: async () => lastGood });
  onTestFinished(() => inForce.close(100));
  return { write, inForce, names: () => inForce.rules().routes.map(({ name }) => name) };
}

test('reload: a bad file changes nothing, all its mistakes are told together, and the next good one is swapped in whole', async () => {
  const { write, inForce, names } = await relay(text('first'));
  write(text('second').replace('plugin: console', 'plugin: consol').replace('send: [out] }]', 'send: [outt] }]'));
  const bad = await inForce.reload();
  expect(bad).toMatchObject({ ok: false, mistakes: [{ line: 3 }, { line: 4 }] });
  expect(names()).toEqual(['first']);
  expect(inForce.state()).toMatchObject({ from: 'file', degraded: [{ code: 'rules.bad' }] });
  write(text('second'));
  expect(await inForce.reload()).toMatchObject({ ok: true });
  expect(names()).toEqual(['second']);
  expect(inForce.state().degraded).toEqual([]);
});

test('reload: a start with a bad file serves the last good one and says so; without one it ends with all mistakes', async () => {
  const { inForce } = await relay(text('good'));
  const { sources, templates, layouts } = inForce.good().files;
  const kept = JSON.stringify({ sources, templates, layouts } satisfies Files);
  const bad = text('bad').replace('version: 1', 'version: 2').replace('[out] }]', '[outt] }]');
  const started = await relay(bad, kept);
  expect(started.names()).toEqual(['good']);
  expect(started.inForce.state()).toMatchObject({ from: 'last-good', degraded: [{ code: 'rules.bad' }] });
  await expect(relay(bad)).rejects.toMatchObject({
    code: 'rules.bad',
    message: expect.stringMatching(/routes\.yaml:1:.*routes\.yaml:4:/s),
  });
});
