// One relay per data directory: a lock file held in an exclusive transaction for as long as the process lives. kill -9 frees it, so a dead
// relay never stands in the way, and whoever holds it may take every lease in the table as its own.
import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RelayError } from '../errors.ts';
import { faultOf, reasonOf } from './faults.ts';

/** Answers how to let go. */
export function own(file: string): () => void {
  const directory = dirname(file);
  prepare(directory, file);
  let lock: DatabaseSync | undefined;
  try {
    // Through SQLite and not flock: closing any other handle of the file within the process would drop a POSIX lock, and SQLite knows that.
    lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (faultOf(error) === 'store.busy')
      throw new RelayError(
        'store.owned',
        `opening ${file}: another relay runs on the same data directory; stop it, or give this one a DATABASE_URL of its own`,
      );
    throw new RelayError('store.unusable', `opening ${file}: its lock file ${file}.lock cannot be held: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const held = lock;
  return () => held.close();
}

function prepare(directory: string, file: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const remote = networkFileSystem(statfsSync(directory).type);
    if (remote !== undefined)
      throw new RelayError(
        'store.unusable',
        `opening ${file}: ${directory} is on a network file system (${remote}), where locks and shared memory do not hold; use a local disk or volume`,
      );
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const name of [file, `${file}.lock`]) makePrivate(name);
  } catch (error) {
    if (error instanceof RelayError) throw error;
    throw new RelayError('store.unusable', `opening ${file}: ${reasonOf(error)}; ${whose(directory)}`, { cause: error });
  }
}

/** SQLite gives the files beside it (-wal, -shm) the same mode. */
function makePrivate(name: string): void {
  try {
    closeSync(openSync(name, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    accessSync(name, constants.R_OK | constants.W_OK);
    if ((statSync(name).mode & 0o077) !== 0) chmodSync(name, 0o600);
  }
}

function whose(directory: string): string {
  const me = process.getuid?.();
  const needs = 'the relay must be able to read and write its data directory';
  try {
    const { uid, mode } = statSync(directory);
    return `${needs}: ${directory} belongs to user ${uid} (mode ${(mode & 0o777).toString(8)}) and the relay runs as user ${me}; change its owner, or mount it writable`;
  } catch {
    return `${needs}, and the relay runs as user ${me}`;
  }
}

// From statfs(2). FUSE is not among them: it says nothing of where the bytes are, and desktop containers mount local folders by it.
const remoteTypes: Record<number, string> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  16914839: '9P',
  12805120: 'Ceph',
  1397113167: 'AFS',
  1937076805: 'Coda',
  198183888: 'Lustre',
  1196443219: 'GPFS',
};

export const networkFileSystem = (type: number): string | undefined => remoteTypes[type >>> 0];
