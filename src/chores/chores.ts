// Housekeeping for the loop, each at its own pace: proof that the store can be written, retention, the states of workspaces, the source's silence,
// destinations asked how they are, room on the disk, a word to whoever watches from outside.
import type { RelayNotice } from '../delivery.ts';
import { RelayError } from '../errors.ts';
import type { InForce } from '../in-force/in-force.ts';
import type { Source } from '../intake/source.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Logger } from '../plugin.ts';
import { moment } from '../render/time.ts';

type Chore = { everyMs: number; run(now: number): Promise<void> };

const second = 1000;
const minute = 60 * second;

export function chores(parts: {
  ledger: Ledger;
  inForce: InForce;
  tell(notice: RelayNotice): void;
  source: Source;
  keep(key: string, value: string): Promise<unknown>;
  /** Why no event can be taken; undefined = it can. */
  setDown(error: RelayError | undefined): void;
  // What asks others, or a disk that may hang: each begins a round and does not wait for it, unless one is under way.
  checkUps(now: number): void;
  space(): void;
  ping(): void;
  /** Absent where nobody can be asked. */
  audit?: (() => void) | undefined;
  log: Logger;
}): Chore[] {
  const { ledger, inForce, tell, source, keep, setDown, checkUps, space, ping, audit, log } = parts;
  let keptHeardAt = 0;

  let trouble: { code: string; reason: string; since: number } | undefined;
  const probe = async (now: number) => {
    try {
      await ledger.do({ do: 'probe' });
      setDown(undefined);
      // Only now, for a store that cannot be written can keep no message either.
      if (trouble !== undefined) tell(wasDown(trouble, now, inForce.rules().timezone));
      trouble = undefined;
    } catch (error) {
      const down = error instanceof RelayError ? error : new RelayError('store.io', String(error));
      setDown(down);
      trouble = { since: now, ...trouble, code: down.code, reason: down.message };
      log.error({ code: down.code, error: down.message }, 'store.not_writable');
    }
  };
  const prune = async () => {
    // In small steps, so that webhooks never wait for the broom.
    for (let round = 0; round < 20; round++) {
      const { more, deleted } = await ledger.do({ do: 'prune' });
      if (deleted > 0) log.debug({ deleted }, 'store.pruned');
      if (!more) return;
    }
  };
  const rollUp = async () => {
    // Pages show what is not rolled up all the same, so where webhooks wait it can wait too.
    const rounds = ledger.waiting() > 200 ? 5 : 100;
    try {
      for (let round = 0; round < rounds; round++) if (!(await ledger.do({ do: 'roll-up' })).more) return;
    } catch (error) {
      log.warn({ error: String(error) }, 'workspaces.not_rolled_up');
    }
  };
  const silence = async (now: number) => {
    const { quietSourceMs } = inForce.rules();
    const heardAt = source.lastHeardAt();
    if (heardAt !== keptHeardAt) await keep('source.heard', String(heardAt));
    keptHeardAt = heardAt;
    if (quietSourceMs === undefined || now - heardAt < quietSourceMs) return;
    const text = `No webhook has come since ${moment(heardAt, inForce.rules().timezone, now, 'en-GB')}. Check the webhook address with TimelinesAI, and that this relay can be reached there.`;
    tell({ code: 'source.silent', subject: 'webhooks', text });
  };
  return [
    { everyMs: 5 * second, run: probe },
    { everyMs: minute, run: silence },
    { everyMs: minute, run: prune },
    { everyMs: minute, run: async (now) => void checkUps(now) },
    { everyMs: second, run: rollUp },
    { everyMs: 15 * second, run: async () => void space() },
    // One after the other: where a chore hangs, nobody outside is told any more that the relay is well.
    { everyMs: minute, run: async () => void ping() },
    ...(audit === undefined ? [] : [{ everyMs: 15 * minute, run: async () => void audit() }]),
  ];
}

const wasDown = ({ code, reason, since }: { code: string; reason: string; since: number }, now: number, zone: string): RelayNotice => ({
  code,
  subject: 'store',
  text: `From ${moment(since, zone, now, 'en-GB')} to ${moment(now, zone, now, 'en-GB')} no webhook could be kept (${reason}). They were answered 503, and TimelinesAI says each thing once: look there for what it said meanwhile.`,
});
