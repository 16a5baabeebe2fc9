// Erasure: what is kept of one workspace goes, a few hundred rows in each transaction, so that webhooks never wait for it. What tells of several
// workspaces (a digest, the summary of a storm) stays for the others, without its members of this one. Where it may stand is in mention.ts.
import type { DatabaseSync } from 'node:sqlite';
import { forgetInAudit, prepareForgetAudit } from './audit.ts';
import { inJson, longerIds, type Mentions, mentionsOfWorkspace } from './mention.ts';
import { countAnew } from './roll-up.ts';
import { seenKey } from './rows.ts';
import type { Forgotten } from './store.ts';
import { type About, ofNote, without } from './without.ts';

const eventsAtOnce = 200;
const rowsAtOnce = 500;

export type ForgetStatements = ReturnType<typeof prepareForget>;

export function prepareForget(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  return {
    longer: sql(longerIds),
    events: sql('SELECT id, facts FROM events WHERE workspace_id = ? LIMIT ?'),
    deliveriesOf: sql('SELECT id, state, details FROM deliveries WHERE event_id = ?'),
    // Also of what is already gone: the members of a digest may be older than the digest.
    several: sql(`SELECT id, event_id, details FROM deliveries WHERE json_type(details, '$.members') = 'array'`),
    isKept: sql('SELECT 1 FROM events WHERE id = ?'),
    changeDelivery: sql('UPDATE deliveries SET event_id = ?, details = ? WHERE id = ?'),
    freeFollowers: sql(`UPDATE deliveries SET state = 'pending' WHERE follows = ? AND state = 'waiting'`),
    dropAttempts: sql('DELETE FROM attempts WHERE delivery_id = ?'),
    dropDelivery: sql('DELETE FROM deliveries WHERE id = ?'),
    dropSeen: sql('DELETE FROM seen WHERE key = ? AND event_id = ?'),
    dropEvent: sql('DELETE FROM events WHERE id = ?'),
    dropRecords: sql(`DELETE FROM records WHERE (workspace_id, at, id) IN (
      SELECT workspace_id, at, id FROM records WHERE workspace_id = ? LIMIT ?)`),
    dropWorkspace: sql('DELETE FROM workspaces WHERE id = ?'),
    anew: sql(countAnew),
    dropIncidents: sql('DELETE FROM incidents WHERE workspace_id = ?'),
    dropTimers: sql('DELETE FROM timers WHERE workspace_id = ?'),
    // The end of what was kept: its name holds the name of the cell.
    dropEnds: sql(
      `DELETE FROM timers WHERE kind = 'flush' AND NOT EXISTS (SELECT 1 FROM cells WHERE key = substr(name, length('flush:') + 1))`,
    ),
    // Of no event of a workspace: what the relay said about itself may name one.
    others: sql(`SELECT id, state, details, incident_key, last_error, receipt FROM deliveries
      WHERE (instr(coalesce(incident_key, '') || coalesce(last_error, ''), ?1) > 0 OR instr(details || coalesce(receipt, ''), ?2) > 0)
      AND NOT EXISTS (SELECT 1 FROM events WHERE events.id = deliveries.event_id)`),
    named: {
      cells: sql('SELECT key, value FROM cells WHERE instr(key, ?1) > 0 OR instr(value, ?1) > 0 OR instr(value, ?2) > 0'),
      notes: sql(
        `SELECT key, value FROM notes WHERE key <> 'rules.good' AND (instr(key, ?1) > 0 OR instr(value, ?1) > 0 OR instr(value, ?2) > 0)`,
      ),
    },
    bags: sql(`SELECT key, value FROM cells WHERE key BETWEEN 'kept:' AND 'kept;' OR key BETWEEN 'ends:' AND 'ends;'
      OR key BETWEEN 'storm:' AND 'storm;' OR key BETWEEN 'silence' AND 'silencf'`),
    // Of a bag, by what its name is behind `kept:`.
    pages: sql(
      `SELECT count(*) AS n FROM cells WHERE key BETWEEN 'kept:0:' AND 'kept::' AND substr(key, instr(substr(key, 6), ':') + 6) = ?`,
    ),
    put: {
      cells: sql('UPDATE cells SET value = ? WHERE key = ?'),
      notes: sql('UPDATE notes SET value = ? WHERE key = ?'),
    },
    audit: prepareForgetAudit(db),
    drop: { cells: sql('DELETE FROM cells WHERE key = ?'), notes: sql('DELETE FROM notes WHERE key = ?') },
  };
}

type Step = { sql: ForgetStatements; workspace: string; mentions: Mentions; done: Forgotten };

