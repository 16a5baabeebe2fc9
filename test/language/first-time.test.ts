// first_time: a store that has not seen enough calls no connect the first. What it says after that is in first_time.yaml.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { world } from '../judged.ts';

const file = {
  'routes.yaml': `version: 1
timezone: UTC
destinations: { welcome: { plugin: console }, again: { plugin: console } }
routes:
  - { name: welcome, events: [connected], where: { first_time: "yes" }, send: [welcome] }
  - { name: again, events: [connected], where: { first_time: "no" }, send: [again] }
fallback: { send: [again] }
operator: again
`,
};
const day = 86_400_000;
const connect = (account: string, after: number) => {
  const event = eventAt('10:00', 'connected', { account: { id: account, phone: `+${account}` } });
  const at = event.receivedAt + after;
  return { ...event, receivedAt: at, triggeredAt: at, dedupKey: `${account}:${at}` };
};

test('first_time: in the first seven days of a store no connect is the first, from then on it may be', async () => {
  const relay = await world(file);
  relay.send(connect('1', 0));
  relay.send(connect('2', 7 * day - 1));
  relay.send(connect('3', 7 * day));
  expect(relay.sent().map(({ destination }) => destination)).toEqual(['again', 'again', 'welcome']);
});

test('first_time: what was connected in those days is remembered, so it is not new later', async () => {
  const relay = await world(file);
  relay.send(connect('1', 0));
  relay.send(connect('1', 400 * day));
  expect(relay.sent().map(({ destination }) => destination)).toEqual(['again', 'again']);
});
