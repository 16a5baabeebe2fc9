// YAML that parses and yet says something else than was meant: `channel: #wa-ops` is empty, `to: {{workspace.x}}` is a map, `send: *off*` a
// reference. The tree is searched for such places after a clean parse; each comes with the line as it should be.
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, visit } from 'yaml';
import { strayList } from './indent.ts';
import { commentStart, indentOf, quoted, replaced, valueEnd, valueStart, withQuotes } from './line.ts';
import { bulletTrap, isBullet, isBulleted, routesByName, wordsInBraces } from './list-traps.ts';
import { commaInValue, lostDash } from './pair-traps.ts';
import { halfClosed, wideColon } from './sign-cures.ts';
import type { Parsed, Trap } from './tree.ts';

export const bracesText = 'A value that begins with {{ is a map to YAML. Put quotes around it.';
export const hashText = 'After a space, # begins a comment, so YAML sees no value here. Put quotes around it.';
export const invisibleText = 'A space that is no ordinary space (from a web page or a chat) stands in this line. Type an ordinary space.';
export const referenceText = 'References (&name, *name) and types (!name) are not used in this file. Write the value itself.';
export const curlyText = 'These are curly quotes, which YAML takes for letters. Type straight ones.';
export const colonText = (key: string) => `A space is missing after \`${key}:\`.`;
export const dashText = 'A space is missing after the "-".';

/** `named`: the anchors that some reference leads to, with their value's text where it stands on one line. */
type Look = { bullets?: true; lines: readonly string[]; parsed: Parsed; found: Map<number, Trap>; named: Map<string, { text?: string }> };

export function hiddenTraps(lines: readonly string[], parsed: Parsed): Trap[] {
  const look: Look = { lines, parsed, found: new Map(), named: referredTo(lines, parsed) };
  descend(look, parsed.doc.contents, undefined, 0);
  return [...look.found.values()];
}

function referredTo(lines: readonly string[], { doc, place }: Parsed): Look['named'] {
  const wanted = new Set<string>();
  visit(doc, { Alias: (_, { source }) => void wanted.add(source) });
  const named: Look['named'] = new Map();
  visit(doc, {
    Node: (_, node) => {
      const { anchor, range } = node as { anchor?: string; range?: [number, number, number] };
      if (anchor === undefined || !wanted.has(anchor) || !range) return;
      const [from, to] = [place(range[0]), place(range[1])];
      const inOne = from.line === to.line && (isScalar(node) || (node as { flow?: boolean }).flow === true);
      named.set(anchor, inOne ? { text: lines[from.line]!.slice(from.column - 1, to.column - 1) } : {});
    },
  });
  return named;
}

function descend(look: Look, node: unknown, key: Node | undefined, depth: number): void {
  if (depth > 64) return;
  if (isMap(node)) {
    if (opensBraces(look, node)) return;
    const words = wordsInBraces(node, key, look.lines, look.parsed);
    if (words !== undefined && add(look, words.line, words.column, words.text, words.mended)) return;
    const pairs = node.items as Pair<Node, Node | null>[];
    for (const [at, pair] of pairs.entries()) {
      const between = (node.flow ? commaInValue : lostDash)(pairs, at, look.lines, look.parsed);
      if (between !== undefined && add(look, between.line, between.column, between.text, between.mended)) continue;
      if (inKey(look, pair, node.flow === true)) continue;
      if (depth === 0 && isScalar(pair.key) && pair.key.value === 'routes' && put(look, routesByName(pair.value, look.lines, look.parsed)))
        continue;
      descend(look, pair.value, pair.key, depth + 1);
    }
  } else if (isSeq(node)) {
    if (taggedOrNamed(look, node)) return;
    for (const item of node.items) descend(look, item, undefined, depth + 1);
  } else if (isScalar(node)) inValue(look, node, key);
  else if (isAlias(node)) {
    inAlias(look, node, node.source);
  }
}

/** A reference that leads somewhere is replaced by what it stands for, where that is on one line. */
function inAlias(look: Look, node: Node, name: string): void {
  const { line, column } = look.parsed.place(node.range![0]);
  const text = look.lines[line]!;
  const named = look.named.get(name);
  if (named === undefined) quoteAt(look, line, column - 1, signText('*'));
  else if (named.text !== undefined) add(look, line, column, referenceText, replaced(text, column - 1, column + name.length, named.text));
}

