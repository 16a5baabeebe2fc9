// A clock that stands still until a test moves it. What falls due runs in order, and promises settle before the next thing runs.
import type { Ticker } from '../src/clock.ts';

export type VirtualClock = Ticker & {
  /** Lets so much time pass, and all that falls due in it happen. */
  advance(ms: number): Promise<void>;
  /** Lets what has already happened reach everyone who waits for it. */
  settle(): Promise<void>;
  /** Somebody sets the wall clock; waiting goes on as if nothing had happened. */
  setWall(byMs: number): void;
  /** How many calls are planned. */
  planned(): number;
};

type Planned = { at: number; order: number; run: () => void };

export function virtualClock(start: number = Date.UTC(2026, 10, 23, 9)): VirtualClock {
  let passed = 0;
  let wall = start;
  let order = 0;
  const plans = new Set<Planned>();
  // A turn of the event loop comes after every promise that can settle by itself.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const next = (until: number) => {
    let first: Planned | undefined;
    for (const plan of plans)
      if (plan.at <= until && (!first || plan.at < first.at || (plan.at === first.at && plan.order < first.order))) first = plan;
    return first;
  };
  return {
    now: () => wall + passed,
    elapsed: () => passed,
    after: (ms, run) => {
      const plan = { at: passed + Math.max(0, ms), order: order++, run };
      plans.add(plan);
      return () => plans.delete(plan);
    },
    advance: async (ms) => {
      const until = passed + ms;
      await settle();
      for (let plan = next(until); plan; plan = next(until)) {
        plans.delete(plan);
        passed = plan.at;
        plan.run();
        await settle();
      }
      passed = until;
    },
    settle,
    setWall: (byMs) => {
      wall += byMs;
    },
    planned: () => plans.size,
  };
}
