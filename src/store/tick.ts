// The relay's pulse: what is due now and when to look again. Its cost hangs on the number of destinations, never on how much waits for them.
import { timerOf } from './rows.ts';
import type { TimerRow } from './schema.ts';
import type { Done } from './store.ts';
import type { Turn } from './turn.ts';

/** Figures kept between ticks by the one process that writes. */
export type Vitals = { countedAt: number; open: Record<string, number>; seenAt: number };

export const newVitals = (): Vitals => ({ countedAt: Number.NEGATIVE_INFINITY, open: {}, seenAt: Number.NEGATIVE_INFINITY });

const timersAtOnce = 200;
const countEveryMs = 1_000;
// How precisely the length of a downtime is known; each mark is a write of its own when nothing else is going on.
const seenEveryMs = 10_000;

export function tick(turn: Turn, vitals: Vitals): Extract<Done, { did: 'tick' }> {
  const { sql, clock } = turn;
  sql.expireLeases.run(clock.now);
  const timers = (sql.dueTimers.all(clock.now, timersAtOnce) as TimerRow[]).map(timerOf);
  const { due, nextAt } = destinations(turn);
  // A full hand of timers means that more may be due already.
  const nextTimer = timers.length === timersAtOnce ? clock.now : (sql.nextTimer.get(clock.now)?.at as number | null);
  if (elapsed(clock.now, vitals.countedAt) >= countEveryMs) {
    vitals.countedAt = clock.now;
    vitals.open = { pending: count(sql.countPending), leased: count(sql.countLeased), waiting: count(sql.countWaiting) };
  }
  if (elapsed(clock.now, vitals.seenAt) >= seenEveryMs) {
    vitals.seenAt = clock.now;
    sql.putNote.run('store:seen', String(clock.now));
  }
  const next = earlier(nextAt, nextTimer);
  return { did: 'tick', timers, destinations: due, open: vitals.open, ...(next === undefined ? {} : { nextAt: next }) };
}

/** From one destination's rows to the next by the index: two look-ups each. */
function destinations({ sql, clock }: Turn): { due: string[]; nextAt: number | undefined } {
  const due: string[] = [];
  let nextAt: number | undefined;
  let name = sql.nextDestination.get('')?.name as string | null;
  while (name !== null) {
    const first = sql.firstDue.get(name)?.at as number;
    if (first <= clock.now) due.push(name);
    nextAt = earlier(nextAt, first > clock.now ? first : (sql.nextDue.get(name, clock.now)?.at as number | null));
    name = sql.nextDestination.get(name)?.name as string | null;
  }
  return { due, nextAt };
}

const earlier = (a: number | null | undefined, b: number | null | undefined): number | undefined =>
  a == null ? (b ?? undefined) : b == null ? a : Math.min(a, b);

/** A clock set back counts as time gone by: better one mark too many than none for an hour. */
const elapsed = (now: number, then: number): number => Math.abs(now - then);

const count = (statement: Turn['sql']['countPending']): number => statement.get()?.n as number;
