// The main thread's end of the ledger: gathers work while the last batch is being written, so that one fsync serves many (group commit).
// Order is kept: rules sent before a piece of work are the rules it is decided by.
import { Worker } from 'node:worker_threads';
import { type ErrorCode, RelayError } from '../errors.ts';
import type { Rules } from '../rules/rules.ts';
import type { Batch, Done, StoreInfo, Work } from '../store/store.ts';

export type Ledger = {
  info: StoreInfo;
  /** Resolves after the commit. Rejects with a RelayError where nothing of it was written. */
  do<W extends Work>(work: W): Promise<Extract<Done, { did: W['do'] }>>;
  rules(rules: Rules): void;
  /** Work not yet answered. */
  waiting(): number;
  /** From now on. Until then no lane has room and nobody counts. */
  serves(whom: Served): void;
  close(): Promise<void>;
};

export type ToThread = { rules: Rules } | { seq: number; batch: Batch } | { close: true };
export type FromThread =
  | { opened: StoreInfo }
  | { seq: number; done: Done[] }
  | { seq: number; failed: { code: ErrorCode; message: string } }
  | { broken: { code: ErrorCode; message: string } }
  | { closed: true };

type Waiting = { work: Work; resolve(done: Done): void; reject(error: RelayError): void };

// While one batch is written the next is in the thread's hands: neither thread waits for the other.
const maxOutstanding = 2;
/** A whole queue at once leaves one thread idle while the other works, in turns; much less costs a sync for every few. A long queue goes in quarters. */
const batchOf = (waiting: number): number => Math.min(256, Math.max(32, Math.ceil(waiting / 4)));

/** Well above any pause of an honest plug-in, and below a lease. */
const stallMs = 20_000;

type Served = {
  /** How much each lane can take, asked once a batch. */
  room(): Record<string, number>;
  /** A batch was answered after so many ms. */
  committed?(size: number, ms: number): void;
  /** Each piece of work that was done, for the figures. */
  did?(work: Work, done: Done): void;
};

export async function openLedger(options: {
  url: string;
  owner: string;
  now(): number;
  /** After so long without a word of the main thread the process is ended. */
  stallMs?: number;
  /** The thread died or the disk failed: nothing can be written any more. */
  broken(error: RelayError): void;
}): Promise<Ledger> {
  const thread = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: { url: options.url, owner: options.owner, now: options.now(), stallMs: options.stallMs ?? stallMs },
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  });
  let served: Served = { room: () => ({}) };
  let queue: Waiting[] = [];
  const outstanding = new Map<number, Waiting[]>();
  const begun = new Map<number, number>();
  let seq = 0;
  let planned = false;
  let dead: RelayError | undefined;

  const plan = () => {
    if (planned || queue.length === 0 || outstanding.size >= maxOutstanding) return;
    planned = true;
    setImmediate(flush);
  };
  const flush = () => {
    planned = false;
    if (queue.length === 0 || outstanding.size >= maxOutstanding) return;
    send(queue.splice(0, batchOf(queue.length)));
    plan();
  };
  const send = (batch: Waiting[]) => {
    outstanding.set(++seq, batch);
    begun.set(seq, performance.now());
    post({ seq, batch: { work: batch.map((one) => one.work), now: options.now(), room: served.room() } });
  };
  const sendAll = () => {
    while (queue.length > 0) send(queue.splice(0, batchOf(queue.length)));
  };
  const post = (message: ToThread) => thread.postMessage(message);
  const die = (error: RelayError) => {
    if (dead) return;
    dead = error;
    for (const one of [...outstanding.values()].flat().concat(queue)) one.reject(error);
    outstanding.clear();
    queue = [];
    options.broken(error);
  };

  let closed = () => {};
  let opened = false;
  const info = await new Promise<StoreInfo>((resolve, reject) => {
    // What does not open is told by whoever wanted it open.
    const fail = (error: RelayError) => (opened ? die(error) : reject(error));
    thread.on('message', (message: FromThread) => {
      if ('done' in message) answer(message.seq, (one, at) => settle(one, message.done[at]));
      else if ('failed' in message) {
        const error = new RelayError(message.failed.code, message.failed.message);
        answer(message.seq, (one) => one.reject(error));
      } else if ('opened' in message) {
        opened = true;
        resolve(message.opened);
      } else if ('closed' in message) closed();
      else fail(new RelayError(message.broken.code, message.broken.message));
    });
    thread.on('error', (cause) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      fail(new RelayError('store.io', `the ledger thread stopped: ${why}`, { cause }));
    });
  });
  function answer(number: number, each: (one: Waiting, at: number) => void) {
    const batch = outstanding.get(number);
    outstanding.delete(number);
    served.committed?.(batch?.length ?? 0, performance.now() - (begun.get(number) ?? 0));
    begun.delete(number);
    // Before the answers run: the thread should not wait for what the main thread does with them.
    if (queue.length > 0) flush();
    batch?.forEach(each);
  }
  function settle(one: Waiting, done: Done | undefined) {
    if (done === undefined) one.reject(new RelayError('store.row', `the ledger gave no answer to ${one.work.do}`));
    else if (done.did === 'failed') one.reject(new RelayError(done.code as ErrorCode, done.message));
    else {
      served.did?.(one.work, done);
      one.resolve(done);
    }
  }

  return {
    info,
    do: <W extends Work>(work: W) =>
      new Promise<Extract<Done, { did: W['do'] }>>((resolve, reject) => {
        if (dead) return reject(dead);
        queue.push({ work, resolve: resolve as (done: Done) => void, reject });
        plan();
      }),
    serves: (whom) => {
      served = whom;
    },
    rules: (rules) => {
      // What waits was made for the rules of before.
      sendAll();
      post({ rules });
    },
    waiting: () => queue.length + [...outstanding.values()].reduce((sum, batch) => sum + batch.length, 0),
    close: async () => {
      if (!dead) {
        const done = new Promise<void>((resolve) => {
          closed = resolve;
        });
        sendAll();
        post({ close: true });
        await done;
      }
      await thread.terminate();
    },
  };
}
