// A sender gives up after some seconds and says a thing only once more or never: better an honest 503 in time. What was asked goes on, and if it
// is written after all, the sender's second try is answered as a duplicate.
import type { Ticker } from '../clock.ts';
import { RelayError } from '../errors.ts';

/** One sweep is cheaper than a timer for each webhook. It is not the loop's, which waits for the ledger itself. */
const sweepMs = 500;

/** The same promise, but rejected with relay.busy when the time is over. */
export function answerWithin(ms: number, { now, after }: Ticker): <T>(promise: Promise<T>) => Promise<T> {
  const waiting = new Set<{ since: number; giveUp(error: RelayError): void }>();
  let planned = false;
  const plan = () => {
    if (planned) return;
    planned = true;
    after(sweepMs, sweep);
  };
  const sweep = () => {
    planned = false;
    for (const one of waiting) {
      // In the order they came: the first that is young enough ends the search.
      if (now() - one.since < ms) break;
      waiting.delete(one);
      one.giveUp(new RelayError('relay.busy', `the webhook was not written within ${ms / 1000} s`));
    }
    if (waiting.size > 0) plan();
  };
  return (promise) =>
    new Promise((resolve, reject) => {
      const one = { since: now(), giveUp: reject };
      waiting.add(one);
      plan();
      promise.then(resolve, reject).finally(() => waiting.delete(one));
    });
}
