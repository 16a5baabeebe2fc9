// From a parsed file to a story, or to everything that is wrong with it, each with its line. The file is checked as it stands;
// whether its names fit an event is the next step (check-story.ts).
import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import { plainTree } from './layout-tree.ts';
import type { Leaf } from './leaf.ts';
import { type Flaw, type Mistake, type Nearest, readLeaf } from './lint.ts';
import { type Link, type Story, type Telling, type Variant, variants } from './story.ts';

export type Path = readonly (string | number)[];
/** A place in a file. `fix` answers its line with other words there, or nothing where it spans lines. */
export type Spot = { line: number; column: number; found: string; fix(write: (source: string) => string): string | undefined };
/** A YAML file as rules/ reads it: scalars are text, and every path knows its place. */
export type Parsed = { value: unknown; mistakes: readonly Mistake[]; spot(path: Path, what?: 'key' | 'value'): Spot };
export type Parse = (text: string, file: string) => Parsed;

/** Where each leaf of a story stands, so that a later check can name the line. */
export type Place = { leaf: Leaf; path: Path; file: string; spot: Spot };
/** What a story has of a channel's layout: where it stands in the file. */
export type Takeover = { channel: string; tree: unknown; path: Path; file: string; spot(path: Path): Spot };
export type ReadStory = Story & { places: readonly Place[]; takeovers: readonly Takeover[] };

const text = z.string();
const parts = {
  headline: text.optional(),
  impact: text.optional(),
  facts: z
    .array(z.strictObject({ label: text, value: text }))
    .max(30)
    .optional(),
  action: z.union([z.literal(['none', '']), z.strictObject({ label: text, url: text })]).optional(),
};
/** `channels`: the plug-ins there are; a story may lay each of them out itself. */
function shapeOf(name: string, channels: readonly string[]) {
  const own = Object.fromEntries(channels.map((channel) => [channel, z.record(z.string(), z.unknown()).optional()]));
  const some = z.strictObject({ ...own, ...parts }).optional();
  const told = { ...own, ...parts, headline: text };
  return name === 'relay'
    ? z.strictObject({ ...told, ...Object.fromEntries(Object.keys(errorCodes).map((code) => [code, some])) })
    : z.strictObject({
        ...told,
        resolved: z.strictObject(told).optional(),
        ...(ofMany.has(name) ? {} : { digest: some, reminder: some, escalation: some }),
      });
}
/** What is told in these is never told again as something else. */
const ofMany = new Set(['digest', 'storm', 'flapping']);
type Written = z.infer<z.ZodObject<typeof parts>>;

type Reading = { name: string; file: string; text: string; channels: readonly string[]; parse: Parse; nearest: Nearest };

