// When a target that keeps failing is left alone, and how it is taken up again: pure, values in and values out. The lane keeps the timer.
// It never gives a destination up: an open breaker always tries again.

export type Breaker = Readonly<{
  /** open: nothing goes out · half-open: one at a time asks whether it works again · ramping: it does, few at first. */
  phase: 'closed' | 'open' | 'half-open' | 'ramping';
  /** Raised each time it opens: what was started before says nothing about now. */
  round: number;
  /** How often it opened without having come back to full strength. */
  trips: number;
  /** How long it stays open this time. */
  openMs: number;
  failedInARow: number;
  tallies: readonly Tally[];
  slots: number;
  /** Successes at this number of slots; as many again double it. */
  grown: number;
}>;
type Tally = Readonly<{ from: number; tried: number; failed: number }>;

const tallyMs = 10_000;
const windowMs = 60_000;
const fewest = 10;
const share = 0.5;
const inARow = 5;
const firstOpenMs = 30_000;
const longestOpenMs = 600_000;

export const closedBreaker: Breaker = {
  phase: 'closed',
  round: 0,
  trips: 0,
  openMs: 0,
  failedInARow: 0,
  tallies: [],
  slots: 0,
  grown: 0,
};

/** Only a success or a transient failure of the target is worth telling it. `jitter` is 0…1, `full` the destination's concurrency. */
export function hear(breaker: Breaker, attempt: { ok: boolean; round: number }, now: number, jitter: number, full: number): Breaker {
  if (attempt.round !== breaker.round || breaker.phase === 'open') return breaker;
  if (breaker.phase === 'half-open') return attempt.ok ? ramp(breaker, 1, full) : open(breaker, jitter);
  const tallies = tallied(breaker.tallies, attempt.ok, now);
  if (attempt.ok) {
    const next = { ...breaker, failedInARow: 0, tallies };
    if (breaker.phase === 'closed') return next;
    return breaker.grown + 1 < breaker.slots ? { ...next, grown: breaker.grown + 1 } : ramp(next, breaker.slots * 2, full);
  }
  const failedInARow = breaker.failedInARow + 1;
  if (failedInARow >= inARow || tooMany(tallies, now)) return open(breaker, jitter);
  return { ...breaker, failedInARow, tallies };
}

/** Its time is up: one may ask. */
export const halfOpen = (breaker: Breaker): Breaker => (breaker.phase === 'open' ? { ...breaker, phase: 'half-open' } : breaker);

/** After any wait: what has piled up meanwhile must not arrive all at once. */
export const slowStart = (breaker: Breaker, full: number): Breaker => (breaker.phase === 'closed' ? ramp(breaker, 1, full) : breaker);

/** How many may run at once. */
export function slotsOf({ phase, slots }: Breaker, full: number): number {
  if (phase === 'closed') return full;
  if (phase === 'open') return 0;
  return phase === 'half-open' ? 1 : Math.min(slots, full);
}

function open(breaker: Breaker, jitter: number): Breaker {
  const trips = breaker.trips + 1;
  const openMs = Math.min(longestOpenMs, firstOpenMs * 2 ** Math.min(trips - 1, 10) * (1 + jitter / 4));
  return { ...closedBreaker, phase: 'open', round: breaker.round + 1, trips, openMs };
}

function ramp(breaker: Breaker, slots: number, full: number): Breaker {
  if (slots >= full) return { ...breaker, phase: 'closed', trips: 0, slots: 0, grown: 0 };
  return { ...breaker, phase: 'ramping', slots, grown: 0 };
}

/** Six tallies of ten seconds instead of a list of attempts: at thousands a second the list would be the lane's largest cost. */
function tallied(tallies: readonly Tally[], ok: boolean, now: number): readonly Tally[] {
  const failed = ok ? 0 : 1;
  const last = tallies.at(-1);
  if (last && now >= last.from && now < last.from + tallyMs)
    return tallies.with(-1, { from: last.from, tried: last.tried + 1, failed: last.failed + failed });
  // After the wall clock was set back, what seems to lie ahead is of no use.
  const kept = tallies.filter(({ from }) => from <= now && from > now - windowMs);
  return [...kept, { from: now, tried: 1, failed }];
}

function tooMany(tallies: readonly Tally[], now: number): boolean {
  let tried = 0;
  let failed = 0;
  for (const tally of tallies) {
    if (tally.from <= now - windowMs) continue;
    tried += tally.tried;
    failed += tally.failed;
  }
  return tried >= fewest && failed >= tried * share;
}
