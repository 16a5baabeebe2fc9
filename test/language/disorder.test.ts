// disorder: what a rise does to what was not sent yet, and to whoever took the lower level. The order of webhooks is in disorder.yaml.
import { expect, test } from 'vitest';
import { at, eventAt } from '../decide/paper.ts';
import { world } from '../judged.ts';

const file = {
  'routes.yaml': `version: 1
timezone: UTC
destinations: { team: { plugin: console }, boss: { plugin: console } }
routes:
  - name: quota
    events: [messaging-90, messaging-100]
    send: [team]
    repeat: { every: 1h, at_most: 2 }
fallback: { send: [boss] }
operator: boss
`,
};

test('disorder: a rise cancels a lower message that no attempt was made for, and is sent in its place', async () => {
  const relay = await world(file, { fate: () => 'pending' });
  relay.send(eventAt('10:00', 'messaging-90'));
  relay.send(eventAt('10:01', 'messaging-100'));
  expect(relay.deliveries().map(({ level, state }) => [level, state])).toEqual([
    [1, 'cancelled'],
    [2, 'pending'],
  ]);
});

test('disorder: a rise ends that somebody had taken it, and a lower level does not', async () => {
  const key = 'messages:shop:2026-12-01T00';
  const relay = await world(file);
  relay.send(eventAt('10:00', 'messaging-90'));
  relay.put({ kind: 'acknowledge', incidentKey: key, by: 'ann' }, at('10:10'));
  relay.send(eventAt('10:20', 'messaging-100'));
  expect(relay.memory.incident(key)?.acknowledged).toBeUndefined();
  relay.put({ kind: 'acknowledge', incidentKey: key, by: 'ann' }, at('10:30'));
  relay.send(eventAt('10:40', 'messaging-90'));
  expect(relay.memory.incident(key)?.acknowledged).toMatchObject({ by: 'ann' });
  relay.until('15:00');
  expect(relay.heard()).toEqual(['10:00 team alert', '10:20 team alert']);
});
