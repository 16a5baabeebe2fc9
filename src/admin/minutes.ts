// What happened in each minute of the last day, for the curves of the page Now: plain counts in two typed arrays that never grow, 0.3 MB when a whole
// day is in them. figures.ts counts into it on the hot path; the clock is handed in.

/** How long messages took, from receipt to delivered. */
export type Delays = { median: number; p95: number };
/** One step of a curve. `delays` is absent where nothing was delivered. */
export type Step = { at: number; events: number; delivered: number; failed: number; dead: number; delays?: Delays };
export type Counted = 'events' | 'delivered' | 'failed' | 'dead';

export type Minutes = {
  add(what: Counted, now: number): void;
  took(ms: number, now: number): void;
  /** The last `count` steps of so many minutes, each of which begins at a multiple of its length; the last one is still going on. */
  steps(minutes: number, count: number, now: number): Step[];
  /** All of the last so many minutes as one step. */
  sum(minutes: number, now: number): Step;
};

const minuteMs = 60_000;
export const keptMinutes = 24 * 60;
const columns = { events: 0, delivered: 1, failed: 2, dead: 3 } as const satisfies Record<Counted, number>;

// Delays in half octaves from 10 ms to two days: a median is wrong by a fifth at most, which no eye sees in a curve.
const firstDelay = Object.keys(columns).length;
const delayBuckets = 48;
const shortestMs = 10;
const width = firstDelay + delayBuckets;

export function createMinutes(): Minutes {
  const counts = new Uint32Array(keptMinutes * width);
  /** Which minute since 1970 each row is about. */
  const stamps = new Int32Array(keptMinutes);

  /** Where the row of this minute begins, emptied where it was about another one: yesterday's, or one of before somebody set the clock. */
  function row(now: number): number {
    const minute = Math.floor(now / minuteMs);
    const at = minute % keptMinutes;
    if (stamps[at] !== minute) {
      stamps[at] = minute;
      counts.fill(0, at * width, (at + 1) * width);
    }
    return at * width;
  }

  function sumOf(from: number, until: number): Step {
    const total = new Float64Array(width);
    for (let minute = Math.max(from, until - keptMinutes); minute < until; minute++) {
      const at = minute % keptMinutes;
      if (stamps[at] !== minute) continue;
      for (let column = 0; column < width; column++) total[column]! += counts[at * width + column]!;
    }
    const [events = 0, delivered = 0, failed = 0, dead = 0] = total;
    const delays = delaysOf(total.subarray(firstDelay));
    return { at: from * minuteMs, events, delivered, failed, dead, ...(delays !== undefined && { delays }) };
  }

  return {
    add: (what, now) => {
      counts[row(now) + columns[what]]!++;
    },
    took: (ms, now) => {
      counts[row(now) + firstDelay + bucketOf(ms)]!++;
    },
    steps: (minutes, count, now) => {
      const last = Math.floor(now / minuteMs / minutes) * minutes;
      return Array.from({ length: count }, (_, n) => {
        const from = last - (count - 1 - n) * minutes;
        return sumOf(from, from + minutes);
      });
    },
    sum: (minutes, now) => {
      const until = Math.floor(now / minuteMs) + 1;
      return sumOf(until - minutes, until);
    },
  };
}

const bucketOf = (ms: number): number => Math.min(delayBuckets - 1, Math.max(0, Math.floor(2 * Math.log2(Math.max(1, ms) / shortestMs))));
/** The middle of a bucket, as octaves go. */
const msOf = (bucket: number): number => shortestMs * 2 ** ((bucket + 0.5) / 2);

function delaysOf(buckets: Float64Array): Delays | undefined {
  const all = buckets.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  const quantile = (share: number): number => {
    const wanted = Math.max(1, Math.ceil(share * all));
    let upTo = 0;
    return msOf(
      buckets.findIndex((count) => {
        upTo += count;
        return upTo >= wanted;
      }),
    );
  };
  return { median: quantile(0.5), p95: quantile(0.95) };
}
