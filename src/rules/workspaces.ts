// The workspaces table: who is who. CSV or YAML in, one row by id out. Every cell stays the text that the operator wrote, under the operator's column names.
import type { Workspace } from '../model.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import type { Workspaces } from './rules.ts';
import { isTimezone, nearestTimezone } from './scalars.ts';
import { csvTable, isLikeId } from './table-csv.ts';
import { yamlTable } from './table-yaml.ts';

export type TableRow = { line: number; column?: number; cells: readonly string[] };
export type Table = { columns: readonly string[]; rows: Iterable<TableRow>; header?: { line: number; found: string } };
export type ReadTable = { mistakes: Mistake[]; columns?: readonly string[]; workspaces?: Workspaces; rows?(): Iterable<Workspace> };
/** `found` of a line is fetched only when a mistake shows it: a table may have a hundred thousand. */
export type Tell = (line: number, column: number, text: string, more?: Partial<Mistake>, cell?: Cell) => void;
/** What it is about, to be found in its line, and what belongs there. */
type Cell = { text: string; instead?: string | undefined };

export function readWorkspaces(file: string, text: string): ReadTable {
  const mistakes: Mistake[] = [];
  let lines: string[] | undefined;
  const told = { error: 0, warning: 0 };
  const tell: Tell = (line, column, said, more = {}, cell) => {
    const { level = 'error' } = more;
    told[level] += 1;
    if (told[level] > most + 1) return;
    lines ??= text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
    const found = lines[line - 1];
    const mistake: Mistake = {
      ...{ file, line, column, level, code: 'table', text: said, ...(found !== undefined && { found }), ...more },
      ...(cell !== undefined && found !== undefined && placed(found, cell)),
    };
    mistakes.push(told[level] <= most ? mistake : { file, line, column, level, code: 'table', text: furtherOn[level] });
  };
  if (!isTable(file)) return { mistakes: [noTable(file)] };
  const table = isYaml(file) ? yamlTable(file, text, tell, mistakes) : csvTable(text, tell);
  if (table === undefined) return { mistakes };
  const rows = checked(table, tell);
  if (rows === undefined || mistakes.some(({ level }) => level === 'error')) return { mistakes };
  const workspaces = lookUp(table.columns, rows);
  return { mistakes, columns: table.columns, workspaces, rows: () => rows.keys().map(workspaces.find) };
}

const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);
export const isTable = (file: string): boolean => isYaml(file) || /\.[ct]sv$/i.test(file);

/** Without its line: it may be a secret that was named by a slip. */
export const noTable = (file: string): Mistake => ({
  ...{ file, line: 1, column: 1, level: 'error', code: 'table' },
  text: 'The table must be a .csv or a .yaml file.',
});

/** Where the cell stands, if the line has it once. */
function placed(line: string, { text, instead }: Cell): Partial<Mistake> {
  const at = line.indexOf(text);
  if (at < 0 || line.indexOf(text, at + 1) >= 0) return {};
  return { column: at + 1, ...(instead !== undefined && { fix: line.slice(0, at) + instead + line.slice(at + text.length) }) };
}

// Enough to work on; a table with one wrong separator has a mistake in every line.
const most = 50;
const furtherOn = {
  error: 'There are more mistakes below; mend these first.',
  warning: 'There are more warnings below.',
} as const;

function checked({ columns, rows, header }: Table, tell: Tell): Map<string, readonly string[]> | undefined {
  const id = columns.indexOf('id');
  if (id < 0) {
    const like = columns.find(isLikeId) ?? nearest('id', columns);
    const text = `The table has no column \`id\`, which says which workspace a row is about.${like ? ` Is it \`${like}\`? Then name it \`id\`.` : ''}`;
    tell(header?.line ?? 1, 1, text, like && header ? { fix: header.found.replace(like, 'id') } : {});
    return undefined;
  }
  const timezone = columns.indexOf('timezone');
  const language = columns.indexOf('language');
  const byId = new Map<string, readonly string[]>();
  const lineOf = new Map<string, number>();
  for (const { line, column = 1, cells } of rows) {
    const key = cells[id] ?? '';
    if (key === '') {
      tell(line, column, 'This row has no id. Write one, or remove the row.');
      continue;
    }
    const first = lineOf.get(key);
    if (first !== undefined) {
      tell(line, column, `The id \`${key}\` is already on line ${first}. Each workspace has one row.`);
      continue;
    }
    if (/^\d[.,]\d+E\+\d+$/i.test(key))
      tell(line, column, `The id ${key} was rounded by a spreadsheet program. Make the column text there, and enter the id again.`);
    lineOf.set(key, line);
    // Told already: what follows stands in the wrong columns.
    const shifted = cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== '');
    if (shifted) continue;
    let kept = cells;
    const drop = (at: number, text: string, instead?: string) => {
      tell(line, column, text, { level: 'warning' }, { text: cells[at]!, instead });
      kept = kept.with(at, '');
    };
    const zone = cells[timezone] ?? '';
    if (zone !== '' && !isTimezone(zone)) {
      const near = nearestTimezone(zone);
      drop(
        timezone,
        `There is no time zone "${zone}".${near ? ` Did you mean ${near}?` : ''} Until then this workspace has the file's own.`,
        near,
      );
    }
    const speaks = cells[language] ?? '';
    // It becomes the name of a folder under templates/.
    if (speaks !== '' && !/^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/.test(speaks))
      drop(language, `"${speaks}" is no language such as en, es or pt-BR. Until then this workspace is written to in the usual one.`);
    byId.set(key, kept);
  }
  return byId;
}

/** Rows stay lists of cells until one is asked for: a hundred thousand objects are not kept for the few that are. */
function lookUp(columns: readonly string[], rows: ReadonlyMap<string, readonly string[]>): Workspaces {
  return {
    size: rows.size,
    ids: () => rows.keys(),
    find(id) {
      // No prototype: a column or an id may be called `constructor`.
      const row: Workspace = Object.assign(Object.create(null), { id });
      const cells = rows.get(id);
      if (cells === undefined) return row;
      for (const [at, name] of columns.entries()) {
        const cell = cells[at] ?? '';
        if (cell === '' || name === '' || name === 'id') continue;
        row[name] = name === 'tags' ? cell.split(/[\s;,]+/).filter((tag) => tag !== '') : cell;
      }
      return row;
    },
  };
}
