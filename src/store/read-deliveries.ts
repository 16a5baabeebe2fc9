// Deliveries by filter, the latest first: led by an index where one has what is asked for, else by a look along the table that goes only so far.
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { type Delivery, type DeliveryState, deliveryStates } from '../delivery.ts';
import { lookBack } from './read-look.ts';
import { cursorOf, readCursor } from './read-page.ts';
import type { DeliveryFilter, Searched } from './reader.ts';
import { deliveryOf } from './rows.ts';
import type { DeliveryRow, Schema } from './schema.ts';

/** Rows are wide, and a look along the table reads them whole: so many take 10 ms of a quiet machine. */
const steps = [5_000, 55_000];
/** Each has an index of its own, of few rows. */
const short: readonly DeliveryState[] = ['waiting', 'pending', 'leased', 'dead'];

type Ids = SelectQueryBuilder<Schema, 'deliveries', { id: string }>;

export async function readDeliveries(db: Kysely<Schema>, filter: DeliveryFilter, looking = steps): Promise<Searched<Delivery>> {
  const limit = filter.limit ?? 50;
  const led = filter.event !== undefined || filter.replayed === true || short.some((one) => one === filter.state);
  const narrow = [filter.state, filter.destination, filter.route, filter.class].some((one) => one !== undefined);
  const { items, next, edge } = await lookBack<DeliveryRow>(
    {
      edge: async (from, rows) => (narrow && !led ? edgeAfter(db, { ...filter, cursor: from }, rows) : undefined),
      rows: (from, to, atMost) => look(db, { ...filter, cursor: from }, led, to, atMost),
      cursorOf: ({ id }) => cursorOf('', id),
    },
    { cursor: filter.cursor, limit, steps: looking },
  );
  return { items: items.map(deliveryOf), ...(next !== undefined && { next }), ...(edge !== undefined && { lookedTo: madeAt(edge) }) };
}

async function look(
  db: Kysely<Schema>,
  filter: DeliveryFilter,
  led: boolean,
  edge: string | undefined,
  limit: number,
): Promise<DeliveryRow[]> {
  let ids = stretch(db, filter);
  if (filter.state !== undefined) {
    // A literal, for only so does SQLite use the indexes of single states; out of the closed list, for a literal is not escaped.
    const state = deliveryStates.find((one) => one === filter.state);
    ids = ids.where('state', '=', state === undefined ? filter.state : sql.lit(state));
  }
  if (filter.destination !== undefined) ids = ids.where('destination', '=', filter.destination);
  if (filter.event !== undefined) ids = ids.where('event_id', '=', filter.event);
  if (filter.route !== undefined) ids = ids.where('route', '=', filter.route);
  if (filter.class !== undefined) ids = ids.where('last_class', '=', filter.class);
  if (filter.replayed !== undefined) {
    // A list made once: with EXISTS SQLite would look through the whole table for each row.
    const again = db.selectFrom('deliveries').select('replay_of').where('replay_of', 'is not', null);
    ids = ids.where('id', filter.replayed ? 'in' : 'not in', again);
  }
  if (edge !== undefined) ids = ids.where('id', '>=', readCursor(edge)[1]);
  // Ids begin with their time. The sign keeps SQLite from taking the whole table in its order for the shorter way.
  const page = ids.orderBy(led ? sql`+id` : 'id', 'desc').limit(limit);
  return db
    .selectFrom(page.as('page'))
    .innerJoin('deliveries', 'deliveries.id', 'page.id')
    .selectAll('deliveries')
    .orderBy('page.id', 'desc')
    .execute();
}

/** By when they were made: a part of the table from end to end. */
function stretch(db: Kysely<Schema>, { since, until, cursor }: DeliveryFilter): Ids {
  let rows: Ids = db.selectFrom('deliveries').select('id');
  if (since !== undefined) rows = rows.where('created_at', '>=', since).where('id', '>=', `d_${timeOf(since - leewayMs)}`);
  if (until !== undefined) rows = rows.where('created_at', '<', until).where('id', '<', `d_${timeOf(until + leewayMs)}`);
  return cursor === undefined ? rows : rows.where('id', '<', readCursor(cursor)[1]);
}

async function edgeAfter(db: Kysely<Schema>, filter: DeliveryFilter, rows: number): Promise<string | undefined> {
  const [edge, beyond] = await stretch(db, filter)
    .orderBy('id', 'desc')
    .limit(2)
    .offset(rows - 1)
    .execute();
  return beyond === undefined ? undefined : cursorOf('', edge!.id);
}

// The time in an id leads to the rows, their own time decides: a clock that was set back makes ids that are ahead of it.
const leewayMs = 86_400_000;
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** As a ULID begins. */
function timeOf(at: number): string {
  let text = '';
  for (let left = Math.max(0, at); text.length < 10; left = Math.floor(left / 32)) text = digits[left % 32]! + text;
  return text;
}

const madeAt = (cursor: string): number => [...readCursor(cursor)[1].slice(2, 12)].reduce((sum, one) => sum * 32 + digits.indexOf(one), 0);
