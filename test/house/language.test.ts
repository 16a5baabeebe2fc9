// docs/routing.md has a line for every key of the language, and for no other: the schema that editors get is walked and held against its tables.
// And each line has its proof in test/language/, in files that are named after it.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/routing.md', root), 'utf8');
const schema = JSON.parse(readFileSync(new URL('config/routes.schema.json', root), 'utf8')) as Node;

type Node = { properties?: Record<string, Node>; additionalProperties?: boolean | Node; items?: Node; anyOf?: Node[]; allOf?: Node[] };

/** Described by a table of its own. */
const tables = { segments: 'segments', quiet_hours: 'quiet_hours', destinations: 'destinations', routes: 'routes', where: 'where' };
/** The same block as somewhere else. */
const known = ['except', 'fallback.send', 'escalate.send'];
/** What holds without a key of routes.yaml; `tests` is a language of its own, told of as a rule. */
const rules = [
  ...['disorder', 'late facts', 'a missing field', 'a recovery', 'connected in events', 'duplicates', 'secrets', 'reload', 'restart'],
  ...['silences', 'tests'],
];

/** Of a block, with what is inside written behind a dot. Where the operator chooses the names, what stands below them. */
function keysOf(node: Node, above = ''): string[] {
  const named = Object.entries(node.properties ?? {}).flatMap(([key, value]) => {
    const name = above + key;
    if (name === 'tests') return [];
    return name in tables || known.includes(name) ? [name] : [name, ...keysOf(value, `${name}.`)];
  });
  const forms = [...(node.anyOf ?? []), ...(node.allOf ?? []), ...(node.items ? [node.items] : [])];
  return [...new Set([...named, ...forms.flatMap((one) => keysOf(one, above))])];
}

const below = (node: Node | undefined): Node => {
  if (node?.items) return node.items;
  return typeof node?.additionalProperties === 'object' ? node.additionalProperties : expect.fail('no such block in the schema');
};
const blockOf = (name: string) => below(schema.properties?.[name]);

const rowsUnder = (marker: string): string[] => {
  const [, after] = page.split(`<!-- ${marker} -->\n`);
  const [, table = ''] = /^\n((?:\|.*\n)+)/.exec(after ?? '') ?? [];
  return [...table.matchAll(/^\| `([^`]+)` +\| (?!\s*\|)/gm)].map(([, key]) => key!);
};
const sorted = (keys: readonly string[]) => [...keys].sort();

test.each([
  ['the file', () => schema],
  ['segments', () => blockOf('segments')],
  ['quiet_hours', () => blockOf('quiet_hours')],
  ['destinations', () => blockOf('destinations')],
  ['routes', () => blockOf('routes')],
])('docs/routing.md has a line for every key of %s, and for no other', (name, block) => {
  const keys = keysOf(block());
  expect(keys.length).toBeGreaterThan(2);
  expect(sorted(rowsUnder(`keys of ${name}`))).toEqual(sorted(keys));
});

test('it has a line for every condition, and for the columns of the table', () => {
  const where = blockOf('routes').properties?.where ?? expect.fail('no where');
  expect(sorted(rowsUnder('keys of where'))).toEqual(sorted([...keysOf(where), 'workspace.<column>']));
  expect(blockOf('routes').properties?.except?.items).toEqual(where);
});

test('a line that is about no key is about a rule', () => {
  expect(sorted(rowsUnder('rules'))).toEqual(sorted(rules));
});

test('every table of keys is one of these, so that no line escapes', () => {
  const markers = [...page.matchAll(/^<!-- (.+) -->$/gm)].map(([, marker]) => marker);
  expect(markers).toEqual([
    'keys of the file',
    'keys of segments',
    'keys of quiet_hours',
    'keys of destinations',
    'keys of routes',
    'keys of where',
    'rules',
  ]);
  expect(page).not.toMatch(/not (yet )?available/i);
});

const folder = new URL('test/language/', root);
const proofs = readdirSync(folder).filter((name) => /\.(yaml|test\.ts)$/.test(name));
/** `a missing field`, `workspaces.file`, `if_empty`: as the name of a file, without its ending. */
const fileOf = (row: string) => row.replace(/[ ._]/g, '-');
const proofsOf = (row: string) => proofs.filter((name) => fileOf(name.replace(/\.(yaml|test\.ts)$/, '')) === fileOf(row));
const textOf = (names: readonly string[]) => names.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');

/** Where a key of a table stands that has no file of its own. `quiet_hours` are nothing without a route that is quiet. */
const homes: Record<string, string[]> = {
  'keys of segments': ['segments'],
  'keys of quiet_hours': ['quiet'],
  'keys of destinations': ['destinations', 'quiet'],
  'keys of routes': ['events'],
  'keys of where': ['where'],
};
const tablesOfKeys = ['keys of the file', ...Object.keys(homes)];
const allRows = tablesOfKeys.flatMap((of) => rowsUnder(of).map((row) => ({ row, home: homes[of] ?? [] })));

/** Its own file, or that of the block it stands in, where it is written out. */
function isProven({ row, home }: (typeof allRows)[number]): boolean {
  if (proofsOf(row).length > 0) return true;
  const [block = '', ...inner] = row.split('.');
  const key = inner.at(-1) ?? row;
  const text = textOf([...(inner.length > 0 ? proofsOf(block) : []), ...home.flatMap(proofsOf)]);
  return new RegExp(`\\b${key === '<column>' ? 'workspace\\.\\w+' : key}\\b`).test(text);
}

/** A block whose every key is proven is proven. */
const isProvenBelow = (row: string) => {
  const inner = allRows.filter((one) => one.row.startsWith(`${row}.`));
  return inner.length > 0 && inner.every(isProven);
};

test('every key and every rule of docs/routing.md has its proof in test/language/, in a file of its name', () => {
  const bare = [...allRows, ...rowsUnder('rules').map((row) => ({ row, home: [] }))].filter(
    (one) => !isProven(one) && !(one.row === 'quiet_hours' ? proofsOf('quiet').length > 0 : isProvenBelow(one.row)),
  );
  expect(bare.map(({ row }) => row)).toEqual([]);
});

test('no file in test/language/ is without a line that it proves', () => {
  const rows = new Set([...allRows.map(({ row }) => row), ...rowsUnder('rules')].map(fileOf));
  expect(proofs.filter((name) => !rows.has(fileOf(name.replace(/\.(yaml|test\.ts)$/, ''))))).toEqual([]);
});

test('each promise there begins with the name of its line, so that it is found by it', () => {
  for (const name of proofs.filter((one) => one.endsWith('.test.ts'))) {
    const said = [...textOf([name]).matchAll(/^\s*test(?:\.\w+\([\s\S]*?\))?\(\s*['"`]([\w<> .]+):/gm)].map(([, row]) => row!);
    expect(said.length, name).toBeGreaterThan(0);
    const own = fileOf(name.replace(/\.test\.ts$/, ''));
    const known = new Set([own, ...allRows.filter(({ home }) => home.includes(own)).map(({ row }) => fileOf(row))]);
    expect(
      said.filter((row) => !row.split(', ').every((one) => known.has(fileOf(one)) || known.has(fileOf(`${own}.${one}`)))),
      name,
    ).toEqual([]);
  }
});
