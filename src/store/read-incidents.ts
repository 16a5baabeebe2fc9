// Incidents by filter, one by its key, and of those that are open the worst and how many.
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { conditions, type Incident, type Severity } from '../model.ts';
import { cursorOf, pageOf, readCursor } from './read-page.ts';
import type { IncidentFilter, OpenBySeverity, Page } from './reader.ts';
import type { Schema } from './schema.ts';

type Place = { event_id: string; key: string };
type Places = SelectQueryBuilder<Schema, 'incidents', Place>;

export async function readIncidents(db: Kysely<Schema>, filter: IncidentFilter): Promise<Page<Incident>> {
  const limit = filter.limit ?? 50;
  const { items, next } = pageOf(await placesOf(db, filter, limit + 1), limit, (last) => cursorOf(last.event_id, last.key));
  const keys = items.map(({ key }) => key);
  const rows = await db.selectFrom('incidents').select(['key', 'state']).where('key', 'in', keys).execute();
  const states = new Map(rows.map(({ key, state }) => [key, state]));
  return {
    items: keys.flatMap((key) => (states.has(key) ? (JSON.parse(states.get(key)!) as Incident) : [])),
    ...(next === undefined ? {} : { next }),
  };
}

/** By the event that opened or last raised it, whose id begins with its time. */
async function placesOf(db: Kysely<Schema>, { open, workspace, cursor }: IncidentFilter, limit: number): Promise<Place[]> {
  let places = db.selectFrom('incidents').select(['event_id', 'key']);
  if (cursor !== undefined) {
    const [eventId, key] = readCursor(cursor);
    places = places.where(({ eb, refTuple, tuple }) => eb(refTuple('event_id', 'key'), '<', tuple(eventId, key)));
  }
  const first = (rows: Places) => rows.orderBy('event_id', 'desc').orderBy('key', 'desc').limit(limit).execute();
  if (workspace !== undefined) {
    const own = ofWorkspace(places, workspace);
    // The sign keeps SQLite from the index of all that is open, for the workspace has less.
    return first(open === undefined ? own : own.where(sql`+open`, '=', open ? 1 : 0));
  }
  // What is open and what is over have an index each, used where the literal says which.
  const sides = open === undefined ? [1, 0] : [open ? 1 : 0];
  const found = await Promise.all(sides.map((side) => first(places.where('open', '=', sql.lit(side)))));
  return found.flat().sort(latestFirst).slice(0, limit);
}

/** By their keys, which name the workspace: no index by workspace has to be written with each incident that opens. */
const ofWorkspace = (places: Places, workspace: string): Places =>
  places.where('workspace_id', '=', workspace).where(({ or, and, eb }) =>
    or(
      conditions.flatMap((condition) => {
        const key = `${condition}:${workspace}`;
        return [eb('key', '=', key), and([eb('key', '>=', `${key}:`), eb('key', '<', `${key};`)])];
      }),
    ),
  );

/** In the order of SQLite, which compares bytes. */
function latestFirst(a: Place, b: Place): number {
  const [one, other] = a.event_id === b.event_id ? [a.key, b.key] : [a.event_id, b.event_id];
  return Buffer.compare(Buffer.from(other), Buffer.from(one));
}

export async function readIncident(db: Kysely<Schema>, key: string): Promise<Incident | undefined> {
  const row = await db.selectFrom('incidents').select('state').where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.state) as Incident);
}

export async function readWorst(db: Kysely<Schema>, limit: number): Promise<Incident[]> {
  const rows = await db
    .selectFrom('incidents')
    .select('state')
    .where('open', '=', sql.lit(1))
    .orderBy(sql`CASE json_extract(state, '$.severity') WHEN 'critical' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END`, 'desc')
    .orderBy('level', 'desc')
    .orderBy('opened_at')
    .limit(limit)
    .execute();
  return rows.map(({ state }) => JSON.parse(state) as Incident);
}

const hourMs = 3_600_000;

export async function readOpenIncidents(db: Kysely<Schema>, now: number): Promise<OpenBySeverity[]> {
  const severity = sql<Severity>`json_extract(state, '$.severity')`;
  const [anHourAgo, aDayAgo] = [now - hourMs, now - 24 * hourMs];
  return db
    .selectFrom('incidents')
    .select(({ fn }) => [
      severity.as('severity'),
      fn.countAll<number>().as('count'),
      fn.min<number>('opened_at').as('oldest'),
      sql<number>`sum(opened_at > ${anHourAgo})`.as('hour'),
      sql<number>`sum(opened_at <= ${anHourAgo} AND opened_at > ${aDayAgo})`.as('day'),
      sql<number>`sum(opened_at <= ${aDayAgo})`.as('longer'),
    ])
    .where('open', '=', sql.lit(1))
    .groupBy(severity)
    .execute();
}
