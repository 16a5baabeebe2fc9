// Kysely over node:sqlite: for migrations, and for the reads of pages, reports and the command line. Imported lazily, for the hot path needs no Kysely.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';

export function kyselyOver<Schema>(database: DatabaseSync): Kysely<Schema> {
  const dialect = new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare: (text) => {
        const statement = database.prepare(text);
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
          run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
          iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
        };
      },
    },
  });
  // SQLite does roll DDL back; Kysely's adapter says otherwise, and then a kill in the middle of a migration would leave half of it.
  dialect.createAdapter = () => Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true });
  return new Kysely<Schema>({ dialect });
}
