// Rows to nouns and back. What a row has as NULL, a noun does not have at all.
import { hash } from 'node:crypto';
import type { Delivery, DeliveryKind, DeliveryState, Details, Receipt } from '../delivery.ts';
import type { Timer, TraceLine } from '../model.ts';
import type { DeliveryRow, TimerRow } from './schema.ts';

export function deliveryOf(row: DeliveryRow): Delivery {
  const delivery: Delivery = {
    id: row.id,
    destination: row.destination,
    target: row.target,
    route: row.route,
    kind: row.kind as DeliveryKind,
    level: row.level,
    state: row.state as DeliveryState,
    details: JSON.parse(row.details) as Details,
    createdAt: row.created_at,
    receivedAt: row.received_at,
    runAt: row.run_at,
    attempts: row.attempts,
    claims: row.claims,
    starts: row.starts,
    generation: row.generation,
  };
  if (row.event_id !== null) delivery.eventId = row.event_id;
  if (row.incident_key !== null) delivery.incidentKey = row.incident_key;
  if (row.template !== null) delivery.template = row.template;
  if (row.follows !== null) delivery.follows = row.follows;
  const receipt = receiptOf(row.receipt);
  if (receipt !== undefined) delivery.receipt = receipt;
  if (row.last_class !== null) delivery.lastClass = row.last_class;
  if (row.last_error !== null) delivery.lastError = row.last_error;
  if (row.ended_at !== null) delivery.endedAt = row.ended_at;
  if (row.replay_of !== null) delivery.replayOf = row.replay_of;
  return delivery;
}

export const receiptOf = (text: string | null): Receipt | undefined => (text === null ? undefined : (JSON.parse(text) as Receipt));

export function timerOf(row: TimerRow): Timer {
  const timer: Timer = {
    name: row.name,
    dueAt: row.due_at,
    kind: row.kind as Timer['kind'],
    workspaceId: row.workspace_id,
    incidentKey: row.incident_key,
  };
  if (row.route !== null) timer.route = row.route;
  return timer;
}

/** A line of text for what is said at once; later words are appended as further lines, without reading the earlier ones. */
export const traceText = (lines: TraceLine[]): string => (lines.length === 0 ? '' : `${JSON.stringify(lines)}\n`);

export const traceOf = (text: string): TraceLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => JSON.parse(line) as TraceLine[]);

/** The last four digits of a number, which is how people search for one. */
export const phoneEnd = (phone: string | undefined): string | null => phone?.replace(/\D/g, '').slice(-4) || null;

/** Sixteen bytes are plenty against chance. Keys that begin with their time keep the table's new rows side by side. */
export function seenKey(dedupKey: string): Uint8Array {
  const bytes = Buffer.from(dedupKey, 'hex');
  return bytes.length >= 16 && bytes.length * 2 === dedupKey.length
    ? bytes.subarray(0, 16)
    : hash('sha256', dedupKey, 'buffer').subarray(0, 16);
}
