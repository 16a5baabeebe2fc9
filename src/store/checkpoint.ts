// Moves what is in the write-ahead log into the database file, between batches and never inside a commit: small bites while there is little to
// do, so that no answer waits long, and rarely under load, where a page written a hundred times is then moved once.
import type { DatabaseSync } from 'node:sqlite';

const pagesAtEase = 400;
const pagesUnderLoad = 6_000;
const busyBatch = 16;

export function checkpointer(db: DatabaseSync, failed: (error: unknown) => void): { after(batchSize: number): void; all(): void } {
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const move = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  let planned = false;
  let limit = pagesAtEase;
  const run = () => {
    planned = false;
    if (!db.isOpen) return;
    try {
      const { log, checkpointed } = look.get() as { log: number; checkpointed: number };
      if (log - checkpointed >= limit) move.get();
    } catch (error) {
      // Nothing is lost: what is not moved stays in the log.
      failed(error);
    }
  };
  return {
    after: (batchSize) => {
      limit = batchSize >= busyBatch ? pagesUnderLoad : pagesAtEase;
      if (planned) return;
      planned = true;
      // After the answers to this batch are on their way.
      setImmediate(run);
    },
    all: () => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
  };
}
