// Whether everything in routes.yaml that names something else names something that is there: destinations, segments, events, columns, other routes.

import type { Workspace } from '../model.ts';
import { advice } from './advice.ts';
import { chains, unreachable } from './dead-ends.ts';
import { gateMistakes } from './gate-mistakes.ts';
import { unknownKey } from './keys.ts';
import type { Mistake } from './mistake.ts';
import { nearest, suggestion } from './nearest.ts';
import { never } from './never.ts';
import type { Outline, Ref, RouteOutline, WhereOutline } from './outline.ts';
import { valueAt } from './outline.ts';
import { whereKeys } from './schema.ts';
import { destinationMistake, meansOneOf, sendMistakes, severalOf } from './send-references.ts';
import type { Tree } from './tree.ts';

/** The catalogue of events, handed in by whoever knows intake. */
export type EventNames = readonly { type: string; wire: readonly string[] }[];

export type Known = {
  events: EventNames;
  /** The same pattern match that decides, so that what is checked is what happens. */
  glob(pattern: string, value: string): boolean;
  /** Of the workspaces table; 'none' where the file names no table, absent where it could not be read. */
  columns?: readonly string[] | 'none';
  /** Every row of that table. */
  rows?(): Iterable<Workspace>;
};

/** Always there, in a table or not. */
export const knownColumns = ['id', 'name', 'tags', 'timezone', 'language'];
const knownFields = ['account', 'phone', 'reason', 'percent'];
/** What the relay itself writes where a route's name stands. */
const reserved = ['fallback', 'operator', 'storm', 'test'];

export function checkReferences(tree: Tree, file: Outline, known: Known): Mistake[] {
  const { destinations, routes, fallback, operator } = file;
  const found: Mistake[] = [];
  const say = (mistake: Mistake | undefined) => mistake && found.push(mistake);
  for (const [name, { path, ifItFails, ifEmpty }] of destinations) {
    if (name === 'nobody')
      say(
        tree.mistake(path, 'key', {
          code: 'name',
          text: '`nobody` is what a route sends to when nobody should hear. Give this destination another name.',
        }),
      );
    for (const ref of [ifItFails, ifEmpty]) say(ref && destinationMistake(tree, ref, file));
  }
  say(noDestination(tree, file));
  say(aloneInSegments(tree, file));
  found.push(...chains(tree, file, 'if_it_fails', 3), ...chains(tree, file, 'if_empty', Number.POSITIVE_INFINITY));
  const firstOf = new Map<string, number>();
  for (const route of routes) {
    say(nameMistake(tree, route.name, firstOf));
    found.push(...sendMistakes(tree, route, file), ...gateMistakes(tree, route, file), ...eventMistakes(tree, route, known));
    for (const block of route.blocks) found.push(...blockMistakes(tree, block, file, known));
  }
  for (const ref of fallback ?? [])
    say(
      ref.text === 'nobody'
        ? tree.mistake(ref.path, 'value', {
            code: 'value',
            text: '`fallback` must name a destination, so that nothing unexpected is lost. To drop something on purpose, write a route with `send: nobody` and `stop: yes`.',
          })
        : destinationMistake(tree, ref, file),
    );
  say(operator && destinationMistake(tree, operator, file));
  return [...found, ...unreachable(tree, file, known), ...advice(tree, file, known), ...never(tree, file, known)].filter(
    ({ line }) => line >= 1,
  );
}

const noDestination = (tree: Tree, { destinations }: Outline): Mistake | undefined => {
  if (destinations.size > 0 || tree.spoiled(['destinations'])) return undefined;
  const given = (tree.value as { destinations?: unknown } | undefined)?.destinations;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  return tree.mistake(['destinations'], 'key', {
    code: 'missing',
    text: 'There is no destination. Write at least one, such as `log: { plugin: console }`.',
  });
};

/** A segment without keys holds nobody, which is never meant. */
function aloneInSegments(tree: Tree, { segments }: Outline): Mistake | undefined {
  const given = (tree.value as { segments?: Record<string, unknown> } | undefined)?.segments;
  const empty = segments.find((name) => typeof given?.[name] === 'object' && given[name] !== null && Object.keys(given[name]).length === 0);
  return empty === undefined
    ? undefined
    : tree.mistake(['segments', empty], 'key', {
        code: 'empty',
        text: `Segment \`${empty}\` says nothing. Give it \`tags\`, \`tags_all\` or \`ids\`.`,
      });
}

function nameMistake(tree: Tree, name: Ref | undefined, firstOf: Map<string, number>): Mistake | undefined {
  if (name === undefined) return undefined;
  const first = firstOf.get(name.text);
  if (first !== undefined)
    return tree.mistake(name.path, 'value', {
      code: 'name',
      text: `A route named \`${name.text}\` is already on line ${first}. Give each route a name of its own.`,
      write: `${name.text}-2`,
    });
  firstOf.set(name.text, tree.spot(name.path).line);
  if (!reserved.includes(name.text)) return undefined;
  return tree.mistake(name.path, 'value', {
    code: 'name',
    text: `The relay uses the name \`${name.text}\` itself. Choose another.`,
    write: `${name.text}-route`,
  });
}

