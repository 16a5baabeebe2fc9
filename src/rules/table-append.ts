// More rows for a CSV table of workspaces, in the way that it is written. What is there already stays byte for byte.
import type { Mistake } from './mistake.ts';
import { delimiterOf } from './table-csv.ts';
import { readWorkspaces } from './workspaces.ts';

export type NewRow = { id: string; name?: string | undefined };

export type Appended = { ok: true; text: string; lines: string[] } | { ok: false; mistakes: Mistake[] };

/** The table as it would be: `lines` are what is new in it. */
export function appendRows(file: string, text: string, rows: readonly NewRow[]): Appended {
  const { columns = [], mistakes } = readWorkspaces(file, text);
  if (columns.length === 0) return { ok: false, mistakes };
  const header = text.split(/\r\n|\n|\r/).find((line) => line.trim() !== '') ?? '';
  const end = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const lines = rows.map((row) => csvLine(row, columns, delimiterOf(header)));
  const body = lines.map((line) => line + end).join('');
  const made = text === '' || /[\r\n]$/.test(text) ? text + body : text + end + body;
  const check = readWorkspaces(file, made);
  const wrong = check.mistakes.filter(({ level }) => level === 'error');
  return wrong.length > 0 ? { ok: false, mistakes: wrong } : { ok: true, text: made, lines };
}

export const csvLine = ({ id, name = '' }: NewRow, columns: readonly string[], delimiter: string): string =>
  columns.map((column) => quoted(column === 'id' ? id : column === 'name' ? tame(name) : '', delimiter)).join(delimiter);

/** A name is a stranger's text: one line of it, and nothing that a spreadsheet program would run. */
function tame(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ').trim();
  return /^[=@]|^[+-](?!\d)/.test(line) ? `'${line}` : line;
}

const quoted = (cell: string, delimiter: string): string =>
  cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
