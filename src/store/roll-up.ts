// The roll-up: what came in is folded into the states of its workspaces, forty events at once and behind the accept path, which pays nothing
// for it. A bookmark says how far it came, in the same transaction; an event that is written behind it, for the clock went back or it was long on its
// way, takes it back. Folding an event twice changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '../model.ts';
import type { EventRecord } from '../records.ts';
import { fold, type WorkspaceState } from '../workspaces/state.ts';
import { tallyOf } from '../workspaces/tally.ts';
import { recordOfEvent } from './records.ts';

export const bookmarkNote = 'rolled:events';
/** Counts how often a row changed of which no event tells that the bookmark passed since: whoever keeps the rows in mind reads them anew then. */
export const anewNote = 'rolled:anew';
/** Who looked last when the bookmark was further back than that reads anew as well: retention may have taken what lies between. */
export const longestInMindMs = 86_400_000;
export const countAnew = `INSERT INTO notes (key, value) VALUES ('${anewNote}', '1')
  ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1`;
const recordsNote = 'rolled:records';
/** A webhook that comes meanwhile waits for a few milliseconds. */
const atOnce = 40;

export type RollUpStatements = ReturnType<typeof prepareRollUp>;
export type Bookmark = { at: number; id: string };

export function prepareRollUp(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const note = sql('SELECT value FROM notes WHERE key = ?');
  return {
    /** The bookmark was never beyond it: so an event that is newer, as nearly every one is, costs one comparison. */
    furthest: bookmarkOf((note.get(bookmarkNote)?.value as string | undefined) ?? '').at,
    note,
    putNote: sql('INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    anew: sql(countAnew),
    events: sql(
      'SELECT id, facts, received_at FROM events WHERE (received_at, id) > (?, ?) AND received_at <= ? ORDER BY received_at, id LIMIT ?',
    ),
    records: sql(
      `SELECT workspace_id, at, id, kind, incident_key, data FROM records WHERE id > ? AND kind IN ('number', 'event') ORDER BY id LIMIT ?`,
    ),
    state: sql('SELECT state FROM workspaces WHERE id = ?'),
    put: sql(`INSERT INTO workspaces (id, last_at, up, down, quotas, state) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, up = excluded.up, down = excluded.down, quotas = excluded.quotas,
        state = excluded.state`),
  };
}

export function rollUp(sql: RollUpStatements, now: number): { more: boolean; rolled: number } {
  const before = noteOf(sql, recordsNote);
  if (before !== 'all') return rollUpRecords(sql, before);
  const from = bookmarkOf(noteOf(sql, bookmarkNote));
  const rows = sql.events.all(from.at, from.id, now, atOnce) as { id: string; facts: string; received_at: number }[];
  const last = rows.at(-1);
  if (last === undefined) return { more: false, rolled: 0 };
  foldIn(
    sql,
    rows.map(({ facts }) => recordOfEvent(JSON.parse(facts) as Event)),
  );
  sql.putNote.run(bookmarkNote, `${last.received_at} ${last.id}`);
  sql.furthest = Math.max(sql.furthest, last.received_at);
  return { more: rows.length === atOnce, rolled: rows.length };
}

/** Once, in a store that was there before its workspaces were known: of what retention took before. */
function rollUpRecords(sql: RollUpStatements, before: string): { more: boolean; rolled: number } {
  const rows = sql.records.all(before, atOnce) as {
    workspace_id: string;
    at: number;
    id: string;
    kind: string;
    incident_key: string | null;
    data: string;
  }[];
  foldIn(
    sql,
    rows.map(
      ({ workspace_id: workspaceId, at, id, kind, incident_key: key, data }) =>
        ({ ...{ kind, id, workspaceId, at }, ...(key !== null && { incidentKey: key }), ...JSON.parse(data) }) as EventRecord,
    ),
  );
  sql.anew.run();
  sql.putNote.run(recordsNote, rows.length < atOnce ? 'all' : rows.at(-1)!.id);
  return { more: true, rolled: rows.length };
}

/** For retention, of each event that goes: its workspace stays known, also where the roll-up has not come so far. */
export function letGo(sql: RollUpStatements): (event: Event) => void {
  const { at } = bookmarkOf(noteOf(sql, bookmarkNote));
  const isRolled = rolledTo(sql);
  return (event) => {
    const rolled = isRolled(event);
    if (!rolled) foldIn(sql, [recordOfEvent(event)]);
    // Else those who look are past it long since.
    if (!rolled || event.receivedAt >= at - longestInMindMs) sql.anew.run();
  };
}

function foldIn(sql: RollUpStatements, records: readonly EventRecord[]): void {
  const states = new Map<string, WorkspaceState | undefined>();
  for (const record of records) {
    const { workspaceId: id } = record;
    if (!states.has(id)) states.set(id, stateOf(sql.state.get(id)?.state as string | undefined));
    states.set(id, fold(states.get(id), record));
  }
  for (const state of states.values()) {
    const { id, lastAt, up, down, quotas } = tallyOf(state!);
    sql.put.run(id, lastAt, up, down, quotas.length === 0 ? null : JSON.stringify(quotas), JSON.stringify(state));
  }
}

/** An event was written: where it is behind the bookmark, that goes back to it. */
export function rewindTo(sql: RollUpStatements, event: Pick<Event, 'id' | 'receivedAt'>): void {
  if (event.receivedAt > sql.furthest || !rolledTo(sql)(event)) return;
  sql.putNote.run(bookmarkNote, `${event.receivedAt} `);
  sql.anew.run();
}

/** Answers of an event whether it is folded in already. */
function rolledTo(sql: RollUpStatements): (event: Pick<Event, 'id' | 'receivedAt'>) => boolean {
  const { at, id } = bookmarkOf(noteOf(sql, bookmarkNote));
  return (event) => event.receivedAt < at || (event.receivedAt === at && event.id <= id);
}

export function bookmarkOf(note: string): Bookmark {
  const [at = '', id = ''] = note.split(' ');
  return { at: Number(at), id };
}

export const stateOf = (text: string | undefined): WorkspaceState | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as WorkspaceState);

const noteOf = (sql: RollUpStatements, key: string): string => (sql.note.get(key)?.value as string | undefined) ?? '';
