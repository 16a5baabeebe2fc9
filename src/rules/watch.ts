// Notices that a file of the operator's has changed: by its content, every two seconds. File events are not used, for they miss bind mounts,
// symlinks that are swapped (Kubernetes) and network folders.
import { createHash } from 'node:crypto';

/** The clock, handed in: setTimeout and clearTimeout, or a test's own. */
export type Ticker = { set(run: () => void, ms: number): unknown; clear(handle: unknown): void };

export type WatchDeps = {
  /** Asked on every look, for which files count depends on what they say. Full paths. */
  paths(): readonly string[];
  readFile(path: string): Promise<Uint8Array>;
  /** Loads the rules again. Never called twice at a time; what it throws is its own to tell. */
  changed(): Promise<void>;
  ticker: Ticker;
  everyMs?: number;
  /** A file being written is looked at again after this time, until two looks agree. */
  settleMs?: number;
};

export type Watch = {
  /** Loads at once, changed or not: SIGHUP and the API. */
  checkNow(): Promise<void>;
  /** One look, as the clock would take it. */
  look(): Promise<void>;
  stop(): void;
};

/** What is on disk when it is called counts as already loaded. */
export async function watchFiles({ paths, readFile, changed, ticker, everyMs = 2000, settleMs = 200 }: WatchDeps): Promise<Watch> {
  let stopped = false;
  let handle: unknown;
  let busy: Promise<void> = Promise.resolve();
  let known = await prints(paths(), readFile);

  const pause = (ms: number) => new Promise<void>((done) => ticker.set(done, ms));
  const load = async (seen: string) => {
    known = seen;
    await changed().catch(() => undefined);
    // The new rules may name another table, which was read with them: that is no further change.
    const after = await prints(paths(), readFile);
    if (fileList(after) !== fileList(seen)) known = after;
  };
  const settled = async (): Promise<string> => {
    let seen = await prints(paths(), readFile);
    while (!stopped && seen !== known) {
      await pause(settleMs);
      const again = await prints(paths(), readFile);
      if (again === seen) break;
      seen = again;
    }
    return seen;
  };
  const queued = (work: () => Promise<void>) => {
    busy = busy.then(() => (stopped ? undefined : work()));
    return busy;
  };
  const look = () =>
    queued(async () => {
      const seen = await settled();
      if (seen !== known && !stopped) await load(seen);
    });
  const again = () => {
    handle = ticker.set(() => void look().finally(() => stopped || again()), everyMs);
  };
  again();
  return {
    look,
    checkNow: () => queued(async () => load(await prints(paths(), readFile))),
    stop() {
      stopped = true;
      ticker.clear(handle);
    },
  };
}

/** One line a file: its path and what it holds. A file that cannot be read is a state like any other. */
async function prints(paths: readonly string[], readFile: WatchDeps['readFile']): Promise<string> {
  const lines: string[] = [];
  for (const path of [...new Set(paths)].sort()) {
    const print = await readFile(path).then(
      (bytes) => createHash('sha1').update(bytes).digest('base64'),
      (error: { code?: string }) => `!${error.code ?? 'unreadable'}`,
    );
    lines.push(`${path}\0${print}`);
  }
  return lines.join('\n');
}

const fileList = (seen: string): string => seen.replace(/\0.*$/gm, '');
