// A file that is in the way on purpose. On a full disk SQLite cannot even change or delete a row, for that too writes to its log; deleting the
// ballast gives it just enough to record outcomes and prune, while nothing new is taken on until the ballast is back.
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export type Ballast = {
  /** Makes room, if there is any left to make. */
  release(): void;
  /** Whether it was released, the disk is still too full to have it back, and the file itself has no room either: pages that were pruned. */
  out(bytesInside: () => number): boolean;
};

export const noBallast: Ballast = { release: () => {}, out: () => false };

const chunk = 1024 * 1024;

export function ballastFor(file: string, bytes: number): Ballast {
  const name = `${file}.ballast`;
  const size = (): number => {
    try {
      return statSync(name).size;
    } catch {
      return 0;
    }
  };
  // Twice over, so that it does not go back and forth at the brink.
  const affordable = () => {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize >= 2 * bytes;
  };
  const fill = () => {
    const handle = openSync(name, 'w', 0o600);
    try {
      for (let written = 0; written < bytes; written += chunk) writeSync(handle, Buffer.alloc(Math.min(chunk, bytes - written)));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  };
  const restore = (): boolean => {
    if (!affordable()) return false;
    try {
      fill();
      return true;
    } catch {
      rmSync(name, { force: true });
      return false;
    }
  };
  let released = size() < bytes && !restore();
  return {
    release: () => {
      if (size() === 0) return;
      rmSync(name, { force: true });
      released = true;
    },
    out: (bytesInside) => {
      if (released && restore()) released = false;
      return released && bytesInside() < bytes / 4;
    },
  };
}
