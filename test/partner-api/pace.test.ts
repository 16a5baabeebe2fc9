// The pace of questions, on a clock that a test moves.
import { expect, test } from 'vitest';
import { createPace } from '../../src/partner-api/pace.ts';
import { virtualClock } from '../clock.ts';

function paced() {
  const clock = virtualClock();
  const pace = createPace(5, clock);
  const { signal } = new AbortController();
  const went: string[] = [];
  const ask = (name: string, urgent = false) => void pace.turn(urgent, signal).then(() => went.push(name));
  return { clock, pace, ask, went };
}

test('no more than five in any second, however many wait and whenever they came', async () => {
  const { clock, ask, went } = paced();
  const times: number[] = [];
  for (let n = 0; n < 12; n++) ask(`n${n}`);
  for (let ms = 0; ms < 4000; ms++) {
    if (ms === 700) for (let n = 12; n < 15; n++) ask(`n${n}`, true);
    await clock.advance(1);
    while (times.length < went.length) times.push(clock.now());
  }
  expect(times).toHaveLength(15);
  for (const time of times) expect(times.filter((one) => one >= time && one < time + 1000).length).toBeLessThanOrEqual(5);
});

test('where the API asks for peace nobody is let through, however urgent, and then one after the other', async () => {
  const { clock, pace, ask, went } = paced();
  ask('first');
  await clock.advance(0);
  pace.pause(10_000);
  for (const name of ['second', 'third']) ask(name);
  ask('urgent', true);
  await clock.advance(9_999);
  expect(went).toEqual(['first']);
  await clock.advance(1);
  expect(went).toEqual(['first', 'urgent']);
  await clock.advance(500);
  expect(went).toEqual(['first', 'urgent', 'second', 'third']);
});

test('a clock that is set back by an hour stops no question for an hour', async () => {
  const { clock, pace, ask, went } = paced();
  ask('first');
  await clock.advance(0);
  pace.pause(1000);
  clock.setWall(-3_600_000);
  ask('second');
  await clock.advance(1000);
  expect(went).toEqual(['first', 'second']);
});
