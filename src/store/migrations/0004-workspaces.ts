// What stands of each workspace, kept up to date behind the accept path by roll-up.ts: for the list of workspaces, which must know them all at once,
// also those whose events retention took. No index: the list reads all of it, and one row is found by its id.

export const statements: readonly string[] = [
  `CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    last_at INTEGER NOT NULL,
    up INTEGER NOT NULL,
    down INTEGER NOT NULL,
    quotas TEXT,
    state TEXT NOT NULL
  )`,
];
