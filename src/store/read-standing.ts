// What stands open: incidents, and deliveries on their way, counted by destination.
import { type Kysely, sql } from 'kysely';
import type { Incident, Severity } from '../model.ts';
import { cursorOf, pageOf, readCursor } from './read-page.ts';
import type { IncidentFilter, OpenBySeverity, Page } from './reader.ts';
import type { Schema } from './schema.ts';

const openStates = ['waiting', 'pending', 'leased'] as const;

export async function readIncidents(db: Kysely<Schema>, filter: IncidentFilter): Promise<Page<Incident>> {
  const limit = filter.limit ?? 50;
  let query = db.selectFrom('incidents').select(['event_id', 'key', 'state']);
  if (filter.open !== undefined) query = query.where('open', '=', filter.open ? 1 : 0);
  if (filter.workspace !== undefined) query = query.where('workspace_id', '=', filter.workspace);
  if (filter.cursor !== undefined) {
    const [eventId, key] = readCursor(filter.cursor);
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('event_id', 'key'), '<', tuple(eventId, key)));
  }
  // By the event that opened or last raised it, whose id begins with its time.
  const rows = await query
    .orderBy('event_id', 'desc')
    .orderBy('key', 'desc')
    .limit(limit + 1)
    .execute();
  const { items, next } = pageOf(rows, limit, (last) => cursorOf(last.event_id, last.key));
  return { items: items.map(({ state }) => JSON.parse(state) as Incident), ...(next === undefined ? {} : { next }) };
}

export async function readIncident(db: Kysely<Schema>, key: string): Promise<Incident | undefined> {
  const row = await db.selectFrom('incidents').select('state').where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.state) as Incident);
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

/** When the oldest event that is kept was received. */
export async function readOldestEvent(db: Kysely<Schema>): Promise<number | undefined> {
  const row = await db.selectFrom('events').select('received_at').orderBy('received_at').limit(1).executeTakeFirst();
  return row?.received_at;
}

export async function readOpenCounts(db: Kysely<Schema>): Promise<{ destination: string; state: string; count: number }[]> {
  const lists = await Promise.all(openStates.map((state) => countsOf(db, state)));
  return lists.flat();
}

const countsOf = async (db: Kysely<Schema>, state: (typeof openStates)[number]) => {
  const rows = await open(db, state)
    .select(({ fn }) => ['destination', fn.countAll<number>().as('count')])
    .groupBy('destination')
    .execute();
  return rows.map(({ destination, count }) => ({ destination, state, count }));
};

export async function readOldestOpen(db: Kysely<Schema>): Promise<{ destination: string; since: number }[]> {
  const oldest = new Map<string, number>();
  for (const state of openStates) {
    const rows = await open(db, state)
      .select(({ fn }) => ['destination', fn.min<number>('created_at').as('since')])
      .groupBy('destination')
      .execute();
    for (const { destination, since } of rows) oldest.set(destination, Math.min(since, oldest.get(destination) ?? since));
  }
  return [...oldest].map(([destination, since]) => ({ destination, since }));
}

/** One state at a time, and by its literal: only so does SQLite use the index of that state. */
const open = (db: Kysely<Schema>, state: (typeof openStates)[number]) => db.selectFrom('deliveries').where('state', '=', sql.lit(state));
