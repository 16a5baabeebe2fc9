// The columns of each report, for a table on a screen and for CSV: what a program reads in JSON has more. Pure.
import type { ReportName, Rows } from './report.ts';
import type { Span } from './tracks.ts';

/** A moment and a length are written by whoever shows them; `spans` only where there is room. */
export type Cell = string | number | undefined | { at: number | undefined } | { seconds: number | undefined } | { spans: readonly Span[] };
type Columns<Row> = readonly (readonly [head: string, cell: (row: Row) => Cell])[];

const who = [
  ['workspace', (row: { workspace: string }) => row.workspace],
  ['number', (row: { phone?: string }) => row.phone],
  ['accounts', (row: { accounts: string[] }) => row.accounts.join(' ')],
] as const;
const yes = (value: boolean): string => (value ? 'yes' : 'no');

export const columns: { [N in ReportName]: Columns<Rows[N]> } = {
  usage: [
    ['workspace', (row) => row.workspace],
    ['resource', (row) => row.resource],
    ['period_end', (row) => ({ at: row.periodEnd })],
    ['nearly_full', (row) => ({ at: row.nearAt })],
    ['full', (row) => ({ at: row.fullAt })],
    ['used', (row) => row.used],
    ['total', (row) => row.total],
    ['percent', (row) => row.percent],
    ['per_day', (row) => row.perDay],
    ['projected', (row) => row.projected],
    ['seats', (row) => row.seats],
  ],
  numbers: [
    ...who,
    ['days', (row) => row.days],
    ['connected_for', (row) => ({ seconds: row.seconds })],
    ['connected', (row) => yes(row.connected)],
    ['intervals', (row) => ({ spans: row.intervals })],
  ],
  downtime: [
    ...who,
    ['drops', (row) => row.drops],
    ['down_for', (row) => ({ seconds: row.seconds })],
    ['longest', (row) => ({ seconds: row.longest })],
    ['down', (row) => yes(row.down)],
    ['reasons', (row) => counts(row.reasons)],
    ['intervals', (row) => ({ spans: row.intervals })],
  ],
  alerts: [
    ['workspace', (row) => row.workspace],
    ['sent', (row) => row.sent],
    ['dead', (row) => row.dead],
    ['arrived_after', (row) => ({ seconds: row.arrivedMean })],
    ['worst', (row) => ({ seconds: row.arrivedWorst })],
    ['acknowledged', (row) => row.acknowledged],
    ['acknowledged_after', (row) => ({ seconds: row.acknowledgedMean })],
    ['slowest', (row) => ({ seconds: row.acknowledgedWorst })],
    ['kinds', (row) => counts(row.kinds)],
  ],
  security: [
    ['at', (row) => ({ at: row.at })],
    ['workspace', (row) => row.workspace],
    ['what', (row) => row.what],
    ['number', (row) => row.phone],
    ['account', (row) => row.account],
    ['reason', (row) => row.reason],
    ['event', (row) => row.event],
  ],
};

const counts = (of: Record<string, number | undefined>): string =>
  Object.entries(of)
    .map(([name, count]) => `${name === '' ? 'no reason given' : name}: ${count}`)
    .join('; ');

/** Where a row's text holds a phone number: everything a stranger wrote goes through `hide`. */
export type Hide = (text: string, phone: string | undefined) => string;

/** As a program reads it: names in snake_case, moments in RFC 3339. */
export function shownRow(row: object, hide: Hide): Record<string, unknown> {
  const phone = 'phone' in row ? (row.phone as string | undefined) : undefined;
  return shown(row, (text) => hide(text, phone)) as Record<string, unknown>;
}

const moments = new Set(['at', 'from', 'until', 'nearAt', 'fullAt', 'periodStart', 'periodEnd']);

function shown(value: unknown, hide: (text: string) => string, name = ''): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value === 'number') return moments.has(name) ? new Date(value).toISOString() : value;
  if (Array.isArray(value)) return value.map((one) => shown(one, hide));
  if (typeof value !== 'object' || value === null) return value;
  const table = name === 'reasons';
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [table ? hide(key) : snake(key), shown(one, hide, table ? '' : key)]),
  );
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
