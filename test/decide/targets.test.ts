// A destination with several targets: each of them is told, retried and given up on its own.
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery.ts';
import { destination, eventAt, paper, route, rulesOf } from './paper.ts';

const two = { ops: 'at-ops', owner: ['ann@acme.example', 'bob@acme.example'], mail: ['ann@acme.example'], boss: 'at-boss' };
const targets = (deliveries: Delivery[]) => deliveries.map(({ kind, target }) => `${kind} ${target}`);

test('each target of a destination gets a delivery of its own, and its own end', () => {
  const rules = rulesOf([route('down', ['owner'], { events: ['disconnected'] })]);
  const world = paper(rules, { reach: () => two });
  const drop = eventAt('10:00', 'disconnected');
  world.send(drop);
  world.send(eventAt('10:20', 'connected'));
  const plugin = rules.destinations.owner!.plugin;
  expect(targets(world.deliveries())).toEqual([
    `alert ${plugin}:ann@acme.example`,
    `alert ${plugin}:bob@acme.example`,
    `resolved ${plugin}:ann@acme.example`,
    `resolved ${plugin}:bob@acme.example`,
  ]);
  expect(world.lines(drop)).toContain('deliver: down: owner (bob@acme.example)');
});

test('an address that two destinations share is told once', () => {
  const world = paper(rulesOf([route('down', ['owner', 'mail'], { events: ['disconnected'] })]), { reach: () => two });
  const drop = eventAt('10:00', 'disconnected');
  world.send(drop);
  expect(world.deliveries().map(({ destination: name }) => name)).toEqual(['owner', 'owner']);
  expect(world.lines(drop)).toContain('deliver: down: mail was already told by down');
});

test('where one of two targets refuses for good, the other hears of the end, and the next destination hears once instead', () => {
  const base = rulesOf([route('down', ['owner'], { events: ['disconnected'] })]);
  const rules = { ...base, destinations: { ...base.destinations, owner: destination('owner', { ifItFails: 'ops' }) } };
  const world = paper(rules, { reach: () => two, fate: ({ target }) => (target.endsWith('bob@acme.example') ? 'dead' : 'delivered') });
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:20', 'connected'));
  expect(world.heard()).toEqual(['10:00 owner alert', '10:00 ops alert', '10:00 boss relay', '10:20 owner resolved', '10:20 ops resolved']);
});

test('the operator hears at every address, but not at the one that is broken', () => {
  const rules = rulesOf([], { operator: 'owner' });
  const world = paper(rules, { reach: () => two });
  const notice = { code: 'destination.held', subject: 'mail', text: 'it refuses', destination: 'mail' };
  world.put({ kind: 'relay', notice, reach: two }, Date.UTC(2026, 0, 14, 10));
  const plugin = rules.destinations.owner!.plugin;
  expect(targets(world.deliveries())).toEqual([`relay ${plugin}:bob@acme.example`]);
});
