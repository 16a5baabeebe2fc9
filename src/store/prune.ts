// Retention, in small steps between the relay's other work: keys and bodies after 7 days, all else after 30, of which reports keep a record for 13
// months. What is open, and what an open incident was told by, stays however old it is.
import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '../model.ts';
import { auditCutoff, dropOldAudit } from './audit.ts';
import { keepDelivery, keepEvent, prepareRecords, pruneRecords } from './records.ts';
import { letGo, prepareRollUp } from './roll-up.ts';
import { seenKey } from './rows.ts';
import { type Done, dedupeMs, retention } from './store.ts';

const rowsAtOnce = 500;

type PruneStatements = ReturnType<typeof preparePrune>;
type Step = { sql: PruneStatements; now: number; left: number };

export function prune(sql: PruneStatements, now: number): Extract<Done, { did: 'prune' }> {
  const step: Step = { sql, now, left: rowsAtOnce };
  let more = false;
  for (const part of [seen, bodies, events, relayDeliveries, incidents, records, audit]) more = step.left <= 0 || part(step) || more;
  shrink(sql);
  return { did: 'prune', more, deleted: rowsAtOnce - step.left };
}

export function preparePrune(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  return {
    records: prepareRecords(db),
    rollUp: prepareRollUp(db),
    note: sql('SELECT value FROM notes WHERE key = ?'),
    putNote: sql('INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    older: sql('SELECT received_at, id FROM events WHERE received_at < ? AND (received_at, id) > (?, ?) ORDER BY received_at, id LIMIT ?'),
    event: sql('SELECT facts, incident_key FROM events WHERE id = ?'),
    dropSeen: sql('DELETE FROM seen WHERE key = ? AND expires_at <= ?'),
    dropBody: sql(`UPDATE events SET body = NULL WHERE id = ? AND body IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM deliveries WHERE event_id = events.id AND state NOT IN ('delivered', 'cancelled'))`),
    // The last two: what an open incident was told by, and whose words it would be told in; an incident may be known by another key than its event's.
    keepsEvent: sql(`SELECT 1 FROM deliveries WHERE event_id = ?1 AND (state IN ('waiting', 'pending', 'leased') OR ended_at >= ?2)
      UNION ALL SELECT 1 FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key WHERE deliveries.event_id = ?1 AND open = 1
      UNION ALL SELECT 1 FROM incidents WHERE key = ?3 AND open = 1
      UNION ALL SELECT 1 FROM incidents WHERE event_id = ?1 AND open = 1 LIMIT 1`),
    // Whatever else an open message will tell of: the members of a digest, or what is kept for one, in whatever shape it is kept.
    named: sql(`SELECT json_each.value AS id FROM deliveries, json_each(deliveries.details, '$.members') WHERE state = 'pending'
      UNION ALL SELECT json_each.value FROM deliveries, json_each(deliveries.details, '$.members') WHERE state = 'leased'
      UNION ALL SELECT json_each.value FROM deliveries, json_each(deliveries.details, '$.members') WHERE state = 'waiting'
      UNION ALL SELECT leaf.value FROM cells, json_tree(CASE WHEN json_valid(cells.value) THEN cells.value ELSE '[]' END) AS leaf
        WHERE leaf.type = 'text' AND (cells.key BETWEEN 'kept:' AND 'kept;' OR cells.key BETWEEN 'ends:' AND 'ends;'
          OR cells.key BETWEEN 'storm:' AND 'storm;')`),
    deliveriesOf: sql('SELECT id, attempts FROM deliveries WHERE event_id = ?'),
    relayDeliveries: sql(`SELECT id, attempts FROM deliveries WHERE event_id IS NULL AND created_at < ?1
      AND state NOT IN ('waiting', 'pending', 'leased') AND ended_at < ?1 ORDER BY created_at LIMIT ?2`),
    dropAttempts: sql('DELETE FROM attempts WHERE delivery_id = ?'),
    dropDelivery: sql('DELETE FROM deliveries WHERE id = ?'),
    dropEvent: sql('DELETE FROM events WHERE id = ?'),
    closedIncidents: sql('SELECT key FROM incidents WHERE open = 0 AND updated_at < ? ORDER BY updated_at LIMIT ?'),
    openKeys:
      sql(`SELECT incident_key AS key FROM deliveries WHERE state = 'pending' UNION SELECT incident_key FROM deliveries WHERE state = 'leased'
      UNION SELECT incident_key FROM deliveries WHERE state = 'waiting'`),
    dropIncident: sql('DELETE FROM incidents WHERE key = ?'),
    dropOldAudit: sql(dropOldAudit),
    freePages: sql('PRAGMA freelist_count'),
    allPages: sql('PRAGMA page_count'),
    vacuum: sql('PRAGMA incremental_vacuum(250)'),
  };
}

/** Each event is passed once, a week after it came: what it marked has run out by then. So keys need no index by time. */
function seen(step: Step): boolean {
  return walk(step, 'prune:seen', step.now - dedupeMs, (id) => {
    const { dedupKey } = JSON.parse(step.sql.event.get(id)?.facts as string) as Event;
    step.left -= Number(step.sql.dropSeen.run(seenKey(dedupKey), step.now).changes);
    return true;
  });
}

/** Dead letters keep theirs, to be sent again. */
function bodies(step: Step): boolean {
  return walk(step, 'prune:bodies', step.now - retention.bodyMs, (id) => {
    step.left -= Number(step.sql.dropBody.run(id).changes);
    return true;
  });
}

function events(step: Step): boolean {
  const { sql, now } = step;
  const cutoff = now - retention.metadataMs;
  const letGone = letGo(sql.rollUp);
  let named: Set<unknown> | undefined;
  const more = walk(step, 'prune:events', cutoff, (id) => {
    if (sql.keepsEvent.get(id, cutoff, sql.event.get(id)?.incident_key as string | null) !== undefined) return true;
    named ??= new Set(sql.named.all().map((row) => row.id));
    if (named.has(id)) return true;
    for (const row of sql.deliveriesOf.all(id)) if (!dropDelivery(step, row)) return false;
    if (step.left <= 0) return false;
    const event = JSON.parse(sql.event.get(id)?.facts as string) as Event;
    keepEvent(sql.records, event);
    letGone(event);
    step.left -= Number(sql.dropEvent.run(id).changes);
    return true;
  });
  // What was kept is looked at again the next time round.
  if (!more) sql.putNote.run('prune:events', '');
  return more;
}

function relayDeliveries(step: Step): boolean {
  return !step.sql.relayDeliveries.all(step.now - retention.metadataMs, step.left).every((row) => dropDelivery(step, row));
}

function dropDelivery(step: Step, { id, attempts }: Record<string, unknown>): boolean {
  if (1 + (attempts as number) > step.left) return false;
  keepDelivery(step.sql.records, id as string);
  step.left -= Number(step.sql.dropAttempts.run(id as string).changes) + Number(step.sql.dropDelivery.run(id as string).changes);
  return true;
}

function incidents(step: Step): boolean {
  const { sql, now } = step;
  const candidates = sql.closedIncidents.all(now - retention.metadataMs, step.left);
  if (candidates.length === 0) return false;
  const kept = new Set(sql.openKeys.all().map((row) => row.key));
  for (const { key } of candidates) if (!kept.has(key!)) step.left -= Number(sql.dropIncident.run(key as string).changes);
  return false;
}

function records(step: Step): boolean {
  step.left -= pruneRecords(step.sql.records, step.now, step.left);
  return step.left <= 0;
}

function audit(step: Step): boolean {
  step.left -= Number(step.sql.dropOldAudit.run(auditCutoff(step.now), step.left).changes);
  return step.left <= 0;
}

/** Past the events received before `until`, oldest first, from where the last call stopped. `each` answers false to stop before this one. */
function walk(step: Step, note: string, until: number, each: (id: string) => boolean): boolean {
  const { sql } = step;
  const [at = '', last = ''] = ((sql.note.get(note)?.value as string | undefined) ?? '').split(' ');
  const rows = sql.older.all(until, Number(at), last, rowsAtOnce);
  let passed: (typeof rows)[number] | undefined;
  for (const row of rows) {
    if (step.left <= 0 || !each(row.id as string)) break;
    passed = row;
  }
  if (passed !== undefined) sql.putNote.run(note, `${passed.received_at} ${passed.id}`);
  return rows.length === rowsAtOnce || passed !== rows.at(-1);
}

/** Pages that were freed are used again first; only what stays over is given back to the disk. */
function shrink(sql: PruneStatements): void {
  const free = sql.freePages.get()?.freelist_count as number;
  if (free > 1_000 && free * 4 > (sql.allPages.get()?.page_count as number)) sql.vacuum.all();
}
