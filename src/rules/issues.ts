// What zod found wrong with a file's shape, as mistakes in words: unknown keys with their neighbours, missing ones with an example to copy,
// values with a likely correction. The schema is walked for the names that are known at a place, so the two can never disagree.
import type { z } from 'zod';
import { likelyHours } from './clock.ts';
import { placeOf, unknownKey } from './keys.ts';
import { indentOf, openBrackets, replaced } from './line.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import { valueAt } from './outline.ts';
import { destinationKeys } from './schema.ts';
import { keysInBrackets, shorthand } from './shorthand.ts';
import type { Path, Tree, Write } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** `data` only where nothing is wrong. */
export function checkShape<S extends z.ZodType>(tree: Tree, schema: S): { mistakes: Mistake[]; data?: z.output<S> } {
  const result = schema.safeParse(tree.value);
  if (result.success) return { mistakes: [], data: result.data };
  return { mistakes: inWords(tree, [], result.error.issues, (path) => keysAt(schema, path)) };
}

/** `above`: where in the file the checked value stands. */
export function inWords(tree: Tree, above: Path, issues: readonly Issue[], known: (path: Path) => string[]): Mistake[] {
  return issues
    .flatMap((issue) => flattened(issue, []))
    .sort((a, b) => Number(b.issue.code === 'unrecognized_keys') - Number(a.issue.code === 'unrecognized_keys'))
    .flatMap(({ issue, path: below }) => {
      const path = written(tree, [...above, ...below]);
      if (issue.code !== 'unrecognized_keys') return tree.spoiled(path) ? [] : explained(tree, issue, path);
      const here = issue.keys.map((key) => [...path, key]).filter((one) => !tree.spoiled(one));
      return here.map((one) => unknownKey(tree, one, placeOf(path), known(below)));
    });
}

/** A schema may look at parts of what is one text in the file. */
function written(tree: Tree, path: Path): Path {
  const text = path.findIndex((_, at) => typeof valueAt(tree.value, path.slice(0, at + 1)) === 'string');
  return text < 0 ? path : path.slice(0, text + 1);
}

