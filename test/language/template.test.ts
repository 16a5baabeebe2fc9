// template: which story tells it, and what the loader makes sure of before it is ever told.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { inForceOf, said, world } from '../judged.ts';

const file = (routes: string) => `version: 1
timezone: UTC
destinations:
  plain: { plugin: console }
  own: { plugin: console, template: of-destination }
routes:
${routes}
fallback: { send: [plain] }
operator: plain
`;
const stories = {
  'templates/of-destination.yaml': 'headline: "destination: {{who.short}}"\n',
  'templates/of-route.yaml': 'headline: "route: {{who.short}}"\n',
  'templates/of-send.yaml': 'headline: "send: {{who.short}}"\n',
  'templates/usage.yaml': 'headline: "{{usage.percent}} used"\n',
};

async function headlines(routes: string): Promise<string[]> {
  const files = { 'routes.yaml': file(routes), ...stories };
  const [relay, inForce] = await Promise.all([world(files), inForceOf(files)]);
  const event = eventAt('10:00', 'disconnected');
  relay.send(event);
  const made = relay.sent().map((delivery) => inForce.prepare({ delivery, event } as Parameters<typeof inForce.prepare>[0], 1));
  return (await Promise.all(made)).map(({ message }) => message.message.headline);
}

test('template: the story of a send entry goes before that of its route, that before its destination’s, and that before the event’s own', async () => {
  expect(await headlines('  - { name: a, template: of-route, send: [{ to: own, template: of-send }, plain] }')).toEqual([
    'send: shop',
    'route: shop',
  ]);
  expect(await headlines('  - { name: a, send: [own, plain] }')).toEqual(['destination: shop', expect.stringContaining('shop')]);
});

test('template: the same incident ends in the words of its story', async () => {
  const relay = await world({ 'routes.yaml': file('  - { name: a, template: of-route, send: [plain] }'), ...stories });
  relay.send(eventAt('10:00', 'disconnected'));
  relay.send(eventAt('10:20', 'connected'));
  expect(relay.sent().map(({ kind, template }) => [kind, template])).toEqual([
    ['alert', 'of-route'],
    ['resolved', 'of-route'],
  ]);
});

test('template: one that is not there is a mistake at its line', async () => {
  const text = file('  - { name: a, template: of-rout, send: [plain] }');
  expect(await said({ 'routes.yaml': text, ...stories })).toMatch(/^routes\.yaml:7:26 {2}There is no story `of-rout`.*`of-route`/);
});

test('template: it is tried with every event of its route, so a word that one of them does not know is told with those it knows', async () => {
  const only = file('  - { name: a, events: [messaging-100], template: usage, send: [plain] }');
  expect(await said({ 'routes.yaml': only, ...stories })).toBe('');
  const more = file('  - { name: a, events: [messaging-100, disconnected], template: usage, send: [plain] }');
  expect(await said({ 'routes.yaml': more, ...stories })).toMatch(/usage\.percent.*disconnected.*Known here: .*who\.short/);
  const typo = { 'templates/of-route.yaml': 'headline: "{{who.shrot}}"\n' };
  const named = file('  - { name: a, template: of-route, send: [plain] }');
  expect(await said({ 'routes.yaml': named, ...stories, ...typo })).toMatch(/^templates\/of-route\.yaml:1:\d+ {2}.*who\.shrot.*who\.short/);
});
