// The rules stage in one call: the files of CONFIG_DIR in, checked Rules and the workspaces table out, or every mistake at once.
// `checkRules` is the same without a disk: the last good copy, `check` and every test go through it.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { compile } from './compile.ts';
import { checkShape } from './issues.ts';
import { masked } from './mask.ts';
import { inOrder, type Mistake } from './mistake.ts';
import { inOneLine } from './one-line.ts';
import { checkOptions, type Plugins } from './options.ts';
import { type Outline, outline } from './outline.ts';
import { checkReferences, type Known } from './references.ts';
import type { Rules, Workspaces } from './rules.ts';
import { isTimezone } from './scalars.ts';
import { routesFile } from './schema.ts';
import { readSilences, type SilenceDeps, silencesFile } from './silences.ts';
import { decoded, type NoText } from './text.ts';
import { readTree, type Spot, type Tree } from './tree.ts';
import { checkTrials } from './trial-references.ts';
import { type Trial, trialsOf } from './trials.ts';
import { isTable, noTable, readWorkspaces } from './workspaces.ts';

export type { PluginInfo, SecretSource } from './options.ts';

/** Where a story is named: the place in routes.yaml, for a mistake of whoever knows the stories. */
export type StoryPlace = (
  story: string,
  by: { route: string } | { destination: string },
) => Pick<Mistake, 'file' | 'line' | 'column' | 'found'>;

export type RulesDeps = Plugins & {
  events: Known['events'];
  /** decide's own pattern match: (pattern, value). */
  glob: Known['glob'];
  instant: SilenceDeps['instant'];
  now(): number;
  checkStories?(rules: Rules, place: StoryPlace): Mistake[];
};

export type LoadDeps = RulesDeps & { configDir: string; readFile(path: string): Promise<Uint8Array> };

/** Text of each file by its name in routes.yaml; kept in the store as the last good copy. */
export type Sources = Record<string, string>;

export type Loaded =
  | {
      ok: true;
      rules: Rules;
      trials: Trial[];
      workspaces: Workspaces;
      warnings: Mistake[];
      secrets: string[];
      sources: Sources;
      columns?: Known['columns'];
    }
  | { ok: false; mistakes: Mistake[]; secrets: string[] };

const rulesFile = 'routes.yaml';
const emptyTable: Workspaces = { size: 0, ids: () => [], find: (id) => Object.assign(Object.create(null), { id }) };

export async function loadRules(deps: LoadDeps): Promise<Loaded> {
  const sources: Sources = {};
  const unreadable: Unread = new Map();
  const read = async (name: string) => {
    try {
      const text = decoded(await deps.readFile(resolve(deps.configDir, name)));
      if ('text' in text) sources[name] = text.text;
      else unreadable.set(name, text);
    } catch (error) {
      unreadable.set(name, { wrong: reason(error) });
    }
  };
  await Promise.all([read(rulesFile), read(silencesFile)]);
  // Most relays have none.
  if (unreadable.get(silencesFile)?.wrong === reason({ code: 'ENOENT' })) unreadable.delete(silencesFile);
  const table = sources[rulesFile] === undefined ? undefined : outline(readTree(rulesFile, sources[rulesFile])).table;
  if (table !== undefined && table.text !== '') await read(table.text);
  return checkRules(sources, deps, unreadable);
}

export function checkRules(sources: Sources, deps: RulesDeps, unreadable: Unread = new Map()): Loaded {
  const text = Object.hasOwn(sources, rulesFile) ? sources[rulesFile]! : undefined;
  if (text === undefined) {
    return { ok: false, secrets: [], mistakes: [couldNotRead(rulesFile, unreadable.get(rulesFile) ?? noSuchFile)] };
  }
  const tree = readTree(rulesFile, text);
  if (tree.value === undefined) {
    const empty = 'routes.yaml is empty. It needs at least `version`, `destinations`, `routes` and `fallback`.';
    return { ok: false, secrets: [], mistakes: tree.mistakes.length > 0 ? tree.mistakes.map(masked([])) : [blank(empty)] };
  }
  const shape = checkShape(tree, routesFile);
  const file = outline(tree);
  const table = readTable(tree, file, sources, unreadable);
  const options = checkOptions(tree, file, deps, table.columns);
  const known: Known = {
    ...{ events: deps.events, glob: deps.glob },
    ...(table.columns !== undefined && { columns: table.columns }),
    ...(table.rows && { rows: table.rows }),
  };
  const silences = silencesOf(tree, file, table.columns, sources, deps, unreadable);
  const mistakes = [
    ...tree.mistakes,
    ...shape.mistakes,
    ...table.mistakes,
    ...options.mistakes,
    ...checkReferences(tree, file, known),
    ...checkTrials(tree, file, known),
    ...leftOut(tree, file),
    ...silences.mistakes,
  ];
  const secrets = [...options.secrets];
  // What is said of a value that was mended in memory only repeats the trap it fell into.
  const trapped = new Set(tree.mistakes.map(({ line, column }) => `${line}:${column}`));
  const told = ({ file: name, line, column, code }: Mistake) =>
    name !== tree.file || code === 'yaml' || code === 'empty' || !trapped.has(`${line}:${column}`);
  const done = (all: Mistake[]) => atMost(100, inOrder(inOneLine(all.filter(told)).map(masked(secrets))));
  if (shape.data === undefined || mistakes.some(({ level }) => level === 'error')) return { ok: false, secrets, mistakes: done(mistakes) };
  const rules = { ...compile(shape.data, options.made, revisionOf(sources)), silences: silences.silences };
  mistakes.push(...(deps.checkStories?.(rules, storyPlace(tree, file)) ?? []));
  if (mistakes.some(({ level }) => level === 'error')) return { ok: false, secrets, mistakes: done(mistakes) };
  const trials = trialsOf(shape.data.tests, tree);
  return {
    ok: true,
    rules,
    trials,
    workspaces: table.workspaces ?? emptyTable,
    warnings: done(mistakes),
    secrets,
    sources,
    columns: table.columns,
  };
}

