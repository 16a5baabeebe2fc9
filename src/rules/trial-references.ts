// Whether what `tests:` name is there, and whether their events stand in the order of time: read from the raw tree, so that it is told in the same
// run in which another line is wrong.
import { unknownKey } from './keys.ts';
import type { Mistake } from './mistake.ts';
import { nearest, suggestion } from './nearest.ts';
import type { Outline } from './outline.ts';
import { columnMistake, type Known } from './references.ts';
import type { Path, Tree } from './tree.ts';
import { givenKeys } from './trial-shape.ts';
import { readWhen, type When, wallOf, written } from './trial-times.ts';

type Raw = Record<string, unknown>;

export function checkTrials(tree: Tree, file: Outline, known: Known): Mistake[] {
  return listOf(mapOf(tree.value).tests).flatMap((raw, n) => {
    const path: Path = ['tests', n];
    const test = mapOf(raw);
    const given = listOf(test.given).map(mapOf);
    return [
      ...namesIn(test.only).flatMap(([name, below]) => onlyMistake(tree, [...path, 'only', ...below], name, file)),
      ...given.flatMap((one, at) => givenMistakes(tree, [...path, 'given', at], one, known)),
      ...orderMistakes(tree, path, given, test.until),
      ...listOf(test.expect).flatMap((one, at) =>
        namesIn(mapOf(one).to).flatMap(([name, below]) => toMistake(tree, [...path, 'expect', at, 'to', ...below], name, file)),
      ),
    ];
  });
}

function onlyMistake(tree: Tree, path: Path, text: string, { routes }: Outline): Mistake[] {
  const names = routes.flatMap(({ name }) => name?.text ?? []);
  if (names.length === 0 || names.includes(text)) return [];
  const said = `There is no route \`${text}\`.${suggestion(text, names, 'There are')}`;
  return [tree.mistake(path, 'value', { code: 'name', text: said, write: nearest(text, names) })];
}

function toMistake(tree: Tree, path: Path, text: string, { destinations }: Outline): Mistake[] {
  if (text === 'nobody' || text === 'nothing')
    return [
      tree.mistake(path, 'value', { code: 'value', text: 'Where nobody is to hear, write `expect: nothing` in the place of the list.' }),
    ];
  if (destinations.size === 0 || destinations.has(text)) return [];
  const said = `There is no destination \`${text}\`.${suggestion(text, destinations.keys(), 'There are')}`;
  return [tree.mistake(path, 'value', { code: 'name', text: said, write: nearest(text, destinations.keys()) })];
}

function givenMistakes(tree: Tree, path: Path, one: Raw, { events, columns }: Known): Mistake[] {
  const found: Mistake[] = [];
  const event = typeof one.event === 'string' ? one.event.trim() : undefined;
  const isKnown = events.some(({ type, wire }) => type === event || wire.includes(event ?? ''));
  // With a colon in it, it is the name of one that TimelinesAI may send some day; it may carry anything.
  if (event !== undefined && event !== '' && !isKnown && !event.includes(':')) {
    const types = events.map(({ type }) => type);
    const near = nearest(event, types);
    const cure = near === undefined ? ' For one that this relay does not know, write its whole name, such as `workspace:renamed`.' : '';
    const said = `There is no event \`${event}\`.${suggestion(event, types, 'There are')}${cure}`;
    found.push(tree.mistake([...path, 'event'], 'value', { code: 'name', text: said, write: near }));
  }
  if (isKnown)
    for (const key of Object.keys(one)) if (!givenKeys.includes(key)) found.push(unknownKey(tree, [...path, key], 'other', givenKeys));
  if (Array.isArray(columns))
    for (const column of Object.keys(mapOf(one.workspace)))
      found.push(...columnMistake(tree, [...path, 'workspace', column], 'key', column, columns, (name) => name));
  return found;
}

/** A clock time alone is never too early: it is on the next day then. */
function orderMistakes(tree: Tree, path: Path, given: Raw[], until: unknown): Mistake[] {
  const found: Mistake[] = [];
  let before: number | undefined;
  const look = (text: unknown, here: Path, after: string) => {
    const at: When | undefined = typeof text === 'string' ? readWhen(text) : undefined;
    if (at === undefined) return;
    const wall = wallOf(at, before);
    if (before !== undefined && wall < before)
      found.push(
        tree.mistake(here, 'value', { code: 'value', text: `This is earlier than ${written(before, at.exact, true)}, ${after}.` }),
      );
    else before = wall;
  };
  for (const [n, { at }] of given.entries())
    look(at, [...path, 'given', n, 'at'], 'the event before it. Write the events in the order in which they come in');
  look(until, [...path, 'until'], 'the last event. Write a later time, or remove the line');
  return found;
}

const mapOf = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : Object.create(null);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Of one text or a list of them, each with the rest of its path. */
const namesIn = (value: unknown): [string, Path][] => {
  if (typeof value === 'string') return [[value.trim(), []]];
  return listOf(value).flatMap((one, at): [string, Path][] => (typeof one === 'string' ? [[one.trim(), [at]]] : []));
};
