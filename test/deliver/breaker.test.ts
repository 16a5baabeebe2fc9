// The breaker: when a failing target is left alone, and how it is taken up again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Breaker, closedBreaker, halfOpen, hear, slotsOf, slowStart } from '../../src/deliver/breaker.ts';

const full = 8;
const t0 = Date.UTC(2026, 10, 23, 9);
type Try = { ok: boolean; at?: number; jitter?: number };
const after = (breaker: Breaker, tries: Try[], concurrency = full) =>
  tries.reduce((state, { ok, at = 0, jitter = 0 }) => hear(state, { ok, round: state.round }, t0 + at, jitter, concurrency), breaker);
const times = (n: number, one: Try): Try[] => Array.from({ length: n }, () => one);
const fail = { ok: false };
const ok = { ok: true };

test('five transient failures in a row open it, four do not, and a success in between starts the count anew', () => {
  expect(after(closedBreaker, times(4, fail)).phase).toBe('closed');
  expect(after(closedBreaker, [...times(4, fail), ok, ...times(4, fail)]).phase).toBe('closed');
  expect(after(closedBreaker, times(5, fail)).phase).toBe('open');
});

test('a flaky target that never fails five times in a row is found out: half of ten within a minute', () => {
  const flaky = Array.from({ length: 9 }, (_, index) => ({ ok: index % 2 === 1, at: index * 1000 }));
  expect(after(closedBreaker, flaky).phase).toBe('closed');
  expect(after(closedBreaker, [...flaky, { ok: false, at: 9000 }]).phase).toBe('open');
});

test('failures older than a minute are forgotten', () => {
  const old = [...times(4, { ok: false, at: 0 }), { ok: true, at: 1 }, ...times(4, { ok: false, at: 2 })];
  const later = [
    { ok: true, at: 61_000 },
    { ok: false, at: 61_500 },
  ];
  expect(after(closedBreaker, [...old, { ok: true, at: 1000 }, ...later]).phase).toBe('closed');
  const slow = [...Array.from({ length: 8 }, (_, index) => ({ ok: index % 2 === 1 })), { ok: false, at: 55_000 }, { ok: true, at: 55_000 }];
  expect(after(closedBreaker, [...slow, { ok: false, at: 56_000 }]).phase).toBe('open');
  expect(after(closedBreaker, [...slow, { ok: false, at: 64_000 }]).phase).toBe('closed');
});

test('a clock set back by an hour neither opens it nor keeps it from opening', () => {
  const before = [...times(4, { ok: false, at: 3_600_000 }), { ok: true, at: 3_600_000 }, ...times(4, { ok: false, at: 3_600_000 })];
  const moved = after(closedBreaker, [...before, { ok: true, at: 0 }, ...times(4, { ok: false, at: 10 })]);
  expect(moved.phase).toBe('closed');
  expect(after(moved, [{ ok: false, at: 20 }]).phase).toBe('open');
});

test('it stays open 30 s, twice as long each time it fails again, ten minutes at most, and never gives up', () => {
  let breaker = after(closedBreaker, times(5, fail));
  const waits = [breaker.openMs];
  for (let n = 0; n < 40; n++) {
    breaker = after(halfOpen(breaker), [fail]);
    waits.push(breaker.openMs);
    expect(breaker.phase).toBe('open');
  }
  expect(waits.slice(0, 7).map((ms) => ms / 1000)).toEqual([30, 60, 120, 240, 480, 600, 600]);
  expect(Math.max(...waits)).toBe(600_000);
  const jittered = after(closedBreaker, times(5, { ok: false, jitter: 1 }));
  expect(jittered.openMs).toBe(37_500);
});

test('half-open lets one through; success gives 1, 2, 4 places and then all', () => {
  let breaker = halfOpen(after(closedBreaker, times(5, fail)));
  expect(slotsOf(breaker, full)).toBe(1);
  const places: number[] = [];
  for (let n = 0; n < 8; n++) {
    breaker = after(breaker, [ok]);
    places.push(slotsOf(breaker, full));
  }
  expect(places).toEqual([1, 2, 2, 4, 4, 4, 4, 8]);
  expect(breaker).toMatchObject({ phase: 'closed', trips: 0 });
});

test('a target that fails again while it is taken up is left alone longer than before', () => {
  const ramping = after(halfOpen(after(closedBreaker, times(5, fail))), [ok, ok]);
  expect(after(ramping, times(5, fail))).toMatchObject({ phase: 'open', openMs: 60_000 });
});

test('what was begun before it opened says nothing about now', () => {
  const open = after(closedBreaker, times(5, fail));
  const asking = halfOpen(open);
  expect(hear(open, { ok: true, round: 0 }, t0, 0, full)).toBe(open);
  expect(hear(asking, { ok: false, round: 0 }, t0, 0, full)).toBe(asking);
  expect(hear(asking, { ok: true, round: 0 }, t0, 0, full)).toBe(asking);
});

test('a destination with one place is back at full strength after one success', () => {
  expect(after(halfOpen(after(closedBreaker, times(5, fail), 1)), [ok], 1).phase).toBe('closed');
  expect(slowStart(closedBreaker, 1).phase).toBe('closed');
  expect(slotsOf(slowStart(closedBreaker, 8), 8)).toBe(1);
});

test('whatever happens, it has between no place and all, and is closed again after enough successes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 200 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 0, max: 5000 }),
      (tries, concurrency, gap) => {
        let breaker = closedBreaker;
        for (const [index, good] of tries.entries()) {
          if (breaker.phase === 'open') breaker = halfOpen(breaker);
          breaker = after(breaker, [{ ok: good, at: index * gap }], concurrency);
          expect(slotsOf(breaker, concurrency)).toBeGreaterThanOrEqual(breaker.phase === 'open' ? 0 : 1);
          expect(slotsOf(breaker, concurrency)).toBeLessThanOrEqual(concurrency);
          expect(breaker.openMs).toBeLessThanOrEqual(600_000);
        }
        breaker = after(halfOpen(breaker), times(2 * concurrency + 1, { ok: true, at: tries.length * gap }), concurrency);
        expect(breaker.phase).toBe('closed');
      },
    ),
  );
});
