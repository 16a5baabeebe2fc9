// docs/routing.md has a line for every key of the language, and for no other: the schema that editors get is walked and held against its tables.
import { readFileSync } from 'node:fs';
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
  ...['disorder', 'late facts', 'a missing field', 'a recovery', 'duplicates', 'secrets', 'reload', 'restart', 'silences', 'tests'],
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
