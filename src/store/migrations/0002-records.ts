// What reports still count when an event or a delivery is pruned, and who took an incident on. Written by the broom, so that accepting a webhook
// costs nothing more; one small row each. The indexes may be random ones for the same reason.

export const statements: readonly string[] = [
  `CREATE TABLE records (
    workspace_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    incident_key TEXT,
    data TEXT NOT NULL,
    PRIMARY KEY (workspace_id, at, id)
  ) WITHOUT ROWID`,
  'CREATE INDEX records_at ON records (at)',
  'CREATE INDEX records_id ON records (id)',
  // The last word on each number stays, however old it is.
  `CREATE INDEX records_number ON records (incident_key, at) WHERE kind = 'number'`,
];
