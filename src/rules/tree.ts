// YAML text → plain values that remember where they stand. All scalars stay text (failsafe), so `007` and `+34600` come through as written.
// A trap that is recognised is told and mended in memory, and reading goes on with the mended lines: so one run finds the mistakes behind it too.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import { hiddenTraps, referenceText } from './hidden-traps.ts';
import { isBlank, replaced } from './line.ts';
import type { Mistake, MistakeCode } from './mistake.ts';
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
  /** The lines of a key with all that hangs on it; inside brackets, the line without it. */
  without(path: Path): { from: number; to: number; fix?: string | undefined };
  mistake(path: Path, what: 'key' | 'value', said: Said): Mistake;
};

export type Said = { text: string; code?: MistakeCode; level?: Mistake['level']; write?: Write | undefined; fix?: string | undefined };

export type Parsed = { doc: Document; errors: YAMLParseError[]; place(offset: number): { line: number; column: number } };

/** One trap: what is said of which place, and the lines as they should be. Lines count from 0 here. */
export type Trap = { line: number; column: number; text: string; mended: ReadonlyMap<number, string> };

const deepest = 64;
const largest = 8 * 1024 * 1024;
// Mending by trial reads the text again and again; a large or hopeless file must not hold up the relay.
const patience = 2_000_000;

export function readTree(file: string, source: string): Tree {
  let lines = source.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const asWritten = lines;
  const told = new Map<number, Mistake>();
  let budget = patience;
  let parsed: Parsed | undefined;
  const tell = (line: number, column: number, text: string, fix?: string) => {
    const before = told.get(line);
    if (before === undefined) {
      const found = asWritten[line] ?? '';
      told.set(line, { file, line: line + 1, column, level: 'error', code: 'yaml', text, found, ...(fix && { fix }) });
    } else {
      // Several traps on one line are one mistake with one corrected line.
      if (!before.text.includes(text)) before.text += ` ${text}`;
      if (fix) before.fix = fix;
    }
  };

  if (source.length > largest) tell(0, 1, 'This file is larger than 8 MiB. A large workspaces table belongs in a CSV file.');
  while (told.size === 0 || told.size < 1000) {
    if (source.length > largest) break;
    parsed = parse(lines);
    if (parsed === undefined) {
      tell(0, 1, 'This file is nested too deeply to be read. It is probably not the file that was meant.');
      break;
    }
    budget -= source.length + 1;
    const trial = (changed: readonly string[]) => {
      budget -= source.length + 1;
      return budget > 0 ? parse(changed) : undefined;
    };
    const found = parsed.errors.length > 0 ? syntaxTrap(lines, parsed, trial) : hiddenTraps(lines, parsed);
    for (const { line, column, text, mended } of found) tell(line, column, text, mended.get(line));
    const next = lines.map((line, at) => {
      for (const { mended } of found) if (mended.has(at)) return mended.get(at)!;
      return line;
    });
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
  const spotOf = (node: Node | null | undefined): Spot => {
    const [start, end] = node?.range ?? [0, 0];
    const from = parsed?.place(start) ?? { line: 0, column: 1 };
    const to = parsed?.place(end) ?? from;
    const found = lines[from.line] ?? '';
    const fix = (write: Write) => {
      if (from.line !== to.line || !node) return undefined;
      const [start, end] = [from.column - 1, to.column - 1];
      return replaced(found, start, end, typeof write === 'string' ? write : write(found.slice(start, end)));
    };
    return { line: from.line + 1, column: from.column, found, fix };
  };
  const spot: Tree['spot'] = (path, what = 'value') => {
    let node: Node | null = parsed?.doc.contents ?? null;
    let best: Node | null | undefined = node;
    for (const [depth, step] of path.entries()) {
      const last = depth === path.length - 1;
      if (isMap(node)) {
        const pair = (node.items as Pair<Node, Node | null>[]).find(({ key }) => isScalar(key) && key.value === step);
        if (pair === undefined) break;
        best = (last && what === 'key') || !pair.value?.range ? pair.key : pair.value;
        // A map or list is pointed at by its name, for its first line is somewhere else.
        if (last && (isMap(pair.value) || isSeq(pair.value)) && !pair.value.flow) best = pair.key;
        node = pair.value;
        if (!last && pair.key && (isMap(node) || isSeq(node))) best = pair.key;
      } else if (isSeq(node)) {
        node = (node.items[step as number] as Node | undefined) ?? null;
        if (node === null) break;
        best = node;
      } else break;
    }
    return spotOf(best);
  };
  const without: Tree['without'] = (path) => {
    const parent = parsed?.doc.getIn(path.slice(0, -1), true) as YAMLMap<Node, Node | null> | undefined;
    const at = parent?.items.findIndex(({ key }) => isScalar(key) && key.value === path.at(-1)) ?? -1;
    const pair = parent?.items[at];
    const { line } = spot(path, 'key');
    if (parsed === undefined || pair === undefined) return { from: line, to: line };
    const end = parsed.place((pair.value ?? pair.key).range![1]);
    const to = Math.max(line, end.column === 1 ? end.line : end.line + 1);
    if (parent?.flow !== true || line !== to) return { from: line, to };
    const text = lines[line - 1]!;
    const next = parent.items[at + 1];
    const before = parent.items[at - 1];
    if (next) return { from: line, to, fix: replaced(text, spot(path, 'key').column - 1, parsed.place(next.key.range![0]).column - 1, '') };
    const start = before ? parsed.place((before.value ?? before.key).range![1]).column : spot(path, 'key').column;
    return { from: line, to, fix: replaced(text, start - 1, end.column - 1, '') };
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
    without,
    mistake,
    spoiled: (path) => path.some((_, at) => spoilt.has(JSON.stringify(path.slice(0, at + 1)))) || spoilt.has('[]'),
  };
  if (parsed !== undefined) tree.value = plain(parsed.doc.contents, [], tell);
  return tree;
}

type Tell = (node: Node | null, path: Path, text: string, code: MistakeCode) => void;

/** Null-prototype maps, lists and text; what is empty, doubled or no plain data is told. */
function plain(node: unknown, path: Path, tell: Tell): unknown {
  if (path.length > deepest) return tell(node as Node, path, `This is nested deeper than ${deepest} levels.`, 'yaml');
  if (isMap(node)) {
    const made: Record<string, unknown> = Object.create(null);
    const first = new Map<string, Node>();
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      if (!isScalar(key) || typeof key.value !== 'string' || key.value === '') {
        tell(key, path, 'A name and a colon are expected here, such as `name: value`.', 'yaml');
        continue;
      }
      const name = key.value;
      const here = [...path, name];
      if (first.has(name)) {
        tell(key, here, `\`${name}\` stands here a second time; only one of them can count. Remove one.`, 'yaml');
        continue;
      }
      first.set(name, key);
      if (isEmpty(value)) tell(key, here, `Nothing is written after \`${name}:\`. Write its value, or remove the line.`, 'empty');
      else made[name] = plain(value, here, tell);
    }
    return made;
  }
  if (isSeq(node)) {
    return node.items.map((item, at) => {
      const here = [...path, at];
      if (!isEmpty(item as Node | null)) return plain(item, here, tell);
      return tell((item as Node | null) ?? node, here, 'Nothing is written after this "-". Write a value, or remove the line.', 'empty');
    });
  }
  if (isScalar(node)) return String(node.value ?? '');
  if (isAlias(node)) tell(node, path, referenceText, 'yaml');
  return undefined;
}

/** An empty text in quotes is a value; a bare nothing is a slip. */
const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.type === 'PLAIN' && (node.source ?? '') === '');
