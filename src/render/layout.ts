// A layout: a tree or text of a plug-in, or of one destination, whose string leaves are mustache over the parts and the view. It is parsed
// first and rendered leaf by leaf, so that no value can break its JSON or its commas; parts come already escaped, every other value is here.
import type { Format, Message } from '../plugin.ts';
import { clean, escapeFor, lines, safe, safeText } from './escape.ts';
import { compileLeaf, contextOf, type Escape, type Leaf, renderLeaf } from './leaf.ts';

type Compiled =
  | { kind: 'leaf'; leaf: Leaf }
  /** `{ $value: alert.usage.percent }`: the value itself, a number as a number. */
  | { kind: 'value'; path: readonly string[] }
  | { kind: 'list'; items: readonly Compiled[] }
  | { kind: 'map'; entries: readonly (readonly [string, Compiled])[] }
  | { kind: 'plain'; value: unknown };

const deepest = 64;

function compile(tree: unknown, depth: number): Compiled {
  if (depth > deepest) throw new Error(`the layout is nested deeper than ${deepest} levels`);
  if (typeof tree === 'string') return { kind: 'leaf', leaf: compileLeaf(tree) };
  if (Array.isArray(tree)) return { kind: 'list', items: tree.map((item) => compile(item, depth + 1)) };
  if (typeof tree !== 'object' || tree === null) return { kind: 'plain', value: tree };
  const entries = Object.entries(tree).filter(([key]) => key !== '__proto__');
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === '$value' && typeof only[1] === 'string') return { kind: 'value', path: only[1].split('.') };
  return { kind: 'map', entries: entries.map(([key, value]) => [key, compile(value, depth + 1)] as const) };
}

/** Throws where the layout cannot be read. Parts stand in it under the names that `http` posts: `message.headline`, `alert.usage.percent`. */
export function layOut(layout: unknown, message: Message, view: object, format: Format): unknown {
  const { event: _, ...data } = message;
  const context = contextOf(layoutView(view, message));
  const made = escapes[format];
  const render = (node: Compiled): unknown => {
    if (node.kind === 'leaf') return renderLeaf(node.leaf, context, made);
    if (node.kind === 'value') return placed(valueAt(data, node.path), node.path, format);
    if (node.kind === 'list') return node.items.map(render).filter((item) => item !== undefined);
    if (node.kind === 'plain') return node.value;
    const map: Record<string, unknown> = {};
    for (const [key, inner] of node.entries) {
      const value = render(inner);
      if (value !== undefined) map[key] = value;
    }
    return map;
  };
  return render(compiled(layout));
}

const escapeOf =
  (format: Format): Escape =>
  (value) =>
    safeText(value) ?? escapeFor[format](clean(value));
const escapes: Readonly<Record<Format, Escape>> = {
  text: escapeOf('text'),
  json: escapeOf('json'),
  slack: escapeOf('slack'),
  html: escapeOf('html'),
};

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Parts are escaped already and JSON is by its serialiser; any other text that is placed as it is must be escaped here, however deep it lies. */
function placed(value: unknown, [root]: readonly string[], format: Format): unknown {
  if (format === 'json' || root === 'message') return value;
  if (typeof value === 'string') return escapes[format](value);
  if (Array.isArray(value)) return value.map((item) => placed(item, [], format));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, placed(inner, [], format)]));
}

/** The story's view with the finished parts in it, and the message's own fields. */
function layoutView(view: object, { message: parts, id, mode, at, attempt, threadKey, fallbackText }: Message): object {
  const part = (text: string | undefined) => (text === undefined ? undefined : safe(text));
  const facts = parts.facts.map(({ label, value }) => ({ __proto__: null, label: safe(label), value: safe(value) }));
  const action = parts.action && { __proto__: null, label: safe(parts.action.label), url: safe(parts.action.url) };
  const message = { __proto__: null, headline: part(parts.headline), impact: part(parts.impact), facts, action };
  return Object.assign(Object.create(view), { id, mode, at, attempt, threadKey, fallbackText: lines(fallbackText), message });
}

// Layouts are few and long-lived; one is parsed when it is first used.
const trees = new WeakMap<object, Compiled>();
const texts = new Map<string, Compiled>();

function compiled(layout: unknown): Compiled {
  if (typeof layout === 'object' && layout !== null) {
    const made = trees.get(layout) ?? compile(layout, 0);
    trees.set(layout, made);
    return made;
  }
  const text = String(layout);
  const made = texts.get(text) ?? compile(text, 0);
  if (texts.size > 200) texts.clear();
  texts.set(text, made);
  return made;
}
