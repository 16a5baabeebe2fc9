// Every statement of the hot path, prepared once: SQLite compiles each a single time, and nothing a partner sent is ever part of SQL.
// Grouped by table. Parameters are positional, which costs least per call.
import type { DatabaseSync } from 'node:sqlite';
import { addAudit } from './audit.ts';
import { addRecord } from './records.ts';
import { leaseMs } from './store.ts';

export type Statements = ReturnType<typeof prepare>;

const open = `state IN ('pending', 'leased', 'waiting')`;

export function prepare(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  return {
    addEvent: sql(`INSERT INTO events (id, workspace_id, type, outcome, phone_end, incident_key, received_at, facts, trace, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    facts: sql('SELECT facts FROM events WHERE id = ?'),
    factsAndBody: sql('SELECT facts, body FROM events WHERE id = ?'),
    appendTrace: sql('UPDATE events SET trace = trace || ? WHERE id = ?'),

    // Changes one row if the key is new or has run out, none where it is known: look-up and mark in one.
    markSeen: sql(`INSERT INTO seen (key, event_id, expires_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET event_id = excluded.event_id, expires_at = excluded.expires_at WHERE expires_at <= ?`),
    seen: sql('SELECT event_id FROM seen WHERE key = ? AND expires_at > ?'),
    unmarkSeen: sql('DELETE FROM seen WHERE key = ? AND event_id = ?'),

    incident: sql('SELECT state FROM incidents WHERE key = ?'),
    putIncident:
      sql(`INSERT INTO incidents (key, workspace_id, type, level, open, opened_at, event_id, updated_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET workspace_id = excluded.workspace_id, type = excluded.type, level = excluded.level, open = excluded.open,
        opened_at = excluded.opened_at, event_id = excluded.event_id, updated_at = excluded.updated_at, state = excluded.state`),
    // Leaves alone what the index of open incidents is made of, so that the index is not rewritten.
    changeOpenIncident: sql(
      'UPDATE incidents SET type = ?, level = ?, opened_at = ?, updated_at = ?, state = ? WHERE key = ? AND open = 1 AND event_id = ?',
    ),

    cell: sql('SELECT value FROM cells WHERE key = ?'),
    putCell: sql(`INSERT INTO cells (key, value) VALUES (?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`),
    dropCell: sql('DELETE FROM cells WHERE key = ?'),

    addRecord: sql(addRecord),
    addAudit: sql(addAudit),

    note: sql('SELECT value FROM notes WHERE key = ?'),
    putNote: sql('INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    dropNote: sql('DELETE FROM notes WHERE key = ?'),

    putTimer: sql(`INSERT INTO timers (name, due_at, kind, workspace_id, incident_key, route) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at, kind = excluded.kind, workspace_id = excluded.workspace_id,
        incident_key = excluded.incident_key, route = excluded.route`),
    dropTimer: sql('DELETE FROM timers WHERE name = ?'),
    postponeTimer: sql('UPDATE timers SET due_at = ? WHERE name = ?'),
    dueTimers: sql('SELECT * FROM timers WHERE due_at <= ? ORDER BY due_at, name LIMIT ?'),
    nextTimer: sql('SELECT min(due_at) AS at FROM timers WHERE due_at > ?'),

    addDelivery: sql(`INSERT INTO deliveries (id, event_id, incident_key, destination, target, route, kind, level, state, template, follows,
        details, created_at, received_at, run_at, claims, generation, owner, lease_until, replay_of)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    delivery: sql('SELECT * FROM deliveries WHERE id = ?'),
    standing: sql('SELECT state, claims, attempts, generation, receipt FROM deliveries WHERE id = ?'),
    followers: sql(`SELECT * FROM deliveries WHERE follows = ? AND state = 'waiting' ORDER BY id`),
    duePending: sql(`SELECT * FROM deliveries WHERE state = 'pending' AND destination = ? AND run_at <= ? ORDER BY run_at, id LIMIT ?`),
    lease: sql(`UPDATE deliveries SET state = 'leased', claims = claims + 1, generation = generation + 1, owner = ?, lease_until = ?
      WHERE id = ? AND state IN ('pending', 'waiting')`),
    hasten: sql(`UPDATE deliveries SET run_at = ?1 WHERE id IN (SELECT id FROM deliveries
      WHERE state = 'pending' AND destination = ?2 AND run_at > ?1 AND claims > 0 ORDER BY run_at LIMIT ?3)`),
    bringForward: sql(`UPDATE deliveries SET run_at = max(?1, run_at - ?2) WHERE state = 'pending' AND run_at > ?1`),
    renewLeases: sql(`UPDATE deliveries SET lease_until = ?1 + ${leaseMs}, run_at = min(run_at, ?1) WHERE state = 'leased'`),
    replan: sql(`UPDATE timers SET due_at = ?1, kind = 'replan' WHERE kind = 'hold' AND due_at > ?1`),
    setPending: sql(`UPDATE deliveries SET state = 'pending' WHERE id = ? AND state = 'waiting'`),
    start: sql(`UPDATE deliveries SET starts = starts + 1 WHERE id = ? AND generation = ? AND state = 'leased'`),
    giveBack: sql(`UPDATE deliveries SET state = 'pending', claims = claims - 1, owner = NULL, lease_until = NULL
      WHERE id = ? AND generation = ? AND state = 'leased'`),
    expireLeases: sql(
      `UPDATE deliveries SET state = 'pending', owner = NULL, lease_until = NULL WHERE state = 'leased' AND lease_until <= ?`,
    ),
    freeLeases: sql(`UPDATE deliveries SET state = 'pending', owner = NULL, lease_until = NULL WHERE state = 'leased'`),
    recalled: sql(`UPDATE deliveries SET state = 'cancelled', owner = NULL, lease_until = NULL, ended_at = ?, last_error = ?
      WHERE id = ? AND generation = ? AND state = 'leased'`),
    // What was tried may have been heard and is followed by its end; a reminder says nothing that would need one.
    cancel: sql(`UPDATE deliveries SET state = 'cancelled', ended_at = ?, last_error = ?
      WHERE id = ? AND (claims = 0 OR kind = 'reminder') AND state IN ('pending', 'waiting')`),

    // The row keeps what an only, successful attempt was, so that it needs no row among the attempts.
    delivered: sql(`UPDATE deliveries SET state = 'delivered', attempts = attempts + ?, starts = 0, owner = NULL, lease_until = NULL,
        started_at = ?, ended_at = ?, receipt = ?, last_class = ?, last_code = ?, last_error = NULL
      WHERE id = ? AND generation = ? AND state IN ('leased', 'pending')`),
    deliveredLate: sql(`UPDATE deliveries SET state = 'delivered', attempts = attempts + ?, starts = 0, owner = NULL, lease_until = NULL,
        started_at = ?, ended_at = ?, receipt = ?, last_class = ?, last_code = ?, last_error = NULL WHERE id = ? AND ${open}`),
    failed:
      sql(`UPDATE deliveries SET state = ?, attempts = attempts + ?, starts = 0, owner = NULL, lease_until = NULL, run_at = coalesce(?, run_at),
        ended_at = ?, last_class = ?, last_code = ?, last_error = ? WHERE id = ? AND generation = ? AND state IN ('leased', 'pending')`),
    // n is the row's own count: a late outcome never meets the number of another attempt.
    addAttempt: sql(`INSERT INTO attempts (delivery_id, n, started_at, ended_at, class, code, error, perhaps)
      SELECT id, attempts, ?, ?, ?, ?, ?, ? FROM deliveries WHERE id = ?`),

    nextDestination: sql(`SELECT min(destination) AS name FROM deliveries WHERE state = 'pending' AND destination > ?`),
    firstDue: sql(`SELECT min(run_at) AS at FROM deliveries WHERE state = 'pending' AND destination = ?`),
    nextDue: sql(`SELECT min(run_at) AS at FROM deliveries WHERE state = 'pending' AND destination = ? AND run_at > ?`),
    countPending: sql(`SELECT count(*) AS n FROM deliveries WHERE state = 'pending'`),
    countLeased: sql(`SELECT count(*) AS n FROM deliveries WHERE state = 'leased'`),
    countWaiting: sql(`SELECT count(*) AS n FROM deliveries WHERE state = 'waiting'`),
  };
}
