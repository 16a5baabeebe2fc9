// The file itself: looked at before it is touched, created where there is none, set so that a commit is on disk when it returns.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RelayError } from '../errors.ts';
import { faultOf, reasonOf, storeError } from './faults.ts';
import { applicationId, newestSchema } from './schema-version.ts';

const oldestSqlite = '3.51.3';

/** Older ones can damage a database in WAL mode when two connections write and checkpoint at once. */
export function assertSqlite(version: string | undefined = process.versions.sqlite): void {
  const parts = (text: string) => text.split('.').map(Number);
  const [found, wanted] = [parts(version ?? '0'), parts(oldestSqlite)];
  const at = wanted.findIndex((part, i) => (found[i] ?? 0) !== part);
  if (at >= 0 && (found[at] ?? 0) < wanted[at]!)
    throw new RelayError(
      'store.unusable',
      `starting the store: Node brings SQLite ${version}, needed is ${oldestSqlite}; use Node 24.15 or newer`,
    );
}

/** By a read-only connection, so that a file which is refused stays as it was, byte for byte. Answers whether its last owner stopped without a mark. */
export function inspect(file: string): { schema: number; unclean: boolean } {
  if (!exists(file)) return { schema: 0, unclean: false };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 100 });
    const schema = pragma(db, 'user_version') as number;
    const id = pragma(db, 'application_id') as number;
    const tables = db.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'kysely_%'`).get()?.n;
    if (id !== applicationId && (id !== 0 || tables !== 0))
      throw new RelayError('store.unusable', `opening ${file}: it is another program's database; give the relay a DATABASE_URL of its own`);
    if (schema > newestSchema)
      throw new RelayError(
        'store.unusable',
        `opening ${file}: its tables are of form ${schema} and this relay knows up to ${newestSchema}; run the newer relay that made it, or restore an older backup`,
      );
    const unclean = schema > 0 && db.prepare(`SELECT value FROM notes WHERE key = 'store:clean'`).get()?.value !== '1';
    if (unclean) check(db, file);
    return { schema, unclean };
  } catch (error) {
    throw unusable(`opening ${file}`, error);
  } finally {
    db?.close();
  }
}

/** A plain count may succeed on a file that is damaged, so after an unclean stop all of it is looked at. */
function check(db: DatabaseSync, file: string): void {
  const found = pragma(db, 'quick_check(1)');
  if (found !== 'ok') throw storeError(`checking ${file} after an unclean stop`, new Error(String(found)), 'store.corrupt');
}

export async function openDatabase(file: string, schema: number, options: { maxBytes?: number | undefined }): Promise<DatabaseSync> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 100, enableForeignKeyConstraints: false });
    // These two only count before the first table. Larger pages: what is appended then costs fewer writes.
    if (schema === 0) db.exec(`PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${applicationId}`);
    const mode = pragma(db, 'journal_mode = WAL');
    if (mode !== 'wal')
      throw new RelayError('store.unusable', `opening ${file}: write-ahead logging is not possible here (${mode}); use a local disk`);
    // FULL: every commit is synced before it is answered. Checkpoints are run by checkpoint.ts, at better moments than the middle of a commit.
    db.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0');
    // Room for a batch without spilling it to disk early; grows only as it is used.
    db.exec('PRAGMA cache_size = -16000');
    if (options.maxBytes !== undefined) {
      const pages = Math.max(1, Math.floor(options.maxBytes / (pragma(db, 'page_size') as number)));
      db.exec(`PRAGMA max_page_count = ${pages}`);
    }
    if (schema < newestSchema) (await import('./migrate.ts')).migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw unusable(`opening ${file}`, error);
  }
}

export function pragma(db: DatabaseSync, text: string): unknown {
  const row = db.prepare(`PRAGMA ${text}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

/** Whatever stops it at the start is a matter of the place, except damage, another's lock and a full disk. */
function unusable(doing: string, error: unknown): RelayError {
  const code = faultOf(error);
  if (error instanceof RelayError || ['store.corrupt', 'store.busy', 'store.full'].includes(code)) return storeError(doing, error);
  return new RelayError('store.unusable', `${doing}: ${reasonOf(error)}`, { cause: error });
}

function exists(file: string): boolean {
  try {
    return statSync(file).size > 0;
  } catch {
    return false;
  }
}
