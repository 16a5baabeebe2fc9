// What is known of one workspace by all that it ever said: its numbers, quotas, seats, last events. Pure. Webhooks come late and twice, so a state is
// made of what the later word wins or what every word is kept of: events fold in to the same state in whatever order they come.
import type { EventType } from '../model.ts';
import type { EventRecord } from '../records.ts';
import { type NumberState, withWord } from './numbers.ts';
import { isLater, type Said, saidOf } from './said.ts';

export const resources = ['messages', 'transactions', 'api-calls'] as const;
export type Resource = (typeof resources)[number];

/** As last announced. `used` and `total` where the event said them. */
export type Quota = Said & { percent: number; used?: number; total?: number; periodStart?: number; periodEnd?: number };
export type Seats = Said & { purchased?: number };
export type LastEvent = { id: string; type: EventType; receivedAt: number };

export type WorkspaceState = {
  id: string;
  firstAt: number;
  lastAt: number;
  numbers: NumberState[];
  quotas: Partial<Record<Resource, Quota>>;
  seats?: Seats;
  /** The latest received, that one first. */
  events: LastEvent[];
};

const marks: Partial<Record<EventType, [Resource, percent: number]>> = {
  'messaging-90': ['messages', 90],
  'messaging-100': ['messages', 100],
  'transactions-100': ['transactions', 100],
  'api-calls-100': ['api-calls', 100],
};
const mostEvents = 8;

export function fold(before: WorkspaceState | undefined, record: EventRecord): WorkspaceState {
  const { receivedAt } = record;
  const state = before ?? { id: record.workspaceId, firstAt: receivedAt, lastAt: receivedAt, numbers: [], quotas: {}, events: [] };
  return {
    ...state,
    firstAt: Math.min(state.firstAt, receivedAt),
    lastAt: Math.max(state.lastAt, receivedAt),
    numbers: record.kind === 'number' ? withWord(state.numbers, record) : state.numbers,
    quotas: withQuota(state.quotas, record),
    ...withSeats(state.seats, record),
    events: withEvent(state.events, record),
  };
}

function withQuota(quotas: WorkspaceState['quotas'], record: EventRecord): WorkspaceState['quotas'] {
  const [resource, percent] = marks[record.type] ?? [];
  if (resource === undefined || percent === undefined || !isLater(record, quotas[resource])) return quotas;
  const { usage, period } = record;
  const quota: Quota = {
    ...saidOf(record),
    percent: usage?.percent ?? percent,
    ...(usage !== undefined && { used: usage.used, total: usage.total }),
    ...(period?.start !== undefined && { periodStart: period.start }),
    ...(period !== undefined && { periodEnd: period.end }),
  };
  return { ...quotas, [resource]: quota };
}

function withSeats(seats: Seats | undefined, record: EventRecord): { seats?: Seats } {
  if (record.type !== 'seats-full' || !isLater(record, seats)) return seats === undefined ? {} : { seats };
  return { seats: { ...saidOf(record), ...(record.seats !== undefined && { purchased: record.seats.purchased }) } };
}

function withEvent(events: readonly LastEvent[], { id, type, receivedAt }: EventRecord): LastEvent[] {
  if (events.some((one) => one.id === id)) return [...events];
  return [...events, { id, type, receivedAt }].sort((a, b) => b.receivedAt - a.receivedAt || (a.id < b.id ? 1 : -1)).slice(0, mostEvents);
}
