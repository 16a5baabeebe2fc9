// Wrong indentation, the commonest slip of all: the line is moved to where its neighbours stand, and the nearest place that parses is the cure.
import { indentOf, isBlank } from './line.ts';
import type { Trap } from './tree.ts';

/** A line that stands too far left or right, moved with all that hangs on it to where its neighbours stand. */
export function indentTrap(
  lines: readonly string[],
  stumbled: number,
  better: (changed: readonly string[]) => boolean,
): Trap[] | undefined {
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
    for (const level of nearestFirst.slice(0, 8)) {
      const mended = new Map<number, string>();
      for (let at = line; at < lines.length && (at === line || isBlank(lines[at]) || indentOf(lines[at]!) > stands); at++) {
        const indent = indentOf(lines[at]!);
        if (!isBlank(lines[at])) mended.set(at, ' '.repeat(Math.max(0, indent + level - stands)) + lines[at]!.slice(indent));
      }
      if (!better(lines.map((text, at) => mended.get(at) ?? text))) continue;
      const text = `This line stands ${stands > level ? 'too far right' : 'too far left'}: what belongs together must begin in one column.`;
      return [{ line, column: stands + 1, text, mended }];
    }
  }
  return undefined;
}
