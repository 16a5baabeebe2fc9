// Asks the destinations from time to time whether a message would get through, so that a revoked token is known before an alert needs it.

import { hidePhones } from './admin/mask.ts';
import type { RelayNotice } from './delivery.ts';
import type { InForce } from './in-force.ts';
import type { Logger } from './plugin.ts';

export type CheckUps = {
  run(now: number): Promise<void>;
  /** What said no when it was last asked. */
  degraded(): RelayNotice[];
};

const everyMs = 10 * 60_000;
const deadlineMs = 15_000;
/** Once may be a server that starts anew. */
const timesToTell = 2;

type Known = { revision: string; at: number; refusals: number; notice?: RelayNotice };

export function createCheckUps(parts: {
  inForce: Pick<InForce, 'rules' | 'checkUp' | 'mask'>;
  /** One that a person paused is asked when that is over. */
  paused?(destination: string): boolean;
  tell(notice: RelayNotice): void;
  log: Logger;
}): CheckUps {
  const { inForce, tell, log, paused = () => false } = parts;
  let known = new Map<string, Known>();

  async function ask(name: string, before: Known | undefined, now: number): Promise<Known> {
    const { revision } = inForce.rules();
    const asked = { revision, at: now };
    let why: string | undefined;
    try {
      const health = await inForce.checkUp(name, AbortSignal.timeout(deadlineMs));
      if (health?.ok === false) why = [health.detail, health.fix].filter(Boolean).join('; ');
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    if (why === undefined) {
      if (before?.notice !== undefined) log.info({ destination: name }, 'destination.well_again');
      return { ...asked, refusals: 0 };
    }
    const refusals = (before?.revision === revision ? before.refusals : 0) + 1;
    if (refusals < timesToTell) return { ...asked, refusals };
    const text = `${name} was asked whether it would take a message, and would not: ${hidePhones()(inForce.mask(why))}. Mend its options in routes.yaml or at the target.`;
    const notice: RelayNotice = { code: 'destination.unwell', subject: name, text, destination: name };
    if (refusals === timesToTell) tell(notice);
    return { ...asked, refusals, notice };
  }

  return {
    run: async (now) => {
      const { destinations, revision } = inForce.rules();
      const wanted = Object.keys(destinations).filter((name) => !paused(name));
      const due = wanted.map(async (name): Promise<[string, Known]> => {
        const before = known.get(name);
        const fresh = before?.revision === revision && before.refusals === 0 && now - before.at < everyMs;
        return [name, fresh ? before : await ask(name, before, now)];
      });
      known = new Map(await Promise.all(due));
    },
    degraded: () => [...known.values()].flatMap(({ notice }) => notice ?? []),
  };
}