export function readStory({ name, file, text, channels, parse, nearest }: Reading): { story?: ReadStory; mistakes: Mistake[] } {
  const parsed = parse(text, file);
  const mistakes = [...parsed.mistakes];
  if (mistakes.some(({ level }) => level === 'error')) return { mistakes };
  const shape = shapeOf(name.replace(/^.*\//, ''), channels);
  const checked = shape.safeParse(parsed.value, { reportInput: true });
  if (!checked.success) {
    const found = checked.error.issues.flatMap((issue) => inWords(issue, Object.keys(shape.shape), channels, nearest));
    return { mistakes: [...mistakes, ...found.map(({ path, what, ...flaw }) => mistakeAt(file, parsed.spot(path, what), flaw))] };
  }
  const places: Place[] = [];
  const read = (path: Path, value: string): Leaf => {
    const result = readLeaf(value);
    if ('flaw' in result) {
      mistakes.push(mistakeAt(file, parsed.spot(path), result.flaw));
      return { text: '', needs: [] };
    }
    places.push({ leaf: result.leaf, path, file, spot: parsed.spot(path) });
    return result.leaf;
  };
  const takeovers: Takeover[] = [];
  const take = (path: Path, tree: Record<string, unknown>) =>
    Object.fromEntries(
      channels.flatMap((channel) => {
        if (tree[channel] === undefined) return [];
        const at = [...path, channel];
        const made = plainTree(tree[channel]);
        takeovers.push({ channel, tree: made, path: at, file, spot: (inner) => parsed.spot([...at, ...inner]) });
        return [[channel, made]];
      }),
    );
  const story = assemble(name, file, checked.data as Tree, { read, take });
  return mistakes.some(({ level }) => level === 'error') ? { mistakes } : { story: { ...story, places, takeovers }, mistakes };
}

export function mistakeAt(file: string, spot: Spot, { text, code, instead }: Flaw): Mistake {
  const { line, column, found } = spot;
  const fix =
    instead && spot.fix((source) => (code === 'name' ? renamed(source, instead) : source.replace(instead.wrong, () => instead.right)));
  return { file, line, column, level: 'error', code, text, found, ...(fix === undefined || fix === found ? {} : { fix }) };
}

/** In every tag, for a section that is opened by one name must be closed by it. */
const renamed = (source: string, { wrong, right }: NonNullable<Flaw['instead']>): string =>
  source.replace(/(\{\{[#^/]?\s*)([^}\s]+)(?=\s*\}\})/g, (tag, open: string, name: string) => (name === wrong ? open + right : tag));

type Tree = Record<string, unknown> & Written & { headline: string };
type Read = {
  read(path: Path, value: string): Leaf;
  take(path: Path, tree: Record<string, unknown>): Record<string, unknown>;
};

function assemble(name: string, file: string, tree: Tree, read: Read): Story {
  const telling = tellingOf(tree, [], read) as Telling;
  const own: Partial<Record<Variant, Telling>> = {};
  for (const variant of variants) {
    const written = tree[variant] as Tree | undefined;
    if (written === undefined) continue;
    const differs = tellingOf(written, [variant], read);
    // What a problem means and asks for is untrue once it is over, so a recovery inherits the facts alone.
    own[variant] = variant === 'resolved' ? ({ facts: telling.facts, ...differs } as Telling) : laid(telling, differs);
  }
  const codes = new Map<string, Telling>();
  for (const code of Object.keys(errorCodes)) {
    const written = tree[code] as Tree | undefined;
    if (written !== undefined) codes.set(code, laid(telling, tellingOf(written, [code], read)));
  }
  return { name, file, telling: { ...telling, facts: telling.facts ?? [] }, variants: own, codes };
}

/** A channel that is taken over twice keeps the keys that the second does not name. */
function laid(telling: Telling, differs: Partial<Telling>): Telling {
  const channels: Record<string, unknown> = { ...telling.channels };
  for (const [channel, tree] of Object.entries(differs.channels ?? {}))
    channels[channel] = { ...(channels[channel] as object), ...(tree as object) };
  return { ...telling, ...differs, ...(Object.keys(channels).length === 0 ? {} : { channels }) };
}

/** Only what is written. An emptied part (`action: none`) takes the inherited one away. */
function tellingOf(tree: Tree, path: Path, { read, take }: Read): Partial<Telling> {
  const { headline, impact, facts, action } = tree;
  const channels = take(path, tree);
  const linked = typeof action === 'object' ? action : undefined;
  const link: Link | undefined = linked && {
    label: read([...path, 'action', 'label'], linked.label),
    url: read([...path, 'action', 'url'], linked.url),
  };
  return {
    ...(headline === undefined ? {} : { headline: read([...path, 'headline'], headline) }),
    ...(impact === undefined ? {} : { impact: read([...path, 'impact'], impact) }),
    ...(facts === undefined && path.length > 0
      ? {}
      : {
          facts: (facts ?? []).map(({ label, value }, index) => ({
            label: read([...path, 'facts', index, 'label'], label),
            value: read([...path, 'facts', index, 'value'], value),
          })),
        }),
    ...(action === undefined ? {} : { action: link }),
    ...(Object.keys(channels).length === 0 ? {} : { channels }),
  } as Partial<Telling>;
}

type Found = Flaw & { path: Path; what?: 'key' };
type Issue = z.core.$ZodIssue;

function inWords(issue: Issue, top: readonly string[], channels: readonly string[], nearest: Nearest): Found[] {
  const path = issue.path as Path;
  if (path.length === 0 && issue.input === undefined)
    return [{ path, code: 'missing', text: 'This file is empty. A story needs at least a headline.' }];
  const name = placeName(path);
  if (issue.code === 'unrecognized_keys') {
    const last = path.at(-1);
    const known =
      path.length === 0
        ? top
        : typeof last === 'number'
          ? ['label', 'value']
          : last === 'action'
            ? ['label', 'url']
            : [...Object.keys(parts), ...channels];
    return issue.keys.map((key) => unknownKey(key, [...path, key], known, nearest));
  }
  if (issue.code === 'invalid_union') return [{ path, code: 'value', text: `${name} is a label and a url, or the word none.` }];
  if (issue.code !== 'invalid_type') return [{ path, code: 'value', text: `${name}: ${issue.message}.` }];
  if (issue.input === undefined) return [{ path: path.slice(0, -1), code: 'missing', text: `${name} is missing: a message needs it.` }];
  const wanted =
    issue.expected === 'string'
      ? 'text; put quotes round it'
      : issue.expected === 'array'
        ? 'a list, each with - before it'
        : 'a map of parts';
  return [{ path, code: 'value', text: `${name} must be ${wanted}.` }];
}

/** `resolved.headline` → what a person calls it: "`headline` in `resolved`", "entry 2 of `facts`". */
function placeName(path: Path): string {
  if (path.length === 0) return 'This file';
  const [last, above] = [path.at(-1)!, path.slice(0, -1)];
  if (typeof last === 'number') return `Entry ${last + 1} of ${placeName(above)}`;
  return `\`${last}\`${above.length === 0 ? '' : ` in ${placeName(above).replace(/^E/, 'e')}`}`;
}

function unknownKey(key: string, path: Path, known: readonly string[], nearest: Nearest): Found {
  const near = nearest(key, known);
  const meant = near === undefined ? `Known here: ${known.filter((one) => !one.includes('.')).join(', ')}.` : `Did you mean \`${near}\`?`;
  const text = `\`${key}\` is no part of a story. ${meant}`;
  return { path, what: 'key', code: 'unknown-key', text, ...(near === undefined ? {} : { instead: { wrong: key, right: near } }) };
}
