// enabled: a route that is turned off hears of nothing new, and leaves nobody with half a story.
import { expect, test } from 'vitest';
import { eventAt } from '../decide/paper.ts';
import { good, world } from '../judged.ts';

const file = (enabled: string, hold = '') => ({
  'routes.yaml': `version: 1
timezone: UTC
destinations: { team: { plugin: console }, boss: { plugin: console } }
routes:
  - { name: down, events: [disconnected], send: [team]${hold}${enabled} }
fallback: { send: [boss] }
operator: boss
`,
});

test('enabled: a route is on unless it says no', async () => {
  for (const [line, on] of [
    ['', true],
    [', enabled: yes', true],
    [', enabled: no', false],
    [', enabled: false', false],
  ] as const)
    expect((await good(file(line))).rules.routes[0]?.enabled).toBe(on);
});

test('enabled: one that is off matches nothing, so what no other route takes goes to the fallback', async () => {
  const relay = await world(file(', enabled: no'));
  const drop = eventAt('10:00', 'disconnected');
  relay.send(drop);
  expect(relay.heard()).toEqual(['10:00 boss alert']);
  expect(relay.lines(drop)).toContain('match: down: no, it is turned off (enabled: no)');
});

test('enabled: turned off while it holds, its hold is cancelled (route-off) and nobody hears', async () => {
  const relay = await world(file('', ', hold: 10m'));
  const drop = eventAt('10:00', 'disconnected');
  relay.send(drop);
  relay.use((await good(file(', enabled: no', ', hold: 10m'))).rules);
  relay.until('11:00');
  expect(relay.heard()).toEqual([]);
  expect(relay.lines(drop).at(-1)).toMatch(/^hold: down: cancelled \(route-off\)/);
});

test('enabled: those whom it told before it was turned off still hear of the end', async () => {
  const relay = await world(file(''));
  relay.send(eventAt('10:00', 'disconnected'));
  relay.use((await good(file(', enabled: no'))).rules);
  relay.send(eventAt('10:20', 'connected'));
  expect(relay.heard()).toEqual(['10:00 team alert', '10:20 team resolved']);
});
