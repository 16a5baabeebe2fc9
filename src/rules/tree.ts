// YAML text → plain values that remember where they stand. All scalars stay text (failsafe), so `007` and `+34600` come through as written.
// A trap that is recognised is told and mended in memory, and reading goes on with the mended lines: so one run finds the mistakes behind it too.
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLParseError } from 'yaml';
import { mergeMarks, outOfBounds } from './bounds.ts';
import { hiddenTraps } from './hidden-traps.ts';
import { indentOf, isBlank, replaced } from './line.ts';
import type { Mistake, MistakeCode } from './mistake.ts';
import { plain } from './plain.ts';
import { syntaxTrap } from './traps.ts';

export type Path = readonly (string | number)[];

/** Where something stands. `fix` answers its line with other words in its place, or nothing where it spans lines. */
export type Spot = { line: number; column: number; found: string; fix(write: Write): string | undefined };

/** Other words, or how to make them of those that stand there. */
export type Write = string | ((source: string) => string);

export type Tree = {
  file: string;
  /** undefined where the text could not be read to its end. */
  value: unknown;
  /** Number of the last line that says something, and its text. */
  end: { line: number; text: string };
  mistakes: Mistake[];
  /** Of a key or a value; of the nearest thing above it where the path leads nowhere. */
  spot(path: Path, what?: 'key' | 'value'): Spot;
  /** Whether a mistake was already told at this place or above it, so that nothing that follows from it is told again. */
  spoiled(path: Path): boolean;
  spoil(path: Path): void;
  mistake(path: Path, what: 'key' | 'value', said: Said): Mistake;
};

export type Said = { text: string; code?: MistakeCode; level?: Mistake['level']; write?: Write | undefined; fix?: string | undefined };

export type Parsed = { doc: Document; errors: YAMLParseError[]; place(offset: number): { line: number; column: number } };

/** One trap: what is said of which place, and the lines as they should be. Lines count from 0 here. `each`: it is said of each line. */
export type Trap = { line: number; column: number; text: string; mended: ReadonlyMap<number, string>; each?: true };

// Mending by trial reads the text again and again; a large or hopeless file must not hold up the relay.
const patience = 2_000_000;
const mendable = 64 * 1024;

export function readTree(file: string, source: string): Tree {
  let lines = source.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const asWritten = lines;
  const told = new Map<number, Mistake>();
  const firstTold = new Map<number, string>();
  let budget = patience;
  let parsed: Parsed | undefined;
  const tell = (line: number, column: number, text: string, fix?: string) => {
    const before = told.get(line);
    if (before === undefined) {
      const found = asWritten[line] ?? '';
      told.set(line, { file, line: line + 1, column, level: 'error', code: 'yaml', text, found, ...(fix && { fix }) });
      firstTold.set(line, text);
    } else if (fix) {
      // Several traps on one line are one mistake with one corrected line.
      if (!before.text.includes(text)) before.text += ` ${text}`;
      before.fix = fix;
    } else {
      // None mends the line, and all but the first were said of what came of mending it.
      before.text = `${firstTold.get(line)} ${text}`;
      delete before.fix;
    }
  };

  // Quotes in quotes are doubled: what is put in them again and again would grow without end.
  const outgrows = (line: string, at: number) => line.length > 2 * (asWritten[at] ?? '').length + 20;

  for (const { line, column, text } of [outOfBounds(lines) ?? mergeMarks(lines)].flat()) tell(line, column, text);
  const beyond = told.size > 0;
  while (!beyond && told.size < 200) {
    parsed = parse(lines);
    if (parsed === undefined) {
      tell(0, 1, 'This file is nested too deeply to be read. It is probably not the file that was meant.');
      break;
    }
    budget -= source.length + 1;
    const trial = (changed: readonly string[]) => {
      budget -= source.length + 1;
      return budget > 0 && source.length <= mendable && !changed.some(outgrows) ? parse(changed) : undefined;
    };
    const found = parsed.errors.length > 0 ? syntaxTrap(lines, parsed, trial, told.size < 5) : hiddenTraps(lines, parsed);
    for (const { line, column, text, mended, each } of found) {
      tell(line, column, text, mended.get(line));
      if (each) for (const [other, fix] of mended) if (other !== line) tell(other, indentOf(asWritten[other]!) + 1, text, fix);
    }
    const mended = new Map(found.flatMap((trap) => [...trap.mended]));
    const next = lines.map((line, at) => mended.get(at) ?? line);
    const changed = next.some((line, at) => line !== lines[at]);
    lines = next;
    if (changed && budget > 0) continue;
    if (parsed.errors.length > 0 || found.length > 0) parsed = undefined;
    break;
  }
  return grown(file, lines, parsed, [...told.values()]);
}

