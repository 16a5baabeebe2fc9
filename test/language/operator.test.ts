// operator: whoever hears about the relay itself.
import { expect, test } from 'vitest';
import { createRelay, type Parts } from '../../src/relay.ts';
import { at, eventAt } from '../decide/paper.ts';
import { good, said, world } from '../judged.ts';

const file = (operator: string, more = '') => ({
  'routes.yaml': `version: 1
timezone: UTC
destinations:
  team: { plugin: console }
  boss: { plugin: console${more} }
  spare: { plugin: console }
routes:
  - { name: down, events: [disconnected], send: [team] }
fallback: { send: [spare] }
${operator}`,
});
const notice = { code: 'rules.bad', subject: 'routes.yaml', text: 'routes.yaml:3:1  a mistake' };

test('operator: it is told, under its own name', async () => {
  const relay = await world(file('operator: boss\n'));
  relay.put({ kind: 'relay', notice, reach: { boss: 'boss', spare: 'spare' } }, at('10:00'));
  expect(relay.heard()).toEqual(['10:00 boss relay']);
});

test('operator: left out it is the fallback’s first, with a warning', async () => {
  expect((await good(file(''))).rules.operator).toBe('spare');
  expect(await said(file(''))).toMatch(/warning: `operator` is missing, so `spare` \(of `fallback`\)[\s\S]*write: +operator: spare/);
});

test('operator: a name that is no destination is a mistake', async () => {
  expect(await said(file('operator: bos\n'))).toMatch(/^routes\.yaml:10:11 {2}.*`bos`.*`boss`/);
});

test('operator: what cannot be delivered is told there, and where it is itself broken by another way', async () => {
  const dead = {
    fate: ({ destination }: { destination: string }) => (destination === 'spare' ? 'delivered' : 'dead') as 'dead' | 'delivered',
  };
  const relay = await world(file('operator: team\n'), dead);
  relay.send(eventAt('10:00', 'disconnected'));
  expect(relay.heard()).toEqual(['10:00 spare relay']);
});

test('operator: the same thing is told once an hour, another at once', async () => {
  const relay = await world(file('operator: boss\n'));
  const tell = (clock: string, subject = 'routes.yaml') =>
    relay.put({ kind: 'relay', notice: { ...notice, subject }, reach: { boss: 'boss' } }, at(clock));
  tell('10:00');
  tell('10:59');
  tell('10:59', 'workspaces.csv');
  tell('11:00');
  expect(relay.heard()).toEqual(['10:00 boss relay', '10:59 boss relay', '11:00 boss relay']);
});

test('operator: a clock that was ahead and is set right mutes nothing', async () => {
  const relay = await world(file('operator: boss\n'));
  for (const clock of ['20:00', '10:00']) relay.put({ kind: 'relay', notice, reach: { boss: 'boss' } }, at(clock));
  expect(relay.heard()).toEqual(['20:00 boss relay', '10:00 boss relay']);
});

test('operator: all it is told is in the log too, as a warning, with the text of the mistakes', async () => {
  const logged: unknown[] = [];
  const parts = {
    ledger: { do: async () => ({ did: 'decide', leased: [], waiting: [], recall: [] }) },
    lanes: () => ({ put: () => {}, due: () => {} }),
    inForce: { whoIs: () => ({ reach: {} }) },
    log: { debug: () => {}, info: () => {}, warn: (fields: object, message: string) => logged.push([message, fields]) },
  } as unknown as Parts;
  await createRelay(parts).tellOperator(notice);
  expect(logged).toEqual([['operator.told', notice]]);
});
