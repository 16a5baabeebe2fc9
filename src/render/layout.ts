// Fills a layout in: the tree or text of a plug-in, of the operator or of one destination becomes what the plug-in sends. Leaf by leaf, so that
// no value can break its JSON or its commas; parts come already escaped, every other value is escaped here, each key for its own format.
import type { Format, Line, Message, Parts } from '../plugin.ts';
import { clean, escapeFor, lines, safe, safeText } from './escape.ts';
import { compileLayout, type LayoutNode } from './layout-tree.ts';
import { type Context, contextOf, type Escape, renderLeaf } from './leaf.ts';
import { bare } from './view.ts';

export type Apart = {
  /** Top-level keys that are written in another format than the rest, and the words before any escaping, which they need. */
  formats?: Readonly<Record<string, Format>> | undefined;
  parts?: Parts | undefined;
  /** A tree of the story: its keys take the place of the layout's. */
  over?: unknown;
};

/** Throws where the layout cannot be read. Parts stand in it under the names that `http` posts: `message.headline`, `alert.usage.percent`. */
export function layOut(layout: unknown, message: Message, view: object, format: Format, apart: Apart = {}): unknown {
  const { event: _, ...data } = message;
  const scenes = new Map<Format, Scene>();
  const sceneFor = (key?: string): Scene => {
    const own = (key === undefined ? undefined : apart.formats?.[key]) ?? format;
    const known = scenes.get(own);
    if (known !== undefined) return known;
    const parts = own === format || apart.parts === undefined ? message.message : escapedParts(apart.parts, own);
    const made = { format: own, context: contextOf(layoutView(view, message, parts)), data: [{ ...data, message: parts }] };
    scenes.set(own, made);
    return made;
  };
  const root = laidOver(compiled(layout), apart.over === undefined ? undefined : compiled(apart.over));
  return root.kind === 'map' ? fillMap(root.entries, sceneFor) : fill(root, sceneFor());
}

/** Where a leaf is filled in: what it may name, nearest first, and how values are escaped there. */
type Scene = { format: Format; context: Context; data: readonly unknown[] };
type Entries = Extract<LayoutNode, { kind: 'map' }>['entries'];

function laidOver(layout: LayoutNode, over: LayoutNode | undefined): LayoutNode {
  if (over === undefined || layout.kind !== 'map' || over.kind !== 'map') return over ?? layout;
  return { kind: 'map', entries: [...new Map([...layout.entries, ...over.entries])] };
}

function fill(node: LayoutNode, scene: Scene): unknown {
  switch (node.kind) {
    case 'leaf':
      return renderLeaf(node.leaf, scene.context, escapes[scene.format]);
    case 'value':
      return valueFor(node.path, scene);
    case 'when':
      return isThere(scene.context.lookup(node.name)) ? fill(node.inner, scene) : undefined;
    case 'each':
      return filledEach(node.name, node.inner, scene);
    case 'list':
      return node.items.flatMap((item) => {
        const value = fill(item, scene);
        return value === undefined ? [] : isEach(item) ? (value as unknown[]) : [value];
      });
    case 'map':
      return fillMap(node.entries, () => scene);
    case 'plain':
      return node.value;
  }
}

function fillMap(entries: Entries, sceneFor: (key: string) => Scene): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const [key, inner] of entries) {
    const value = fill(inner, sceneFor(key));
    if (value !== undefined) map[key] = value;
  }
  return map;
}

/** Its items are items of the list that it stands in. */
const isEach = (node: LayoutNode): boolean => node.kind === 'each' || (node.kind === 'when' && isEach(node.inner));

function filledEach(name: string, inner: LayoutNode, { format, context, data }: Scene): unknown[] {
  const found: unknown = context.lookup(name);
  const items = Array.isArray(found) ? found : isThere(found) ? [found] : [];
  return items
    .map((item) => fill(inner, { format, context: context.push(item), data: [item, ...data] }))
    .filter((value) => value !== undefined);
}

/** 0 is something, an empty text or list is not. */
function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && safeText(value) !== '';
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

function valueFor(path: readonly string[], { format, data }: Scene): unknown {
  const [root = ''] = path;
  if (root === '.') return placed(data[0], [], format);
  const owner = data.find((one) => typeof one === 'object' && one !== null && Object.hasOwn(one, root));
  // Words of the message itself are escaped already; a field of that name in something else is not.
  return placed(valueAt(owner, path), owner === data.at(-1) ? path : [], format);
}

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
  const made = safeText(value);
  if (made !== undefined) return made;
  if (root === 'message') return value;
  if (typeof value === 'string') return format === 'json' ? value : escapes[format](value);
  if (Array.isArray(value)) return value.map((item) => placed(item, [], format));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, placed(inner, [], format)]));
}

export function escapedParts({ headline, impact, members, more, facts, action }: Parts, format: Format): Parts {
  const made = escapeFor[format];
  return {
    headline: made(headline),
    ...(impact === undefined ? {} : { impact: made(impact) }),
    ...(members === undefined ? {} : { members: members.map((line) => escapedLine(line, made)) }),
    ...(more === undefined ? {} : { more: made(more) }),
    facts: facts.map(({ label, value }) => ({ label: made(label), value: made(value) })),
    ...(action === undefined ? {} : { action: { label: made(action.label), url: made(action.url) } }),
  };
}

const escapedLine = ({ headline, note, ...line }: Line, made: (text: string) => string): Line => ({
  headline: made(headline),
  ...(note === undefined ? {} : { note: made(note) }),
  ...line,
});

/** The story's view with the finished parts in it, and the message's own fields. */
function layoutView(view: object, { id, mode, at, attempt, threadKey, fallbackText, alerts = [] }: Message, parts: Parts): object {
  const part = (text: string | undefined) => (text === undefined ? undefined : safe(text));
  const facts = parts.facts.map(({ label, value }) => ({ __proto__: null, label: safe(label), value: safe(value) }));
  const action = parts.action && { __proto__: null, label: safe(parts.action.label), url: safe(parts.action.url) };
  const members = parts.members?.map((line) => ({ __proto__: null, ...line, headline: safe(line.headline), note: part(line.note) }));
  const words = { headline: part(parts.headline), impact: part(parts.impact), more: part(parts.more) };
  const message = { __proto__: null, ...words, members, facts, action };
  const own = { id, mode, at, attempt, threadKey, fallbackText: lines(fallbackText), message, alerts: alerts.map(bare) };
  return Object.assign(Object.create(view), own);
}

// Layouts are few and long-lived; one is read when it is first used.
const trees = new WeakMap<object, LayoutNode>();
const texts = new Map<string, LayoutNode>();

function compiled(layout: unknown): LayoutNode {
  if (typeof layout === 'object' && layout !== null) {
    const made = trees.get(layout) ?? compileLayout(layout);
    trees.set(layout, made);
    return made;
  }
  const text = String(layout);
  const made = texts.get(text) ?? compileLayout(text);
  if (texts.size > 200) texts.clear();
  texts.set(text, made);
  return made;
}
