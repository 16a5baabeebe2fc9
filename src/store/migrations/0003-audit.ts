// Who changed what, when and why: a line for each change by a person, a file or a signal. Few rows, so its one index costs nothing.

export const statements: readonly string[] = [
  `CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    by_name TEXT,
    subject TEXT,
    facts TEXT NOT NULL,
    why TEXT,
    request TEXT,
    erased INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID`,
  'CREATE INDEX audit_at ON audit (at, id)',
];
