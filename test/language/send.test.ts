// send: what the trace and the loader say. Who hears is in send.yaml.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { said, world } from '../judged.ts';

const file = (send: string) => ({
  'templates/of-second.yaml': 'headline: "{{who.short}}"\n',
  'routes.yaml': `version: 1
timezone: UTC
destinations: { team: { plugin: console }, boss: { plugin: console } }
routes:
  - { name: first, send: [team] }
  - { name: second, send: ${send} }
fallback: { send: [boss] }
operator: boss
`,
});

test('send: where a target was told already the trace says by whom, and the earlier route’s words count', async () => {
  const relay = await world(file('[{ to: team, template: of-second }, boss]'));
  const drop = eventAt('10:00', 'seats-full');
  relay.send(drop);
  expect(relay.sent().map(({ destination, route, template }) => [destination, route, template])).toEqual([
    ['team', 'first', undefined],
    ['boss', 'second', undefined],
  ]);
  expect(relay.lines(drop)).toContain('deliver: second: team was already told by first');
});

test('send: to nobody is said in the trace', async () => {
  const relay = await world(file('nobody'));
  const drop = eventAt('10:00', 'seats-full');
  relay.send(drop);
  expect(relay.lines(drop)).toContain('deliver: second: nobody, on purpose');
});

test('send: nobody beside somebody, an unknown name, an empty list and none at all are mistakes', async () => {
  expect(await said(file('[boss, nobody]'))).toMatch(/^routes\.yaml:6:\d+ {2}.*nobody/);
  expect(await said(file('[bos]'))).toMatch(/^routes\.yaml:6:\d+ {2}.*`bos`.*`boss`/);
  expect(await said(file('[]'))).toMatch(/^routes\.yaml:6:/);
  expect(await said({ 'routes.yaml': file('x')['routes.yaml'].replace(', send: x', '') })).toMatch(/`send` is missing/);
});

test('send: of the same name twice one is told, and the loader warns', async () => {
  expect(await said(file('[boss, boss]'))).toMatch(/warning: `boss` stands twice in this list; it is told once\./);
});
