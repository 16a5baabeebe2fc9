// Brings the tables to the newest form. Each step and its number in the file's header are one transaction: a kill in the middle starts it over.
import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import * as start from './migrations/0001-start.ts';
import { kyselyOver } from './node-sqlite-dialect.ts';

/** In order; `newestSchema` in schema-version.ts is their count. */
export const migrations: Record<string, Migration> = { '0001-start': start };

export async function migrate(database: DatabaseSync, steps: Record<string, Migration> = migrations): Promise<void> {
  const db = kyselyOver<unknown>(database);
  const numbered = Object.entries(steps).map(([name, step], at) => [
    name,
    {
      up: async (trx: typeof db) => {
        await step.up(trx);
        // In the header and not only in Kysely's table, so that a start without anything to do reads one number and loads no Kysely.
        await sql.raw(`PRAGMA user_version = ${at + 1}`).execute(trx);
      },
    },
  ]);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(numbered) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
