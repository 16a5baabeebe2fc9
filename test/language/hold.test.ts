// hold: what its tests in hold.yaml cannot say, the words and the trace.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const minute = 60_000;
const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], holdMs: 5 * minute })]);

test('hold: a second drop while it waits brings the newer words, and the same time', () => {
  const world = paper(rules);
  world.send(eventAt('10:00', 'disconnected', { account: { id: '1', reason: 'phone offline' } }));
  const second = eventAt('10:03', 'disconnected', { account: { id: '1', reason: 'logged out' } });
  world.send(second);
  world.until('10:05');
  expect(world.heard()).toEqual(['10:05 ops alert']);
  expect(world.deliveries()[0]?.eventId).toBe(second.id);
});

test('hold: one that healed leaves a line with the drop and one with the recovery, and is counted for nobody else', () => {
  const world = paper(rules);
  const [drop, end] = [eventAt('10:00', 'disconnected'), eventAt('10:03', 'connected')];
  world.send(drop);
  world.send(end);
  expect(world.lines(drop).at(-1)).toBe('hold: down: cancelled, it was over after 3 min');
  expect(world.lines(end)).toContain('hold: down: back after 3 min, within its hold: nobody hears of it');
  expect(world.timers()).toEqual([]);
});
