// YAML that does not parse, told in the operator's words. The parser says where it stumbled, rarely why: so the usual slips are tried on that
// line and its neighbours, and the first cure after which the parser gets further is the explanation.
import { isScalar, visit } from 'yaml';
import {
  bracesText,
  colonText,
  curlyText,
  dashText,
  hashText,
  hashWord,
  invisible,
  invisibleText,
  signText,
  straight,
  visibly,
} from './hidden-traps.ts';
import { indentTrap } from './indent.ts';
import { commentStart, isBlank, openBrackets, quoted, replaced, valueEnd, valueStart, walk, withQuotes } from './line.ts';
import type { Parsed, Trap } from './tree.ts';

type Cure = (line: string) => { column: number; text: string; mended: string } | undefined;
type Trial = (lines: readonly string[]) => Parsed | undefined;

export function syntaxTrap(lines: readonly string[], parsed: Parsed, trial: Trial): Trap[] {
  const error = parsed.errors[0]!;
  const at = parsed.place(error.pos[0]);
  const stumbled = Math.min(at.line, lines.length - 1);
  const tabs = tabTrap(lines);
  if (tabs) return [tabs];
  const better = (changed: readonly string[]) => {
    const after = trial(changed);
    if (after === undefined) return false;
    if (after.errors.length === 0) return true;
    const further = after.place(after.errors[0]!.pos[0]).line;
    return further > stumbled || (stumbled >= lines.length - 1 && after.errors.length < parsed.errors.length);
  };
  const cured = (line: number, cure: Cure): Trap[] | undefined => {
    const one = cure(lines[line]!);
    if (one === undefined || !better(lines.with(line, one.mended))) return undefined;
    return [{ line, column: one.column, text: one.text, mended: new Map([[line, one.mended]]) }];
  };
  for (const line of suspects(lines, parsed, stumbled)) {
    for (const cure of cures) {
      const trap = cured(line, cure);
      if (trap) return trap;
    }
    // Two slips on one line hide each other: all cures together, then.
    let mended = lines[line]!;
    const said: { column: number; text: string }[] = [];
    for (const cure of cures) {
      const one = cure(mended);
      if (one === undefined) continue;
      mended = one.mended;
      said.push(one);
    }
    if (said.length > 1 && better(lines.with(line, mended)))
      return [
        { line, column: said[0]!.column, text: [...new Set(said.map((one) => one.text))].join(' '), mended: new Map([[line, mended]]) },
      ];
  }
  return (
    indentTrap(lines, stumbled, better) ??
    cured(stumbled, lastResort) ?? [{ line: stumbled, column: at.column, text: unexplained, mended: new Map() }]
  );
}

/** The line it stumbled over, where a quote or bracket that reaches it was opened, and the lines around. */
function suspects(lines: readonly string[], { doc, place }: Parsed, stumbled: number): number[] {
  const opened: number[] = [];
  visit(doc, (_, node) => {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    if (!range) return;
    const [from, to] = [place(range[0]).line, place(range[1]).line];
    const spans = to > from && from <= stumbled && to >= stumbled - 1;
    if (spans && isScalar(node) && String(node.type).startsWith('QUOTE')) opened.unshift(from);
    else if (spans && (node as { flow?: boolean }).flow) opened.push(from);
  });
  const near = (from: number, step: number) => {
    let line = from + step;
    while (line >= 0 && line < lines.length && isBlank(lines[line])) line += step;
    return line;
  };
  const all = [...opened, stumbled, near(stumbled, -1), near(stumbled, 1)];
  return [...new Set(all)].filter((line) => line >= 0 && line < lines.length);
}

/** All tabs at once: a file indented by tabs is one mistake, not one for each line. */
function tabTrap(lines: readonly string[]): Trap | undefined {
  const guilty = lines.flatMap((line, at) => (/^\s*\t/.test(line) && line.trim() !== '' ? [at] : []));
  const first = guilty[0];
  if (first === undefined) return undefined;
  const mended = new Map(guilty.map((at) => [at, lines[at]!.replace(/^\s+/, (space) => space.replaceAll('\t', '  '))]));
  const more = guilty.length > 1 ? ` ${guilty.length - 1} more ${guilty.length === 2 ? 'line has' : 'lines have'} one.` : '';
  const text = `A tab stands before this line; YAML is indented by spaces only. Replace it by spaces.${more}`;
  return { line: first, column: lines[first]!.indexOf('\t') + 1, text, mended };
}

