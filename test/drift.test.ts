// A wall clock that is set, told from one that merely runs a little fast.
import { expect, test } from 'vitest';
import { watchDrift } from '../src/drift.ts';
import { virtualClock } from './clock.ts';

test('a clock that is set by more than five seconds is told once, forward and back', async () => {
  const clock = virtualClock();
  const jumped = watchDrift(clock);
  await clock.advance(3_600_000);
  expect(jumped()).toBe(0);
  clock.setWall(3_600_000);
  expect([jumped(), jumped()]).toEqual([3_600_000, 0]);
  clock.setWall(-90_000);
  expect([jumped(), jumped()]).toEqual([-90_000, 0]);
});

test('a clock that is mended in small steps is none of our business, however many there are', () => {
  const clock = virtualClock();
  const jumped = watchDrift(clock);
  for (let n = 0; n < 20; n++) {
    clock.setWall(4000);
    expect(jumped()).toBe(0);
  }
});
