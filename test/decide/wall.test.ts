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
  ['no summer time any more', 9 * 60, 'America/Sao_Paulo', '2026-11-01T00:00:00Z', '2026-11-01T12:00:00'],
  ['a skipped half hour', 135, 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', '2026-10-03T15:30:00'],
  ['far in the east', 9 * 60, 'Pacific/Apia', '2026-06-01T12:00:00Z', '2026-06-01T20:00:00'],
  ['a whole day that is skipped', 9 * 60, 'Pacific/Apia', '2011-12-30T05:00:00Z', '2011-12-30T10:00:00'],
  ['a year of the last century', 9 * 60, 'Europe/Madrid', '1999-06-01T00:00:00Z', '1999-06-01T07:00:00'],
  ['the first day of all', 9 * 60, 'UTC', '1970-01-01T00:00:00Z', '1970-01-01T09:00:00'],
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

test.each([
  ['begins in it: begins after it', { from: 150, to: 240, days: all }, '2026-03-29T01:00:00Z', '2026-03-29T02:00:00'],
  ['ends in it: ends with it', { from: 60, to: 150, days: all }, '2026-03-29T00:59:00Z', '2026-03-29T01:00:00'],
])('a window and the hour that is skipped, %s', (_, window, at, until) => {
  expect(iso(quietUntil(window, 'Europe/Madrid', ms(at)))).toBe(until);
});

test.each([
  ['a window over both passes is one', { from: 120, to: 180, days: all }, '2026-10-25T01:30:00Z', '2026-10-25T02:00:00'],
  ['a window that ends in it ends in the first pass', { from: 60, to: 150, days: all }, '2026-10-25T00:00:00Z', '2026-10-25T00:30:00'],
  ['and is not begun again by the second', { from: 60, to: 150, days: all }, '2026-10-25T01:10:00Z', undefined],
])('the hour that comes twice: %s', (_, window, at, until) => {
  expect(iso(quietUntil(window, 'Europe/Madrid', ms(at)))).toBe(until);
});

test('clocks that go back over midnight do not end the window that has begun', () => {
  const sunday = { from: 0, to: 360, days: [0] };
  // 00:00:30 on Sunday, and half an hour later 23:30 on Saturday again.
  expect(iso(quietUntil(sunday, 'America/St_Johns', ms('2010-11-07T02:30:30Z')))).toBe('2010-11-07T09:30:00');
  expect(iso(quietUntil(sunday, 'America/St_Johns', ms('2010-11-07T03:00:00Z')))).toBe('2010-11-07T09:30:00');
});

test('quiet hours of a zone that nobody knows are those of UTC', () => {
  const nights = { from: 22 * 60, to: 7 * 60, days: all };
  for (const zone of ['', ' ', 'Mars/Base', 'Europe/', '__proto__']) {
    expect(iso(quietUntil(nights, zone, ms('2026-11-25T23:00:00Z'))), zone).toBe('2026-11-26T07:00:00');
  }
});

test('a table full of zones that nobody knows changes no answer', () => {
  for (let i = 0; i < 1100; i++) expect(iso(nextClock(540, `Row/${i}`, ms('2026-06-01T00:00:00Z')))).toBe('2026-06-01T09:00:00');
  expect(iso(nextClock(540, 'Europe/Madrid', ms('2026-06-01T00:00:00Z')))).toBe('2026-06-01T07:00:00');
});

const minute = 60_000;
const hour = 60 * minute;
const someZones = [
  'UTC',
  'Europe/Madrid',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
  'America/Havana',
  'America/Nuuk',
  'Africa/Casablanca',
  'Asia/Beirut',
];
/** Where clocks change, or a day is lost: random instants would seldom meet them. */
const changes = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2026-03-08T05:00:00Z',
  '2026-11-01T05:00:00Z',
  '2010-11-07T02:31:00Z',
  '2011-12-30T10:00:00Z',
].map(ms);
const zone = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...someZones) }, fc.constantFrom(...Intl.supportedValuesOf('timeZone')));
const moment = fc.oneof(
  fc.integer({ min: ms('1990-01-01T00:00:00Z'), max: ms('2037-01-01T00:00:00Z') }),
  fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * 60, max: 30 * 60 })).map(([change, minutes]) => change + minutes * minute),
);

const faces = new Map<string, Intl.DateTimeFormat>();

