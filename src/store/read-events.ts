// Events by filter, and one event with all that was decided and done about it.
import type { Kysely } from 'kysely';
import type { Event } from '../model.ts';
import { eventDeliveries } from './read-deliveries.ts';
import { cursorOf, pageOf, readCursor } from './read-page.ts';
import type { EventDetail, EventFilter, Page, StoredEvent } from './reader.ts';
import { traceOf } from './rows.ts';
import type { Schema } from './schema.ts';

type Found = StoredEvent & { cursor: string };

export async function readEvents(db: Kysely<Schema>, filter: EventFilter): Promise<Page<StoredEvent>> {
  const limit = filter.limit ?? 50;
  const found: Found[] = [];
  let cursor = filter.cursor;
  // A number longer than the four digits of the column is compared here, so a page may take more than one look.
  while (true) {
    const rows = await look(db, { ...filter, cursor }, limit + 1);
    found.push(...rows.filter(({ event }) => endsWith(event, filter.phone)));
    if (found.length > limit || rows.length <= limit) break;
    cursor = rows.at(-1)!.cursor;
  }
  const { items, next } = pageOf(found, limit, (last) => last.cursor);
  return { items: items.map(({ event, outcome }) => ({ event, outcome })), ...(next === undefined ? {} : { next }) };
}

async function look(db: Kysely<Schema>, filter: EventFilter, limit: number): Promise<Found[]> {
  // The index of searches has all these columns, so that only rows that are wanted are read whole.
  let ids = db.selectFrom('events').select(['received_at', 'id']);
  if (filter.workspace !== undefined) ids = ids.where('workspace_id', '=', filter.workspace);
  if (filter.type !== undefined) ids = ids.where('type', '=', filter.type);
  if (filter.outcome !== undefined) ids = ids.where('outcome', '=', filter.outcome);
  if (filter.phone !== undefined) ids = ids.where('phone_end', '=', filter.phone.slice(-4));
  if (filter.since !== undefined) ids = ids.where('received_at', '>=', filter.since);
  if (filter.until !== undefined) ids = ids.where('received_at', '<', filter.until);
  if (filter.cursor !== undefined) {
    const [at, id] = readCursor(filter.cursor);
    ids = ids.where(({ eb, refTuple, tuple }) => eb(refTuple('received_at', 'id'), '<', tuple(Number(at), id)));
  }
  const page = ids.orderBy('received_at', 'desc').orderBy('id', 'desc').limit(limit);
  const rows = await db
    .selectFrom(page.as('page'))
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

export async function readEvent(db: Kysely<Schema>, id: string): Promise<EventDetail | undefined> {
  const row = await db.selectFrom('events').select(['facts', 'outcome', 'body', 'trace']).where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    event: JSON.parse(row.facts) as Event,
    outcome: row.outcome,
    ...(row.body === null ? {} : { body: row.body }),
    trace: traceOf(row.trace),
    deliveries: await eventDeliveries(db, id),
  };
}