function eventMistakes(tree: Tree, { events, unchecked }: RouteOutline, { events: catalogue, glob }: Known): Mistake[] {
  if (unchecked) return [];
  const names = catalogue.flatMap(({ type, wire }) => [type, ...wire]);
  return (events ?? [])
    .filter(({ text }) => !names.some((name) => glob(text, name)))
    .map(({ text, path }) => {
      const types = catalogue.map(({ type }) => type);
      const several = severalOf(path, text, names);
      if (several !== undefined)
        return tree.mistake(path, 'value', { code: 'value', text: 'Several events are a list, in square brackets.', write: several });
      const near = nearest(text, types) ?? nearest(text, names);
      const wild = /[*?]/.test(text) ? 'No event fits' : 'There is no event';
      const said = `${wild} \`${text}\`.${near ? ` Did you mean \`${near}\`?` : suggestion(text, types, 'There are')}`;
      const cure = near ? '' : ' For an event that this relay does not know yet, add `events_unchecked: yes`.';
      // One event in the place of a pattern would leave out the others that it was to fit.
      return tree.mistake(path, 'value', { code: 'name', text: said + cure, write: wild.startsWith('No') ? undefined : near });
    });
}

export function blockMistakes(
  tree: Tree,
  { path, keys, segments, columns, lacks }: WhereOutline,
  file: Pick<Outline, 'segments'>,
  { columns: table }: { columns?: Known['columns'] | undefined },
): Mistake[] {
  const found: Mistake[] = [];
  const isBlock = path.length > 2;
  if (isBlock && keys.length === 0 && !tree.spoiled(path) && isMap(valueAt(tree.value, path)))
    found.push(
      tree.mistake(path, 'key', {
        code: 'empty',
        text: 'This block says nothing, so it would hold for everything. Write a condition, or remove it.',
      }),
    );
  for (const key of keys) {
    if (Object.hasOwn(whereKeys, key.text) || key.text.startsWith('workspace.') || tree.spoiled(key.path)) continue;
    found.push(
      unknownKey(tree, key.path, 'where', [
        ...Object.keys(whereKeys),
        ...(Array.isArray(table) ? table.map((column) => `workspace.${column}`) : []),
      ]),
    );
  }
  for (const { text, path: here } of segments) {
    if (meansOneOf(text, file.segments) || tree.spoiled(['segments'])) continue;
    const but = /^(?:!|not[ -])\s*(.+)$/i.exec(text)?.[1];
    if (but !== undefined && file.segments.includes(but)) {
      const said = `There is no segment \`${text}\`. For all but those of \`${but}\` write \`except: [{ segment: ${but} }]\` beside \`where\`.`;
      found.push(tree.mistake(here, 'value', { code: 'name', text: said }));
      continue;
    }
    const near = nearest(text, file.segments);
    const said =
      file.segments.length === 0
        ? ` There is no \`segments\` in ${tree.file === 'routes.yaml' ? 'this file' : 'routes.yaml'}.`
        : suggestion(text, file.segments, 'There are');
    found.push(tree.mistake(here, 'value', { code: 'name', text: `There is no segment \`${text}\`.${said}`, write: near }));
  }
  for (const { text, path: here } of columns)
    found.push(...columnMistake(tree, here, 'key', text.slice('workspace.'.length), table, (column) => `workspace.${column}`));
  for (const { text, path: here } of lacks)
    if (!knownFields.includes(text))
      found.push(...columnMistake(tree, here, 'value', text.replace(/^workspace\./, ''), table, (column) => column, knownFields));
  return found;
}

export function columnMistake(
  tree: Tree,
  path: readonly (string | number)[],
  what: 'key' | 'value',
  column: string,
  table: Known['columns'],
  write: (column: string) => string,
  also: readonly string[] = [],
): Mistake[] {
  if (table === undefined || column === 'id') return [];
  if (table === 'none') {
    const text = `There is no workspaces table, so \`workspace.${column}\` is always empty. Add \`workspaces: { file: workspaces.csv }\`.`;
    return [tree.mistake(path, what, { code: 'table', level: 'warning', text })];
  }
  const columns = [...new Set([...table, ...knownColumns])];
  if (columns.includes(column)) return [];
  const near = nearest(column, [...columns, ...also]);
  const text = `The workspaces table has no column \`${column}\`.${suggestion(column, [...columns, ...also], 'There are')}`;
  return [tree.mistake(path, what, { code: 'table', text, write: near === undefined ? undefined : write(near) })];
}

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