export function forget(sql: ForgetStatements, workspace: string): Forgotten {
  const done: Forgotten = { more: false, deleted: {}, cancelled: 0, recall: [], compacted: false };
  const longer = sql.longer.all(workspace) as { id: string }[];
  const mentions = mentionsOfWorkspace(
    workspace,
    longer.map(({ id }) => id),
  );
  const rows = sql.events.all(workspace, eventsAtOnce) as { id: string; facts: string }[];
  const ids = new Set(rows.map(({ id }) => id));
  const step: Step = { sql, workspace, mentions, done };
  if (ids.size > 0) thinOut(step, ids);
  for (const { id, facts } of rows) dropEvent(step, id, (JSON.parse(facts) as { dedupKey: string }).dedupKey);
  if (ids.size > 0) sql.anew.run();
  if (rows.length === eventsAtOnce) return { ...done, more: true };
  dropStanding(step);
  return { ...done, more: count(done, 'records', sql.dropRecords.run(workspace, rowsAtOnce).changes) === rowsAtOnce };
}

/** Whatever tells of these events and of others too. */
function thinOut({ sql, mentions, done }: Step, ids: ReadonlySet<string>): void {
  const about = { mentions, events: ids };
  for (const { key, value } of sql.bags.all() as { key: string; value: string }[]) rewrite(sql, 'cells', key, value, about, done);
  for (const row of sql.several.all() as { id: string; event_id: string | null; details: string }[]) {
    const details = JSON.parse(row.details) as { members: string[]; began?: number[] };
    const { members, began } = details;
    const stays = members.map((id) => !ids.has(id));
    if (!stays.includes(false)) continue;
    // None of it is left: it goes with its event.
    if (!stays.includes(true)) continue;
    details.members = members.filter((_, at) => stays[at]);
    if (began !== undefined) details.began = began.filter((_, at) => stays[at]);
    // It goes with that one; with none, for retention may have taken them, in its own time.
    const next = () => details.members.findLast((id) => sql.isKept.get(id) !== undefined) ?? null;
    const eventId = row.event_id !== null && ids.has(row.event_id) ? next() : row.event_id;
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

function dropStanding(step: Step): void {
  const { sql, workspace, mentions, done } = step;
  const about = { mentions };
  // Its events are gone by now, so no roll-up makes it anew.
  if (count(done, 'workspaces', sql.dropWorkspace.run(workspace).changes) > 0) sql.anew.run();
  count(done, 'incidents', sql.dropIncidents.run(workspace).changes);
  count(done, 'timers', sql.dropTimers.run(workspace).changes);
  for (const { id, state, ...texts } of sql.others.all(workspace, inJson(workspace)))
    if (Object.values(texts).some((text) => typeof text === 'string' && without(text, about) === undefined))
      dropDelivery(step, id as string, state as string);
  count(done, 'audit', forgetInAudit(sql.audit, mentions));
  for (const { key, value } of sql.named.cells.all(workspace, inJson(workspace)) as { key: string; value: string }[]) {
    // A group may be a segment of the same name, with what is of others.
    if (mentions.name(key) && !mentions.group(key)) count(done, 'cells', sql.drop.cells.run(key).changes);
    else rewrite(sql, 'cells', key, value, about, done);
  }
  for (const { key, value } of sql.named.notes.all(workspace, inJson(workspace)) as { key: string; value: string }[])
    rewrite(sql, 'notes', key, value, ofNote(mentions, key), done);
  count(done, 'timers', sql.dropEnds.run().changes);
}

function rewrite(sql: ForgetStatements, table: 'cells' | 'notes', key: string, value: string, about: About, done: Forgotten): void {
  const left = without(value, about);
  const isEmpty =
    left !== undefined && about.mentions.group(key) && holdsNothing(left, sql.pages.get(key.slice('kept:'.length))?.n as number);
  if (left === value && !isEmpty) return;
  count(done, table, 1);
  if (left === undefined || isEmpty) sql.drop[table].run(key);
  else sql.put[table].run(left, key);
}

/** Of a group. A digest that was counted is of nobody else where a route counts by workspace; by segment, others stand beside it. `pages`: how many
 * there still are, where that may be fewer than it says. */
export function holdsNothing(json: string, pages?: number): boolean {
  const value = JSON.parse(json) as unknown[] | { items?: unknown[]; pages?: number };
  if (!Array.isArray(value) && (pages ?? value.pages ?? 0) > 0) return false;
  const list = Array.isArray(value) ? value : (value.items ?? []);
  return list.every((one) => Array.isArray(one) && String(one[1]).startsWith('digest:'));
}

function count({ deleted }: Forgotten, table: string, rows: number | bigint): number {
  if (rows > 0) deleted[table] = (deleted[table] ?? 0) + Number(rows);
  return Number(rows);
}
