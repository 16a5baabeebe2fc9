// SQLite databases in temporary directories, removed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { onTestFinished } from 'vitest';
import { openSqlite, type SqliteLimits } from '../../src/store/sqlite.ts';
import type { FreshDatabase } from './world.ts';

const ulid = monotonicFactory();
export const ids = (prefix: 'e' | 'd'): string => `${prefix}_${ulid()}`;

export function freshFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'relay-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'relay.db');
}

export const open = (file: string, owner: string, now: number, limits: SqliteLimits = {}) =>
  openSqlite({ url: `sqlite:${file}`, owner, now, ids, ...limits });

export const freshSqlite: FreshDatabase = () => {
  const file = freshFile();
  return { open: (owner, now) => open(file, owner, now) };
};
