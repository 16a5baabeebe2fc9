// Brings the tables to the newest form. Each step and its number in the file's header are one transaction: a kill in the middle starts it over.
// Without Kysely, which a start has no other use for and whose megabytes would stay in the ledger's thread.
import type { DatabaseSync } from 'node:sqlite';
import { statements as start } from './migrations/0001-start.ts';
import { statements as records } from './migrations/0002-records.ts';
import { statements as audit } from './migrations/0003-audit.ts';
import { statements as workspaces } from './migrations/0004-workspaces.ts';
import { statements as indexes } from './migrations/0005-indexes.ts';
import { statements as pages } from './migrations/0006-pages.ts';

/** The statements of each step, in order; `newestSchema` in schema-version.ts is their count. */
export const migrations: readonly (readonly string[])[] = [start, records, audit, workspaces, indexes, pages];

/** Where it throws, close the file: SQLite then undoes the step that failed. */
export function migrate(db: DatabaseSync, steps: readonly (readonly string[])[] = migrations): void {
  const done = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  for (const [at, statements] of steps.entries())
    if (at >= done) db.exec(['BEGIN IMMEDIATE', ...statements, `PRAGMA user_version = ${at + 1}`, 'COMMIT'].join(';\n'));
}
