// The pace of questions to the Partner API: so many a second whatever happens, those that an alert waits for first.
import type { Ticker } from '../clock.ts';

export type Pace = {
  /** Settles when the next question may be asked. Rejects at the abort. */
  turn(urgent: boolean, signal: AbortSignal): Promise<void>;
  /** The API asked for peace. */
  pause(ms: number): void;
  /** Questions that wait. */
  waiting(): number;
};

/** A pause that is asked for is no longer than that. */
export const longestPauseMs = 60_000;

type Waiting = { go(): void; urgent: boolean };

export function createPace(perSecond: number, ticker: Ticker): Pace {
  // A timer may fire early by its grain, and the API counts by a clock of its own.
  const gapMs = 1000 / perSecond + 5;
  const waiting: Waiting[] = [];
  let nextAt = Number.NEGATIVE_INFINITY;
  let planned = false;

  const plan = () => {
    if (planned || waiting.length === 0) return;
    planned = true;
    // Further off than any pause: the wall clock was set back.
    if (nextAt - ticker.now() > longestPauseMs) nextAt = ticker.now() + gapMs;
    // Always by a timer: who asks next within this turn may be more urgent.
    ticker.after(Math.max(0, nextAt - ticker.now()), () => {
      planned = false;
      if (ticker.now() >= nextAt) {
        const first = waiting.findIndex(({ urgent }) => urgent);
        const [one] = waiting.splice(Math.max(0, first), 1);
        if (one !== undefined) nextAt = ticker.now() + gapMs;
        one?.go();
      }
      plan();
    });
  };

  return {
    turn: (urgent, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const leave = () => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(signal.reason);
        };
        const one: Waiting = {
          urgent,
          go: () => {
            signal.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(one);
        plan();
      }),
    pause: (ms) => {
      nextAt = Math.max(nextAt, ticker.now() + ms);
    },
    waiting: () => waiting.length,
  };
}