const opensBraces = (look: Look, node: Node): boolean => {
  const { line, column } = look.parsed.place(node.range![0]);
  const text = look.lines[line] ?? '';
  if (!text.startsWith('{{', column - 1)) return taggedOrNamed(look, node);
  const half = halfClosed(text);
  if (half?.column === column) add(look, line, column, half.text, half.mended);
  else add(look, line, column, bracesText, withQuotes(text, column - 1));
  return true;
};

function inKey(look: Look, { key, value }: Pair<Node, Node | null>, flow: boolean): boolean {
  if (!isScalar(key)) return key === null || (isMap(key) && opensBraces(look, key));
  const { line, column } = look.parsed.place(key.range![0]);
  const text = look.lines[line] ?? '';
  const name = String(key.value);
  const plain = key.type === 'PLAIN';
  if (plain && invisible.test(name)) return add(look, line, column, invisibleText, visibly(text));
  const wide = plain && /[：﹕∶]/.test(name) ? wideColon(text) : undefined;
  if (wide) return add(look, line, wide.column, wide.text, wide.mended);
  if (plain && !flow && isBullet(name)) return bulleted(look, line);
  const unspaced = /^([A-Za-z_][\w.-]*):(.+)$/.exec(name);
  // `where:{ segment: vip }`: the key reaches to the colon behind it.
  const swallowed = /^([a-z_]+)\s*[:=]?\s*(?=[{[])/.exec(name);
  if (plain && !flow && swallowed && text.startsWith(swallowed[0], column - 1)) {
    const said = swallowed[0].includes(':') ? colonText(swallowed[1]!) : `A colon is missing after \`${swallowed[1]}\`.`;
    return add(look, line, column, said, replaced(text, column - 1, column - 1 + swallowed[0].length, `${swallowed[1]}: `));
  }
  if (plain && flow && value === null && unspaced)
    return add(look, line, column, colonText(unspaced[1]!), text.replace(name, `${unspaced[1]}: ${unspaced[2]}`));
  if (plain && !flow && /^-\p{L}/u.test(name)) return add(look, line, column, dashText, replaced(text, column - 1, column, '- '));
  if (value === null || (isScalar(value) && value.source === '' && value.type === 'PLAIN'))
    return emptied(look, key) || strayed(look, line) || taggedOrNamed(look, value);
  return false;
}

const strayed = (look: Look, line: number): boolean => put(look, strayList(look.lines, line));

/** Nothing behind the colon but a `#word`: a channel or a colour, not a comment, which people write with a space after the #. */
function emptied(look: Look, key: Node): boolean {
  const end = look.parsed.place(key.range![1]);
  const text = look.lines[end.line] ?? '';
  const hash = /^\s*:\s+(#[^\s#])/.exec(text.slice(end.column - 1));
  return hash !== null && quoteHash(look, end.line, end.column - 1 + hash[0].length - 2);
}

function inValue(look: Look, node: Scalar, key: Node | undefined): void {
  if (taggedOrNamed(look, node) || node.type !== 'PLAIN') return;
  const { line, column } = look.parsed.place(node.range![0]);
  const text = look.lines[line] ?? '';
  const value = String(node.value);
  if (value === '') {
    const hash = /^\s*-\s+(#[^\s#])/.exec(text);
    if (hash) quoteHash(look, line, hash[0].length - 2);
  } else if (isScalar(key) && ofOneWord.test(String(key.value)) && endSign.test(value) && text.startsWith(value, column - 1))
    add(
      look,
      line,
      column + value.length - 1,
      endText(value.at(-1)!),
      replaced(text, column + value.length - 2, column + value.length - 1, ''),
    );
  else if (/^[“”„‟‘’«]/.test(value)) add(look, line, column, curlyText, straight(text));
  else if (invisible.test(value[0]!) || invisible.test(value.at(-1)!)) add(look, line, column, invisibleText, visibly(text));
  else if (key !== undefined && look.parsed.place(key.range![0]).line < line) {
    // Text on a line of its own under a key: nearly always a line that lost the space after its colon or dash.
    const lost = /^([A-Za-z_][\w.-]*):(?!\/\/)\S/.exec(value);
    if (lost) add(look, line, column, colonText(lost[1]!), replaced(text, column + lost[1]!.length, column + lost[1]!.length, ' '));
    else if (/^-\p{L}/u.test(value)) add(look, line, column, dashText, replaced(text, column, column, ' '));
    else if (isBulleted(key, value)) bulleted(look, line);
    else wideIn(look, line, value);
  } else if (key === undefined) {
    const lost = /^(name|to|at|after):(?!\/\/)\S/.exec(value);
    if (lost) add(look, line, column, colonText(lost[1]!), replaced(text, column + lost[1]!.length, column + lost[1]!.length, ' '));
    else wideIn(look, line, value);
  }
}

/** A text that stands where only a key can: no story's words, which may well have such a colon. */
function wideIn(look: Look, line: number, value: string): void {
  const wide = /^[a-z_]+\s*[：﹕∶]/.test(value) ? wideColon(look.lines[line]!) : undefined;
  if (wide) add(look, line, wide.column, wide.text, wide.mended);
}

/** `!nobody` is a tag and `&ops` a name for references: neither was meant. */
function taggedOrNamed(look: Look, node: unknown): boolean {
  const { tag, anchor, range } = (node ?? {}) as { tag?: string; anchor?: string; range?: [number, number, number] };
  const sign = anchor !== undefined ? '&' : tag !== undefined ? '!' : undefined;
  if (sign === undefined || !range) return false;
  const named = anchor === undefined ? undefined : look.named.get(anchor);
  if (named && named.text === undefined) return false;
  const at = look.parsed.place(range[0]);
  for (let line = at.line; line >= 0; line--) {
    const text = look.lines[line]!;
    let column = (line === at.line ? text.slice(0, at.column) : text).lastIndexOf(sign);
    while (column > 0 && text[column - 1] === sign) column--;
    if (column < 0) continue;
    const standard = tag?.startsWith('tag:yaml.org') === true;
    if (!named && !standard && isScalar(node)) return add(look, line, column + 1, signText(sign), withQuotes(text, column));
    const without = (text.slice(0, column) + text.slice(column).replace(/^\S+\s*/, '')).trimEnd();
    return add(look, line, column + 1, referenceText, without);
  }
  return false;
}

/** One word with a sign behind it that belongs to another way of writing. */
const endSign = /^[^\s"',;]+[,;"']$/;
const ofOneWord =
  /^(?:version|timezone|operator|plugin|token|smtp|url|if_it_fails|if_empty|storm|stop|enabled|send|hold|quiet|template|after|every|within|per|drops|max|at_most|more_than)$/;
const endText = (sign: string) => `No ${sign} stands at the end of a word here. Remove it.`;

export const signText = (sign: string): string =>
  `A value that begins with ${sign} means something else to YAML${meanings[sign] ? ` (${meanings[sign]})` : ''}. Put quotes around it.`;

const meanings: Record<string, string> = {
  '*': 'a reference',
  '&': 'a name for references',
  '!': 'a type',
  '>': 'a block of text',
  '|': 'a block of text',
  '%': 'an instruction',
};

export const invisible = /[\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff]/;
export const visibly = (line: string): string =>
  line.replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ').replace(/[\u200b-\u200d\u2060\ufeff]/g, '');
export const straight = (line: string): string => line.replace(/[“”„‟«»]/g, '"').replace(/[‘’](?=[\s,\]}]|$)|(?<=[\s[{,])[‘’]/g, "'");

/** The text from `#` on, which YAML has thrown away, as a value. */
function quoteHash(look: Look, line: number, at: number): true {
  const text = look.lines[line]!;
  return add(look, line, at + 1, hashText, withQuotes(text, at));
}

function quoteAt(look: Look, line: number, at: number, said: string): void {
  const text = look.lines[line]!;
  const start = Math.min(at, valueStart(text, at));
  const end = valueEnd(text, start);
  add(look, line, at + 1, said, replaced(text, start, end, quoted(text.slice(start, end))));
}

function add({ found, lines }: Look, line: number, column: number, text: string, mended: string): true {
  // Only one mend a line and round: the second is found again once the first is made.
  if (mended !== lines[line] && !found.has(line)) found.set(line, { line, column, text, mended: new Map([[line, mended]]) });
  return true;
}

/** One list at a time, for each is searched from its first line to its last. */
function bulleted(look: Look, line: number): true {
  if (!look.bullets) put(look, bulletTrap(look.lines, line));
  look.bullets = true;
  return true;
}

function put({ found }: Look, trap: Trap | undefined): boolean {
  if (trap !== undefined && !found.has(trap.line)) found.set(trap.line, trap);
  return trap !== undefined;
}

/** The column of the first unquoted `#word` after a space, or -1. */
export function hashWord(line: string): number {
  const at = commentStart(line);
  return at < line.length && /^#[^\s#]/.test(line.slice(at)) && indentOf(line) < at ? at : -1;
}
