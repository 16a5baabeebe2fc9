// What refusals and genuine webhooks say about the source.
import { expect, test } from 'vitest';
import { watchSource } from '../../src/intake/source.ts';

const minute = 60_000;

test('the fifth refusal within ten minutes is told, and the next fifth only after a calm', () => {
  const source = watchSource(0);
  const told = (...minutes: number[]) => minutes.map((at) => source.refused(at * minute).tell);
  expect(told(0, 2, 4, 6)).toEqual([false, false, false, false]);
  expect(told(8, 9, 10), 'once, while it goes on').toEqual([true, false, false]);
  expect(told(30, 31, 32, 33, 34)).toEqual([false, false, false, false, true]);
});

test('four in ten minutes are not told, however long it goes on', () => {
  const source = watchSource(0);
  expect(Array.from({ length: 40 }, (_, n) => source.refused(n * 3 * minute).tell)).not.toContain(true);
});

test('a flood is logged once a second', () => {
  const source = watchSource(0);
  expect([5000, 5001, 5999, 6000].map((at) => source.refused(at).log)).toEqual([true, false, false, true]);
});
