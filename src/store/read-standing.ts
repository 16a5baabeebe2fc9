// Deliveries on their way, counted by destination.
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

const openStates = ['waiting', 'pending', 'leased'] as const;

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
    // Ids begin with their time, and the index of what is pending has them: however much waits, one row of each destination is read.
    const first = open(db, state)
      .select(({ fn }) => fn.min<string>('id').as('id'))
      .groupBy('destination');
    const rows = await db.selectFrom('deliveries').select(['destination', 'created_at as since']).where('id', 'in', first).execute();
    for (const { destination, since } of rows) oldest.set(destination, Math.min(since, oldest.get(destination) ?? since));
  }
  return [...oldest].map(([destination, since]) => ({ destination, since }));
}

/** One state at a time, and by its literal: only so does SQLite use the index of that state. */
const open = (db: Kysely<Schema>, state: (typeof openStates)[number]) => db.selectFrom('deliveries').where('state', '=', sql.lit(state));
