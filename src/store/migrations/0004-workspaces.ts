// What stands of each workspace, kept up to date behind the accept path by roll-up.ts: for the list of workspaces, which must know them all at once,
// also those whose events retention took. The index has what the list is sorted and filtered by, so that all of them are read without their states; it
// is small, and written behind the accept path.

export const statements: readonly string[] = [
  `CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    last_at INTEGER NOT NULL,
    up INTEGER NOT NULL,
    down INTEGER NOT NULL,
    quotas TEXT,
    state TEXT NOT NULL
  )`,
  'CREATE INDEX workspaces_listed ON workspaces (id, last_at, up, down, quotas)',
];
