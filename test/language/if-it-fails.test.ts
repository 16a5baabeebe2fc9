// if_it_fails: who hears of it when the last try was in vain.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { said, world } from '../judged.ts';

const file = (destinations: string) => ({
  'routes.yaml': `version: 1
timezone: UTC
destinations:
${destinations}
routes:
  - { name: down, events: [disconnected], send: [a] }
fallback: { send: [boss] }
operator: boss
`,
});
const chain = (...names: string[]) =>
  names.map((name, at) => `  ${name}: { plugin: console${names[at + 1] ? `, if_it_fails: ${names[at + 1]}` : ''} }`).join('\n');
const boss = '\n  boss: { plugin: console }';
const dies = (...names: string[]) => ({
  fate: ({ destination, kind }: { destination: string; kind: string }) =>
    names.includes(destination) && kind !== 'relay' ? ('dead' as const) : ('delivered' as const),
});

test('if_it_fails: the next destination hears instead, the message says of which, and the operator is told', async () => {
  const relay = await world(file(chain('a', 'b') + boss), dies('a'));
  relay.send(eventAt('10:00', 'disconnected'));
  expect(relay.heard()).toEqual(['10:00 b alert', '10:00 boss relay']);
  expect(relay.sent().find(({ destination }) => destination === 'b')?.details.insteadOf).toEqual(['a']);
});

test('if_it_fails: whoever heard instead hears of the end, and whoever never heard does not', async () => {
  const relay = await world(file(chain('a', 'b') + boss), dies('a'));
  relay.send(eventAt('10:00', 'disconnected'));
  relay.send(eventAt('10:20', 'connected'));
  expect(relay.heard()).toEqual(['10:00 b alert', '10:00 boss relay', '10:20 b resolved']);
});

test('if_it_fails: what arrives goes nowhere else', async () => {
  const relay = await world(file(chain('a', 'b') + boss));
  relay.send(eventAt('10:00', 'disconnected'));
  expect(relay.heard()).toEqual(['10:00 a alert']);
});

test('if_it_fails: three in a row are tried and named, and the message of the last says of all', async () => {
  const relay = await world(file(chain('a', 'b', 'c', 'd') + boss), dies('a', 'b', 'c'));
  relay.send(eventAt('10:00', 'disconnected'));
  expect(relay.heard().filter((one) => !one.endsWith('relay'))).toEqual(['10:00 d alert']);
  expect(relay.sent().find(({ destination }) => destination === 'd')?.details.insteadOf).toEqual(['a', 'b', 'c']);
});

test('if_it_fails: a chain of four, a circle, and a name that is not there are mistakes', async () => {
  expect(await said(file(chain('a', 'b', 'c', 'd', 'e') + boss))).toMatch(/^routes\.yaml:4:38 {2}At most 3 destinations stand in/);
  const circle = '  a: { plugin: console, if_it_fails: b }\n  b: { plugin: console, if_it_fails: a }';
  expect(await said(file(circle + boss))).toMatch(/^routes\.yaml:[45]:38 {2}.*circle/);
  expect(await said(file(`  a: { plugin: console, if_it_fails: bos }${boss}`))).toMatch(/^routes\.yaml:4:38 {2}.*`bos`.*`boss`/);
});
