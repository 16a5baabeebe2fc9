// Counts failed verifications by address over a sliding minute, so that webhook.ts can tell one mistaken caller from a flood. Pure but for
// its own memory, which is bounded; the clock is handed in.

export type Refusals = {
  /** Counts one more; true if that makes it too many. */
  add(address: string, now: number): boolean;
  /** Addresses remembered. */
  size(): number;
};

export function countRefusals({ most = 100, windowMs = 60_000, addresses = 1000 } = {}): Refusals {
  /** Times of each address's latest refusals, one more than is allowed; in order of the last one. */
  const latest = new Map<string, number[]>();
  return {
    add(address, now) {
      const times = latest.get(address) ?? [];
      times.push(now);
      if (times.length > most + 1) times.shift();
      // Put last again, so that the first in the map is the one longest quiet and is the one to forget.
      latest.delete(address);
      latest.set(address, times);
      if (latest.size > addresses) latest.delete(latest.keys().next().value!);
      return times.length > most && times[0]! > now - windowMs;
    },
    size: () => latest.size,
  };
}
