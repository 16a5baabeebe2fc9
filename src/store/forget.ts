// Erasure: what is kept of one workspace goes, a few hundred rows in each transaction, so that webhooks never wait for it. What tells of several
// workspaces (a digest, the summary of a storm) stays for the others, without its members of this one.
import type { DatabaseSync } from 'node:sqlite';
import { forgetInAudit, prepareForgetAudit } from './audit.ts';
import { mentioner, without } from './mention.ts';
import { seenKey } from './rows.ts';
import type { Forgotten } from './store.ts';

const eventsAtOnce = 200;
const rowsAtOnce = 500;

export type ForgetStatements = ReturnType<typeof prepareForget>;

export function prepareForget(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  return {
    events: sql('SELECT id, facts FROM events WHERE workspace_id = ? LIMIT ?'),
    deliveriesOf: sql('SELECT id, state, details FROM deliveries WHERE event_id = ?'),
    // Also of what is already gone: the members of a digest may be older than the digest.
    several: sql(`SELECT id, event_id, details FROM deliveries WHERE json_type(details, '$.members') = 'array'`),
    changeDelivery: sql('UPDATE deliveries SET event_id = ?, details = ? WHERE id = ?'),
    freeFollowers: sql(`UPDATE deliveries SET state = 'pending' WHERE follows = ? AND state = 'waiting'`),
    dropAttempts: sql('DELETE FROM attempts WHERE delivery_id = ?'),
    dropDelivery: sql('DELETE FROM deliveries WHERE id = ?'),
    dropSeen: sql('DELETE FROM seen WHERE key = ? AND event_id = ?'),
    dropEvent: sql('DELETE FROM events WHERE id = ?'),
    dropRecords: sql(`DELETE FROM records WHERE (workspace_id, at, id) IN (
      SELECT workspace_id, at, id FROM records WHERE workspace_id = ? LIMIT ?)`),
    dropWorkspace: sql('DELETE FROM workspaces WHERE id = ?'),
    dropIncidents: sql('DELETE FROM incidents WHERE workspace_id = ?'),
    dropTimers: sql('DELETE FROM timers WHERE workspace_id = ?'),
    // Of no event of a workspace: what the relay said about itself may name one.
    others: sql(`SELECT id, state, details, target, incident_key, last_error, receipt FROM deliveries
      WHERE instr(coalesce(incident_key, '') || target || details || coalesce(last_error, '') || coalesce(receipt, ''), ?) > 0
      AND NOT EXISTS (SELECT 1 FROM events WHERE events.id = deliveries.event_id)`),
    named: {
      cells: sql('SELECT key, value FROM cells WHERE instr(key, ?1) > 0 OR instr(value, ?1) > 0'),
      notes: sql(`SELECT key, value FROM notes WHERE key <> 'rules.good' AND (instr(key, ?1) > 0 OR instr(value, ?1) > 0)`),
    },
    bags: sql(`SELECT key, value FROM cells WHERE key BETWEEN 'kept:' AND 'kept;' OR key BETWEEN 'ends:' AND 'ends;'
      OR key BETWEEN 'storm:' AND 'storm;' OR key BETWEEN 'silence' AND 'silencf'`),
    put: {
      cells: sql('UPDATE cells SET value = ? WHERE key = ?'),
      notes: sql('UPDATE notes SET value = ? WHERE key = ?'),
    },
    audit: prepareForgetAudit(db),
    drop: { cells: sql('DELETE FROM cells WHERE key = ?'), notes: sql('DELETE FROM notes WHERE key = ?') },
  };
}

type Step = { sql: ForgetStatements; workspace: string; names(text: string): boolean; done: Forgotten };

