// What went wrong in SQLite, in the relay's codes. A fault of the disk or the file concerns all work; any other error concerns one item of it.
import { type ErrorCode, RelayError } from '../errors.ts';

type StoreCode = Extract<ErrorCode, `store.${string}`>;

const byResult: Record<number, StoreCode> = {
  5: 'store.busy',
  6: 'store.busy',
  8: 'store.io', // READONLY: a file system that remounts itself read-only after an error looks like this.
  10: 'store.io',
  11: 'store.corrupt',
  13: 'store.full',
  14: 'store.io',
  26: 'store.corrupt',
};

const cures: Partial<Record<StoreCode, string>> = {
  'store.full': 'free space on the disk (or raise the page limit); the relay goes on by itself',
  'store.busy': 'another process holds the database: end its transaction (a backup, an open sqlite3 shell)',
  'store.io': 'look at the disk and the system log, then start the relay again',
  'store.corrupt': 'stop the relay, keep the file and restore a backup; the relay never deletes or repairs it',
};

/** `store.row` = an error of the data at hand. */
export function faultOf(error: unknown): StoreCode {
  if (error instanceof RelayError && error.code in cures) return error.code as StoreCode;
  const result = (error as { errcode?: unknown } | undefined)?.errcode;
  return (typeof result === 'number' ? byResult[result & 0xff] : undefined) ?? 'store.row';
}

export function storeError(doing: string, error: unknown, code: StoreCode = faultOf(error)): RelayError {
  if (error instanceof RelayError) return error;
  const cure = cures[code];
  return new RelayError(code, `${doing}: ${reasonOf(error)}${cure === undefined ? '' : `; ${cure}`}`, { cause: error });
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? error.message : `${error.message} (SQLite ${errcode})`;
}