const cures: Cure[] = [
  (line) => (invisible.test(line) ? { column: line.search(invisible) + 1, text: invisibleText, mended: visibly(line) } : undefined),
  (line) => {
    const mended = straight(line);
    return mended === line ? undefined : { column: line.search(/[“”„‟«»‘’]/) + 1, text: curlyText, mended };
  },
  (line) => {
    const lost = /^(\s*(?:- +)?)([A-Za-z_][\w.-]*):(?!\/\/)(?=\S)/.exec(line);
    return lost
      ? { column: lost[1]!.length + 1, text: colonText(lost[2]!), mended: replaced(line, lost[0].length, lost[0].length, ' ') }
      : undefined;
  },
  (line) => {
    const lost = /^(\s*-)(?=[\p{L}{["'])/u.exec(line);
    return lost ? { column: lost[0].length, text: dashText, mended: replaced(line, lost[0].length, lost[0].length, ' ') } : undefined;
  },
  braces,
  (line) => {
    const at = inBrackets(line, /^#[^\s#]/);
    return at < 0 ? undefined : { column: at + 1, text: hashText, mended: quoteTo(line, at) };
  },
  (line) => {
    const at = hashWord(line);
    return at < 0 || openBrackets(line, at).length === 0 ? undefined : { column: at + 1, text: hashText, mended: quoteTo(line, at) };
  },
  (line) => startsWith(line, /^[@`%>|!&*]/, (value) => signText(value[0]!)),
  (line) => startsWith(line, /^(?!["'{[]).*:\s/, () => 'A colon followed by a space stands inside this value. Put quotes around it.'),
  openQuote,
  (line) => {
    const at = line.search(/"[^"]*\\[^"\\/abefnrtvxuUN_LP0 \t][^"]*"/);
    const end = at < 0 ? -1 : line.indexOf('"', at + 1);
    if (end < 0) return undefined;
    return {
      column: at + 1,
      text: 'Between double quotes, \\ begins a special sign. Use single quotes.',
      mended: replaced(line, at, end + 1, `'${line.slice(at + 1, end)}'`),
    };
  },
  brackets,
  (line) => startsWith(line, /^(["']).*\1\s*[^\s#]/, () => 'Something stands after the closing quote. Put the quotes around all of it.'),
  (line) =>
    /^(---|\.\.\.)/.test(line)
      ? { column: 1, text: 'This begins a second document, and only one is read. Remove this line.', mended: '' }
      : undefined,
  (line) => (/^%/.test(line) ? { column: 1, text: signText('%'), mended: '' } : undefined),
];

/** Only when no better reason is found: a line that is merely misplaced can be read with quotes in it, too. */
const lastResort: Cure = (line) => startsWith(line, /^[^\s"'{[]/, () => 'This value cannot be read as it stands. Put quotes around it.');

function braces(line: string): ReturnType<Cure> {
  let column = 0;
  let mended = line;
  for (let round = 0; round < 20; round++) {
    let at = -1;
    walk(mended, (sign, here) => {
      if (sign === '{' && mended[here + 1] === '{') at = here;
      return at >= 0;
    });
    if (at < 0) break;
    const start = valueStart(mended, at);
    column ||= start + 1;
    mended = quoteTo(mended, start);
  }
  return mended === line ? undefined : { column, text: bracesText, mended };
}

function openQuote(line: string): ReturnType<Cure> {
  let open = -1;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if (quote === '' && (sign === '"' || sign === "'") && /[\s[{,:]/.test(line[at - 1] ?? ' ')) [quote, open] = [sign, at];
    else if (quote === '"' && sign === '\\') at++;
    else if (sign === quote) quote = '';
  }
  if (quote === '') return undefined;
  const end = valueEnd(line, open, openBrackets(line.slice(0, open)).length > 0);
  return { column: open + 1, text: `This quote (${quote}) is opened and never closed.`, mended: replaced(line, end, end, quote) };
}

function brackets(line: string): ReturnType<Cure> {
  const end = line.slice(0, commentStart(line)).trimEnd().length;
  const open = openBrackets(line, end);
  if (open.length > 0) {
    const closers = open.toReversed().map((one) => (one === '[' ? ']' : '}'));
    const from = line.lastIndexOf(open.at(-1)!, end);
    return {
      column: from + 1,
      text: `This ${open.at(-1)} is opened and never closed.`,
      mended: replaced(line, end, end, closers.map((one) => (one === '}' ? ' }' : one)).join('')),
    };
  }
  const last = line[end - 1];
  if (last !== ']' && last !== '}') return undefined;
  return { column: end, text: `There is one ${last} too many.`, mended: replaced(line, end - 1, end, '') };
}

/** Cures a value, given by what it begins with, by quotes. */
function startsWith(line: string, sign: RegExp, text: (value: string) => string): ReturnType<Cure> {
  const key = /^\s*(?:- +)*(?:[\w.-]+|"[^"]*"|'[^']*'): +(?=\S)|^\s*(?:- +)+(?=\S)/.exec(line);
  if (key && sign.test(line.slice(key[0].length))) {
    const end = valueEnd(line, key[0].length, false);
    const value = line.slice(key[0].length, end);
    return { column: key[0].length + 1, text: text(value), mended: replaced(line, key[0].length, end, quoted(value)) };
  }
  const at = sign.source.startsWith('^[@') ? inBrackets(line, sign) : -1;
  return at < 0 ? undefined : { column: at + 1, text: text(line.slice(at)), mended: quoteTo(line, at) };
}

/** Where, inside brackets, a value begins like this. */
function inBrackets(line: string, sign: RegExp): number {
  let found = -1;
  walk(line, (_, at) => {
    const before = line.slice(0, at);
    if (/[[{,:]\s*$/.test(before) && sign.test(line.slice(at)) && openBrackets(before).length > 0) found = at;
    return found >= 0;
  });
  return found;
}

const quoteTo = (line: string, at: number): string =>
  openBrackets(line, at).length > 0
    ? replaced(line, at, valueEnd(line, at, true), quoted(line.slice(at, valueEnd(line, at, true))))
    : withQuotes(line, at);

const unexplained =
  'YAML cannot be read from here on. Look at this line and the one above: spaces before it, a space after each colon, ' +
  'quotes and brackets closed. What stands below is checked once this is mended.';
