// Clock times in time zones, over the days on which clocks change.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextClock, quietUntil } from '../../src/decide/wall.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString().slice(0, 19));
const ms = (text: string) => Date.parse(text);
const all = [0, 1, 2, 3, 4, 5, 6];

test.each([
  ['an ordinary day', 9 * 60, 'Europe/Madrid', '2026-03-28T09:00:00Z', '2026-03-29T07:00:00'],
  ['a time that is skipped means the first instant after the gap', 150, 'Europe/Madrid', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00'],
  ['a time that comes twice means its first pass', 150, 'Europe/Madrid', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00'],
  ['after its first pass a repeated time is tomorrow', 150, 'Europe/Madrid', '2026-10-25T01:00:00Z', '2026-10-26T01:30:00'],
  ['half an hour of summer time', 9 * 60, 'Australia/Lord_Howe', '2026-04-04T23:00:00Z', '2026-04-05T22:30:00'],
  ['a quarter of an hour', 9 * 60, 'Asia/Kathmandu', '2026-06-01T00:00:00Z', '2026-06-01T03:15:00'],
  ['exactly now is not later', 9 * 60, 'UTC', '2026-06-01T09:00:00Z', '2026-06-02T09:00:00'],
  ['a zone that nobody knows is UTC', 9 * 60, 'Mars/Base', '2026-06-01T00:00:00Z', '2026-06-01T09:00:00'],
])('the next clock time: %s', (_, minutes, zone, after, expected) => {
  expect(iso(nextClock(minutes, zone, ms(after)))).toBe(expected);
});

test.each([
  ['before midnight', '2026-11-25T23:00:00Z', '2026-11-26T06:00:00'],
  ['after midnight', '2026-11-26T03:00:00Z', '2026-11-26T06:00:00'],
  ['its end is outside', '2026-11-26T06:00:00Z', undefined],
  ['its begin is inside', '2026-11-26T21:00:00Z', '2026-11-27T06:00:00'],
  ['by day', '2026-11-26T12:00:00Z', undefined],
])('nights from 22:00 to 07:00 in Madrid, %s', (_, at, until) => {
  expect(iso(quietUntil({ from: 22 * 60, to: 7 * 60, days: all }, 'Europe/Madrid', ms(at)))).toBe(until);
});

test('a night belongs to the day it starts', () => {
  const friday = { from: 22 * 60, to: 7 * 60, days: [5] };
  expect(iso(quietUntil(friday, 'UTC', ms('2026-11-28T03:00:00Z')))).toBe('2026-11-28T07:00:00');
  expect(quietUntil(friday, 'UTC', ms('2026-11-27T03:00:00Z'))).toBeUndefined();
});

test('windows that touch are one: a weekend of whole days ends on Monday', () => {
  expect(iso(quietUntil({ from: 0, to: 24 * 60, days: [6, 0] }, 'UTC', ms('2026-11-28T10:00:00Z')))).toBe('2026-11-30T00:00:00');
});

test('a window without an end ends after eight days at most', () => {
  const until = quietUntil({ from: 0, to: 24 * 60, days: all }, 'Europe/Madrid', ms('2026-11-28T10:00:00Z'))!;
  expect(until - ms('2026-11-28T10:00:00Z')).toBeLessThanOrEqual(8 * 86_400_000);
});

test('a window that lies in the hour that is skipped is empty that day', () => {
  const window = { from: 120, to: 180, days: all };
  expect(quietUntil(window, 'Europe/Madrid', ms('2026-03-29T01:00:00Z'))).toBeUndefined();
  expect(iso(quietUntil(window, 'Europe/Madrid', ms('2026-03-30T00:30:00Z')))).toBe('2026-03-30T01:00:00');
});

const zones = fc.constantFrom(
  'UTC',
  'Europe/Madrid',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
);
const instants = fc.integer({ min: ms('2025-01-01T00:00:00Z'), max: ms('2028-01-01T00:00:00Z') });

test('in every zone the next clock time is later, within a day and a change of the clocks, and shows that time unless it was skipped', () => {
  fc.assert(
    fc.property(zones, instants, fc.integer({ min: 0, max: 1439 }), (zone, after, minutes) => {
      const at = nextClock(minutes, zone, after);
      expect(at).toBeGreaterThan(after);
      expect(at - after).toBeLessThanOrEqual(50 * 3_600_000);
      const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' }).format(at);
      const wanted = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
      // A skipped time stands for the first instant after the gap, which is later by less than an hour.
      const [h, m] = shown.split(':').map(Number) as [number, number];
      expect((h * 60 + m - minutes + 1440) % 1440, `${shown} for ${wanted}`).toBeLessThanOrEqual(60);
    }),
    { numRuns: 200 },
  );
});

test('in every zone quiet hours hold until their end, and at their end no longer', () => {
  fc.assert(
    fc.property(
      zones,
      instants,
      fc.nat(1439),
      fc.integer({ min: 1, max: 1438 }),
      fc.subarray(all, { minLength: 1 }),
      (zone, at, from, length, days) => {
        const window = { from, to: (from + length) % 1440, days };
        const until = quietUntil(window, zone, at);
        if (until === undefined) return;
        expect(until).toBeGreaterThan(at);
        expect(quietUntil(window, zone, until)).toBeUndefined();
        expect(quietUntil(window, zone, until - 1)).toBe(until);
      },
    ),
    { numRuns: 200 },
  );
});
