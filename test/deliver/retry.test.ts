// The retry table: how long a delivery waits, what costs an attempt, and what ends it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { maxAttempts, refuse, retrySteps, settle, settlementOf, waitAsked } from '../../src/deliver/retry.ts';
import { type Delivery, type OutcomeClass, outcomeClasses } from '../../src/delivery.ts';
import { deliveryOf } from './lane-world.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.UTC(2026, 10, 23, 9);

const outcome = (klass: OutcomeClass, more: Partial<Outcome> = {}): Outcome => ({ class: klass, startedAt: t0, endedAt: t0, ...more });
const delivery = (more: Partial<Delivery> = {}) => deliveryOf('d_1', 'ops', t0, { claims: 1, generation: 1, ...more });
const runAt = (one: Outcome, more: Partial<Delivery> = {}, random = 0) => {
  const { next } = settle(one, delivery(more), 365 * day, t0, () => random);
  return next.state === 'pending' ? next.runAt - t0 : next.state;
};

/** A target that answers the same for ever: when each attempt was made, and the end. */
function life(answer: (attempt: number) => Partial<Outcome>, { maxAgeMs = day, random = (): number => 0 } = {}) {
  const row = delivery();
  const tries = [t0];
  for (let now = t0; tries.length < 9000; ) {
    const refused = refuse(row, maxAgeMs, now);
    const verdict = settle(refused ?? outcome('transient', answer(row.attempts + 1)), row, maxAgeMs, now, random);
    if (verdict.counts) row.attempts += 1;
    if (verdict.next.state !== 'pending') return { tries, verdict, row, endedAt: now };
    row.claims += 1;
    // A held lane asks once in five minutes.
    now = verdict.class === 'config' ? now + 5 * minute : verdict.next.runAt;
    tries.push(now);
  }
  throw new Error('it never ends');
}

test('a target that stays down is tried 16 times over 24 hours, six times in the first two minutes, then the message is dead', () => {
  for (const random of [() => 0, () => 0.5, () => 1]) {
    const { tries, verdict } = life(() => ({ error: 'HTTP 503' }), { random });
    expect(tries).toHaveLength(16);
    expect(tries.filter((at) => at < t0 + 150 * second)).toHaveLength(6);
    expect(tries.at(-1)! - t0).toBeGreaterThan(23.5 * hour);
    expect(tries.at(-1)! - t0).toBeLessThanOrEqual(day);
    expect(verdict).toMatchObject({ next: { state: 'dead' }, class: 'transient', reason: '16 attempts failed; the last: HTTP 503' });
  }
});

test('each wait is its step and a little more, never less: at least 250 ms, at most a quarter', () => {
  expect(retrySteps.map((step) => step / second)).toEqual([2, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 36000]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 14 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
      const wait = runAt(outcome('transient'), { attempts }, random) as number;
      const step = retrySteps[attempts]!;
      expect(wait).toBeGreaterThanOrEqual(step + 250);
      expect(wait).toBeLessThanOrEqual(Math.max(step + 250, step * 1.25) + 1);
    }),
  );
});

test('a target that names a wait is not asked earlier, also with a transient failure such as greylisting', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('transient' as const, 'rate-limited' as const),
      fc.integer({ min: 0, max: hour }),
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: minute, max: 2 * day }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (klass, retryAfterMs, attempts, maxAgeMs, random) => {
        const { next, class: ended } = settle(outcome(klass, { retryAfterMs }), delivery({ attempts }), maxAgeMs, t0, () => random);
        if (next.state === 'pending') {
          expect(next.runAt).toBeGreaterThanOrEqual(t0 + retryAfterMs);
          expect(next.runAt).toBeLessThanOrEqual(t0 + maxAgeMs);
        } else expect(ended).toBe('expired');
      },
    ),
  );
  expect(runAt(outcome('transient', { retryAfterMs: 5 * minute }))).toBe(5 * minute + 250);
});

test('a rate limit costs no attempt and waits as asked; nothing, nonsense and too much are understood', () => {
  const limited = (retryAfterMs?: number) => runAt(outcome('rate-limited', retryAfterMs === undefined ? {} : { retryAfterMs }));
  expect(limited(3000)).toBe(3000);
  expect(limited()).toBe(30 * second);
  expect(limited(Number.NaN)).toBe(30 * second);
  expect(limited(-5)).toBe(2 * second);
  expect(limited(0)).toBe(2 * second);
  expect(runAt(outcome('rate-limited', { retryAfterMs: 0 }), { claims: 50 })).toBe(30 * second);
  expect(limited(5 * day)).toBe(hour);
  expect(limited(Number.POSITIVE_INFINITY)).toBe(hour);
  expect(settle(outcome('rate-limited'), delivery({ attempts: 15 }), day, t0, () => 0)).toMatchObject({
    counts: false,
    next: { state: 'pending' },
  });
  fc.assert(
    fc.property(fc.double(), (garbage) => {
      expect(waitAsked(garbage)).toBeGreaterThanOrEqual(second);
      expect(waitAsked(garbage)).toBeLessThanOrEqual(hour);
    }),
  );
});

