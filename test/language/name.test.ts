// name: what a route's waiting messages, limits and figures hang on.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { good, said, world } from '../judged.ts';

const file = (...names: string[]) => ({
  'routes.yaml': `version: 1
timezone: UTC
destinations: { log: { plugin: console } }
routes:
${names.map((name) => `  - { name: ${name}, events: [disconnected], hold: 10m, send: [log] }`).join('\n')}
fallback: { send: [log] }
operator: log
`,
});

test('name: small letters, digits and -, and nothing else', async () => {
  expect(await said(file('number-down-2'))).toBe('');
  expect(await said(file('Number_Down'))).toMatch(/^routes\.yaml:5:13 {2}[\s\S]*write: .*number-down/);
});

test('name: it must be there, and each name once', async () => {
  const text = file('one')['routes.yaml'].replace('name: one, ', '');
  expect(await said({ 'routes.yaml': text })).toMatch(/`name` is missing/);
  expect(await said(file('one', 'two', 'one'))).toMatch(/^routes\.yaml:7:13 {2}A route named `one` is already on line 5\./);
});

test('name: what the relay writes itself in its place cannot be taken', async () => {
  for (const name of ['fallback', 'operator', 'storm', 'test'])
    expect(await said(file(name))).toContain(`The relay uses the name \`${name}\` itself.`);
});

test('name: another name is a new route; what waited under the old one is decided again by the file of now', async () => {
  const relay = await world(file('old'));
  const drop = eventAt('10:00', 'disconnected');
  relay.send(drop);
  relay.use((await good(file('new'))).rules);
  relay.until('11:00');
  expect(relay.heard()).toEqual(['10:10 log alert']);
  expect(relay.lines(drop).join('\n')).toContain('old is gone from the file');
  expect(relay.sent()[0]?.route).toBe('new');
});

test('name: a hold runs on where the route keeps its name, wherever it stands', async () => {
  const relay = await world(file('one', 'two'));
  relay.send(eventAt('10:00', 'disconnected'));
  relay.use((await good(file('two', 'one'))).rules);
  relay.until('11:00');
  expect(relay.heard()).toEqual(['10:10 log alert']);
  expect(relay.sent()[0]?.route).toBe('one');
});
