// Names of workspaces that the table has none for: asked once a day each, when first needed and behind the work. Whoever needs one now goes
// without.
import type { Ticker } from '../clock.ts';

export type Names = {
  /** What is known now. */
  of(workspaceId: string): string | undefined;
  /** What an answer said anyway. */
  heard(workspaceId: string, name: string | undefined): void;
  /** As if it had never been asked for. */
  forget(workspaceId: string): void;
};

/** Kept between runs, as JSON. */
export type KeptNames = Record<string, { name?: string; at: number }>;

const dayMs = 86_400_000;
const againMs = 10 * 60_000;
const keepEveryMs = 30_000;
const most = 10_000;
const mostAsking = 500;

export function createNames(parts: {
  before: KeptNames;
  ask(workspaceId: string): Promise<string | undefined>;
  keep(names: KeptNames): void;
  ticker: Ticker;
}): Names {
  const { ask, keep, ticker } = parts;
  const known = new Map(Object.entries(parts.before));
  const asking = new Set<string>();
  let planned = false;

  const set = (id: string, name: string | undefined, at: number) => {
    const changed = known.get(id)?.name !== name;
    known.delete(id);
    known.set(id, { ...(name === undefined ? {} : { name }), at });
    if (known.size > most) known.delete(known.keys().next().value!);
    if (!changed || planned) return;
    planned = true;
    ticker.after(keepEveryMs, () => {
      planned = false;
      keep(Object.fromEntries([...known].filter(([, { name }]) => name !== undefined)));
    });
  };

  const look = (id: string, before: string | undefined) => {
    if (asking.has(id) || asking.size >= mostAsking) return;
    asking.add(id);
    ask(id)
      .then(
        (name) => set(id, name, ticker.now()),
        // What was known is better than nothing, and whoever did not answer is asked again soon.
        () => set(id, before, ticker.now() - dayMs + againMs),
      )
      .finally(() => asking.delete(id));
  };

  return {
    of: (id) => {
      const one = known.get(id);
      if (one === undefined || ticker.now() - one.at > dayMs) look(id, one?.name);
      return one?.name;
    },
    heard: (id, name) => set(id, name, ticker.now()),
    forget: (id) => void known.delete(id),
  };
}
