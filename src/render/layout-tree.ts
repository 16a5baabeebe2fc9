// A layout as it is read: a tree or a text whose string leaves are mustache, with three directives. Read whole before it is used, so that
// what is wrong with it is told at load, with its place, and at run time no leaf can fail alone.
import { compileLeaf, type Leaf } from './leaf.ts';
import { type Flaw, type Judge, leafFlaws, readLeaf } from './lint.ts';

export type LayoutPath = readonly (string | number)[];

export type LayoutNode =
  | { kind: 'leaf'; leaf: Leaf }
  /** `{ $value: alert.usage.percent }`: the value itself, a number as a number. */
  | { kind: 'value'; path: readonly string[] }
  /** `{ $when: usage.percent, … }`: left out where there is no such thing. */
  | { kind: 'when'; name: string; inner: LayoutNode }
  /** `{ $each: message.facts, $do: … }`: once for each, with its fields at hand. */
  | { kind: 'each'; name: string; inner: LayoutNode }
  | { kind: 'list'; items: readonly LayoutNode[] }
  | { kind: 'map'; entries: readonly (readonly [string, LayoutNode])[] }
  | { kind: 'plain'; value: unknown };

/** `at`: where in a text, counted in characters. */
export type Tell = (path: LayoutPath, flaw: Flaw, at?: number) => void;
export type Reading = { tell: Tell; judge: Judge };

const deepest = 64;
const none: LayoutNode = { kind: 'plain', value: undefined };

export function readLayout(tree: unknown, { tell, judge }: Reading): LayoutNode {
  const read = (node: unknown, path: LayoutPath, inside: boolean): LayoutNode => {
    if (path.length > deepest) return wrong(path, `It is nested deeper than ${deepest} levels.`);
    if (typeof node === 'string') return { kind: 'leaf', leaf: leafOf(node, path, inside) };
    if (Array.isArray(node)) return { kind: 'list', items: node.map((item, index) => read(item, [...path, index], inside)) };
    if (typeof node !== 'object' || node === null) return { kind: 'plain', value: node };
    const { $when, $each, $do, $value, ...rest } = node as Record<string, unknown>;
    const stray = Object.keys(rest).find((key) => key.startsWith('$'));
    if (stray !== undefined) wrong([...path, stray], `There is no \`${stray}\`. There are $value, $when, $each and $do.`);
    if ($when !== undefined) return guarded(node, $when, path, inside);
    const directives = [$value, $do].filter((one) => one !== undefined).length;
    if (directives > 0 && Object.keys(rest).length > 0) return wrong(path, 'Beside $value or $do no other key can stand.');
    if ($value !== undefined) {
      const name = named($value, [...path, '$value'], inside);
      return name === undefined ? none : { kind: 'value', path: name.split('.') };
    }
    if ($each !== undefined) {
      const name = named($each, [...path, '$each'], inside);
      if ($do === undefined) return wrong(path, '$each needs $do beside it: what to make of each.');
      const inner = read($do, [...path, '$do'], true);
      return name === undefined ? none : { kind: 'each', name, inner };
    }
    if ($do !== undefined) return read($do, [...path, '$do'], inside);
    const entries = Object.entries(rest).filter(([key]) => key !== '__proto__');
    return { kind: 'map', entries: entries.map(([key, value]) => [key, read(value, [...path, key], inside)] as const) };
  };

  const guarded = (node: object, when: unknown, path: LayoutPath, inside: boolean): LayoutNode => {
    const { $when: _, ...rest } = node as Record<string, unknown>;
    const name = named(when, [...path, '$when'], inside);
    return name === undefined ? none : { kind: 'when', name, inner: read(rest, path, inside) };
  };

  const named = (name: unknown, path: LayoutPath, inside: boolean): string | undefined => {
    const said = typeof name === 'string' && /^[^{}\s]+$/.test(name) ? name : undefined;
    const flaw: Flaw | undefined =
      said === undefined
        ? { code: 'value', text: `${path.at(-1)} takes a name without braces, such as usage.percent.` }
        : said === '.' && inside
          ? undefined
          : judge(said, inside);
    if (flaw !== undefined) tell(path, flaw);
    return said;
  };

  const leafOf = (text: string, path: LayoutPath, inside: boolean): Leaf => {
    const result = readLeaf(text);
    if ('flaw' in result) tell(path, result.flaw, result.at);
    else for (const { at, ...flaw } of leafFlaws(result.leaf, judge, inside)) tell(path, flaw, at);
    return 'flaw' in result ? compileLeaf('') : result.leaf;
  };

  const wrong = (path: LayoutPath, text: string): LayoutNode => {
    tell(path, { code: 'value', text });
    return none;
  };
  return read(tree, [], false);
}

/** Of a layout that nobody has checked, such as a plug-in's own: whatever is refused throws, every name is good. */
export const compileLayout = (tree: unknown): LayoutNode =>
  readLayout(tree, {
    judge: () => undefined,
    tell: (path, { text }) => {
      throw new Error(`${path.length === 0 ? '' : `${path.join('.')}: `}${text}`);
    },
  });

/** YAML scalars are text here; a layout has no use for the words true and false, and a receiver has for the values. */
export function plainTree(value: unknown): unknown {
  if (value === 'true') return true;
  if (value === 'false') return false;
  if (Array.isArray(value)) return value.map(plainTree);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainTree(inner)]));
}
