// What stands of workspaces: the table that the roll-up keeps, and folded into it what came in since, so that each row is as of now. The bookmark is read
// first, so that nothing lies between the two; what is in both changes nothing. Order and filters of a busy house go by the table alone.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Event } from '../model.ts';
import { fold, type WorkspaceState } from '../workspaces/state.ts';
import { type Tally, tallyOf } from '../workspaces/tally.ts';
import { recordOfEvent } from './records.ts';
import { anewNote, type Bookmark, bookmarkNote, bookmarkOf, longestInMindMs, stateOf } from './roll-up.ts';

/** `tallies` by id: the same map as the last time, with what came in since. `ids`: another number whenever an id came or went. `behind`: so much came in
 * at once that what nobody knew before is not listed yet. */
export type Tallies = { tallies: ReadonlyMap<string, Tally>; ids: number; open: Map<string, number>; behind: boolean };

/** More than the roll-up leaves behind in any second that is not a flood. */
const mostBehind = 2000;
/** Up to so many events the order and the filters know each; beyond, those of a busy house are a second old, and what nobody knew before is added. */
const mostExact = 100;
/** Where the roll-up folded in more since the last look, all rows are read. */
const mostMoved = 2000;
// A statement holds only so many parameters.
const atOnce = 500;

const beyond = '(received_at, id) > (?, ?)';

/** Of all workspaces, kept in mind from one look to the next: of twenty thousand only those are read anew that something happened to. */
export function tallying(db: DatabaseSync): () => Tallies {
  const tallies = new Map<string, Tally>();
  let last: Mark | undefined;
  let ids = 0;
  const put = (tally: Tally) => {
    if (!tallies.has(tally.id)) ids++;
    tallies.set(tally.id, tally);
  };
  const gone = (rows: readonly Tally[]) => {
    if (rows.length === tallies.size) return;
    const there = new Set(rows.map(({ id }) => id));
    for (const id of tallies.keys()) if (!there.has(id) && tallies.delete(id)) ids++;
  };

  return () => {
    const mark = readMark(db);
    const moved = last && moves(db, last, mark);
    const rows = moved === undefined ? allTallies(db) : talliesOf(db, moved);
    for (const one of rows) put(one);
    if (moved === undefined) gone(rows);
    last = mark;

    const came = db.prepare(`SELECT workspace_id AS id FROM events WHERE ${beyond} LIMIT ?`);
    const news = (came.all(mark.at, mark.id, mostBehind + 1) as { id: string }[]).map((one) => one.id);
    const behind = news.length > mostBehind;
    const named = [...new Set(news)];
    const wanted = news.length <= mostExact ? named : named.filter((one) => !tallies.has(one));
    if (!behind) for (const state of readStates(db, wanted)) put(tallyOf(state));
    return { tallies, ids, open: openOf(db), behind };
  };
}

type TallyRow = [id: string, lastAt: number, up: number, down: number, quotas: string | null];
const columns = 'SELECT id, last_at, up, down, quotas FROM workspaces';

function allTallies(db: DatabaseSync): Tally[] {
  return (inArrays(db.prepare(columns)).all() as unknown as TallyRow[]).map(tallyIn);
}

function talliesOf(db: DatabaseSync, ids: readonly string[]): Tally[] {
  const row = inArrays(db.prepare(`${columns} WHERE id = ?`));
  return ids.flatMap((id) => (row.all(id) as unknown as TallyRow[]).map(tallyIn));
}

const tallyIn = ([id, lastAt, up, down, quotas]: TallyRow): Tally => ({
  ...{ id, lastAt, up, down },
  quotas: quotas === null ? [] : (JSON.parse(quotas) as Tally['quotas']),
});

/** Whose rows the roll-up wrote between the two. Undefined: nobody knows, or so many that it is quicker to read all. */
function moves(db: DatabaseSync, from: Mark, to: Mark): string[] | undefined {
  if (from.anew !== to.anew || to.at - from.at > longestInMindMs) return undefined;
  if (from.at === to.at && from.id === to.id) return [];
  const between = db.prepare(`SELECT workspace_id AS id FROM events WHERE ${beyond} AND (received_at, id) <= (?, ?) LIMIT ?`);
  const ids = (between.all(from.at, from.id, to.at, to.id, mostMoved + 1) as { id: string }[]).map((one) => one.id);
  return ids.length > mostMoved ? undefined : [...new Set(ids)];
}

/** Of those that are known. */
export function readStates(db: DatabaseSync, ids: readonly string[]): WorkspaceState[] {
  const { at, id } = readMark(db);
  const states = new Map<string, WorkspaceState>();
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce);
    const these = `(${some.map(() => '?').join(', ')})`;
    for (const row of db.prepare(`SELECT id, state FROM workspaces WHERE id IN ${these}`).all(...some))
      states.set(row.id as string, stateOf(row.state as string)!);
    // The latest say how it stands; more than so many of the earlier ones only a flood has, or an old store that is rolled up for the first time.
    const came = db.prepare(
      `SELECT facts FROM events WHERE ${beyond} AND workspace_id IN ${these} ORDER BY received_at DESC, id DESC LIMIT ${mostBehind}`,
    );
    for (const { facts } of came.all(at, id, ...some)) {
      const event = JSON.parse(facts as string) as Event;
      states.set(event.workspaceId, fold(states.get(event.workspaceId), recordOfEvent(event)));
    }
  }
  return ids.flatMap((one) => states.get(one) ?? []);
}

/** Every workspace that an event ever named, with its last one. */
export function readSeen(db: DatabaseSync): { id: string; lastAt: number }[] {
  const { at, id } = readMark(db);
  const rows = db
    .prepare(`SELECT id, max(last_at) AS last FROM (SELECT id, last_at FROM workspaces
      UNION ALL SELECT workspace_id, received_at FROM events WHERE ${beyond}) GROUP BY id ORDER BY id`)
    .all(at, id) as { id: string; last: number }[];
  return rows.map(({ id: name, last }) => ({ id: name, lastAt: last }));
}

/** As a literal: only so does SQLite use the index of what is open. */
function openOf(db: DatabaseSync): Map<string, number> {
  const rows = db.prepare('SELECT workspace_id AS id, count(*) AS n FROM incidents WHERE open = 1 GROUP BY workspace_id').all();
  return new Map(rows.map(({ id, n }) => [id as string, n as number]));
}

type Mark = Bookmark & { anew: string };

/** In one statement: as both are at one time. */
function readMark(db: DatabaseSync): Mark {
  const rows = db.prepare('SELECT key, value FROM notes WHERE key IN (?, ?)').all(bookmarkNote, anewNote) as {
    key: string;
    value: string;
  }[];
  const noteOf = (key: string) => rows.find((one) => one.key === key)?.value ?? '';
  return { ...bookmarkOf(noteOf(bookmarkNote)), anew: noteOf(anewNote) };
}

function inArrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}
