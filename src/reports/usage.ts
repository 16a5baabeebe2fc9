// How far each workspace came with what it bought: when a quota was nearly full and full, how fast it was used, when all seats were taken. Pure.
import type { EventType } from '../model.ts';
import type { EventRecord, KeptRecord } from '../records.ts';
import type { Month } from './month.ts';
import { compare, inOrder } from './tracks.ts';

export type Resource = 'messages' | 'transactions' | 'api-calls' | 'seats';

/** One for each quota period that was announced within the month; `used` as last announced. */
export type UsageRow = {
  workspace: string;
  resource: Resource;
  periodStart?: number;
  periodEnd?: number;
  /** The marks: 90 % and 100 %. */
  nearAt?: number;
  fullAt?: number;
  used?: number;
  total?: number;
  percent?: number;
  /** Since the period began; and what it comes to at the period's end if it goes on so. */
  perDay?: number;
  projected?: number;
  seats?: number;
};

const marks: Partial<Record<EventType, [Resource, 'nearAt' | 'fullAt']>> = {
  'messaging-90': ['messages', 'nearAt'],
  'messaging-100': ['messages', 'fullAt'],
  'transactions-100': ['transactions', 'fullAt'],
  'api-calls-100': ['api-calls', 'fullAt'],
  'seats-full': ['seats', 'fullAt'],
};
const dayMs = 86_400_000;
const hourMs = 3_600_000;

export function usage(records: readonly KeptRecord[], { from, until }: Month): UsageRow[] {
  const rows = new Map<string, UsageRow>();
  const events = records.filter((one): one is EventRecord => one.kind === 'event' && one.at >= from && one.at < until);
  for (const event of inOrder(events)) {
    const [resource, mark] = marks[event.type] ?? [];
    if (resource === undefined || mark === undefined) continue;
    // The vendor writes a period's end in two ways, one second apart.
    const key = `${resource} ${Math.ceil((event.period?.end ?? 0) / hourMs)}`;
    const row: UsageRow = rows.get(key) ?? { workspace: event.workspaceId, resource };
    row[mark] ??= event.at;
    rows.set(key, { ...row, ...figuresOf(event) });
  }
  return [...rows.values()].sort((a, b) => compare(a.resource, b.resource) || (a.periodEnd ?? 0) - (b.periodEnd ?? 0));
}

function figuresOf({ at, usage: used, seats, period }: EventRecord): Partial<UsageRow> {
  return {
    ...(period?.start !== undefined && { periodStart: period.start }),
    ...(period !== undefined && { periodEnd: period.end }),
    ...(used !== undefined && { used: used.used, total: used.total, percent: used.percent }),
    ...(seats !== undefined && { seats: seats.purchased }),
    ...paceOf(used?.used, at, period),
  };
}

export function paceOf(used: number | undefined, at: number, period: EventRecord['period']): Pick<UsageRow, 'perDay' | 'projected'> {
  if (used === undefined || period?.start === undefined || !(at > period.start)) return {};
  const perMs = used / (at - period.start);
  return { perDay: Math.round(perMs * dayMs), projected: Math.round(perMs * (Math.max(at, period.end) - period.start)) };
}
