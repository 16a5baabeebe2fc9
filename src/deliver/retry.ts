// What becomes of a delivery after a try, or before one that must not be made: the retry table of the relay. Pure, so that properties can hold it.
import type { Delivery, OutcomeClass } from '../delivery.ts';
import type { Settlement } from '../store/store.ts';
import type { LaneSignal } from './lane-state.ts';
import { maxRetryAfterMs, type Outcome } from './outcome.ts';

export type Verdict = {
  next: Settlement['next'];
  /** false: costs no attempt. */
  counts: boolean;
  class: OutcomeClass;
  /** Why no further try is made, in words for the trace and the operator. Set where it is dead. */
  reason?: string;
  /** For the lane. */
  signal: LaneSignal;
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** Six attempts in the first two minutes, for alerts age fast; the tail is for outages over night. */
export const retrySteps: readonly number[] = [
  ...[2, 5, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 4, 6, 10].map((n) => n * hour),
];
export const maxAttempts = retrySteps.length + 1;
/** A defect does not mend itself over night. */
const maxFaultAttempts = 8;
const maxStarts = 3;
const leastJitterMs = 250;
const heldWaitMs = 5 * minute;
const limitStepMs = 30 * second;
/** send.ts broke it off because the relay stops: no fault of the target. */
const stopped = 'STOPPED';

/** `random` gives 0…1. */
export function settle(outcome: Outcome, delivery: Delivery, maxAgeMs: number, now: number, random: () => number): Verdict {
  const counts = costs(outcome);
  const end = next(outcome, delivery, delivery.attempts + (counts ? 1 : 0), maxAgeMs, now, random);
  const signal: LaneSignal = {
    outcome: outcome.class,
    transient: outcome.class === 'transient' && outcome.code !== stopped && !outcome.previousGone,
  };
  if (outcome.retryAfterMs !== undefined) signal.retryAfterMs = outcome.retryAfterMs;
  const error = outcome.error ?? outcome.code;
  if (error !== undefined) signal.error = error;
  return { ...end, counts, signal };
}

/** Before the send: a message that ended three tries without a word is not tried again, nor one that is too old. `settle` takes it from there. */
export function refuse(delivery: Delivery, maxAgeMs: number, now: number): Outcome | undefined {
  const refused = { startedAt: now, endedAt: now };
  if (delivery.starts >= maxStarts)
    return { ...refused, class: 'poison', error: `${delivery.starts} attempts were begun and none ended, as if it brought the relay down` };
  if (now > delivery.receivedAt + maxAgeMs) return { ...refused, class: 'expired', error: `older than its max_age of ${span(maxAgeMs)}` };
  return undefined;
}

/** To be written as it stands; what follows from a death is for the caller to add. */
export function settlementOf(delivery: Delivery, outcome: Outcome, verdict: Verdict): Omit<Settlement, 'after'> {
  const { startedAt, endedAt, code, error, perhaps } = outcome;
  // By claims, not attempts: waits that cost no attempt are written too, and each needs a number of its own.
  const attempt: Settlement['attempt'] = { n: Math.max(1, delivery.claims), startedAt, endedAt, class: verdict.class };
  if (code !== undefined) attempt.code = code;
  if (error !== undefined) attempt.error = error;
  if (perhaps) attempt.perhaps = true;
  return { id: delivery.id, generation: delivery.generation, attempt, counts: verdict.counts, next: verdict.next };
}

/** What a target may ask for: nothing sensible said is 30 s, more than an hour is an hour and then one probe. */
export function waitAsked(retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined || Number.isNaN(retryAfterMs)) return 30 * second;
  return Math.min(Math.max(retryAfterMs, second), maxRetryAfterMs);
}

type End = Pick<Verdict, 'next' | 'class' | 'reason'>;
const dead = (klass: OutcomeClass, reason: string): End => ({ next: { state: 'dead' }, class: klass, reason });

function next(outcome: Outcome, delivery: Delivery, tries: number, maxAgeMs: number, now: number, random: () => number): End {
  const deadline = delivery.receivedAt + maxAgeMs;
  const said = outcome.error ?? outcome.code ?? outcome.class;
  const later = (runAt: number): End => ({ next: { state: 'pending', runAt: Math.ceil(runAt) }, class: outcome.class });
  const tooOld = () => dead('expired', `no time is left for another try within its max_age of ${span(maxAgeMs)}; the last: ${said}`);
  if (outcome.class === 'ok') return { next: { state: 'delivered', ...(outcome.receipt && { receipt: outcome.receipt }) }, class: 'ok' };
  // What a held destination's messages wait for is their lane, not a time: once it is mended, all of them go out at once.
  if (outcome.class === 'config') return now + heldWaitMs > deadline ? tooOld() : later(now);
  if (outcome.class === 'rate-limited') {
    const runAt = now + Math.max(waitAsked(outcome.retryAfterMs), limitStep(delivery));
    return runAt > deadline ? tooOld() : later(runAt);
  }
  if (outcome.class !== 'transient') return dead(outcome.class, said);
  if (outcome.code === stopped) return later(now);
  if (tries >= (outcome.fault ? maxFaultAttempts : maxAttempts)) return dead('transient', `${tries} attempts failed; the last: ${said}`);
  const step = retrySteps[tries - 1] ?? retrySteps.at(-1)!;
  const asked = outcome.retryAfterMs === undefined ? 0 : waitAsked(outcome.retryAfterMs);
  const wait = Math.max(step, asked);
  const runAt = now + wait + Math.max(leastJitterMs, (wait / 4) * random());
  // The last step is shortened, by half at most, to end within max_age: 24 h are then used to their end, and not for 15 attempts of 16.
  const last = deadline - Math.min(5 * minute, maxAgeMs / 20);
  if (runAt <= last) return later(runAt);
  return last >= now + Math.max(step / 2, asked) ? later(last) : tooOld();
}

/** A target that says "again in 0 s" for a day is asked every half minute, not every second. */
const limitStep = ({ claims }: Delivery) => Math.min(retrySteps[Math.max(1, claims) - 1] ?? limitStepMs, limitStepMs);

/** A wait for a limit or a held destination costs no attempt, nor what was never tried: refused, or broken off before anything was sent. */
function costs({ class: klass, code, perhaps }: Outcome): boolean {
  if (klass === 'ok' || klass === 'permanent') return true;
  return klass === 'transient' && !(code === stopped && !perhaps);
}

/** As durations are written in routes.yaml. */
function span(ms: number): string {
  const units = [
    ['d', 24 * hour],
    ['h', hour],
    ['m', minute],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ['s', second];
  return `${Math.round(ms / size)}${unit}`;
}