export function forget(sql: ForgetStatements, workspace: string): Forgotten {
  const done: Forgotten = { more: false, deleted: {}, cancelled: 0, recall: [], compacted: false };
  const mentions = mentioner(workspace);
  const rows = sql.events.all(workspace, eventsAtOnce) as { id: string; facts: string }[];
  const ids = new Set(rows.map(({ id }) => id));
  const step: Step = { sql, workspace, done, names: (text) => ids.has(text) || mentions(text) };
  if (ids.size > 0) thinOut(step, ids);
  for (const { id, facts } of rows) dropEvent(step, id, (JSON.parse(facts) as { dedupKey: string }).dedupKey);
  if (rows.length === eventsAtOnce) return { ...done, more: true };
  dropStanding(step, mentions);
  return { ...done, more: count(done, 'records', sql.dropRecords.run(workspace, rowsAtOnce).changes) === rowsAtOnce };
}

/** Whatever tells of these events and of others too. */
function thinOut({ sql, names, done }: Step, ids: ReadonlySet<string>): void {
  for (const { key, value } of sql.bags.all() as { key: string; value: string }[]) rewrite(sql, 'cells', key, value, names, done);
  for (const row of sql.several.all() as { id: string; event_id: string | null; details: string }[]) {
    const details = JSON.parse(row.details) as { members: string[]; began?: number[] };
    const { members, began } = details;
    const stays = members.map((id) => !ids.has(id));
    if (!stays.includes(false)) continue;
    // None of it is left: it goes with its event.
    if (!stays.includes(true)) continue;
    details.members = members.filter((_, at) => stays[at]);
    if (began !== undefined) details.began = began.filter((_, at) => stays[at]);
    const eventId = row.event_id !== null && ids.has(row.event_id) ? details.members.at(-1)! : row.event_id;
    sql.changeDelivery.run(eventId, JSON.stringify(details), row.id);
  }
}

function dropEvent(step: Step, id: string, dedupKey: string): void {
  const { sql, done } = step;
  for (const row of sql.deliveriesOf.all(id)) dropDelivery(step, row.id as string, row.state as string);
  count(done, 'seen', sql.dropSeen.run(seenKey(dedupKey), id).changes);
  count(done, 'events', sql.dropEvent.run(id).changes);
}

/** One that a lane has is asked back; where it is on its way already, its outcome finds no row and is void. */
function dropDelivery({ sql, done }: Step, id: string, state: string): void {
  if (state === 'pending' || state === 'waiting' || state === 'leased') done.cancelled += 1;
  if (state === 'leased') done.recall.push(id);
  sql.freeFollowers.run(id);
  count(done, 'attempts', sql.dropAttempts.run(id).changes);
  count(done, 'deliveries', sql.dropDelivery.run(id).changes);
}

function dropStanding(step: Step, mentions: (text: string) => boolean): void {
  const { sql, workspace, done } = step;
  // Its events are gone by now, so no roll-up makes it anew.
  count(done, 'workspaces', sql.dropWorkspace.run(workspace).changes);
  count(done, 'incidents', sql.dropIncidents.run(workspace).changes);
  count(done, 'timers', sql.dropTimers.run(workspace).changes);
  for (const row of sql.others.all(workspace))
    if (Object.values(row).some((text) => typeof text === 'string' && mentions(text)))
      dropDelivery(step, row.id as string, row.state as string);
  count(done, 'audit', forgetInAudit(sql.audit, workspace, mentions));
  for (const table of ['cells', 'notes'] as const)
    for (const { key, value } of sql.named[table].all(workspace) as { key: string; value: string }[]) {
      if (mentions(key)) count(done, table, sql.drop[table].run(key).changes);
      else rewrite(sql, table, key, value, mentions, done);
    }
}

function rewrite(
  sql: ForgetStatements,
  table: 'cells' | 'notes',
  key: string,
  value: string,
  names: (text: string) => boolean,
  done: Forgotten,
): void {
  const left = without(value, names);
  if (left === value) return;
  count(done, table, 1);
  if (left === undefined) sql.drop[table].run(key);
  else sql.put[table].run(left, key);
}

function count({ deleted }: Forgotten, table: string, rows: number | bigint): number {
  if (rows > 0) deleted[table] = (deleted[table] ?? 0) + Number(rows);
  return Number(rows);
}
