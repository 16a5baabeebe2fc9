// A YAML file → the rows of the workspaces table: a list of blocks with an id each, or one block with the ids as keys.
import type { Mistake } from './mistake.ts';
import { type Path, readTree } from './tree.ts';
import type { Table, TableRow, Tell } from './workspaces.ts';

export function yamlTable(file: string, text: string, tell: Tell, mistakes: Mistake[]): Table | undefined {
  const tree = readTree(file, text);
  mistakes.push(...tree.mistakes);
  const { value } = tree;
  if (mistakes.length > 0) return undefined;
  if (typeof value !== 'object' || value === null) {
    tell(1, 1, 'The table must be a list of workspaces, such as `- { id: acme, name: Acme Ltd, tags: [vip] }`.');
    return undefined;
  }
  const columns = ['id'];
  const positions = new Map([['id', 0]]);
  const rows: TableRow[] = [];
  const entries: [Path, unknown][] = Array.isArray(value)
    ? value.map((row, at) => [[at], row])
    : Object.entries(value).map(([id, row]) => [[id], row]);
  for (const [path, row] of entries) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      mistakes.push(tree.mistake(path, 'value', { code: 'table', text: 'A workspace is a block of keys: { id: acme, name: Acme Ltd }.' }));
      continue;
    }
    const cells: string[] = [typeof path[0] === 'string' ? path[0] : ''];
    for (const [name, cell] of Object.entries(row)) {
      const flat = Array.isArray(cell) ? cell.join(name === 'tags' ? ' ' : ', ') : cell;
      if (typeof flat !== 'string' || (Array.isArray(cell) && cell.some((one) => typeof one !== 'string'))) {
        mistakes.push(
          tree.mistake([...path, name], 'value', { code: 'table', text: `\`${name}\` must be one value or a list of values.` }),
        );
        continue;
      }
      if (name === 'id' && typeof path[0] === 'string' && flat !== path[0])
        mistakes.push(
          tree.mistake([...path, name], 'value', {
            code: 'table',
            text: `This row stands under \`${path[0]}\`, which is its id. Remove this line.`,
          }),
        );
      let at = positions.get(name);
      if (at === undefined) {
        at = columns.push(name) - 1;
        positions.set(name, at);
      }
      cells[at] = flat.trim();
    }
    // Finding a place walks the tree, which a long table pays once for each row; the end of a list is far.
    const { line, column } = entries.length <= 2000 ? tree.spot(path, 'key') : { line: 1, column: 1 };
    rows.push({ line, column, cells: Array.from(columns, (_, at) => cells[at] ?? '') });
  }
  return { columns, rows };
}