test('a rate limit that never ends is not waited for beyond max_age', () => {
  const { row, verdict, endedAt } = life(() => ({ class: 'rate-limited', retryAfterMs: 10 * minute }), { maxAgeMs: 2 * hour });
  expect(row.attempts).toBe(0);
  expect(verdict).toMatchObject({ class: 'expired', next: { state: 'dead' } });
  expect(endedAt - t0).toBe(2 * hour);
  expect(verdict.reason).toContain('max_age of 2h');
});

test('broken configuration costs no attempt and waits for its lane alone', () => {
  expect(settle(outcome('config', { error: 'HTTP 401' }), delivery(), day, t0, () => 1)).toEqual({
    next: { state: 'pending', runAt: t0 },
    class: 'config',
    counts: false,
    signal: { outcome: 'config', transient: false, error: 'HTTP 401' },
  });
});

test('what the target rejects for good is dead at once, with its words', () => {
  expect(settle(outcome('permanent', { error: 'HTTP 422: no such field' }), delivery(), day, t0, () => 0)).toMatchObject({
    next: { state: 'dead' },
    class: 'permanent',
    counts: true,
    reason: 'HTTP 422: no such field',
    signal: { transient: false },
  });
});

test('a defect of a plug-in gets eight tries, not sixteen', () => {
  const { tries, verdict } = life(() => ({ fault: true, error: 'TypeError' }));
  expect(tries).toHaveLength(8);
  expect(verdict).toMatchObject({ class: 'transient', next: { state: 'dead' }, signal: { transient: true } });
});

test('three starts without an outcome are poison: dead without another try, and no attempt is counted', () => {
  expect(refuse(delivery({ starts: 2 }), day, t0)).toBeUndefined();
  const refused = refuse(delivery({ starts: 3 }), day, t0)!;
  expect(refused.class).toBe('poison');
  expect(settle(refused, delivery({ starts: 3 }), day, t0, () => 0)).toMatchObject({
    next: { state: 'dead' },
    class: 'poison',
    counts: false,
  });
});

test('a message older than its max_age is not sent any more, however it was kept waiting', () => {
  expect(refuse(delivery(), minute, t0 + minute)).toBeUndefined();
  expect(refuse(delivery(), minute, t0 + minute + 1)).toMatchObject({ class: 'expired', error: 'older than its max_age of 1m' });
});

test('an attempt that may have arrived is retried and stays marked', () => {
  const perhaps = outcome('transient', { code: 'ECONNRESET', perhaps: true });
  const verdict = settle(perhaps, delivery({ claims: 4 }), day, t0, () => 0);
  expect(settlementOf(delivery({ claims: 4 }), perhaps, verdict)).toEqual({
    id: 'd_1',
    generation: 1,
    attempt: { n: 4, startedAt: t0, endedAt: t0, class: 'transient', code: 'ECONNRESET', perhaps: true },
    counts: true,
    next: { state: 'pending', runAt: t0 + 2250 },
  });
});

test('an attempt broken off because the relay stops costs nothing unless it may have arrived, and is due at once', () => {
  for (const perhaps of [false, true])
    expect(settle(outcome('transient', { code: 'STOPPED', ...(perhaps && { perhaps }) }), delivery(), day, t0, () => 1)).toMatchObject({
      counts: perhaps,
      next: { state: 'pending', runAt: t0 },
      signal: { transient: false },
    });
});

test('a success carries its receipt to the store', () => {
  expect(settle(outcome('ok', { receipt: { ts: '1.2' } }), delivery(), day, t0, () => 0).next).toEqual({
    state: 'delivered',
    receipt: { ts: '1.2' },
  });
});

test('whatever a target answers, a delivery ends within its max_age, in at most 16 counted attempts, for a reason that has a name', () => {
  const answer = fc.record({
    class: fc.constantFrom(...outcomeClasses.filter((klass) => klass !== 'poison' && klass !== 'expired')),
    retryAfterMs: fc.oneof(fc.constant(undefined), fc.double({ min: -10 * day, max: 10 * day })),
    fault: fc.boolean(),
    perhaps: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: second, max: 3 * day }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (answers, maxAgeMs, random) => {
        let made = 0;
        const said = () => {
          const { retryAfterMs, ...rest } = answers[made++ % answers.length]!;
          return retryAfterMs === undefined ? rest : { ...rest, retryAfterMs };
        };
        const { row, verdict, tries, endedAt } = life(said, { maxAgeMs, random: () => random });
        expect(row.attempts).toBeLessThanOrEqual(maxAttempts);
        expect(endedAt).toBeLessThanOrEqual(t0 + maxAgeMs + 1);
        for (const [index, at] of tries.entries()) if (index > 0) expect(at).toBeGreaterThan(tries[index - 1]!);
        if (verdict.next.state === 'delivered') expect(verdict.reason).toBeUndefined();
        else {
          expect(['transient', 'permanent', 'expired']).toContain(verdict.class);
          expect(verdict.reason).toBeTruthy();
          if (verdict.class === 'transient') expect([8, 9, 10, 11, 12, 13, 14, 15, 16]).toContain(row.attempts);
        }
      },
    ),
  );
});
