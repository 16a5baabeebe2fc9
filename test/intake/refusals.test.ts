// How failed verifications are counted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRefusals } from '../../src/intake/refusals.ts';

test('more than the limit within the window, and only then, is too many', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60 }), (gaps) => {
      const refusals = countRefusals({ most: 3, windowMs: 100 });
      const times: number[] = [];
      let now = 1000;
      for (const gap of gaps) {
        now += gap;
        times.push(now);
        expect(refusals.add('a', now)).toBe(times.filter((time) => time > now - 100).length > 3);
      }
    }),
  );
});

test('addresses are counted apart', () => {
  const refusals = countRefusals({ most: 1 });
  expect(refusals.add('a', 0)).toBe(false);
  expect(refusals.add('b', 0)).toBe(false);
  expect(refusals.add('a', 0)).toBe(true);
});

test('a stranger with endless addresses fills no memory, and does not make the busiest one forgotten', () => {
  const refusals = countRefusals({ most: 100, addresses: 50 });
  for (let i = 0; i < 101; i++) refusals.add('flood', 0);
  for (let i = 0; i < 10_000; i++) {
    refusals.add(`10.0.${i >> 8}.${i & 255}`, 1);
    if (i % 20 === 0) expect(refusals.add('flood', 1)).toBe(true);
  }
  expect(refusals.size()).toBe(50);
});
