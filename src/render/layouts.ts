// The layouts of each channel: those of the relay with the operator's laid over them, file by file. `slack.yaml` is a tree; a text such as
// `email.html.mustache` is one key of it. Each is read whole and tried before it may serve; of a bad one the mistakes are told.
import { type Channel, tryLayout } from './check-layout.ts';
import { judgeLayout } from './layout-names.ts';
import { type LayoutPath, plainTree, readLayout } from './layout-tree.ts';
import type { Flaw, Mistake, Nearest } from './lint.ts';
import { mistakeAt, type Parse, type Spot } from './read-story.ts';
import type { Stories, StoryFile } from './stories.ts';

/** By plug-in type: what is tried, the first first. */
export type Layouts = ReadonlyMap<string, readonly unknown[]>;

type Files = {
  shipped: readonly StoryFile[];
  operator: readonly StoryFile[];
  /** Plug-ins that are loaded, and the names of those that could not be. */
  channels: readonly Channel[];
  broken: readonly string[];
  stories: Stories;
  /** Nothing here is an operator's, neither stories nor plug-ins: what is shipped fits, by the tests, and need not be tried again. */
  asShipped?: boolean;
  parse: Parse;
  nearest: Nearest;
};

export function loadLayouts({ shipped, operator, channels, broken, stories, asShipped = false, parse, nearest }: Files): {
  layouts: Layouts;
  mistakes: Mistake[];
} {
  const mistakes: Mistake[] = [];
  const tell = (found: readonly Mistake[]) => {
    mistakes.push(...found);
    return found.some(({ level }) => level === 'error');
  };
  const read = (file: StoryFile): LayoutFile[] => {
    const made = readFile(file, parse, nearest);
    return tell('mistake' in made ? [made.mistake] : made.mistakes) || 'mistake' in made ? [] : [made];
  };
  const own = operator.flatMap(read);
  const ours = shipped.flatMap(read);
  tell(own.flatMap(({ type, at }) => strays(type, at, channels, broken, nearest)));

  const layouts = new Map<string, readonly unknown[]>();
  for (const channel of channels) {
    const mine = (files: LayoutFile[]) => files.filter(({ type }) => type === channel.type);
    const base = sound(mine(ours), asShipped ? undefined : { channel, stories }, 'warning', tell);
    const over = mine(own).length === 0 ? undefined : sound(laidOver(mine(ours), mine(own)), { channel, stories }, 'error', tell);
    const found = [over, base].filter((one) => one !== undefined);
    if (found.length > 0) layouts.set(channel.type, found);
  }
  return { layouts, mistakes };
}

/** What one destination brings itself, in routes.yaml. */
export function ownLayoutMistakes(
  { channel, layout, file, spot }: { channel: Channel; layout: unknown; file: string; spot(path: LayoutPath): Spot },
  stories: Stories,
  nearest: Nearest,
): Mistake[] {
  const found: Mistake[] = [];
  readLayout(layout, { judge: judgeLayout(nearest), tell: (path, flaw) => found.push(mistakeAt(file, spot(path), flaw)) });
  const fault = found.length > 0 ? undefined : tryLayout(channel, layout, stories);
  if (fault !== undefined) found.push(mistakeAt(file, spot([]), { code: 'value', text: fault.text }));
  return found;
}

type LayoutFile = {
  type: string;
  /** Of a text: the one key it is for. */
  key?: string;
  value: unknown;
  mistakes: Mistake[];
  at(path: LayoutPath, flaw: Flaw, offset?: number): Mistake;
};

