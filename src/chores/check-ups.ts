// Asks the destinations from time to time whether a message would get through, so that a revoked token is known before an alert needs it.
import { hidePhones } from '../admin/mask.ts';
import type { Ticker } from '../clock.ts';
import type { RelayNotice } from '../delivery.ts';
import type { InForce } from '../in-force/in-force.ts';
import type { Health, Logger } from '../plugin.ts';

export type CheckUps = {
  /** A round, unless one is under way. Whoever calls has other things to do and need not wait for it; it never rejects. */
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
  /** Fires when the relay stops: what is still asked then is broken off, and says nothing about the destination. */
  stopping: AbortSignal;
  ticker: Pick<Ticker, 'after'>;
  tell(notice: RelayNotice): void;
  log: Logger;
}): CheckUps {
  const { inForce, stopping, ticker, tell, log, paused = () => false } = parts;
  let known = new Map<string, Known>();
  let asking: Promise<void> | undefined;

  /** An answer in time or none: a plug-in need not heed the signal, and some ask in ways that have none. */
  async function answerOf(name: string): Promise<Health | undefined> {
    const late = new AbortController();
    const signal = AbortSignal.any([stopping, late.signal]);
    const brokenOff = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const text = `it gave no answer within ${deadlineMs / 1000} s`;
    const cancel = ticker.after(deadlineMs, () => late.abort(new DOMException(text, 'TimeoutError')));
    try {
      return await Promise.race([brokenOff, inForce.checkUp(name, signal)]);
    } finally {
      cancel();
    }
  }

  async function ask(name: string, before: Known | undefined, now: number): Promise<Known> {
    const { revision } = inForce.rules();
    const asked = { revision, at: now };
    let why: string | undefined;
    try {
      const health = await answerOf(name);
      if (health?.ok === false) why = [health.detail, health.fix].filter(Boolean).join('; ');
    } catch (error) {
      if (stopping.aborted) return before ?? { ...asked, refusals: 0 };
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

  async function round(now: number): Promise<void> {
    const { destinations, revision } = inForce.rules();
    const wanted = Object.keys(destinations).filter((name) => !paused(name));
    const due = wanted.map(async (name): Promise<[string, Known]> => {
      const before = known.get(name);
      const fresh = before?.revision === revision && before.refusals === 0 && Math.abs(now - before.at) < everyMs;
      return [name, fresh ? before : await ask(name, before, now)];
    });
    known = new Map(await Promise.all(due));
  }

  return {
    run: (now) => {
      asking ??= round(now).finally(() => {
        asking = undefined;
      });
      return asking;
    },
    degraded: () => [...known.values()].flatMap(({ notice }) => notice ?? []),
  };
}