type Table = { mistakes: Mistake[]; columns?: Known['columns']; workspaces?: Workspaces; rows?: Known['rows'] };

function readTable(tree: Tree, { table }: Outline, sources: Sources, unreadable: Unread): Table {
  // One that is written wrongly is told, and its columns are not known.
  if (table === undefined && Object.hasOwn(Object(tree.value), 'workspaces')) return { mistakes: [] };
  if (table === undefined) return { mistakes: [], columns: 'none', workspaces: emptyTable };
  if (Object.hasOwn(sources, table.text)) return readWorkspaces(table.text, sources[table.text]!);
  const why = unreadable.get(table.text) ?? noSuchFile;
  // The file is there, and it is in the file that something is to be done.
  if (why.line !== undefined)
    return { mistakes: [isTable(table.text) || why.found === undefined ? couldNotRead(table.text, why) : noTable(table.text)] };
  return {
    mistakes: [
      tree.mistake(table.path, 'value', {
        code: 'file',
        text: `The workspaces table \`${table.text}\` could not be read: ${why.wrong}. It is looked for beside routes.yaml.`,
      }),
    ],
  };
}

function silencesOf(
  tree: Tree,
  { segments }: Outline,
  columns: Known['columns'],
  sources: Sources,
  { now, instant }: RulesDeps,
  unreadable: Unread,
): ReturnType<typeof readSilences> {
  const why = unreadable.get(silencesFile);
  if (why !== undefined) return { silences: [], mistakes: [couldNotRead(silencesFile, why)] };
  const { timezone } = (tree.value ?? {}) as { timezone?: unknown };
  const zone = typeof timezone === 'string' && isTimezone(timezone) ? timezone : 'UTC';
  const text = Object.hasOwn(sources, silencesFile) ? sources[silencesFile]! : '';
  return readSilences(text, { now: now(), timezone: zone, instant, segments, columns });
}

/** What has a default that a person may not have thought of. */
function leftOut(tree: Tree, { fallback }: Outline): Mistake[] {
  const file = tree.value;
  const found: Mistake[] = [];
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return found;
  const at = { file: tree.file, line: 1, column: 1, level: 'warning', code: 'advice' } as const;
  if (!('timezone' in file) && !tree.spoiled(['timezone']))
    found.push({ ...at, text: '`timezone` is missing, so clock times are in UTC. Add it.', fix: 'timezone: Europe/Madrid' });
  const first = fallback?.[0]?.text;
  if (!('operator' in file) && !tree.spoiled(['operator']) && first !== undefined)
    found.push({
      ...at,
      text: `\`operator\` is missing, so \`${first}\` (of \`fallback\`) hears about the relay itself. Add it.`,
      fix: `operator: ${first}`,
    });
  return found;
}

const storyPlace =
  (tree: Tree, { stories }: Outline): StoryPlace =>
  (story, by) => {
    const isBy = (one: object) => Object.entries(by).every(([kind, name]) => (one as Record<string, unknown>)[kind] === name);
    const { line, column, found }: Spot = tree.spot(stories.find((one) => one.text === story && isBy(one))?.path ?? ['routes']);
    return { file: tree.file, line, column, found };
  };

/** Nobody mends more in one go, and a page or a message must hold them. Warnings are left out before mistakes. */
function atMost(most: number, mistakes: Mistake[]): Mistake[] {
  const byWeight = [...mistakes.filter(({ level }) => level === 'error'), ...mistakes.filter(({ level }) => level === 'warning')];
  const next = byWeight[most];
  if (next === undefined) return mistakes;
  const { file, line, column, level } = next;
  const text = `${mistakes.length - most} more ${level === 'error' ? 'mistakes' : 'warnings'} follow. Mend those above first.`;
  const shown = new Set(byWeight.slice(0, most));
  return [...mistakes.filter((one) => shown.has(one)), { file, line, column, level, text }];
}

type Unread = Map<string, Partial<NoText> & { wrong: string }>;
const noSuchFile: Partial<NoText> & { wrong: string } = { wrong: 'there is no such file' };

/** A file that is there and in other bytes is told in itself. */
export const couldNotRead = (file: string, { wrong, ...at }: { wrong: string } & Partial<NoText>): Mistake => ({
  ...{ ...blank(`${at.line === undefined ? file : 'This file'} could not be read: ${wrong}.`), file },
  ...at,
});

const blank = (text: string): Mistake => ({ file: rulesFile, line: 1, column: 1, level: 'error', code: 'file', text });

function revisionOf(sources: Sources): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(sources).sort()) hash.update(`${name}\0${sources[name]!.length}\0${sources[name]}\0`);
  return hash.digest('hex').slice(0, 16);
}

export function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'the relay may not read it (permissions)';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'the folder that it should be in is a file';
  return code ?? message ?? String(error);
}
