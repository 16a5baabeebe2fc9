// Outcomes that could not be written, for the disk was full for a moment: tried again, so that what was sent is not sent twice. Kept for about as long as
// their leases last; then it is sent again: at least once, never not at all.
import { leaseMs } from '../store/store.ts';

type Write = () => Promise<void>;

type Unwritten = {
  keep(write: Write): void;
  /** Never rejects. */
  writeAgain(): Promise<void>;
  clockJumped(byMs: number): void;
};

/** They are no more than what was claimed, for a claim is written too. */
export function keepUnwritten(now: () => number): Unwritten {
  const kept: { write: Write; until: number }[] = [];
  return {
    keep: (write) => void kept.push({ write, until: now() + leaseMs }),
    writeAgain: async () => {
      const again = kept.splice(0).filter(({ until }) => now() < until);
      await Promise.all(again.map((one) => one.write().catch(() => kept.push(one))));
    },
    clockJumped: (byMs) => {
      for (const one of kept) one.until += byMs;
    },
  };
}
