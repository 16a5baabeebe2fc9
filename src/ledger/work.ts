// The ledger thread: the one place that knows both decide and store. A batch in, one transaction, the answers out; so memory is never stale
// and a slow disk never stalls HTTP.
import { parentPort, workerData } from 'node:worker_threads';
import { decide } from '../decide/decide.ts';
import { RelayError } from '../errors.ts';
import { idMaker } from '../ids.ts';
import type { Rules } from '../rules/rules.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Decider, Store } from '../store/store.ts';
import type { FromThread, ToThread } from './ledger.ts';
import { watchMain } from './stalled.ts';

const port = parentPort!;
const { url, owner, now, stallMs } = workerData as { url: string; owner: string; now: number; stallMs: number };

/** Given back once when the disk is full, so that outcomes can still be written. */
const ballastBytes = 8 * 1024 * 1024;

const ids = idMaker();

const main = watchMain(stallMs);

let rules: Rules | undefined;
const decider: Decider = (memory, input, clock) => {
  if (rules === undefined) throw new RelayError('decision.failed', 'deciding before any rules are in force');
  return decide(rules, memory, input, clock);
};

const say = (message: FromThread) => port.postMessage(message);
const coded = (error: unknown) =>
  error instanceof RelayError
    ? { code: error.code, message: error.message }
    : { code: 'store.io' as const, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };

// One after the other, also where a store answers later: a batch must see what the one before it wrote.
let turn: Promise<void> = Promise.resolve();

async function serve(store: Store, message: ToThread): Promise<void> {
  if ('rules' in message) {
    rules = message.rules;
  } else if ('close' in message) {
    await store.close();
    say({ closed: true });
  } else {
    try {
      say({ seq: message.seq, done: await store.commit(message.batch, decider) });
    } catch (error) {
      const failed = coded(error);
      say({ seq: message.seq, failed });
      // What the disk holds is unknown after a failed sync: only a new start can find out.
      if (failed.code === 'store.io' || failed.code === 'store.corrupt') say({ broken: failed });
    }
  }
}

try {
  const store = await openSqlite({ url, owner, now, ids, ballastBytes });
  port.on('message', (message: ToThread) => {
    if ('close' in message) main.stop();
    else if ('batch' in message) main.heard(message.batch.work.some((one) => one.do === 'tick'));
    turn = turn.then(() => serve(store, message));
  });
  say({ opened: store.info });
} catch (error) {
  say({ broken: coded(error) });
}