function readFile({ name, text }: StoryFile, parse: Parse, nearest: Nearest): LayoutFile | { mistake: Mistake } {
  const file = `templates/layouts/${name}`;
  const [, type, , key] = /^([a-z][a-z0-9-]*)\.(ya?ml|([a-z_][a-z0-9_]*)\.mustache)$/.exec(name) ?? [];
  if (type === undefined) {
    const said = `${file} is used for nothing. A layout is named after its plug-in: slack.yaml, email.html.mustache.`;
    return { mistake: { file, line: 1, column: 1, level: 'warning', code: 'advice', text: said } };
  }
  const parsed = key === undefined ? parse(text, file) : undefined;
  const at = (path: LayoutPath, flaw: Flaw, offset = 0) => mistakeAt(file, parsed?.spot(path) ?? spotIn(text, offset, flaw), flaw);
  const mistakes = [...(parsed?.mistakes ?? [])];
  const value = parsed === undefined ? text : plainTree(parsed.value);
  if (value === undefined && mistakes.length === 0) mistakes.push(at([], { code: 'empty', text: 'This layout is empty.' }));
  readLayout(value, { judge: judgeLayout(nearest), tell: (path, flaw, offset) => mistakes.push(at(path, flaw, offset)) });
  return { type, ...(key === undefined ? {} : { key: keys[key] ?? key }), value, mistakes, at };
}
const keys: Readonly<Record<string, string>> = { txt: 'text' };

/** A place in a text that is no YAML. */
function spotIn(text: string, offset: number, { instead }: Flaw): Spot {
  const before = text.slice(0, offset).split('\n');
  const line = before.length;
  const found = text.split('\n')[line - 1] ?? '';
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { line, column, found, fix: (write) => (instead === undefined ? undefined : write(found)) };
}

/** An operator's file takes the place of the shipped one of its name; its keys also win over those of any other. */
const laidOver = (ours: LayoutFile[], own: LayoutFile[]): LayoutFile[] => [
  ...ours.filter(({ key }) => !own.some((one) => one.key === key)),
  ...own,
];

type Tell = (found: readonly Mistake[]) => boolean;

/** The files of one channel as one layout, or nothing where they do not make one that serves `on` it. */
function sound(files: LayoutFile[], on: { channel: Channel; stories: Stories } | undefined, level: Mistake['level'], tell: Tell): unknown {
  const [first] = files;
  if (first === undefined) return undefined;
  const texts = files.filter(({ key }) => key !== undefined);
  const trees = files.filter(({ key }) => key === undefined);
  const [tree] = trees;
  if (texts.length > 0 && tree !== undefined && !isMap(tree.value)) {
    const said = `${first.type}.yaml is one text, and there are texts for single keys beside it (${texts.map(({ key }) => key).join(', ')}). Make it a map of keys.`;
    tell([{ ...tree.at([], { code: 'value', text: said }), level }]);
    return undefined;
  }
  // Whose file a key came from, for telling what is wrong with it.
  const from = new Map<string, LayoutFile>();
  const layout = texts.length === 0 && tree !== undefined ? tree.value : ({} as Record<string, unknown>);
  for (const file of files)
    for (const [key, value] of file.key === undefined
      ? Object.entries(isMap(file.value) ? file.value : {})
      : [[file.key, file.value] as const]) {
      from.set(key, file);
      if (isMap(layout)) layout[key] = value;
    }
  const fault = on && tryLayout(on.channel, layout, on.stories);
  if (fault === undefined) return layout;
  const [key] = fault.path;
  const file = (typeof key === 'string' ? from.get(key) : undefined) ?? files.at(-1)!;
  const path = file.key === undefined && typeof key === 'string' && from.has(key) ? [key] : [];
  tell([{ ...file.at(path, { code: 'value', text: fault.text }), level }]);
  return undefined;
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function strays(type: string, at: LayoutFile['at'], channels: readonly Channel[], broken: readonly string[], nearest: Nearest): Mistake[] {
  const known = [...channels.map((one) => one.type), ...broken];
  if (known.includes(type)) return [];
  const near = nearest(type, known);
  const text = `There is no plug-in \`${type}\`, so nothing is laid out by this. ${near === undefined ? `There are ${known.join(', ')}.` : `Did you mean \`${near}\`?`}`;
  return [{ ...at([], { code: 'advice', text }), level: 'warning' }];
}
