// destinations: what every destination may say of itself, whatever its plug-in. Who counts as one target is in destinations.yaml.
import { expect, test } from 'vitest';
import { laneSettings } from '../../src/deliver/lane-settings.ts';
import { refuse } from '../../src/deliver/retry.ts';
import { eventAt } from '../decide/paper.ts';
import { good, inForceOf, plugins, said, world } from '../judged.ts';

const file = (more: string, plugin = 'console') => ({
  'routes.yaml': `version: 1
timezone: UTC
workspaces: { file: workspaces.csv }
destinations:
  log: { plugin: ${plugin}${more} }
  boss: { plugin: console }
routes: [{ name: all, send: [log] }]
fallback: { send: [boss] }
operator: boss
`,
  'workspaces.csv': 'id,owner_email\nshop,\n',
});

test('plugin: one that is not there is a mistake that names those that are', async () => {
  expect(await said(file('', 'consol'))).toMatch(/^routes\.yaml:5:18 {2}There is no plug-in `consol`.*`console`/);
});

test('plugin: a key that neither the plug-in nor every destination has is a mistake', async () => {
  expect(await said(file(', channel: "#wa-ops"'))).toMatch(/^routes\.yaml:5:27 {2}.*`channel`/);
});

test('show_phone: only the last digits of a number are shown, unless it says yes', async () => {
  const event = eventAt('10:00', 'disconnected');
  const headline = async (more: string) => {
    const [relay, inForce] = await Promise.all([world(file(more)), inForceOf(file(more))]);
    relay.send(event);
    return (await inForce.prepare({ delivery: relay.sent()[0]!, event } as Parameters<typeof inForce.prepare>[0], 1)).message.message
      .headline;
  };
  expect(await headline('')).toContain('+•••••••1222');
  expect(await headline(', show_phone: yes')).toContain('+34600111222');
});

test('rate, concurrency, timeout: a lane keeps to what its destination says, else to a default', async () => {
  const lane = async (more: string) => laneSettings((await good(file(more))).rules, plugins).find(({ name }) => name === 'log');
  expect(await lane(', rate: 30/m, concurrency: 3, timeout: 10s')).toMatchObject({ perSecond: 0.5, concurrency: 3, timeoutMs: 10_000 });
  expect(await lane('')).toMatchObject({ concurrency: 8, timeoutMs: 15_000 });
  expect(await said(file(', timeout: 51s'))).toMatch(/^routes\.yaml:5:36 {2}/);
  expect(await said(file(', rate: often'))).toMatch(/^routes\.yaml:5:33 {2}/);
});

test('max_age: a day, or what it says; an older message is given up', async () => {
  const relay = await world(file(', max_age: 6h'));
  relay.send(eventAt('10:00', 'disconnected'));
  const [delivery] = relay.sent();
  const maxAge = async (more: string) => (await good(file(more))).rules.destinations.log!.maxAgeMs;
  expect(await maxAge('')).toBe(86_400_000);
  const six = await maxAge(', max_age: 6h');
  expect(refuse(delivery!, six, delivery!.receivedAt + six)).toBeUndefined();
  expect(refuse(delivery!, six, delivery!.receivedAt + six + 1)).toMatchObject({ class: 'expired', error: 'older than its max_age of 6h' });
});

test('if_empty: without it a message that has no address fails where it can be seen: in the trace and to the operator', async () => {
  const email = ', smtp: "smtp://mail.example", from: a@example.com, to: "{{workspace.owner_email}}"';
  const relay = await world(file(email, 'email'));
  const drop = eventAt('10:00', 'disconnected');
  relay.send(drop);
  expect(relay.heard()).toEqual(['10:00 boss relay']);
  expect(relay.lines(drop)).toContain(
    'deliver: all: log has no address for this workspace and no if_empty: not sent, the operator is told',
  );
});
