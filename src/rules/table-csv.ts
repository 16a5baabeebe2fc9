// A CSV file → the rows of the workspaces table. Made for what spreadsheet programs write: `;` or a tab for the comma, a BOM, empty rows at the end.
import { parse } from 'csv-parse/sync';
import { mergeMarks } from './bounds.ts';
import type { Table, TableRow, Tell } from './workspaces.ts';

export function csvTable(source: string, tell: Tell): Table | undefined {
  const text = source.replace(/^\ufeff/, '');
  const firstLine = text.split(/\r\n|\n|\r/).findIndex((line) => line.trim() !== '');
  if (firstLine < 0) {
    tell(1, 1, 'This table is empty. Its first line names the columns: id,name,tags', { fix: 'id,name,tags' });
    return undefined;
  }
  const header = text.split(/\r\n|\n|\r/, firstLine + 1)[firstLine]!;
  if (/^"?sep=.?"?$/i.test(header.trim())) {
    tell(firstLine + 1, 1, forExcel);
    return undefined;
  }
  const merged = mergeMarks(text.split(/\r\n|\n|\r/));
  for (const { line, column, text: said } of merged) tell(line + 1, column, said);
  if (merged.length > 0) return undefined;
  const delimiter = delimiterOf(header);
  const rows: TableRow[] = [];
  let columns: string[] | undefined;
  let begins = 1;
  try {
    parse(text, {
      delimiter,
      trim: true,
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (cells: string[], { lines }: { lines: number }) => {
        // `lines` is where the record ends; it begins where the one before ended.
        const line = begins;
        begins = lines + 1;
        if (cells.every((cell) => cell === '')) return null;
        if (columns === undefined) columns = cells;
        else rows.push({ line, cells });
        return null;
      },
    });
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number };
    if (code === undefined) throw error;
    const line = quoteOpened(text) ?? lines ?? 1;
    tell(line, 1, 'A quote (") is opened in this row and never closed. Close it, or write "" for a quote inside a cell.');
    return undefined;
  }
  if (columns === undefined || !namesFit(columns, rows, firstLine + 1, header, tell)) return undefined;
  for (const { line, cells } of rows) {
    const more = cells.length - columns.length;
    if (more > 0 && cells.slice(columns.length).some((cell) => cell !== ''))
      tell(
        line,
        1,
        `This row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} and the first line names ${columns.length} columns. A cell with "${show(delimiter)}" in it needs quotes round it.`,
      );
    else if (more < 0 && cells.length < columns.length)
      tell(
        line,
        1,
        `This row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} and the first line names ${columns.length} columns: the last ones count as empty.`,
        { level: 'warning' },
      );
  }
  return { columns, rows, header: { line: firstLine + 1, found: header } };
}

const forExcel = 'This line is for Excel alone. Remove it: the first line names the columns, and the relay finds the separator itself.';

function namesFit(columns: readonly string[], rows: readonly TableRow[], line: number, header: string, tell: Tell): boolean {
  let fine = true;
  for (const [at, name] of columns.entries()) {
    const column = Math.max(1, header.indexOf(name) + 1);
    if (name === '') {
      // A comma at the end of every line is what spreadsheet programs leave behind.
      if (!rows.some(({ cells }) => (cells[at] ?? '') !== '')) continue;
      tell(line, 1, `Column ${at + 1} has no name. Write one into the first line.`);
      fine = false;
    } else if (columns.indexOf(name) < at) {
      tell(line, column, `Two columns are named \`${name}\`. Give each a name of its own.`);
      fine = false;
    } else if (!/^[\p{L}\p{N}_-]+$/u.test(name) && !(isLikeId(name) && !columns.includes('id'))) {
      const better = name
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '_')
        .replace(/^_+|_+$/g, '');
      tell(line, column, `The column \`${name}\` cannot be named in {{workspace.…}}. Use letters, digits and _.`, {
        level: 'warning',
        ...(better !== '' && { fix: header.replace(name, better) }),
      });
    }
  }
  return fine;
}

/** Told as what it is, by who looks for it. */
export const isLikeId = (name: string): boolean => /^(id|workspace[ _-]?id)$/i.test(name);

export const delimiterOf = (header: string): string => mostFrequent(header, [',', ';', '\t']);

function mostFrequent(header: string, signs: readonly string[]): string {
  const outside = header.replace(/"[^"]*"/g, '');
  const count = (sign: string) => outside.split(sign).length;
  return signs.reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** The last line on which a quote opens and never closes. */
function quoteOpened(text: string): number | undefined {
  let open: number | undefined;
  let line = 1;
  for (const sign of text) {
    if (sign === '\n') line++;
    else if (sign === '"') open = open === undefined ? line : undefined;
  }
  return open;
}

const show = (delimiter: string): string => (delimiter === '\t' ? 'tab' : delimiter);
