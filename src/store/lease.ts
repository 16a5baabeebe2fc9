// Who may send what: a delivery is leased to this process while its lane has room, or stands pending until the lane asks. A lease's
// generation voids the words of an older one.
import type { Delivery, Receipt } from '../delivery.ts';
import type { Event } from '../model.ts';
import { deliveryOf, receiptOf } from './rows.ts';
import type { DeliveryRow } from './schema.ts';
import { type Leased, leaseMs } from './store.ts';
import type { Effects, Turn } from './turn.ts';

/** A new delivery: leased at once where there is room, so that it never has to be claimed. `atHand` = the event whoever asked already has. */
export function addDelivery(turn: Turn, effects: Effects, delivery: Delivery, atHand?: string): void {
  const { sql, clock } = turn;
  const leader = delivery.follows === undefined ? undefined : sql.standing.get(delivery.follows);
  const waits = leader !== undefined && isOpen(leader.state as string);
  const leased = !waits && takeRoom(turn, delivery);
  const state = waits ? 'waiting' : leased ? 'leased' : 'pending';
  sql.addDelivery.run(
    delivery.id,
    delivery.eventId ?? null,
    delivery.incidentKey ?? null,
    delivery.destination,
    delivery.target,
    delivery.route,
    delivery.kind,
    delivery.level,
    state,
    delivery.template ?? null,
    delivery.follows ?? null,
    JSON.stringify(delivery.details),
    delivery.createdAt,
    delivery.receivedAt,
    delivery.runAt,
    leased ? 1 : 0,
    leased ? 1 : 0,
    leased ? turn.owner : null,
    leased ? clock.now + leaseMs : null,
    delivery.replayOf ?? null,
  );
  if (leased) effects.leased.push(pack(turn, { ...delivery, state, claims: 1, generation: 1 }, leader, atHand));
  else if (!waits) listDue(turn, effects, delivery);
}

/** A waiting delivery need not wait any longer. */
export function setFree(turn: Turn, effects: Effects, follower: Delivery): void {
  const leader = follower.follows === undefined ? undefined : turn.sql.standing.get(follower.follows);
  if (takeRoom(turn, follower)) {
    effects.leased.push(pack(turn, lease(turn, follower), leader));
  } else {
    turn.sql.setPending.run(follower.id);
    listDue(turn, effects, follower);
  }
}

export function claim(turn: Turn, destination: string, limit: number): Leased[] {
  const rows = turn.sql.duePending.all(destination, turn.clock.now, limit) as DeliveryRow[];
  return rows.map((row) => {
    const leader = row.follows === null ? undefined : turn.sql.standing.get(row.follows);
    return pack(turn, lease(turn, deliveryOf(row)), leader);
  });
}

/** Taken back before it was sent, or never taken: it and what waits for it. Answers whether it was still to be had. */
export function cancel(turn: Turn, id: string, reason: string): boolean {
  if (turn.sql.cancel.run(turn.clock.now, reason, id).changes === 0) return false;
  cancelFollowers(turn, id, reason);
  return true;
}

export function recalled(turn: Turn, id: string, generation: number, reason: string): boolean {
  if (turn.sql.recalled.run(turn.clock.now, reason, id, generation).changes === 0) return false;
  cancelFollowers(turn, id, reason);
  return true;
}

function cancelFollowers(turn: Turn, id: string, reason: string): void {
  for (const follower of turn.sql.followers.all(id)) cancel(turn, follower.id as string, reason);
}

/** Only what surely has not begun may be asked back: one lease, no attempt before it. */
export function mayRecall(turn: Turn, id: string): boolean {
  const row = turn.sql.standing.get(id);
  return row !== undefined && row.state === 'leased' && row.claims === 1 && row.attempts === 0;
}

export const isOpen = (state: string): boolean => state === 'waiting' || state === 'pending' || state === 'leased';

function lease(turn: Turn, delivery: Delivery): Delivery {
  turn.sql.lease.run(turn.owner, turn.clock.now + leaseMs, delivery.id);
  return { ...delivery, state: 'leased', claims: delivery.claims + 1, generation: delivery.generation + 1 };
}

function takeRoom(turn: Turn, { destination, runAt }: Delivery): boolean {
  const room = turn.room[destination] ?? 0;
  if (room <= 0 || runAt > turn.clock.now) return false;
  turn.room[destination] = room - 1;
  return true;
}

export function listDue(turn: Turn, effects: Effects, { destination, runAt }: Pick<Delivery, 'destination' | 'runAt'>): void {
  if (runAt <= turn.clock.now && !effects.waiting.includes(destination)) effects.waiting.push(destination);
}

function pack(turn: Turn, delivery: Delivery, leader: Record<string, unknown> | undefined, atHand?: string): Leased {
  const leased: Leased = { delivery };
  if (delivery.eventId !== undefined && delivery.eventId !== atHand) {
    const row = turn.sql.factsAndBody.get(delivery.eventId);
    if (row !== undefined) leased.event = JSON.parse(row.facts as string) as Event;
    if (row !== undefined && row.body !== null) leased.body = row.body as string;
  }
  const { members } = delivery.details;
  if (members !== undefined) leased.members = members.flatMap((id) => eventOf(turn, id) ?? []);
  const previous: Receipt | undefined = leader?.state === 'delivered' ? receiptOf(leader.receipt as string | null) : undefined;
  if (previous !== undefined) leased.previous = previous;
  return leased;
}

function eventOf({ sql }: Turn, id: string): Event | undefined {
  const row = sql.facts.get(id);
  return row === undefined ? undefined : (JSON.parse(row.facts as string) as Event);
}
