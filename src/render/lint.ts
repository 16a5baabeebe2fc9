// Finds in a template what mustache would pass over in silence: names that nothing answers to, tags that switch the escape off.
import { compileLeaf, type Leaf, type Token } from './leaf.ts';

/** As rules/ makes and prints them. */
export type Mistake = {
  file: string;
  line: number;
  column: number;
  level: 'error' | 'warning';
  code?: 'yaml' | 'empty' | 'unknown-key' | 'missing' | 'value' | 'name' | 'secret' | 'plugin' | 'table' | 'file' | 'advice' | 'test';
  text: string;
  /** The line it stands on. */
  found?: string;
  /** The same line as it should be written. */
  fix?: string;
};

export type Nearest = (word: string, known: Iterable<string>) => string | undefined;

/** What is wrong with one leaf or key, without its place. `instead`: the word that is wrong and the one that was meant. */
export type Flaw = { text: string; code: NonNullable<Mistake['code']>; instead?: { wrong: string; right: string } };

/** A leaf, or what keeps it from being one and where in the text. */
export function readLeaf(text: string): { leaf: Leaf } | { flaw: Flaw; at: number } {
  try {
    return { leaf: compileLeaf(text) };
  } catch (error) {
    const at = Number(/ at (\d+)$/.exec(error instanceof Error ? error.message : '')?.[1] ?? 0);
    const said = inWords(error);
    const instead = said === notClosed ? closing(text) : undefined;
    return { flaw: { code: 'value', text: said, ...(instead && { instead }) }, at };
  }
}

const notClosed = 'A {{ is not closed by }}.';

/** `{{who.short` and `{{who.short}`: where the name ends is sure, as long as all the rest is. */
function closing(text: string): Flaw['instead'] {
  const [wrong, name] = /\{\{\s*([#^/]?[a-z_][\w.-]*)(?:\s*\}(?!\}))?(?![\w.}-]|\s*\}\})/i.exec(text) ?? [];
  if (wrong === undefined) return undefined;
  const right = `{{${name}}}`;
  return 'leaf' in readLeaf(text.replace(wrong, right)) ? { wrong, right } : undefined;
}

function inWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, what, name] = /^(Unclosed section|Unopened section|Unclosed tag)(?: "(.*)")?/.exec(message) ?? [];
  if (what === 'Unclosed section') return `{{#${name}}} is not closed; write {{/${name}}} where it ends.`;
  if (what === 'Unopened section') return `{{/${name}}} closes a section that was never opened.`;
  return what === 'Unclosed tag' ? notClosed : `The template cannot be read: ${message}.`;
}

const refused: Readonly<Record<string, string>> = {
  '&': '{{{…}}} and {{&…}} switch escaping off, so they are refused; write {{…}}.',
  '=': '{{=…=}} changes the tags, which is refused.',
  '>': '{{>…}} (a partial) is refused; write the text out.',
};

/** `inside`: within a section, where a name may also be one of what the section is about. */
export type Judge = (name: string, inside: boolean) => Flaw | undefined;
type FlawAt = Flaw & { at: number };

/** Walks the tags of a leaf; `judge` says what is wrong with a name. */
export function leafFlaws({ tokens }: Leaf, judge: Judge, inside = false): FlawAt[] {
  return (tokens ?? []).flatMap((token) => tokenFlaws(token, judge, inside));
}

function tokenFlaws([kind, value, at, , children]: Token, judge: Judge, inside: boolean): FlawAt[] {
  const refusal = refused[kind];
  if (refusal !== undefined) return [{ code: 'value', text: refusal, at }];
  if (kind !== 'name' && kind !== '#' && kind !== '^') return [];
  // `{{.}}` is the value of the section round it.
  const flaw = inside && value === '.' ? undefined : judge(value, inside);
  const within = (children ?? []).flatMap((child) => tokenFlaws(child, judge, true));
  return flaw === undefined ? within : [{ ...flaw, at }, ...within];
}

/** Answers the flaw of a name that is not among the known ones, with the nearest and the whole list. */
export function unknownName(name: string, known: readonly string[], nearest: Nearest): Flaw {
  const near = nearest(name, known);
  const meant = near === undefined ? '' : ` Did you mean {{${near}}}?`;
  const text = `There is no {{${name}}}.${meant} Known here: ${known.join(', ')}, workspace.<column of the table>, links.<name under brand>.`;
  return { code: 'name', text, ...(near === undefined ? {} : { instead: { wrong: name, right: near } }) };
}
