// A report of a month, from what the store keeps: composition of the reader, the clocks of a place and the pure reports. The reading thread of the
// admin side makes it, and the command line.

import { hideInText, hidePhones } from './admin/mask.ts';
import { instant } from './decide/wall.ts';
import { RelayError } from './errors.ts';
import { type Cell, columns, shownRow } from './reports/columns.ts';
import { csvOf } from './reports/csv.ts';
import { monthOf } from './reports/month.ts';
import { makers, type ReportName, type Rows } from './reports/report.ts';
import { totalsOf } from './reports/totals.ts';
import type { Reader } from './store/reader.ts';

export type ReportQuestion = {
  name: ReportName;
  /** `2026-11`. */
  month: string;
  timezone: string;
  workspace?: string | undefined;
  now: number;
  showPhones: boolean;
  /** Only the first so many rows: more than that nobody reads on a page. */
  most?: number;
};

export type Report = {
  report: ReportName;
  month: string;
  timezone: string;
  from: string;
  until: string;
  /** Whether the month is over, and the relay kept a store from its beginning. */
  complete: boolean;
  kept_since?: string;
  /** Of all rows, however many are shown. */
  count: number;
  totals: Record<string, number>;
  /** As a program reads them. */
  rows: Record<string, unknown>[];
  heads: string[];
  /** The same for a table, row by row. */
  cells: Cell[][];
};

const iso = (at: number): string => new Date(at).toISOString();

export async function makeReport(reader: Pick<Reader, 'records' | 'note'>, asked: ReportQuestion): Promise<Report> {
  const { name, timezone, workspace, now, showPhones, most } = asked;
  const month = monthOf(asked.month, timezone, now, instant);
  if (month === undefined)
    throw new RelayError('admin.bad_request', `making a report: "${asked.month}" is no month that has begun; write one as 2026-11`);
  const createdAt = Number((await reader.note('store:created')) ?? Number.NaN);
  const hide = showPhones ? (text: string) => text : hider;
  const rows: Rows[ReportName][] = [];
  for (const records of reader.records({ kinds: makers[name].kinds, from: month.from, until: month.until, workspace }))
    rows.push(...makers[name].rows(records, month));
  // A log is read in order of time, whoever it is about.
  if (name === 'security') (rows as Rows['security'][]).sort((a, b) => a.at - b.at);
  const shown = most === undefined ? rows : rows.slice(0, most);
  const list = columns[name] as readonly (readonly [string, (row: Rows[ReportName]) => Cell])[];
  return {
    ...{ report: name, month: month.name, timezone, from: iso(month.from), until: iso(month.until) },
    complete: createdAt <= month.from && month.until < now,
    ...(Number.isNaN(createdAt) ? {} : { kept_since: iso(createdAt) }),
    count: rows.length,
    totals: totalsOf(name, rows as never),
    rows: shown.map((row) => shownRow(row, hide)),
    heads: list.map(([head]) => head),
    cells: shown.map((row) => list.map(([, cell]) => hidden(cell(row), hide, phoneOf(row)))),
  };
}

export const reportCsv = ({ heads, cells }: Report): string => csvOf(heads, cells);

const phoneOf = (row: object): string | undefined => ('phone' in row ? (row.phone as string | undefined) : undefined);

const hidden = (cell: Cell, hide: typeof hider, phone: string | undefined): Cell => (typeof cell === 'string' ? hide(cell, phone) : cell);

/** An incident's key may end with the number that it is about. */
function hider(text: string, phone: string | undefined): string {
  const told = hidePhones(phone)(text);
  return told.startsWith('wa:') ? hideInText(told) : told;
}
