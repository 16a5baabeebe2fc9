// Wrong indentation, the commonest slip of all: the line is moved to where its neighbours stand, and the nearest place that parses is the cure.
import { indentOf, isBlank } from './line.ts';
import type { Trap } from './tree.ts';

/** A line that stands too far left or right, moved with all that hangs on it to where its neighbours stand. */
export function* indentTraps(lines: readonly string[], stumbled: number): Generator<Trap> {
  for (let line = stumbled; line >= Math.max(0, stumbled - 20); line--) {
    const list = strayList(lines, line);
    if (list !== undefined) yield list;
  }
  for (const line of [stumbled, stumbled + 1, stumbled - 1, stumbled + 2]) {
    if (line < 1 || isBlank(lines[line])) continue;
    const stands = indentOf(lines[line]!);
    const levels = new Set<number>();
    for (const above of lines.slice(Math.max(0, line - 40), line)) {
      if (isBlank(above)) continue;
      const indent = indentOf(above);
      levels.add(indent).add(indent + (/^\s*- /.test(above) ? 2 : 0));
    }
    levels.delete(stands);
    const nearestFirst = [...levels].sort((a, b) => Math.abs(a - stands) - Math.abs(b - stands) || b - a);
    // A slip is a few columns wide; a line that must go further is more likely wrong in itself.
    for (const level of nearestFirst.filter((level) => Math.abs(level - stands) <= 3)) {
      const text = `This line stands ${stands > level ? 'too far right' : 'too far left'}: what belongs together must begin in one column.`;
      for (const withRest of [true, false]) yield { line, column: stands + 1, text, mended: moved(lines, line, level, withRest) };
    }
  }
}

/** Nothing stands behind the key of this line, and the list that should is further left, where it would belong to something else. */
export function strayList(lines: readonly string[], line: number): Trap | undefined {
  const [, before, key] = /^(\s*(?:- +)?)([A-Za-z_]+):\s*(?:#.*)?$/.exec(lines[line] ?? '') ?? [];
  if (before === undefined) return undefined;
  const mended = new Map<number, string>();
  let first: number | undefined;
  for (let at = line + 1; at < lines.length; at++) {
    const text = lines[at]!;
    if (isBlank(text)) continue;
    // What has a name begins the next route.
    if (!/^\s*- (?!\{?\s*name\s*:)/.test(text) || indentOf(text) >= before.length) break;
    first ??= at;
    mended.set(at, ' '.repeat(before.length + 2) + text.trimStart());
  }
  if (first === undefined) return undefined;
  const text = `This line stands too far left: it belongs to \`${key}:\` above.`;
  return { line: first, column: indentOf(lines[first]!) + 1, text, mended, each: true };
}

/** The line on its own, or with what hangs on it. */
function moved(lines: readonly string[], line: number, level: number, withRest: boolean): Map<number, string> {
  const stands = indentOf(lines[line]!);
  const mended = new Map<number, string>();
  for (let at = line; at < lines.length; at++) {
    const text = lines[at]!;
    if (at > line && (!withRest || (!isBlank(text) && indentOf(text) <= stands))) break;
    if (!isBlank(text)) mended.set(at, ' '.repeat(Math.max(0, indentOf(text) + level - stands)) + text.trimStart());
  }
  return mended;
}
