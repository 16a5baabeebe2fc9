// One piece of a template: parsed once, rendered often. The only place that talks to mustache.
import mustache from 'mustache';
import { clean } from './escape.ts';

/** [kind, name or text, start, end, children, …] as mustache parses it. */
export type Token = [kind: string, value: string, start: number, end: number, children?: Token[]];

export type Leaf = {
  text: string;
  /** Absent for text without a tag. */
  tokens?: Token[];
  /** Names printed outside any section: without one of them the sentence has a hole. */
  needs: readonly string[];
};

export type Context = InstanceType<typeof mustache.Context>;
export type Escape = (value: unknown) => string;

const writer = new mustache.Writer();
const tags: [string, string] = ['{{', '}}'];

/** Throws mustache's own error where a tag is not closed. */
export function compileLeaf(text: string): Leaf {
  if (!text.includes('{{')) return { text, needs: [] };
  const tokens = mustache.parse(text, tags) as Token[];
  return { text, tokens, needs: tokens.filter(([kind]) => kind === 'name').map(([, name]) => name) };
}

/** One for all leaves of a message: it remembers what was looked up. */
export const contextOf = (view: object): Context => new mustache.Context(view);

export function renderLeaf(leaf: Leaf, context: Context, asText: Escape = clean): string {
  if (leaf.tokens === undefined) return leaf.text;
  // Numbers and booleans come to the escape as they are, whatever its type says.
  return writer.renderTokens(leaf.tokens as unknown as string[][], context, undefined, leaf.text, { escape: asText });
}

/** Whether every name the leaf cannot do without has something to print. */
export function isWhole(leaf: Leaf, context: Context): boolean {
  for (const name of leaf.needs) {
    const value: unknown = context.lookup(name);
    if (value === undefined || value === null || value === '') return false;
  }
  return true;
}
