// A report as CSV (RFC 4180), safe to open in a spreadsheet: what a stranger wrote never begins a formula. Pure.
import type { Cell } from './columns.ts';

export const csvOf = (heads: readonly string[], rows: Iterable<readonly Cell[]>): string =>
  [heads, ...rows].map((cells) => csvLine(cells)).join('');

export const csvLine = (cells: readonly Cell[]): string => `${cells.map((cell) => quoted(textOf(cell))).join(',')}\r\n`;

const iso = (at: number): string => new Date(at).toISOString();

function textOf(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'string') return harmless(cell);
  if ('at' in cell) return cell.at === undefined ? '' : iso(cell.at);
  if ('seconds' in cell) return cell.seconds === undefined ? '' : String(cell.seconds);
  return cell.spans.map(({ from, until }) => `${iso(from)}/${iso(until)}`).join(' ');
}

/** A phone number begins with a plus and is none. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) && !/^\+[\d•]+$/.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
