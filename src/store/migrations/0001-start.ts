// The first tables. Bodies and facts are text, never a JSON type, so that what a partner sent is kept as it came; there are no foreign
// keys, for the one writer keeps rows together and pays for no look-ups. Every index is partial or appended to: a random page costs most.

export const statements: readonly string[] = [
  `CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    type TEXT NOT NULL,
    outcome TEXT NOT NULL,
    phone_end TEXT,
    incident_key TEXT,
    received_at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    trace TEXT NOT NULL,
    body TEXT
  )`,
  // Holds all that a search asks for, newest last: one page written for many events, and a search reads this instead of the bodies.
  'CREATE INDEX events_search ON events (received_at, id, workspace_id, type, outcome, phone_end)',

  `CREATE TABLE seen (
    key BLOB NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID`,

  `CREATE TABLE incidents (
    key TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    type TEXT NOT NULL,
    level INTEGER NOT NULL,
    open INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    state TEXT NOT NULL
  )`,
  'CREATE INDEX incidents_open ON incidents (event_id) WHERE open = 1',
  'CREATE INDEX incidents_closed ON incidents (updated_at) WHERE open = 0',

  `CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT,
    incident_key TEXT,
    destination TEXT NOT NULL,
    target TEXT NOT NULL,
    route TEXT NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    state TEXT NOT NULL,
    template TEXT,
    follows TEXT,
    details TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    claims INTEGER NOT NULL DEFAULT 0,
    starts INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    lease_until INTEGER,
    started_at INTEGER,
    ended_at INTEGER,
    receipt TEXT,
    last_class TEXT,
    last_code TEXT,
    last_error TEXT,
    replay_of TEXT
  ) WITHOUT ROWID`,
  'CREATE INDEX deliveries_event ON deliveries (event_id)',
  `CREATE INDEX deliveries_pending ON deliveries (destination, run_at) WHERE state = 'pending'`,
  `CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE state = 'leased'`,
  `CREATE INDEX deliveries_waiting ON deliveries (follows) WHERE state = 'waiting'`,
  'CREATE INDEX deliveries_relay ON deliveries (created_at) WHERE event_id IS NULL',

  `CREATE TABLE attempts (
    delivery_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    class TEXT NOT NULL,
    code TEXT,
    error TEXT,
    perhaps INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (delivery_id, n)
  ) WITHOUT ROWID`,

  `CREATE TABLE timers (
    name TEXT NOT NULL PRIMARY KEY,
    due_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    incident_key TEXT NOT NULL,
    route TEXT
  ) WITHOUT ROWID`,
  'CREATE INDEX timers_due ON timers (due_at)',

  'CREATE TABLE cells (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE notes (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
];
