// The slips that people make in one line of YAML, each as a cure: where it is, what is said of it, and the line as it should be.
// A cure only proposes; traps.ts tries whether the parser gets further with it.
import { behindQuote, betweenQuotes, lostBrace, lostBracket, mixedQuotes, openBracket } from './bracket-cures.ts';
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
import { commentStart, openBrackets, quoted, replaced, valueEnd, valueStart, walk, withQuotes } from './line.ts';
import { bracesIn, endComma, halfClosed, outsideName, wideColon } from './sign-cures.ts';

export type Cure = (line: string) => { column: number; text: string; mended: string } | undefined;

export const cures: readonly Cure[] = [
  wideColon,
  behindQuote,
  endComma,
  lostBrace,
  lostBracket,
  openBracket,
  betweenQuotes,
  mixedQuotes,
  (line) => (invisible.test(line) ? { column: line.search(invisible) + 1, text: invisibleText, mended: visibly(line) } : undefined),
  (line) => {
    const tab = line.trim() === '' ? -1 : line.indexOf('\t');
    return tab < 0
      ? undefined
      : {
          column: tab + 1,
          text: 'A tab stands in this line. Type a space instead.',
          mended: line.slice(0, tab).trimEnd() + line.slice(tab).replace(/\s*\t\s*/g, ' '),
        };
  },
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
  (line) => {
    const [all, before, key, value] = /^(\s*(?:- +)?)([a-z_]+)(?: *= *| +)([^\s:=#].*)$/.exec(line) ?? [];
    if (all === undefined) return undefined;
    return { column: before!.length + key!.length + 1, text: `A colon is missing after \`${key}\`.`, mended: `${before}${key}: ${value}` };
  },
  outsideName,
  halfClosed,
  braces,
  (line) => allInBrackets(line, /^#[^\s#]/, () => hashText),
  (line) => {
    const at = hashWord(line);
    return at < 0 || openBrackets(line, at).length === 0 ? undefined : { column: at + 1, text: hashText, mended: quoteTo(line, at) };
  },
  (line) => startsWith(line, /^[@`%>|!&*]/, (value) => signText(value[0]!)),
  (line) => startsWith(line, /^(?!["'{[]).*:\s/, () => 'A colon followed by a space stands inside this value. Put quotes around it.'),
  (line) => {
    const lone = /:\s*(["'])\s*$/.exec(line);
    return lone && lone.index > 0
      ? {
          column: line.lastIndexOf(lone[1]!) + 1,
          text: `This quote (${lone[1]}) is opened and never closed.`,
          mended: line.slice(0, lone.index + 1),
        }
      : undefined;
  },
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
  (line) => {
    const [all, before, key, rest] = /^(\s*)([a-z_]+)(?: *=)?( *(?:#.*)?)$/.exec(line) ?? [];
    if (all === undefined) return undefined;
    return { column: before!.length + key!.length + 1, text: `A colon is missing after \`${key}\`.`, mended: `${before}${key}:${rest}` };
  },
  (line) => (/^%/.test(line) ? { column: 1, text: signText('%'), mended: '' } : undefined),
];

/** Only when no better reason is found: a line that is merely misplaced can be read with quotes in it, too. */
export const lastResort: Cure = (line) =>
  startsWith(line, /^[^\s"'{[]/, () => 'This value cannot be read as it stands. Put quotes around it.');

function braces(line: string): ReturnType<Cure> {
  let column = 0;
  let mended = line;
  let open = bracesIn(mended);
  while (open.length > 0) {
    const start = valueStart(mended, open[0]!);
    const next = quoteTo(mended, start);
    const left = bracesIn(next);
    // Behind a bracket a quote is no quote: put there again and again, the line would double each time.
    if (left.length >= open.length) return undefined;
    column ||= start + 1;
    [mended, open] = [next, left];
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
  // Closed by the other kind of quote: that one was meant.
  const other = end - 1 > open && line[end - 1] === (quote === '"' ? "'" : '"');
  return {
    column: open + 1,
    text: `This quote (${quote}) is opened and never closed.`,
    mended: replaced(line, other ? end - 1 : end, end, quote),
  };
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
  return sign.source.startsWith('^[@') ? allInBrackets(line, sign, text) : undefined;
}

function allInBrackets(line: string, sign: RegExp, text: (value: string) => string): ReturnType<Cure> {
  const first = inBrackets(line, sign);
  let mended = line;
  for (let at = first; at >= 0 && mended.length < line.length + 100; at = inBrackets(mended, sign)) mended = quoteTo(mended, at);
  return first < 0 ? undefined : { column: first + 1, text: text(line.slice(first)), mended };
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

/** One cure for each sign that stands where none belongs: before a key, inside a word, beside a bracket. */
export function strays(line: string): ReturnType<Cure>[] {
  const found: ReturnType<Cure>[] = [];
  for (const { 0: sign, index: at } of line.matchAll(/[\]}[{,:*&"'`!]/g)) {
    const before = line.slice(0, at).trim();
    const opens = before === '' || before === '-';
    const inside = /[\p{L}\p{N}]/u.test(line[at - 1] ?? '') && /[\p{L}\p{N}]/u.test(line[at + 1] ?? '');
    const beside = /[[\]{}:,]/.test(line[at - 1] ?? '') || /[\]},:]/.test(line[at + 1] ?? '');
    if (opens || inside || beside)
      found.push({ column: at + 1, text: `This ${sign} has no meaning here. Remove it.`, mended: replaced(line, at, at + 1, '') });
  }
  return found;
}
