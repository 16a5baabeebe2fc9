// One reading thread, seen from outside: started by the first question, ended after a quiet minute, for the memory it takes. A question that takes too
// long is given up, and its thread with it.
import { Worker } from 'node:worker_threads';
import { RelayError } from '../errors.ts';
import type { FromReader, Reads, ReadsOptions, ToReader } from './reads.ts';

const mostWaiting = 100;

// A thread does not share the compile cache of the process, and without one it loads the compiler that takes the types out: 19 MB and 100 ms.
const file = new URL('./reader-thread.ts', import.meta.url).href;
const code = `import { enableCompileCache } from 'node:module'; enableCompileCache(); await import(${JSON.stringify(file)});`;
const entry = new URL(`data:text/javascript,${encodeURIComponent(code)}`);

/** A question that takes longer is given up, and its thread with it. */
export type Bounds = { longestMs: number; memoryMb: number };

export type Reading = {
  ask(name: keyof Reads, args: unknown[]): Promise<unknown>;
  /** Whether the thread is there. */
  running(): boolean;
  close(): Promise<void>;
};

export function openReading({ url, ticker, idleMs = 60_000, longestMs, memoryMb }: ReadsOptions & Bounds): Reading {
  type Waiting = { resolve(value: unknown): void; reject(error: RelayError): void; inTime(): void };
  type Thread = { worker: Worker; waiting: Map<number, Waiting>; ended: Promise<void> };
  let thread: Thread | undefined;
  let seq = 0;
  let cancelIdle = () => {};

  function start(): Thread {
    const worker = new Worker(entry, {
      workerData: { url },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 8 },
    });
    const waiting: Thread['waiting'] = new Map();
    const fail = (why: string) => {
      if (thread?.worker === worker) thread = undefined;
      for (const one of waiting.values()) {
        one.inTime();
        one.reject(new RelayError('admin.no_answer', `reading the store: ${why}`));
      }
      waiting.clear();
    };
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        fail('the reading thread ended; ask again');
        resolve();
      });
    });
    worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.on('message', (message: FromReader) => {
      const one = waiting.get(message.seq);
      waiting.delete(message.seq);
      one?.inTime();
      if ('value' in message) one?.resolve(message.value);
      else one?.reject(new RelayError(message.failed.code, message.failed.message));
      if (waiting.size === 0) rest();
    });
    // Answers are wanted while someone waits for them; a thread that only idles must not keep the relay from ending.
    worker.unref();
    return { worker, waiting, ended };
  }

  /** What is asked from now on starts a new thread. */
  function end(): Promise<void> {
    cancelIdle();
    const last = thread;
    thread = undefined;
    last?.worker.postMessage({ close: true } satisfies ToReader);
    return last?.ended ?? Promise.resolve();
  }

  function rest(): void {
    cancelIdle();
    cancelIdle = ticker.after(idleMs, () => void end());
  }

  function ask(name: keyof Reads, args: unknown[]): Promise<unknown> {
    cancelIdle();
    thread ??= start();
    const { worker, waiting } = thread;
    return new Promise((resolve, reject) => {
      if (waiting.size >= mostWaiting)
        return reject(new RelayError('admin.no_answer', 'reading the store: too many questions wait; ask again'));
      const inTime = ticker.after(longestMs, () => void worker.terminate());
      waiting.set(++seq, { resolve, reject, inTime });
      worker.postMessage({ seq, name, args } satisfies ToReader);
    });
  }

  return { ask, running: () => thread !== undefined, close: end };
}
