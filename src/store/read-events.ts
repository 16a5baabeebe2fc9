// Events by filter, and one event with all that was decided and done about it.
import { type Kysely, sql } from 'kysely';
import type { Event } from '../model.ts';
import { eventDeliveries } from './read-delivery.ts';
import { lookBack } from './read-look.ts';
import { cursorOf, readTimeCursor } from './read-page.ts';
import type { EventDetail, EventFilter, Searched, StoredEvent, Stretch } from './reader.ts';
import { traceOf } from './rows.ts';
import type { Schema } from './schema.ts';

type Found = StoredEvent & { cursor: string };

/** So many are looked through for one answer: 10 ms of a quiet machine, where a whole million takes 40, and three times that of a busy one. */
const steps = [20_000, 230_000];

export async function readEvents(db: Kysely<Schema>, filter: EventFilter, looking = steps): Promise<Searched<StoredEvent>> {
  const limit = filter.limit ?? 50;
  const { workspace, type, outcome, phone } = filter;
  const narrow = [workspace, type, outcome, phone].some((one) => one !== undefined);
  const { items, next, edge } = await lookBack<Found>(
    {
      // Without a filter the first rows are wanted, whatever they are.
      edge: async (from, rows) => (narrow ? edgeAfter(db, { ...filter, cursor: from }, rows) : undefined),
      rows: (from, to, atMost) => look(db, { ...filter, cursor: from }, to, atMost),
      // A number longer than the four digits of the column is compared here.
      wanted: ({ event }) => endsWith(event, phone),
      cursorOf: ({ cursor }) => cursor,
    },
    { cursor: filter.cursor, limit, steps: looking },
  );
  return {
    items: items.map(({ event, outcome: decided }) => ({ event, outcome: decided })),
    ...(next !== undefined && { next }),
    ...(edge !== undefined && { lookedTo: readTimeCursor(edge)[0] }),
  };
}

/** By when they came: a part of the index of searches from end to end. */
function stretch(db: Kysely<Schema>, { since, until, cursor }: EventFilter) {
  let rows = db.selectFrom('events').select(['received_at', 'id']).orderBy('received_at', 'desc').orderBy('id', 'desc');
  if (since !== undefined) rows = rows.where('received_at', '>=', since);
  if (until !== undefined) rows = rows.where('received_at', '<', until);
  if (cursor === undefined) return rows;
  const [at, id] = readTimeCursor(cursor);
  return rows.where(({ eb, refTuple, tuple }) => eb(refTuple('received_at', 'id'), '<', tuple(at, id)));
}

/** By their numbers in the table, which count up as events come in: stepping over so many rows would cost as much as looking at them. */
async function edgeAfter(db: Kysely<Schema>, filter: EventFilter, rows: number): Promise<string | undefined> {
  const number = sql<number>`rowid`;
  const first = await stretch(db, filter).select(number.as('number')).limit(1).executeTakeFirst();
  if (first === undefined) return undefined;
  const last = await db
    .selectFrom('events')
    .select('received_at')
    .where(number, '<=', first.number - rows)
    .orderBy(number, 'desc')
    .limit(1)
    .executeTakeFirst();
  // Later than the first it is only where the clock was set back meanwhile.
  if (last === undefined || last.received_at >= first.received_at || last.received_at < (filter.since ?? 0)) return undefined;
  return cursorOf(last.received_at, '');
}

async function look(db: Kysely<Schema>, filter: EventFilter, edge: string | undefined, limit: number): Promise<Found[]> {
  // The index of searches has all these columns, so that only rows that are wanted are read whole.
  let ids = stretch(db, filter);
  if (filter.workspace !== undefined) ids = ids.where('workspace_id', '=', filter.workspace);
  if (filter.type !== undefined) ids = ids.where('type', '=', filter.type);
  if (filter.outcome !== undefined) ids = ids.where('outcome', '=', filter.outcome);
  if (filter.phone !== undefined) ids = ids.where('phone_end', '=', filter.phone.slice(-4));
  if (edge !== undefined) ids = ids.where('received_at', '>=', readTimeCursor(edge)[0]);
  const rows = await db
    .selectFrom(ids.limit(limit).as('page'))
    .innerJoin('events', 'events.id', 'page.id')
    .select(['events.id', 'events.received_at', 'events.facts', 'events.outcome'])
    .orderBy('page.received_at', 'desc')
    .orderBy('page.id', 'desc')
    .execute();
  return rows.map(({ id, received_at, facts, outcome }) => ({
    event: JSON.parse(facts) as Event,
    outcome,
    cursor: cursorOf(received_at, id),
  }));
}

const endsWith = ({ account }: Event, digits: string | undefined): boolean =>
  digits === undefined || (account?.phone?.replace(/\D/g, '').endsWith(digits) ?? false);

export async function readEvent(db: Kysely<Schema>, id: string, members?: Stretch): Promise<EventDetail | undefined> {
  const row = await db.selectFrom('events').select(['facts', 'outcome', 'body', 'trace']).where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    event: JSON.parse(row.facts) as Event,
    outcome: row.outcome,
    ...(row.body === null ? {} : { body: row.body }),
    trace: traceOf(row.trace),
    deliveries: await eventDeliveries(db, id, members),
  };
}

/** When the oldest event that is kept was received. */
export async function readOldestEvent(db: Kysely<Schema>): Promise<number | undefined> {
  const row = await db.selectFrom('events').select('received_at').orderBy('received_at').limit(1).executeTakeFirst();
  return row?.received_at;
}
