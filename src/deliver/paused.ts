// Destinations that a person paused: remembered over restarts, and shown as what they are. Somebody wanted it, so nobody is alarmed, nothing goes
// another way, and what waits keeps waiting.
import type { RelayNotice } from '../delivery.ts';
import type { LaneState, Shut } from './lane-state.ts';

export type Paused = {
  /** Of a destination that is paused now. */
  of(destination: string): Shut | undefined;
  /** Settles when it is on disk. */
  pause(destination: string, shut: Shut): Promise<void>;
  /** Likewise. One that is not paused stays as it is. */
  resume(destination: string): Promise<void>;
  /** Those that are paused, also of destinations that the files no longer have. */
  names(): string[];
  /** `when`: a time in words. */
  degraded(lanes: readonly LaneState[], when: (at: number) => string): RelayNotice[];
};

export function keepPaused({
  before,
  keep,
  now,
}: {
  /** As kept by the last run, JSON. */
  before: string | undefined;
  keep(text: string): Promise<unknown>;
  now(): number;
}): Paused {
  let paused = new Map<string, Shut>(Object.entries(JSON.parse(before ?? '{}')));
  const current = (shut: Shut | undefined) => (shut?.until !== undefined && shut.until <= now() ? undefined : shut);
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, each upon what the one before left. */
  const change = (made: (before: ReadonlyMap<string, Shut>) => Iterable<[string, Shut]> | undefined): Promise<void> => {
    const turn = last.then(async () => {
      const next = made(paused);
      if (next === undefined) return;
      // Those whose time is over go with the next change.
      const left = [...next].filter(([, shut]) => current(shut) !== undefined);
      await keep(JSON.stringify(Object.fromEntries(left)));
      paused = new Map(left);
    });
    last = turn.catch(() => {});
    return turn;
  };
  return {
    of: (destination) => current(paused.get(destination)),
    pause: (destination, shut) => change((before) => new Map([...before, [destination, shut]])),
    resume: (destination) =>
      change((before) => (before.has(destination) ? [...before].filter(([name]) => name !== destination) : undefined)),
    names: () => [...paused.keys()],
    degraded: (lanes, when) =>
      lanes.flatMap(({ name, by, reason = '', until }) => {
        if (by === undefined) return [];
        const end = until === undefined ? 'until it is resumed' : `until ${when(until)}, or until it is resumed`;
        return [
          { code: 'destination.paused', subject: name, destination: name, text: `${name} is ${reason}. Messages for it wait ${end}.` },
        ];
      }),
  };
}
