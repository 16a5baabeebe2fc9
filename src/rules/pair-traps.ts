// Slips that show only between the keys of one block: a "- " that was left out before the next entry, a comma in a value that ends it.
import { isScalar, type Node, type Pair } from 'yaml';
import { commentStart, indentOf, quoted, replaced } from './line.ts';
import type { Parsed } from './tree.ts';

type Pairs = readonly Pair<Node, Node | null>[];
type Said = { line: number; column: number; text: string; mended: string };

/** In an entry of a list the key behind its "- " comes again: that is where the next entry begins. */
export function lostDash(pairs: Pairs, at: number, lines: readonly string[], { place }: Parsed): Said | undefined {
  const [first, key] = [pairs[0]?.key, pairs[at]?.key];
  if (at === 0 || !isScalar(first) || !isScalar(key) || key.value !== first.value) return undefined;
  const begins = place(first.range![0]);
  const { line, column } = place(key.range![0]);
  const text = lines[line]!;
  if (!/^\s*- +$/.test(lines[begins.line]!.slice(0, begins.column - 1)) || indentOf(text) !== column - 1 || column < 3) return undefined;
  const said = `A "- " is missing before \`${key.value}\`: it begins another one of this list.`;
  return { line, column, text: said, mended: replaced(text, column - 3, column - 1, '- ') };
}

/** `{ to: a@b.example, c@d.example }`: behind the comma stands no key, but the rest of the value. */
export function commaInValue(pairs: Pairs, at: number, lines: readonly string[], { place }: Parsed): Said | undefined {
  const [before, pair] = [pairs[at - 1], pairs[at]];
  if (before === undefined || !isScalar(pair?.key) || pair.value !== null || /^[A-Za-z_][\w.-]*$/.test(String(pair.key.value)))
    return undefined;
  if (!isScalar(before.value) || before.value.type !== 'PLAIN' || pair.key.type !== 'PLAIN') return undefined;
  const [from, to] = [place(before.value.range![0]), place(pair.key.range![1])];
  const text = lines[from.line]!;
  if (from.line !== to.line || commentStart(text) < to.column - 1) return undefined;
  const [number] = /^\d{1,3}(?:,\d{3})+(?!\d)/.exec(text.slice(from.column - 1)) ?? [];
  if (number && isScalar(before.key) && numbers.test(String(before.key.value)))
    return {
      ...from,
      text: 'Between braces a comma ends the value. Write the number without it.',
      mended: without(text, from.column - 1, number),
    };
  const value = text.slice(from.column - 1, to.column - 1);
  const [, list] = /^\(([^()]*)\)$/.exec(value) ?? [];
  if (list !== undefined)
    return { ...from, text: 'A list stands in square brackets.', mended: replaced(text, from.column - 1, to.column - 1, `[${list}]`) };
  const whole = quoted(value);
  return {
    ...from,
    text: 'Between braces a comma ends the value. Put quotes around all of it.',
    mended: replaced(text, from.column - 1, to.column - 1, whole),
  };
}

const numbers = /^(?:max|at_most|drops|more_than)$/;
const without = (line: string, at: number, number: string) => replaced(line, at, at + number.length, number.replaceAll(',', ''));
