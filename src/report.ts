// A report of a month, from what the store keeps: composition of the reader, the clocks of a place and the pure reports. The reading thread of the
// admin side makes it, and the command line.

import { hideInText, hidePhones } from './admin/mask.ts';
import { instant } from './decide/wall.ts';
import { RelayError } from './errors.ts';
import { type Cell, columns, shownRow } from './reports/columns.ts';
import { csvLine } from './reports/csv.ts';
import { monthOf } from './reports/month.ts';
import { makers, type ReportName, type Rows } from './reports/report.ts';
import { totalling } from './reports/totals.ts';
import type { Reader } from './store/reader.ts';

export type ReportQuestion = {
  name: ReportName;
  /** `2026-11`. */
  month: string;
  timezone: string;
  workspace?: string | undefined;
  now: number;
  showPhones: boolean;
  as: Form;
  /** Of a table only the first so many rows: more than that nobody reads on a page. */
  most?: number;
};
/** As cells for a screen, or as text. */
export type Form = 'table' | 'csv' | 'json';

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
  heads: string[];
  /** Of a table. */
  cells: Cell[][];
  /** Of a text: lines of CSV that follow one another, or rows of JSON, with commas within a piece and none between two. A month of a large house has
   * hundreds of thousands of intervals: only as text do they fit into a thread, and who sends them on does so piece by piece. */
  pieces: string[];
};

const iso = (at: number): string => new Date(at).toISOString();

export async function makeReport(reader: Pick<Reader, 'records' | 'note'>, asked: ReportQuestion): Promise<Report> {
  const { name, timezone, workspace, now } = asked;
  const month = monthOf(asked.month, timezone, now, instant);
  if (month === undefined)
    throw new RelayError('admin.bad_request', `making a report: "${asked.month}" is no month that has begun; write one as 2026-11`);
  const createdAt = Number((await reader.note('store:created')) ?? Number.NaN);
  const written = writing(asked);
  const inAll = totalling(name);
  let count = 0;
  const { kinds, inOrderOf = 'workspace' } = makers[name];
  for (const records of reader.records({ kinds, from: month.from, until: month.until, workspace, inOrderOf })) {
    for (const row of makers[name].rows(records, month)) {
      count += 1;
      inAll.add(row);
      written.put(row);
    }
  }
  return {
    ...{ report: name, month: month.name, timezone, from: iso(month.from), until: iso(month.until) },
    complete: createdAt <= month.from && month.until < now,
    ...(Number.isNaN(createdAt) ? {} : { kept_since: iso(createdAt) }),
    ...{ count, totals: inAll.totals() },
    ...written.end(),
  };
}

const pieceLength = 64 * 1024;

/** Row by row into the form that is asked for, and no row is kept. */
function writing({ name, as, most = Number.POSITIVE_INFINITY, showPhones }: ReportQuestion) {
  const hide = showPhones ? (text: string) => text : hider;
  const list = columns[name] as readonly (readonly [string, (row: Rows[ReportName]) => Cell])[];
  const cellsOf = (row: Rows[ReportName]) => list.map(([, cell]) => hidden(cell(row), hide, phoneOf(row)));
  const heads = list.map(([head]) => head);
  const cells: Cell[][] = [];
  const pieces: string[] = [];
  let lines: string[] = [];
  let length = 0;
  const cut = () => {
    if (lines.length > 0) pieces.push(lines.join(as === 'json' ? ',' : ''));
    lines = [];
    length = 0;
  };
  const add = (line: string) => {
    lines.push(line);
    length += line.length;
    if (length >= pieceLength) cut();
  };
  if (as === 'csv') add(csvLine(heads));
  const put = {
    table: (row: Rows[ReportName]) => void (cells.length < most && cells.push(cellsOf(row))),
    csv: (row: Rows[ReportName]) => add(csvLine(cellsOf(row))),
    json: (row: Rows[ReportName]) => add(JSON.stringify(shownRow(row, hide))),
  }[as];
  return {
    put,
    end: () => {
      cut();
      return { heads, cells, pieces };
    },
  };
}

export const rowsOf = ({ pieces }: Pick<Report, 'pieces'>): Record<string, unknown>[] => JSON.parse(`[${pieces.join(',')}]`);

const phoneOf = (row: object): string | undefined => ('phone' in row ? (row.phone as string | undefined) : undefined);

const hidden = (cell: Cell, hide: typeof hider, phone: string | undefined): Cell => (typeof cell === 'string' ? hide(cell, phone) : cell);

/** An incident's key may end with the number that it is about. */
function hider(text: string, phone: string | undefined): string {
  const told = hidePhones(phone)(text);
  return told.startsWith('wa:') ? hideInText(told) : told;
}
