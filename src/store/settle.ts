// What became of a try, written with all that follows from it: the attempt, the delivery's next state, who waited for it, and what a death sets off.
import type { Decision, Input } from '../decide/decision.ts';
import type { Delivery } from '../delivery.ts';
import { reasonOf } from './faults.ts';
import { listDue, setFree } from './lease.ts';
import { deliveryOf, traceText } from './rows.ts';
import type { DeliveryRow } from './schema.ts';
import type { Done, Settlement } from './store.ts';
import { type Effects, noEffects, type Turn } from './turn.ts';
import { write } from './write-decision.ts';

type Settled = Extract<Done, { did: 'settle' }>;

const longestError = 2048;

export function settle(turn: Turn, settlement: Settlement): Settled {
  const done: Settled = { did: 'settle', current: true, ...noEffects() };
  if (settlement.next.state === 'delivered') delivered(turn, done, settlement);
  else failed(turn, done, settlement);
  return done;
}

function delivered(turn: Turn, done: Settled, { id, generation, attempt, counts, next }: Settlement): void {
  const { sql } = turn;
  const receipt = next.state === 'delivered' && next.receipt !== undefined ? JSON.stringify(next.receipt) : null;
  const values = [counts ? 1 : 0, attempt.startedAt, attempt.endedAt, receipt, attempt.class, attempt.code ?? null, id] as const;
  if (sql.delivered.run(...values, generation).changes === 0) {
    done.current = false;
    // A success is a fact, however late: it closes what is not final, so that nobody hears the same twice.
    if (sql.deliveredLate.run(...values).changes === 0) return;
  }
  const plain = attempt.n === 1 && attempt.class === 'ok' && attempt.error === undefined && !attempt.perhaps && done.current;
  if (counts && !plain) addAttempt(turn, id, attempt);
  freeFollowers(turn, done, id);
}

function failed(turn: Turn, done: Settled, { id, generation, attempt, counts, next, after }: Settlement): void {
  const { sql, clock } = turn;
  const dead = next.state === 'dead';
  const runAt = next.state === 'pending' ? next.runAt : null;
  const error = attempt.error?.slice(0, longestError) ?? null;
  const { changes } = sql.failed.run(
    dead ? 'dead' : 'pending',
    counts ? 1 : 0,
    runAt,
    dead ? clock.now : null,
    attempt.class,
    attempt.code ?? null,
    error,
    id,
    generation,
  );
  if (changes === 0) {
    done.current = false;
    return;
  }
  if (counts) addAttempt(turn, id, attempt);
  const delivery = deliveryOf(sql.delivery.get(id) as DeliveryRow);
  if (!dead) {
    listDue(turn, done, delivery);
    return;
  }
  if (after !== undefined) decideAfter(turn, done, delivery, after);
  // Whoever still waits now would wait for ever.
  freeFollowers(turn, done, id);
}

function decideAfter(turn: Turn, done: Settled, delivery: Delivery, after: Input): void {
  let decision: Decision;
  try {
    // As the row is now, not as the lane took it.
    decision = turn.decide(turn.memory, after.kind === 'undelivered' ? { ...after, delivery } : after, turn.clock);
  } catch (error) {
    // The death is a fact and is written all the same.
    done.undecided = reasonOf(error);
    const text = `${delivery.destination}: given up, and what follows could not be decided: ${done.undecided}`;
    if (delivery.eventId !== undefined)
      turn.sql.appendTrace.run(traceText([{ at: turn.clock.now, gate: 'deliver', text }]), delivery.eventId);
    return;
  }
  write(turn, done, decision);
}

function freeFollowers(turn: Turn, effects: Effects, id: string): void {
  for (const row of turn.sql.followers.all(id)) setFree(turn, effects, deliveryOf(row as DeliveryRow));
}

function addAttempt({ sql }: Turn, id: string, attempt: Settlement['attempt']): void {
  const { startedAt, endedAt, code, error, perhaps } = attempt;
  sql.addAttempt.run(startedAt, endedAt, attempt.class, code ?? null, error?.slice(0, longestError) ?? null, perhaps ? 1 : 0, id);
}