/** A union tells only that none of its forms fits; the form that was meant is the one whose outer shape does. */
function flattened(issue: Issue, above: Path): { issue: Issue; path: Path }[] {
  const path = [...above, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const meant = issue.errors.find((form) => !form.some((one) => one.path.length === 0 && one.code === 'invalid_type'));
  return meant ? meant.flatMap((one) => flattened(one, path)) : [{ issue, path }];
}

function explained(tree: Tree, issue: Issue, path: Path): Mistake {
  const name = label(path);
  const found = valueAt(tree.value, path);
  if (issue.code === 'invalid_key') {
    const inner = issue.issues[0];
    // What is no block is no thing with a name of its own: another name would not make it one.
    const write = typeof found === 'string' ? undefined : writeOf(inner);
    return tree.mistake(path, 'key', { code: 'name', text: inner?.message ?? issue.message, write });
  }
  if (found === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union' || issue.code === 'invalid_value'))
    return missing(tree, path);
  const both = bothHours(tree, path, found);
  if (both !== undefined) return both;
  if (issue.code === 'custom')
    return tree.mistake(path, 'value', { code: 'value', text: `${name}: ${issue.message}`, write: writeOf(issue) });
  if (issue.code === 'invalid_value') {
    const near = typeof found === 'string' ? nearest(found, issue.values.map(String)) : undefined;
    const text = `${name} can be ${issue.values.join(', ')}, not ${typeof found === 'string' ? `"${found}"` : kind(found)}.`;
    return tree.mistake(path, 'value', { code: 'value', text: text + (near ? ` Did you mean \`${near}\`?` : ''), write: near });
  }
  const form = issue.code === 'invalid_type' || issue.code === 'invalid_union' ? shorthand(path, found) : undefined;
  if (form !== undefined) return tree.mistake(path, 'value', { code: 'value', ...form });
  if (issue.code === 'invalid_type') return wrongShape(tree, path, name, issue.expected, found);
  if (issue.code === 'invalid_union') {
    const text = `${name} must be one value or a list of values, and this is ${kind(found)}.`;
    return tree.mistake(path, 'value', { code: 'value', text });
  }
  return tree.mistake(path, 'value', { code: 'value', text: `${name}: ${issue.message}` });
}

/** `from: 22-7`: the end stands with the beginning. */
function bothHours(tree: Tree, path: Path, found: unknown): Mistake | undefined {
  if (path[0] !== 'quiet_hours' || path.length !== 3 || path[2] !== 'from' || typeof found !== 'string') return undefined;
  const [from, to] = likelyHours(found.trim()) ?? [];
  if (from === undefined) return undefined;
  const end = [...path.slice(0, -1), 'to'];
  const given = valueAt(tree.value, end);
  tree.spoil(end);
  const line = tree.spot(path);
  const inBraces = openBrackets(line.found, line.column - 1).length > 0;
  const whole = `"${from}"${inBraces ? ',' : `\n${' '.repeat(indentOf(line.found))}`}${inBraces ? ' ' : ''}to: "${to}"`;
  return tree.mistake(path, 'value', {
    code: 'value',
    text: `\`from\`: "${found}" is when they begin and end. Write the end behind \`to:\`.`,
    write: given === undefined ? whole : given === to ? `"${from}"` : undefined,
  });
}

function wrongShape(tree: Tree, path: Path, name: string, expected: string, found: unknown): Mistake {
  let wanted = 'one value';
  let write: Write | undefined;
  if (expected === 'array') {
    wanted = 'a list: each entry on a line of its own that begins with "- ", or all of them in [ ]';
    // A word is no block of keys, in brackets or without.
    write = typeof found === 'string' ? undefined : (source) => `[${source}]`;
  } else if (typeof found === 'string' && /^(number|int|boolean)$/.test(expected)) {
    const text = `${name} must be ${expected === 'boolean' ? 'yes or no' : 'a number'}, and this is "${found}".`;
    return tree.mistake(path, 'value', { code: 'value', text });
  } else if (expected === 'object' || expected === 'record') {
    wanted = path.length === 0 ? 'keys and values, such as `version: 1`' : 'a block of keys';
    write = Array.isArray(found) && path.length > 0 ? keysInBrackets(found) : undefined;
  } else if (Array.isArray(found) && found.length === 1 && typeof found[0] === 'string') write = found[0];
  return tree.mistake(path, 'value', {
    code: 'value',
    text: `${path.length === 0 ? 'This file' : name} must be ${wanted}, and this is ${kind(found)}.`,
    write,
  });
}

const kind = (value: unknown): string =>
  typeof value === 'string'
    ? value === ''
      ? 'empty'
      : 'a text'
    : Array.isArray(value)
      ? 'a list'
      : value === undefined
        ? 'nothing'
        : 'a block of keys';

/** What is missing, what it is for, and a line to copy. */
const wanted: Record<string, [purpose: string, example: (tree: Tree) => string]> = {
  version: ['it says which language this file is written in', () => 'version: 1'],
  destinations: ['it says where messages can go', () => 'destinations:\n  log: { plugin: console }'],
  routes: ['it says who hears of what', (tree) => `routes:\n  - { name: everything, send: [${aDestination(tree)}] }`],
  fallback: ['it says who hears of what no route matched', (tree) => `fallback: { send: [${aDestination(tree)}] }`],
  name: ['every route has a name of its own', () => 'name: my-route'],
  send: ['it says who hears of it', (tree) => `send: [${aDestination(tree)}]`],
  plugin: ['it says what sends the message', () => 'plugin: console'],
  to: ['it names a destination', (tree) => `to: ${aDestination(tree)}`],
  'quiet_hours.from': ['it says when they begin', () => 'from: "22:00"'],
  'quiet_hours.to': ['it says when they end', () => 'to: "07:00"'],
  during: ['it names quiet hours', () => 'during: nights'],
  max: ['it says how many', () => 'max: 10'],
  per: ['it says within how long', () => 'per: 10m'],
  every: ['it says how often', () => 'every: 4h'],
  after: ['it says when', () => 'after: 15m'],
  drops: ['it says at which drop', () => 'drops: 4'],
  within: ['it says within how long', () => 'within: 1h'],
  'storm.within': ['it says within how long', () => 'within: 5m'],
  more_than: ['it says how many messages are too many', () => 'more_than: 200'],
  file: ['it names the workspaces table', () => 'file: workspaces.csv'],
  id: ['it says who this is about', () => 'id: partner-1'],
  secret: ['it says where the secret is kept', () => 'secret: env:PARTNER_SECRET'],
  at: ['it says when', () => 'at: "10:00"'],
  event: ['it says what happens', () => 'event: disconnected'],
  workspace: ['it says to whom it happens', () => 'workspace: shop-1'],
  given: ['it says what comes in', () => 'given: [{ at: "10:00", event: disconnected, workspace: shop-1 }]'],
  expect: ['it says what is to go out', () => 'expect: nothing'],
  'tests.id': ['it says who this is about', () => 'id: shop-1'],
  'tests.name': ['it says what the test holds', () => 'name: a short drop stays silent'],
  where: ['it says what is silenced', () => 'where: { workspace: acme }'],
  until: ['it says when the silence ends', () => 'until: …'],
  reason: ['it says why', () => 'reason: …'],
};

const aDestination = (tree: Tree): string => {
  const destinations = (tree.value as { destinations?: unknown } | undefined)?.destinations;
  return (typeof destinations === 'object' && destinations !== null && Object.keys(destinations)[0]) || 'log';
};

function missing(tree: Tree, path: Path): Mistake {
  const key = String(path.at(-1));
  const [purpose, example] = wanted[`${path[0]}.${key}`] ?? wanted[key] ?? ['', () => `${key}: …`];
  const text = `\`${key}\` is missing${path.length > 1 ? ` in ${label(path.slice(0, -1))}` : ''}${purpose && `: ${purpose}`}.`;
  if (path.length === 1) {
    const { line, text: last } = key === 'version' ? { line: 1, text: '' } : tree.end;
    return {
      file: tree.file,
      line,
      column: last.length + 1,
      level: 'error',
      code: 'missing',
      text: `${text} Add it${key === 'version' ? '' : ' below'}.`,
      fix: example(tree),
    };
  }
  const above = path.slice(0, -1);
  const { found, column } = tree.spot(above);
  const inBraces = found.slice(column - 1).startsWith('{');
  const like = key === 'plugin' ? Object.keys(valueAt(tree.value, above) as object).find((one) => nearest(one, ['plugin'])) : undefined;
  if (like !== undefined)
    return tree.mistake([...above, like], 'key', { code: 'unknown-key', text: `${text} Did you mean it by \`${like}\`?`, write: 'plugin' });
  // The example would be a plug-in that does not know what else stands there.
  if (key === 'plugin' && Object.keys(valueAt(tree.value, above) as object).some((one) => !Object.hasOwn(destinationKeys, one)))
    return tree.mistake(above, 'value', { code: 'missing', text: `${text} Add it, such as \`plugin: slack\`.` });
  if (inBraces)
    return tree.mistake(above, 'value', {
      code: 'missing',
      text,
      write: (source) => source.replace(/\s*\}$/, `, ${example(tree)} }`).replace(/\{\s*,/, '{'),
    });
  const indent = typeof above.at(-1) === 'number' ? column - 1 : indentOf(found) + 2;
  const whole = /^\s*(- )?[^#]*$/.test(found) ? found.trimEnd() : replaced(found, found.length, found.length, '');
  return tree.mistake(above, 'value', { code: 'missing', text, fix: `${whole}\n${' '.repeat(indent)}${example(tree)}` });
}

/** What a person would call the place. */
export function label(path: Path): string {
  if (path[0] === 'routes' && path.length === 2) return `route ${Number(path[1]) + 1}`;
  if (path[0] === 'tests' && path.length === 2) return `test ${Number(path[1]) + 1}`;
  if (path[0] === 'destinations' && path.length === 2) return `destination \`${path[1]}\``;
  if (path.length === 1 && typeof path[0] === 'number') return `entry ${path[0] + 1}`;
  const at = path.findLastIndex((step) => typeof step === 'string');
  return at === path.length - 1 ? `\`${path[at] ?? 'this file'}\`` : `entry ${Number(path[at + 1]) + 1} of \`${path[at]}\``;
}

const writeOf = (issue: Issue | undefined): string | undefined => (issue as { params?: { write?: string } } | undefined)?.params?.write;

type Def = {
  type: string;
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  innerType?: unknown;
  in?: unknown;
  options?: unknown[];
};

/** The keys a schema knows at a path. */
export function keysAt(schema: unknown, path: Path): string[] {
  const def = (schema as { _zod?: { def?: Def } } | undefined)?._zod?.def;
  if (def === undefined) return [];
  if (def.innerType !== undefined) return keysAt(def.innerType, path);
  if (def.type === 'pipe') return keysAt(def.in, path);
  if (def.options !== undefined) return def.options.map((one) => keysAt(one, path)).find((keys) => keys.length > 0) ?? [];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(def.shape ?? {});
  return keysAt(def.shape?.[step] ?? def.element ?? def.valueType, rest);
}
