// Decide and write, within one transaction: the event, what was decided of it, and the deliveries that follow.
import type { Decision, Input } from '../decide/decision.ts';
import type { Event, Incident, Timer } from '../model.ts';
import { reasonOf } from './faults.ts';
import { addDelivery, cancel, mayRecall, setFree } from './lease.ts';
import { keepTaken } from './records.ts';
import { rewindTo } from './roll-up.ts';
import { deliveryOf, phoneEnd, seenKey, traceText } from './rows.ts';
import type { DeliveryRow } from './schema.ts';
import { type Done, dedupeMs } from './store.ts';
import { type Effects, noEffects, type Turn } from './turn.ts';

export type Decided = Extract<Done, { did: 'decide' }>;

// A timer that could not be decided on comes back after this, instead of with every tick.
const undecidedTimerMs = 60_000;

export function decideAndWrite(turn: Turn, input: Input, body: string | undefined): Decided {
  if (input.kind === 'event') return decideEvent(turn, input, body);
  const done: Decided = { did: 'decide', ...noEffects() };
  let decision: Decision;
  try {
    decision = turn.decide(turn.memory, input, turn.clock);
  } catch (error) {
    if (input.kind === 'timer') turn.sql.postponeTimer.run(turn.clock.now + undecidedTimerMs, input.timer.name);
    return { ...done, undecided: reasonOf(error) };
  }
  write(turn, done, decision);
  if (decision.standing === undefined) return done;
  keepTaken(turn, decision.standing);
  return { ...done, standing: decision.standing };
}

function decideEvent(turn: Turn, input: Extract<Input, { kind: 'event' }>, body: string | undefined): Decided {
  const { event } = input;
  const first = mark(turn, event);
  turn.mark = { dedupKey: event.dedupKey, first };
  let decision: Decision;
  try {
    decision = turn.decide(turn.memory, input, turn.clock);
  } catch (error) {
    return first === undefined ? undecided(turn, event, body, error) : duplicateOf(first);
  } finally {
    turn.mark = undefined;
  }
  if (decision.outcome === 'duplicate') {
    if (first === undefined) turn.sql.unmarkSeen.run(seenKey(event.dedupKey), event.id);
    return duplicateOf(decision.duplicateOf ?? first ?? event.id);
  }
  const outcome = decision.outcome ?? 'unrouted';
  const done: Decided = { did: 'decide', eventId: event.id, outcome, ...noEffects() };
  addEvent(turn, event, outcome, traceText(decision.trace), body);
  write(turn, done, decision, event.id);
  return done;
}

const duplicateOf = (eventId: string): Decided => ({ did: 'decide', eventId, outcome: 'duplicate', ...noEffects() });

/** Answers the id of the first event with this key. New ones are marked before deciding: it is one statement instead of two. */
function mark(turn: Turn, event: Event): string | undefined {
  const { sql, clock } = turn;
  const key = seenKey(event.dedupKey);
  if (sql.markSeen.run(key, event.id, clock.now + dedupeMs, clock.now).changes !== 0) return undefined;
  return sql.seen.get(key, clock.now)?.event_id as string | undefined;
}

/** A partner cannot mend our rules, and says each thing once: what cannot be decided is kept and answered all the same. */
export function keepUndecided(turn: Turn, event: Event, body: string | undefined, error: unknown): Decided {
  const first = mark(turn, event);
  return first === undefined ? undecided(turn, event, body, error) : duplicateOf(first);
}

function undecided(turn: Turn, event: Event, body: string | undefined, error: unknown): Decided {
  const reason = reasonOf(error);
  const line = { at: turn.clock.now, gate: 'store', text: `kept, but not decided: ${reason}` } as const;
  addEvent(turn, event, 'undecided', traceText([line]), body);
  return { did: 'decide', eventId: event.id, outcome: 'undecided', ...noEffects(), undecided: reason };
}

function addEvent({ sql, rollUp }: Turn, event: Event, outcome: string, trace: string, body: string | undefined): void {
  sql.addEvent.run(
    event.id,
    event.workspaceId,
    event.type,
    outcome,
    phoneEnd(event.account?.phone),
    event.incidentKey ?? null,
    event.receivedAt,
    JSON.stringify(event),
    trace,
    body ?? null,
  );
  rewindTo(rollUp, event);
}

/** All but the event itself. What is cancelled or set free goes before what is new, which may stand in its place. */
export function write(turn: Turn, effects: Effects, decision: Decision, atHand?: string): void {
  const { sql } = turn;
  for (const { eventId, lines } of decision.appends) if (lines.length > 0) sql.appendTrace.run(traceText(lines), eventId);
  for (const incident of decision.incidents) putIncident(turn, effects, incident);
  for (const key in decision.cells) {
    const value = decision.cells[key];
    if (value === null || value === undefined) sql.dropCell.run(key);
    else sql.putCell.run(key, value);
  }
  for (const name of decision.timers.drop) sql.dropTimer.run(name);
  for (const timer of decision.timers.set) putTimer(turn, timer);
  for (const { id, reason } of decision.cancel) cancel(turn, id, reason);
  for (const id of decision.release) {
    const row = sql.delivery.get(id) as DeliveryRow | undefined;
    if (row?.state === 'waiting') setFree(turn, effects, deliveryOf(row));
  }
  for (const delivery of decision.deliveries) addDelivery(turn, effects, delivery, atHand);
  for (const id of decision.recall) if (mayRecall(turn, id)) effects.recall.push(id);
}

function putIncident(turn: Turn, effects: Effects, incident: Incident): void {
  const { sql, clock } = turn;
  const { key, workspaceId, type, severity, level, open, openedAt, eventId, phone, closed } = incident;
  const state = JSON.stringify(incident);
  const before = turn.incidents.get(key);
  const wasOpen = before?.open;
  if (open !== (wasOpen ?? false) || level > (before?.level ?? level)) {
    effects.turned ??= [];
    effects.turned.push({
      key,
      workspaceId,
      type,
      severity,
      level,
      open,
      ...(phone !== undefined && { phone }),
      ...(closed && { closedBy: closed.by }),
    });
  }
  turn.incidents.set(key, incident);
  if (open && wasOpen && sql.changeOpenIncident.run(type, level, openedAt, clock.now, state, key, eventId).changes !== 0) return;
  sql.putIncident.run(key, workspaceId, type, level, open ? 1 : 0, openedAt, eventId, clock.now, state);
}

function putTimer({ sql }: Turn, { name, dueAt, kind, workspaceId, incidentKey, route }: Timer): void {
  sql.putTimer.run(name, dueAt, kind, workspaceId, incidentKey, route ?? null);
}
