// What stands of workspaces: the table that the roll-up keeps, and folded into it what came in since, so that each row is as of now. The bookmark is read
// first, so that nothing lies between the two; what is in both changes nothing. Order and filters of a busy house go by the table alone.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Event } from '../model.ts';
import { fold, type WorkspaceState } from '../workspaces/state.ts';
import { type Tally, tallyOf } from '../workspaces/tally.ts';
import { recordOfEvent } from './records.ts';
import { type Bookmark, bookmarkNote, bookmarkOf, stateOf } from './roll-up.ts';

/** `behind`: so much came in at once that what nobody knew before is not listed yet. */
export type Tallies = { tallies: Tally[]; open: Map<string, number>; behind: boolean };

/** More than the roll-up leaves behind in any second that is not a flood. */
const mostBehind = 2000;
/** Up to so many events the order and the filters know each; beyond, those of a busy house are a second old, and what nobody knew before is added. */
const mostExact = 100;
// A statement holds only so many parameters.
const atOnce = 500;

const beyond = '(received_at, id) > (?, ?)';

export function readTallies(db: DatabaseSync): Tallies {
  const { at, id } = bookmark(db);
  const rows = listed(db.prepare('SELECT id, last_at, up, down, quotas FROM workspaces')).all() as unknown as [
    string,
    number,
    number,
    number,
    string | null,
  ][];
  const tallies = new Map(
    rows.map(([name, lastAt, up, down, quotas]): [string, Tally] => [
      name,
      {
        id: name,
        lastAt,
        up,
        down,
        quotas: quotas === null ? [] : (JSON.parse(quotas) as Tally['quotas']),
      },
    ]),
  );
  const came = db.prepare(`SELECT DISTINCT workspace_id AS id FROM (SELECT workspace_id FROM events WHERE ${beyond} LIMIT ?)`);
  const named = (came.all(at, id, mostBehind + 1) as { id: string }[]).map((one) => one.id);
  const count = db.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM events WHERE ${beyond} LIMIT ?)`).get(at, id, mostBehind + 1)
    ?.n as number;
  const behind = count > mostBehind;
  const wanted = count <= mostExact ? named : named.filter((one) => !tallies.has(one));
  if (!behind) for (const state of readStates(db, wanted)) tallies.set(state.id, tallyOf(state));
  return { tallies: [...tallies.values()], open: openOf(db), behind };
}

/** Of those that are known. */
export function readStates(db: DatabaseSync, ids: readonly string[]): WorkspaceState[] {
  const { at, id } = bookmark(db);
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
  const { at, id } = bookmark(db);
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

const bookmark = (db: DatabaseSync): Bookmark =>
  bookmarkOf((db.prepare('SELECT value FROM notes WHERE key = ?').get(bookmarkNote)?.value as string | undefined) ?? '');

function listed(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}
