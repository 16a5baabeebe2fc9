// Bytes: what was deleted must not stay readable in the file. Deleting overwrites it with zeros, and at the end the file is written anew, for a
// page that was once split may keep an older copy of a row.
import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './open.ts';
import type { Done } from './store.ts';

/** Writing this much anew takes about a second, in which no webhook is answered. */
const mostBytes = 256 * 1024 * 1024;

/** `run` commits; its answers of erasure say whether the bytes are gone from all of the file. */
export function erase(db: DatabaseSync, run: () => Done[], moveLog: () => void): Done[] {
  db.exec('PRAGMA secure_delete = ON');
  try {
    const done = run();
    const over = done.filter((one) => one.did === 'forget' && !one.more);
    if (over.length === 0) return done;
    const compacted = compact(db, moveLog);
    return done.map((one) => (one.did === 'forget' && !one.more ? { ...one, compacted } : one));
  } finally {
    db.exec('PRAGMA secure_delete = OFF');
  }
}

/** Where it cannot be done nothing is lost: the rows are gone, and whoever asked is told of the rest. */
function compact(db: DatabaseSync, moveLog: () => void): boolean {
  try {
    const small = (pragma(db, 'page_count') as number) * (pragma(db, 'page_size') as number) <= mostBytes;
    if (small) db.exec('VACUUM');
    moveLog();
    return small && pragma(db, 'wal_checkpoint(TRUNCATE)') === 0;
  } catch {
    return false;
  }
}
