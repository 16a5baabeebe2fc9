// The one loop with a clock in it: what is due is asked for when the next thing falls due, at the latest once a second.
import type { Ticker } from '../clock.ts';

export type Loop = { stop(): Promise<void> };

const longestMs = 1000;
const shortestMs = 20;
const afterFailureMs = 1000;

export function startLoop(options: {
  ticker: Ticker;
  /** Answers when the next thing falls due. */
  tick(): Promise<number | undefined>;
  /** Housekeeping by name, each at its own pace, never two at once. Waited for, and with it all that is due: what asks the network begins and returns. */
  chores: { everyMs: number; run(now: number): Promise<void> | void }[];
  failed(error: unknown): void;
}): Loop {
  const { ticker } = options;
  let stopped = false;
  let cancel = () => {};
  let running: Promise<void> = Promise.resolve();
  const lastRun = options.chores.map(() => ticker.elapsed());

  const round = async () => {
    let wait = longestMs;
    try {
      const nextAt = await options.tick();
      if (nextAt !== undefined) wait = Math.min(longestMs, Math.max(shortestMs, nextAt - ticker.now()));
      for (const [index, chore] of options.chores.entries()) {
        if (stopped || ticker.elapsed() - lastRun[index]! < chore.everyMs) continue;
        lastRun[index] = ticker.elapsed();
        await chore.run(ticker.now());
      }
    } catch (error) {
      wait = afterFailureMs;
      options.failed(error);
    }
    if (!stopped) plan(wait);
  };
  const plan = (ms: number) => {
    cancel = ticker.after(ms, () => {
      running = round();
    });
  };
  plan(0);

  return {
    stop: async () => {
      stopped = true;
      cancel();
      await running;
    },
  };
}
