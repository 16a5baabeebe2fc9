// What happened since the process began, counted in plain numbers: cheap enough for the hot path, read when /metrics is asked for. app.ts makes it
// and hands it to the listener, the relay and the ledger; it loads nothing.
import type { Delivery } from '../delivery.ts';
import type { ErrorCode } from '../errors.ts';
import type { Done, Settlement, Work } from '../store/store.ts';
import { createMinutes, type Minutes } from './minutes.ts';

/** Values sorted into buckets: `counts[i]` holds those up to `bounds[i]`, the last one those beyond. */
export type Buckets = { bounds: readonly number[]; counts: number[]; sum: number; count: number };
export type Counts<Labels extends readonly string[]> = { each(visit: (labels: Labels, value: number) => void): void };

export type Figures = {
  /** A webhook was answered with an error. */
  refused(code: ErrorCode): void;
  /** An attempt came to its end, however. */
  attempted(destination: string, ms: number): void;
  /** The ledger did a piece of work: what it says of events, deaths and open deliveries is counted. */
  did(work: Work, done: Done): void;
  /** An outcome of this delivery is on disk: how long its message took is counted. */
  settled(delivery: Pick<Delivery, 'receivedAt' | 'createdAt'>, state: Settlement['next']['state']): void;
  /** Whoever watches the relay from outside was told that it is well, or could not be. */
  pinged(outcome: 'answered' | 'failed'): void;
  /** The wall clock jumped by so many ms; 0 = it did not. */
  jumped(ms: number): void;
  /** The ledger answered a batch. */
  committed(size: number, ms: number): void;
  read: {
    events: Counts<[type: string, outcome: string]>;
    refused: Counts<[code: string]>;
    dead: Counts<[destination: string]>;
    attempts: ReadonlyMap<string, Buckets>;
    batches: Buckets;
    commits: Buckets;
    /** How often somebody set the clock, forward or back. */
    jumps: Counts<[direction: string]>;
    pings: Counts<[outcome: string]>;
    /** The last day, minute by minute. */
    minutes: Pick<Minutes, 'steps' | 'sum'>;
    /** Since when all this is counted. */
    since: number;
    /** What the last tick counted: rows of each state that is not final. */
    open(): Readonly<Record<string, number>>;
  };
};

/** What was made so long after its event was held back on purpose, by a hold, a digest, the night: it counts from when it was made. */
const onPurposeMs = 10_000;

const attemptBounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const batchBounds = [1, 4, 16, 64, 128, 256];
const commitBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

export function createFigures(now: () => number = Date.now): Figures {
  const events = countByTwo();
  const refused = countByOne();
  const dead = countByOne();
  const jumps = countByOne();
  const pings = countByOne();
  const minutes = createMinutes();
  const attempts = new Map<string, Buckets>();
  const batches = emptyBuckets(batchBounds);
  const commits = emptyBuckets(commitBounds);
  let open: Readonly<Record<string, number>> = {};
  return {
    refused: refused.add,
    jumped: (ms) => {
      if (ms !== 0) jumps.add(ms > 0 ? 'forward' : 'back');
    },
    attempted: (destination, ms) => {
      let buckets = attempts.get(destination);
      if (buckets === undefined) {
        buckets = emptyBuckets(attemptBounds);
        attempts.set(destination, buckets);
      }
      sort(buckets, ms / 1000);
    },
    did: (work, done) => {
      if (work.do === 'decide' && done.did === 'decide') {
        if (work.input.kind !== 'event') return;
        events.add(work.input.event.type, done.outcome ?? 'undecided');
        minutes.add('events', now());
      } else if (work.do === 'settle' && done.did === 'settle') {
        const { next, after } = work.settlement;
        const end = done.current ? endOf(work.settlement) : undefined;
        if (end !== undefined) minutes.add(end, now());
        if (done.current && next.state === 'dead' && after?.kind === 'undelivered') dead.add(after.delivery.destination);
      } else if (done.did === 'tick') open = done.open;
    },
    settled: ({ receivedAt, createdAt }, state) => {
      if (state !== 'delivered') return;
      const at = now();
      minutes.took(at - (createdAt - receivedAt > onPurposeMs ? createdAt : receivedAt), at);
    },
    pinged: pings.add,
    committed: (size, ms) => {
      sort(batches, size);
      sort(commits, ms / 1000);
    },
    read: { events, refused, dead, jumps, pings, attempts, batches, commits, minutes, since: now(), open: () => open },
  };
}

/** A wait for a limit that the target set is no failure, nor is an attempt that a stop broke off. */
function endOf({ next, counts, attempt }: Settlement): 'delivered' | 'failed' | 'dead' | undefined {
  if (next.state !== 'pending') return next.state;
  return counts || attempt.class === 'config' ? 'failed' : undefined;
}

function countByOne() {
  const counts = new Map<string, number>();
  return {
    add: (label: string): void => void counts.set(label, (counts.get(label) ?? 0) + 1),
    each: (visit: (labels: [string], value: number) => void): void => {
      for (const [label, value] of counts) visit([label], value);
    },
  };
}

/** Maps in a map: no text is joined on the hot path. */
function countByTwo() {
  const counts = new Map<string, Map<string, number>>();
  return {
    add: (one: string, other: string): void => {
      let inner = counts.get(one);
      if (inner === undefined) {
        inner = new Map();
        counts.set(one, inner);
      }
      inner.set(other, (inner.get(other) ?? 0) + 1);
    },
    each: (visit: (labels: [string, string], value: number) => void): void => {
      for (const [one, inner] of counts) for (const [other, value] of inner) visit([one, other], value);
    },
  };
}

function emptyBuckets(bounds: readonly number[]): Buckets {
  return { bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0, count: 0 };
}

function sort(buckets: Buckets, value: number): void {
  let at = 0;
  while (at < buckets.bounds.length && value > buckets.bounds[at]!) at++;
  buckets.counts[at]!++;
  buckets.sum += value;
  buckets.count++;
}