function parse(lines: readonly string[]): Parsed | undefined {
  const lineCounter = new LineCounter();
  try {
    const doc = parseDocument(lines.join('\n'), {
      schema: 'failsafe',
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    });
    const errors = [...doc.errors].sort((a, b) => a.pos[0] - b.pos[0]);
    const place = (offset: number) => {
      const { line, col } = lineCounter.linePos(offset);
      return { line: Math.max(0, line - 1), column: Math.max(1, col) };
    };
    return { doc, errors, place };
  } catch {
    return undefined;
  }
}

function grown(file: string, lines: string[], parsed: Parsed | undefined, mistakes: Mistake[]): Tree {
  const spoilt = new Set<string>();
  const spotOf = (node: Node | null | undefined, instead = false): Spot => {
    const [start, end] = node?.range ?? [0, 0];
    const from = parsed?.place(start) ?? { line: 0, column: 1 };
    const to = parsed?.place(end) ?? from;
    const found = lines[from.line] ?? '';
    const fix = (write: Write) => {
      if (from.line !== to.line || !node || instead) return undefined;
      const [start, end] = [from.column - 1, to.column - 1];
      return replaced(found, start, end, typeof write === 'string' ? write : write(found.slice(start, end)));
    };
    return { line: from.line + 1, column: from.column, found, fix };
  };
  const spot: Tree['spot'] = (path, what = 'value') => {
    let node: Node | null = parsed?.doc.contents ?? null;
    let best: Node | null | undefined = node;
    // Whether what is pointed at stands for what was asked for: then other words in its place would be wrong.
    let instead = false;
    for (const [depth, step] of path.entries()) {
      const last = depth === path.length - 1;
      instead = true;
      if (isMap(node)) {
        const pair = (node.items as Pair<Node, Node | null>[]).find(({ key }) => isScalar(key) && key.value === step);
        if (pair === undefined) break;
        node = pair.value;
        // A map or list is pointed at by its name, for its first line is somewhere else.
        const byName = !node?.range || ((isMap(node) || isSeq(node)) && !(last && node.flow));
        best = byName || (last && what === 'key') ? pair.key : node;
        instead = !last || (byName && what === 'value');
      } else if (isSeq(node)) {
        node = (node.items[step as number] as Node | undefined) ?? null;
        if (node === null) break;
        best = node;
        instead = !last;
      } else break;
    }
    return spotOf(best, instead);
  };
  const mistake: Tree['mistake'] = (path, what, { text, code, level = 'error', write, fix }) => {
    const at = spot(path, what);
    const corrected = fix ?? (write === undefined ? undefined : at.fix(write));
    return {
      file,
      line: at.line,
      column: at.column,
      level,
      ...(code !== undefined && { code }),
      text,
      found: at.found,
      ...(corrected !== undefined && corrected !== at.found && { fix: corrected }),
    };
  };
  const tell = (node: Node | null, path: Path, text: string, code: MistakeCode) => {
    const { line, column, found } = spotOf(node);
    spoilt.add(JSON.stringify(path));
    mistakes.push({ file, line, column, level: 'error', code, text, found });
  };
  const tree: Tree = {
    file,
    value: undefined,
    end: { line: Math.max(1, lines.findLastIndex((line) => !isBlank(line)) + 1), text: lines.findLast((line) => !isBlank(line)) ?? '' },
    mistakes,
    spot,
    mistake,
    spoil: (path) => void spoilt.add(JSON.stringify(path)),
    spoiled: (path) => path.some((_, at) => spoilt.has(JSON.stringify(path.slice(0, at + 1)))) || spoilt.has('[]'),
  };
  if (parsed !== undefined) tree.value = plain(parsed.doc.contents, [], tell);
  mistakes.sort((a, b) => a.line - b.line || a.column - b.column);
  return tree;
}
