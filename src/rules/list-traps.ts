// Lists that are written as people write them elsewhere: with bullets for the dash, in braces for brackets, routes by their names.
import { isMap, isScalar, type Node, type Pair } from 'yaml';
import { indentOf, isBlank, replaced } from './line.ts';
import { isName } from './scalars.ts';
import type { Parsed, Trap } from './tree.ts';

const bullet = /^(\s*)(?:[•‣▪●◦·–—]\s*(?=\S)|\*\s+(?=\S))/;

/** Every entry of the list that has this line, for one bullet never comes alone. */
export function bulletTrap(lines: readonly string[], line: number): Trap | undefined {
  const [, before] = bullet.exec(lines[line] ?? '') ?? [];
  if (before === undefined) return undefined;
  const mended = new Map<number, string>();
  for (const step of [-1, 1])
    for (let at = line; at >= 0 && at < lines.length; at += step) {
      const text = lines[at]!;
      if (!isBlank(text) && indentOf(text) < before.length) break;
      if (bullet.exec(text)?.[1] === before) mended.set(at, text.replace(bullet, '$1- '));
    }
  const first = Math.min(...mended.keys());
  const text = `An entry of a list begins with "- ", not with ${lines[first]!.trim()[0]}.`;
  return { line: first, column: before.length + 1, text, mended, each: true };
}

export const isBullet = (name: string): boolean => bullet.test(name);

const listed = /^(?:routes|send|events|except|escalate|tags|tags_all|ids|tag|segment|workspace|days|tests|given|expect)$/;
const single = /^(?:quiet|during|operator|plugin|template|timezone|hold)$/;

/** A text under the key of a list that begins with a bullet: to YAML it is a text. */
export const isBulleted = (key: unknown, text: string): boolean => isScalar(key) && listed.test(String(key.value)) && bullet.test(text);

/** `quiet: { nights }`, `events: { disconnected, connected }`: words in braces, none with a value. */
export function wordsInBraces(node: Node, key: Node | undefined, lines: readonly string[], { place }: Parsed) {
  if (!isMap(node) || !node.flow || !isScalar(key) || node.items.length === 0) return undefined;
  if (!(node.items as Pair<Node, Node | null>[]).every(({ key, value }) => value === null && isScalar(key) && key.value !== ''))
    return undefined;
  const [from, to] = [place(node.range![0]), place(node.range![1])];
  const name = String(key.value);
  const alone = single.test(name) && node.items.length === 1;
  if (from.line !== to.line || !(alone || listed.test(name))) return undefined;
  const line = lines[from.line]!;
  const inner = line.slice(from.column, to.column - 2).trim();
  const text = alone
    ? `\`${name}\` is one word, without braces.`
    : 'Between braces stand keys with their values. A list of words stands in square brackets.';
  return { ...from, text, mended: replaced(line, from.column - 1, to.column - 1, alone ? inner : `[${inner}]`) };
}

/** `routes:` with the name of each route as its key, or with one route that has no dash. */
export function routesByName(node: Node | null, lines: readonly string[], { place }: Parsed): Trap | undefined {
  if (!isMap(node) || node.flow) return undefined;
  const pairs = node.items as Pair<Node, Node | null>[];
  const keys = pairs.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const first = place(pairs[0]!.key.range![0]);
  if (keys.includes('send') || (keys.includes('name') && pairs.every(({ value }) => !isMap(value))))
    return { ...first, text: withoutDash, mended: dashed(lines, first.line, place(node.range![1] - 1).line), each: true };
  const mended = new Map<number, string>();
  for (const [at, { key, value }] of pairs.entries()) {
    if (!isName(keys[at]!) || !isMap(value) || value.items.length === 0 || value.has('name')) return undefined;
    const { line, column } = place(key.range![0]);
    const begins = place(value.range![0]);
    const text = lines[line]!;
    const before = ' '.repeat(column - 1);
    if (value.flow && begins.line === line)
      mended.set(line, `${before}- ${replaced(text.slice(begins.column - 1), 0, 1, `{ name: ${keys[at]},`)}`);
    else if (!value.flow && begins.column > column + 1)
      mended.set(line, `${before}-${' '.repeat(begins.column - column - 1)}name: ${keys[at]}${text.slice(text.indexOf(':') + 1)}`);
    else return undefined;
  }
  return { ...first, text: byName, mended, each: true };
}

const byName = '`routes` is a list: each route begins with "- " and has its name behind `name:`.';
const withoutDash = '`routes` is a list: a route begins with "- ", and its other lines stand under the first key behind that.';

/** A block of keys as the one entry of a list. */
function dashed(lines: readonly string[], first: number, last: number): Map<number, string> {
  const stands = indentOf(lines[first]!);
  const mended = new Map<number, string>();
  for (let at = first; at <= last; at++)
    if (!isBlank(lines[at])) mended.set(at, replaced(lines[at]!, stands, stands, at === first ? '- ' : '  '));
  return mended;
}
