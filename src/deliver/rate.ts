// How soon a lane may start its next message where the destination has a `rate`. Own tokens, because a lane runs on the relay's clock.

export type Rate = {
  /** 0: go, a token is spent. Else the ms until there is one. */
  take(now: number): number;
};

// What one timer can be late by: without it a rate near 1000/s would be lost to the timer's grain.
const burstSeconds = 0.05;

export function createRate(perSecond: number | undefined): Rate {
  if (perSecond === undefined) return { take: () => 0 };
  const perMs = perSecond / 1000;
  const most = Math.max(1, perSecond * burstSeconds);
  let tokens = most;
  let filledAt = Number.NEGATIVE_INFINITY;
  return {
    take: (now) => {
      // A clock set back earns nothing, and one set forward no more than the burst.
      if (now > filledAt) tokens = Math.min(most, tokens + (now - filledAt) * perMs);
      filledAt = now;
      // Fractions do not add up exactly; a wait of a thousandth of a token would be a timer for nothing.
      if (tokens < 0.999) return Math.ceil((1 - tokens) / perMs);
      tokens -= 1;
      return 0;
    },
  };
}