/** What a clock there shows, read another way than the code under test does: its date as a count of days, and minutes past midnight. */
function face(timeZone: string, at: number): { date: number; minutes: number } {
  let format = faces.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    faces.set(timeZone, format);
  }
  const [date, clock] = format.format(at).split(' ') as [string, string];
  const [h, m] = clock.split(':').map(Number) as [number, number];
  return { date: ms(`${date}T00:00:00Z`) / (24 * hour), minutes: h * 60 + m };
}

/** Minute by minute: the first at which the wall stands at or past that date and time. A gap and a second pass need no rule then. */
function firstAt(timeZone: string, date: number, minutes: number): number {
  const guess = date * 24 * hour + minutes * minute;
  for (let at = guess - 15 * hour; ; at += minute) {
    const shown = face(timeZone, at);
    if (shown.date * 1440 + shown.minutes >= date * 1440 + minutes) return at;
  }
}

test('in every zone the next clock time is later, soon, and the first minute that shows it or the end of the gap that skips it', () => {
  fc.assert(
    fc.property(zone, moment, fc.nat(1439), (timeZone, after, minutes) => {
      const at = nextClock(minutes, timeZone, after);
      expect(at).toBeGreaterThan(after);
      const { date, minutes: shown } = face(timeZone, at);
      const before = face(timeZone, at - 1);
      const jumped = date * 1440 + shown - (before.date * 1440 + before.minutes) - 1;
      // An exact hit, or a jump of the clocks over that time.
      expect(shown === minutes || jumped > 0, `${timeZone} shows ${shown}, wanted ${minutes}`).toBe(true);
      if (shown !== minutes) expect((shown - minutes + 1440) % 1440).toBeLessThanOrEqual(jumped);
      expect(at - after).toBeLessThanOrEqual(25 * hour + Math.max(0, jumped) * minute);
    }),
    { numRuns: 1000 },
  );
});

test('in every zone the next clock time is what walking there minute by minute finds', () => {
  fc.assert(
    fc.property(zone, moment, fc.nat(1439), (timeZone, after, minutes) => {
      const { date } = face(timeZone, after);
      const walked = [-1, 0, 1, 2].map((days) => firstAt(timeZone, date + days, minutes)).filter((at) => at > after);
      expect(iso(nextClock(minutes, timeZone, after))).toBe(iso(Math.min(...walked)));
    }),
    { numRuns: 60 },
  );
});

test('in every zone quiet hours are later, hold until their end and at each moment before it, and at their end no longer', () => {
  fc.assert(
    fc.property(
      zone,
      moment,
      fc.nat(1439),
      fc.integer({ min: 1, max: 1440 }),
      fc.subarray(all, { minLength: 1 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 6 }),
      (timeZone, at, from, length, days, parts) => {
        const window = { from, to: (from + length) % 1440, days };
        const until = quietUntil(window, timeZone, at);
        if (until === undefined) return;
        expect(until).toBeGreaterThan(at);
        expect(until - at).toBeLessThanOrEqual(8 * 24 * hour);
        for (const part of parts) expect(quietUntil(window, timeZone, at + Math.floor(part * (until - at)))).toBeDefined();
        expect(quietUntil(window, timeZone, until - 1)).toBeDefined();
        const endless = until - at > 6 * 24 * hour && days.length === 7;
        if (!endless) expect(quietUntil(window, timeZone, until)).toBeUndefined();
      },
    ),
    { numRuns: 1000 },
  );
});

test('in every zone quiet hours are the ones that walking there minute by minute finds', () => {
  fc.assert(
    fc.property(
      zone,
      moment,
      fc.nat(1439),
      fc.integer({ min: 1, max: 1440 }),
      fc.subarray(all, { minLength: 1 }),
      (timeZone, at, from, length, days) => {
        const window = { from, to: (from + length) % 1440, days };
        const today = face(timeZone, at).date;
        const holds = [today - 1, today, today + 1].some((date) => {
          if (!days.includes(new Date(date * 24 * hour).getUTCDay())) return false;
          const end = window.to <= from ? firstAt(timeZone, date + 1, window.to) : firstAt(timeZone, date, window.to);
          return firstAt(timeZone, date, from) <= at && at < end;
        });
        expect(quietUntil(window, timeZone, at) !== undefined).toBe(holds);
      },
    ),
    { numRuns: 60 },
  );
});
