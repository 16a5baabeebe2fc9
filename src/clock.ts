// The process's one clock, handed to whatever has to wait, so that a test can be a day long in a moment. Stored times are wall time; waiting
// is monotonic: a clock that is set back must not lengthen a pause.

export type Ticker = {
  /** Wall time, ms since 1970 UTC. */
  now(): number;
  /** Ms since some moment of its own, which only grows, whoever sets the wall clock. */
  elapsed(): number;
  /** Runs once after so many ms, whatever the wall clock does meanwhile. Returns its cancel. */
  after(ms: number, run: () => void): () => void;
};

// Node runs a longer timer at once.
const longestTimerMs = 2 ** 31 - 1;

export const systemTicker: Ticker = {
  now: Date.now,
  // Stands still while the machine sleeps, so that a sleep looks like a clock that was set forward, which it is for all that waits.
  elapsed: () => performance.now(),
  after(ms, run) {
    const timer: { current?: NodeJS.Timeout } = {};
    const arm = (left: number) => {
      const step = Math.min(left, longestTimerMs);
      timer.current = setTimeout(() => (left > step ? arm(left - step) : run()), step);
      // Sockets and the ledger thread keep the relay alive; what is merely planned must not keep it from ending.
      timer.current.unref();
    };
    arm(Math.max(0, ms));
    return () => clearTimeout(timer.current);
  },
};

/** One planned call: setting it again moves it. */
export type Alarm = { set(ms: number, run: () => void): void; clear(): void };

export function createAlarm(ticker: Ticker): Alarm {
  let cancel: (() => void) | undefined;
  const clear = () => {
    cancel?.();
    cancel = undefined;
  };
  return {
    clear,
    set: (ms, run) => {
      clear();
      cancel = ticker.after(ms, () => {
        cancel = undefined;
        run();
      });
    },
  };
}
