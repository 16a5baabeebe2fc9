// What happened since the process began, counted in plain numbers: cheap enough for the hot path, read when /metrics is asked for. app.ts makes it
// and hands it to the listener, the relay and the ledger; it loads nothing.
import type { ErrorCode } from '../errors.ts';
import type { Done, Work } from '../store/store.ts';

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
    /** What the last tick counted: rows of each state that is not final. */
    /** How often somebody set the clock, forward or back. */
    jumps: Counts<[direction: string]>;
    open(): Readonly<Record<string, number>>;
  };
};

const attemptBounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const batchBounds = [1, 4, 16, 64, 128, 256];
const commitBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

export function createFigures(): Figures {
  const events = countByTwo();
  const refused = countByOne();
  const dead = countByOne();
  const jumps = countByOne();
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
        if (work.input.kind === 'event') events.add(work.input.event.type, done.outcome ?? 'undecided');
      } else if (work.do === 'settle' && done.did === 'settle') {
        const { next, after } = work.settlement;
        if (done.current && next.state === 'dead' && after?.kind === 'undelivered') dead.add(after.delivery.destination);
      } else if (done.did === 'tick') open = done.open;
    },
    committed: (size, ms) => {
      sort(batches, size);
      sort(commits, ms / 1000);
    },
    read: { events, refused, dead, jumps, attempts, batches, commits, open: () => open },
  };
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
