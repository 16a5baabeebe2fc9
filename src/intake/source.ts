// What the source's refusals and its silence mean for the operator: a changed secret silences everything, and so does a wrong webhook address.
import type { RelayNotice } from '../delivery.ts';

export type Source = {
  /** A webhook could not be verified. `tell`: it is the fifth within ten minutes, and the first time until it has been calm again. */
  refused(now: number): { tell: boolean; log: boolean };
  /** A genuine webhook came. */
  heard(now: number): void;
  lastHeardAt(): number;
};

const windowMs = 600_000;
const enough = 5;
const logEveryMs = 1000;

export function watchSource(lastHeardAt: number): Source {
  let refusals: number[] = [];
  let told = false;
  let loggedAt = 0;
  let heardAt = lastHeardAt;
  return {
    refused: (now) => {
      // Capped, so that a flood costs nothing.
      refusals = [...refusals.filter((at) => at > now - windowMs), now].slice(-enough);
      const many = refusals.length === enough;
      const tell = many && !told;
      told = many;
      const log = now - loggedAt >= logEveryMs;
      if (log) loggedAt = now;
      return { tell, log };
    },
    heard: (now) => {
      heardAt = now;
    },
    lastHeardAt: () => heardAt,
  };
}

export const manyRefused = (reason: string): RelayNotice => ({
  code: 'source.refused',
  subject: 'webhooks',
  text: `Five webhooks within ten minutes could not be verified; the last: ${reason}. If the partner secret was changed at TimelinesAI, set PARTNER_SECRET to "new,old" and restart.`,
});
