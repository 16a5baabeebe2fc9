// ack_for: for how long an incident is taken by whoever acknowledges it.
import { expect, test } from 'vitest';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';
import { check } from '../rules/kit.ts';

const hour = 3_600_000;
const quota = 'messages:shop:2026-12-01T00';
const taken = (world: ReturnType<typeof paper>, key: string) => world.memory.incident(key)?.acknowledged;

test('ack_for: left out it is eight hours', () => {
  const loaded = check(
    'version: 1\ntimezone: UTC\ndestinations: { log: { plugin: console } }\nroutes: [{ name: down, send: [log] }]\nfallback: { send: [log] }\noperator: log\n',
  );
  expect(loaded.ok && loaded.rules.routes[0]?.ackForMs).toBe(8 * hour);
});

test('ack_for: of several routes that told it the longest counts', () => {
  const world = paper(rulesOf([route('down', ['ops'], { ackForMs: hour }), route('all', ['mail'], { ackForMs: 6 * hour })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.put({ kind: 'acknowledge', incidentKey: 'wa:shop:1', by: 'Ann' }, at('10:30'));
  expect(taken(world, 'wa:shop:1')).toEqual({ at: at('10:30'), until: at('16:30'), by: 'Ann' });
});

test('ack_for: a rise ends it, so that the next people hear of the higher level', () => {
  const escalate = [{ afterMs: hour, send: [{ to: 'boss' }] }];
  const world = paper(rulesOf([route('quotas', ['ops'], { escalate })]));
  world.send(eventAt('10:00', 'messaging-90'));
  world.put({ kind: 'acknowledge', incidentKey: quota, by: 'Ann' }, at('10:10'));
  world.send(eventAt('10:30', 'messaging-100'));
  expect(taken(world, quota)).toBeUndefined();
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:30 ops alert', '11:30 boss escalation']);
});

test('ack_for: the next outage of the same number is taken by nobody', () => {
  const world = paper(rulesOf([route('down', ['ops'])]));
  world.send(eventAt('10:00', 'disconnected'));
  world.put({ kind: 'acknowledge', incidentKey: 'wa:shop:1', by: 'Ann' }, at('10:10'));
  world.send(eventAt('10:20', 'connected'));
  world.send(eventAt('10:30', 'disconnected'));
  expect(taken(world, 'wa:shop:1')).toBeUndefined();
});
