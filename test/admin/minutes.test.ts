// The minutes of the last day: what goes in comes out once, no minute of yesterday is taken for one of today, and the arrays never grow.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFigures } from '../../src/admin/figures.ts';
import { createMinutes, keptMinutes } from '../../src/admin/minutes.ts';
import { accepted, settled } from './busy.ts';

const start = Date.UTC(2026, 10, 23, 9);
const minute = 60_000;
const happening = fc.record({
  after: fc.integer({ min: 0, max: 40 * minute }),
  what: fc.constantFrom('events', 'delivered', 'failed', 'dead' as const),
});

test('each step has what was counted in it and nothing else, gaps are 0, and the whole day is the sum of it', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 200 }), fc.constantFrom([1, 60], [10, 144] as const), (happenings, [length, count]) => {
      const minutes = createMinutes();
      let now = start;
      const told = happenings.map(({ after, what }) => {
        now += after;
        minutes.add(what, now);
        return { at: now, what };
      });
      const steps = minutes.steps(length!, count!, now);
      expect(steps).toHaveLength(count!);
      expect(steps.at(-1)!.at).toBeLessThanOrEqual(now);
      for (const [n, step] of steps.entries()) {
        if (n > 0) expect(step.at - steps[n - 1]!.at).toBe(length! * minute);
        for (const what of ['events', 'delivered', 'failed', 'dead'] as const)
          expect(step[what]).toBe(
            told.filter((one) => one.what === what && one.at >= step.at && one.at < step.at + length! * minute).length,
          );
      }
      const from = (Math.floor(now / minute) + 1 - keptMinutes) * minute;
      expect(minutes.sum(keptMinutes, now).events).toBe(told.filter(({ what, at }) => what === 'events' && at >= from).length);
    }),
  );
});

test('a median and a 95th of 100 are right to within a fifth, from 12 ms to a day', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 12, max: 86_400_000 }), { minLength: 1, maxLength: 300 }), (delays) => {
      const minutes = createMinutes();
      for (const ms of delays) minutes.took(ms, start);
      const sorted = [...delays].sort((a, b) => a - b);
      const found = minutes.sum(1, start).delays!;
      for (const [share, value] of [
        [0.5, found.median],
        [0.95, found.p95],
      ] as const) {
        const right = sorted[Math.ceil(share * sorted.length) - 1]!;
        expect(value / right).toBeGreaterThan(0.8);
        expect(value / right).toBeLessThan(1.2);
      }
    }),
  );
});

test('a minute is forgotten after a day, however long nothing came and however the clock was set', () => {
  const minutes = createMinutes();
  minutes.add('events', start);
  minutes.took(40, start);
  expect(minutes.sum(keptMinutes, start + keptMinutes * minute - 1)).toMatchObject({ events: 1 });
  // The same place in the ring, a day later and a month later.
  for (const later of [keptMinutes, 30 * keptMinutes]) {
    expect(minutes.sum(keptMinutes, start + later * minute)).toEqual({
      at: start + minute * (later - keptMinutes + 1),
      events: 0,
      delivered: 0,
      failed: 0,
      dead: 0,
    });
  }
  minutes.add('events', start + keptMinutes * minute);
  minutes.add('events', start - 3 * keptMinutes * minute);
  expect(minutes.sum(1, start - 3 * keptMinutes * minute)).toMatchObject({ events: 1 });
  expect(minutes.sum(1, start + keptMinutes * minute)).toMatchObject({ events: 0 });
});

test('delays that no clock can have are counted at the ends', () => {
  const minutes = createMinutes();
  for (const ms of [-5, 0, Number.MAX_SAFE_INTEGER]) minutes.took(ms, start);
  expect(minutes.sum(1, start).delays).toMatchObject({ median: expect.closeTo(11.9, 1) });
});

test('counting a million happenings takes no memory and little time', () => {
  const minutes = createMinutes();
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 1_000_000; n++) minutes.add('events', start + n * 1000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
  expect(minutes.sum(keptMinutes, start + 999_999 * 1000).events).toBe(keptMinutes * 60 - 20);
});

test('the relay counts events, what became of each try, and how long messages took that nobody held back', () => {
  let now = start;
  const figures = createFigures(() => now);
  now += 5 * minute;
  figures.did(...accepted());
  figures.did(...settled({ state: 'delivered' }));
  figures.did(...settled({ state: 'delivered' }, { current: false }));
  figures.did(...settled({ state: 'pending', runAt: now }, { klass: 'transient' }));
  figures.did(...settled({ state: 'pending', runAt: now }, { klass: 'config', counts: false }));
  // Waits for a limit that the target set, and one that a stop broke off.
  figures.did(...settled({ state: 'pending', runAt: now }, { klass: 'rate-limited', counts: false }));
  figures.did(...settled({ state: 'pending', runAt: now }, { klass: 'transient', counts: false }));
  figures.did(...settled({ state: 'dead' }, { klass: 'permanent' }));
  expect(figures.read.since).toBe(start);
  expect(figures.read.minutes.sum(1, now)).toMatchObject({ events: 1, delivered: 1, failed: 2, dead: 1 });

  figures.settled({ receivedAt: now - 2000, createdAt: now - 1990 }, 'delivered');
  expect(figures.read.minutes.sum(1, now).delays!.median).toBeCloseTo(2000, -3);
  now += minute;
  // A hold of four minutes.
  figures.settled({ receivedAt: now - 4 * minute, createdAt: now - 100 }, 'delivered');
  figures.settled({ receivedAt: now - 4 * minute, createdAt: now - 100 }, 'pending');
  expect(figures.read.minutes.sum(1, now).delays).toEqual({ median: expect.closeTo(100, -2), p95: expect.closeTo(100, -2) });
});
