// One delivery with its attempts in one shape, wherever the rows keep them, and with the events it tells of.
import type { Kysely, Selectable } from 'kysely';
import type { Attempt, OutcomeClass } from '../delivery.ts';
import type { Event } from '../model.ts';
import type { DeliveryDetail, Stretch } from './reader.ts';
import { deliveryOf } from './rows.ts';
import type { AttemptRow, DeliveryRow, Schema } from './schema.ts';

export async function readDelivery(db: Kysely<Schema>, id: string, some?: Stretch): Promise<DeliveryDetail | undefined> {
  const row = await db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : detailOf(db, row, await attemptsOf(db, [id]), some);
}

export async function eventDeliveries(db: Kysely<Schema>, eventId: string, some?: Stretch): Promise<DeliveryDetail[]> {
  const rows = await db.selectFrom('deliveries').selectAll().where('event_id', '=', eventId).orderBy('id').execute();
  const attempts = await attemptsOf(
    db,
    rows.map(({ id }) => id),
  );
  return Promise.all(rows.map((row) => detailOf(db, row, attempts, some)));
}

const attemptsOf = (db: Kysely<Schema>, ids: string[]): Promise<Selectable<AttemptRow>[]> =>
  db.selectFrom('attempts').selectAll().where('delivery_id', 'in', ids).orderBy('delivery_id').orderBy('n').execute();

async function detailOf(db: Kysely<Schema>, row: DeliveryRow, rows: AttemptRow[], some?: Stretch): Promise<DeliveryDetail> {
  const own = rows.filter((one) => one.delivery_id === row.id).map(attemptOf);
  const delivery = deliveryOf(row);
  const attempts = own.length > 0 ? own : onlyAttempt(row);
  const { members } = delivery.details;
  if (members === undefined) return { delivery, attempts };
  const wanted = some === undefined ? members : members.slice(some.from, some.from + some.limit);
  return { delivery, attempts, members: await eventsOf(db, wanted) };
}

const idsAtOnce = 500;

async function eventsOf(db: Kysely<Schema>, ids: readonly string[]): Promise<Event[]> {
  const found = new Map<string, Event>();
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const some = ids.slice(at, at + idsAtOnce);
    for (const { id, facts } of await db.selectFrom('events').select(['id', 'facts']).where('id', 'in', some).execute())
      found.set(id, JSON.parse(facts) as Event);
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

function attemptOf(row: AttemptRow): Attempt {
  const { n, started_at: startedAt, ended_at: endedAt, code, error } = row;
  return {
    ...{ n, startedAt, endedAt, class: row.class as OutcomeClass },
    ...(code === null ? {} : { code }),
    ...(error === null ? {} : { error }),
    ...(row.perhaps ? { perhaps: true } : {}),
  };
}

/** What came through at the first try has no row among the attempts: its own row says it all. */
function onlyAttempt(row: DeliveryRow): Attempt[] {
  if (row.state !== 'delivered' || row.attempts !== 1 || row.started_at === null || row.ended_at === null) return [];
  const code = row.last_code === null ? {} : { code: row.last_code };
  return [{ n: 1, startedAt: row.started_at, endedAt: row.ended_at, class: row.last_class as OutcomeClass, ...code }];
}
