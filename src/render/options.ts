// A destination's options for one workspace: `channel: "{{workspace.slack_channel}}"`. And from them, whom each destination reaches.
import type { Workspace } from '../model.ts';
import type { Destination, Reach } from '../rules/rules.ts';
import { clean } from './escape.ts';
import { compileLeaf, contextOf, type Leaf, renderLeaf } from './leaf.ts';

export type RenderedOptions = {
  options: Record<string, unknown>;
  /** Names of options that held `{{…}}` and came out with nothing in them: the destination has no target for this workspace. */
  empty: string[];
};

/** `keep`: options that are templates over the message and not over the workspace (a plug-in's `layoutOption`). */
export function renderOptions(
  options: Readonly<Record<string, unknown>>,
  workspace: Workspace,
  keep: readonly string[] = [],
): RenderedOptions {
  const context = contextOf(viewOf(workspace));
  const rendered: Record<string, unknown> = {};
  const empty: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    const result = keep.includes(name) || !isTemplated(value) ? value : renderTree(value, (leaf) => renderLeaf(leaf, context, oneLine));
    if (result !== value && isEmpty(result)) empty.push(name);
    rendered[name] = result;
  }
  return { options: rendered, empty };
}

/** Destination → target for one workspace. `targetOf` knows the plug-ins; what does not depend on the workspace is asked once per file. */
export function reachOf(
  destinations: Readonly<Record<string, Destination>>,
  workspace: Workspace,
  targetOf: (destination: Destination, options: Record<string, unknown>) => string | readonly string[],
  keepOf: (destination: Destination) => readonly string[] = () => [],
): Reach {
  let known = fixed.get(destinations);
  if (known?.targetOf !== targetOf) {
    const [open, closed] = [true, false].map((templated) =>
      Object.values(destinations).filter((one) => one.templated.length > 0 === templated),
    );
    const targets = Object.fromEntries(closed!.map((one) => [one.name, targetOf(one, one.options)]));
    known = { targetOf, targets: Object.freeze(targets), open: open! };
    fixed.set(destinations, known);
  }
  if (known.open.length === 0) return known.targets;
  const reach: Record<string, string | readonly string[]> = { ...known.targets };
  for (const destination of known.open) {
    const { options, empty } = renderOptions(destination.options, workspace, keepOf(destination));
    reach[destination.name] = empty.length > 0 ? '' : targetOf(destination, options);
  }
  return reach;
}

type Fixed = { targetOf: unknown; targets: Reach; open: Destination[] };
const fixed = new WeakMap<object, Fixed>();

const isTemplated = (value: unknown): boolean =>
  typeof value === 'string' ? value.includes('{{') : typeof value === 'object' && value !== null && Object.values(value).some(isTemplated);

function renderTree(value: unknown, render: (leaf: Leaf) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renderTree(item, render)).filter((item) => !isEmpty(item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renderTree(inner, render)]));
  if (typeof value !== 'string' || !value.includes('{{')) return value;
  const leaf = leafOf(value);
  return leaf === undefined ? '' : render(leaf).trim();
}

/** No letter and no digit: `#` of `#{{workspace.channel}}` and `, ` of two missing addresses name nothing either. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'string' ? !/[\p{L}\p{N}]/u.test(value) : Array.isArray(value) && value.length === 0;

/** An address list or a URL may be longer than a value in a message. It is used, not read: half of one would lead elsewhere. */
function oneLine(value: unknown): string {
  const text = clean(value, 4000);
  return text.endsWith('…') ? '' : text;
}

function viewOf(workspace: Workspace): object {
  const view = Object.create(null);
  for (const [column, value] of Object.entries(workspace)) view[column] = Array.isArray(value) ? value.join(',') : value;
  return { __proto__: null, workspace: view };
}

// The same few templates are rendered for every event.
const leaves = new Map<string, Leaf | undefined>();
function leafOf(text: string): Leaf | undefined {
  if (!leaves.has(text)) {
    if (leaves.size > 1000) leaves.clear();
    leaves.set(text, compiled(text));
  }
  return leaves.get(text);
}

function compiled(text: string): Leaf | undefined {
  try {
    const leaf = compileLeaf(text);
    return leaf.tokens?.some(([kind]) => kind === '&' || kind === '>' || kind === '=') ? undefined : leaf;
  } catch {
    return undefined;
  }
}
