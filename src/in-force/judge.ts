// Reads the files an operator writes and judges them as one: rules and table, stories, layouts, partners. Composition: it hands each stage
// what it needs of the others, and keeps the texts, for a set of good files is kept whole.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from '../decide/glob.ts';
import { instant } from '../decide/wall.ts';
import { pluginInfo } from '../deliver/plug-in-contract.ts';
import type { LoadedPlugins } from '../deliver/plug-ins.ts';
import { catalogue } from '../intake/catalogue.ts';
import type { Partner } from '../intake/verify.ts';
import { takeoverMistakes } from '../render/check-layout.ts';
import { type Layouts, loadLayouts, ownLayoutMistakes } from '../render/layouts.ts';
import type { Parse } from '../render/read-story.ts';
import { loadStories, type Stories, type StoryFile } from '../render/stories.ts';
import { checkRules, couldNotRead, type Loaded, loadRules, type RulesDeps, reason, type Sources } from '../rules/load.ts';
import { inOrder, type Mistake } from '../rules/mistake.ts';
import { nearest } from '../rules/nearest.ts';
import { inOneLine } from '../rules/one-line.ts';
import { partnersFile, readPartners } from '../rules/partners.ts';
import type { Rules, Workspaces } from '../rules/rules.ts';
import { silencesFile } from '../rules/silences.ts';
import { decoded } from '../rules/text.ts';
import { readTree } from '../rules/tree.ts';
import type { Trial } from '../rules/trials.ts';
import { type Settings, secretValue } from '../settings.ts';
import { namedStories } from './named-stories.ts';
import { storyColumns } from './story-columns.ts';
import { layoutTexts, storiesLater, storyTexts } from './template-files.ts';
import { tested } from './tested.ts';
import type { Played } from './trials.ts';

/** Texts by name, as read. */
export type Files = { sources: Sources; templates: StoryFile[]; layouts: StoryFile[]; partners?: string };

export type Good = {
  ok: true;
  rules: Rules;
  workspaces: Workspaces;
  stories: Stories;
  /** By plug-in type, the operator's before the relay's. */
  layouts: Layouts;
  /** Of partners.yaml; absent without that file. */
  partners?: readonly Partner[];
  warnings: Mistake[];
  secrets: readonly string[];
  files: Files;
  /** The tests of the file with what each sent; empty where they were not played. */
  played: Played[];
  /** Of the workspaces table, for conditions that come over the API. */
  columns?: Extract<Loaded, { ok: true }>['columns'];
};
export type Judged = Good | { ok: false; mistakes: Mistake[]; secrets: readonly string[]; played?: Played[] };

export type Deps = {
  settings: Pick<Settings, 'configDir' | 'templatesDir' | 'pluginsDir'>;
  plugins: LoadedPlugins;
  now(): number;
  /** Other than from the environment: where nothing is sent, no secret need be there. */
  secret?: RulesDeps['secret'];
};

/** `untested`: whether its tests hold is another question. `beside`: the text was sent, and of what lies outside of CONFIG_DIR it may name these alone,
 * for a mistake quotes lines of a file. */
export type Manner = { routes?: string | undefined; untested?: boolean; beside?: readonly string[] };

/** What is on disk now; `routes`: with this text in the place of routes.yaml. */
export async function judgeDisk(given: Deps, { routes, untested = false, beside }: Manner = {}): Promise<Judged> {
  const { configDir, templatesDir } = given.settings;
  const none = { files: [], mistakes: [] };
  const partners = await partnersText(join(configDir, partnersFile));
  const templates = templatesDir === undefined ? none : await storyTexts(templatesDir);
  const layouts = templatesDir === undefined ? none : await layoutTexts(templatesDir);
  const unread = [...partners.mistakes, ...templates.mistakes, ...layouts.mistakes];
  const files = {
    ...{ templates: templates.files, layouts: layouts.files },
    ...(partners.text === undefined ? {} : { partners: partners.text }),
  };
  const mayRead = (path: string) =>
    beside === undefined || !isOutside(relative(configDir, path)) || beside.some((name) => resolve(configDir, name) === path);
  const read = async (path: string): Promise<Uint8Array> => {
    if (routes !== undefined && basename(path) === 'routes.yaml') return Buffer.from(routes);
    if (mayRead(path)) return readFile(path);
    throw new Error('it lies outside of CONFIG_DIR, where a text that is tried opens no other table than the one in force');
  };
  const judged = await judge(files, given, (deps) => loadRules({ ...deps, configDir, readFile: read }), unread);
  return judged.ok && !untested ? tested(judged, given.plugins) : judged;
}

/** By its way from there: Kubernetes keeps what it mounts in a folder `..data`, which is inside. */
const isOutside = (way: string): boolean => /^\.\.(\/|$)/.test(way);

/** Nobody needs to have that file; one that is there and left out would be left out in silence. */
async function partnersText(path: string): Promise<{ text?: string; mistakes: Mistake[] }> {
  const bytes = await readFile(path).catch((error: { code?: string }) => error);
  if (!(bytes instanceof Uint8Array))
    return { mistakes: bytes.code === 'ENOENT' ? [] : [couldNotRead(partnersFile, { wrong: reason(bytes), line: 1, column: 1 })] };
  const read = decoded(bytes);
  return 'text' in read ? { text: read.text, mistakes: [] } : { mistakes: [couldNotRead(partnersFile, read)] };
}

/** Where a change would be one. */
export const pathsOf = ({ configDir, templatesDir }: Deps['settings'], { sources, templates, layouts }: Files): string[] => [
  ...['routes.yaml', partnersFile, silencesFile, ...Object.keys(sources)].map((name) => join(configDir, name)),
  ...(templatesDir === undefined
    ? []
    : [...templates.map(({ name }) => join(templatesDir, name)), ...layouts.map(({ name }) => join(templatesDir, 'layouts', name))]),
];

/** Texts kept from before. Their tests held then, and whatever becomes of them now, there is nothing better to serve. */
export const judgeKept = (files: Files, deps: Deps): Promise<Judged> =>
  judge(files, deps, async (rules) => checkRules(files.sources, rules));

type Untested = (Good & { trials: Trial[] }) | Extract<Judged, { ok: false }>;

/** `unread`: what is said of files whose texts are not there. */
async function judge(
  files: Omit<Files, 'sources'>,
  deps: Deps,
  load: (deps: RulesDeps) => Promise<Loaded>,
  unread: readonly Mistake[] = [],
): Promise<Untested> {
  const { configDir } = deps.settings;
  const secret: RulesDeps['secret'] = deps.secret ?? ((reference) => secretValue(reference, configDir));
  const channels = [...deps.plugins.plugins.values()];
  const broken = deps.plugins.faults.map(({ file }) => pluginName(file));
  const known = [...channels.map(({ type }) => type), ...broken];
  const shipped = await storiesLater(shippedTemplates);
  const told = loadStories({ shipped, operator: files.templates, channels: known, parse, nearest });
  const { stories } = told;
  const asShipped = files.templates.length === 0 && files.layouts.length === 0 && deps.settings.pluginsDir === undefined;
  const laid = loadLayouts({
    shipped: (await layoutTexts(shippedTemplates)).files,
    operator: files.layouts,
    channels,
    broken,
    stories,
    asShipped,
    parse,
    nearest,
  });
  const loaded = await load({
    secret,
    plugins: described(deps.plugins.plugins),
    broken: new Map(deps.plugins.faults.map(({ file, text }) => [pluginName(file), text])),
    events: Object.entries(catalogue).map(([type, { wire, also = [] }]) => ({ type, wire: [wire, ...also] })),
    glob,
    checkStories: (rules, place) => namedStories(rules, told.stories, files.templates, place),
    instant,
    now: deps.now,
  });
  const partners = files.partners === undefined ? undefined : readPartners(files.partners, secret);
  const found = [
    ...unread,
    ...told.mistakes,
    ...laid.mistakes,
    ...(asShipped ? [] : takeoverMistakes(stories, channels, laid.layouts)),
    ...(partners?.ok === false ? partners.mistakes : []),
  ];
  const secrets = [...loaded.secrets, ...(partners?.ok ? partners.secrets : [])];
  if (!loaded.ok) return { ok: false, mistakes: inOrder([...loaded.mistakes, ...inOneLine(found)]), secrets };
  const { brand } = loaded.rules;
  found.push(
    ...ownLayouts(loaded.rules, loaded.sources, deps.plugins, stories),
    ...storyColumns(files.templates, loaded.columns, Object.keys(brand.links ?? {})),
  );
  const errors = inOneLine(found.filter(({ level }) => level === 'error'));
  if (errors.length > 0) return { ok: false, mistakes: inOrder([...errors, ...loaded.warnings]), secrets };
  return {
    ok: true,
    rules: loaded.rules,
    workspaces: loaded.workspaces,
    stories,
    layouts: laid.layouts,
    ...(partners?.ok ? { partners: partners.partners } : {}),
    warnings: [...loaded.warnings, ...found, ...(partners?.ok ? partners.warnings : [])],
    secrets,
    files: { ...files, sources: loaded.sources },
    trials: loaded.trials,
    played: [],
    columns: loaded.columns,
  };
}

const shippedTemplates = fileURLToPath(new URL('../../templates', import.meta.url));

/** A plug-in is a file, or a folder with an index in it. */
const pluginName = (file: string): string => {
  const name = basename(file).replace(/\.\w+$/, '');
  return name === 'index' ? basename(dirname(file)) : name;
};

const parse: Parse = (text, file) => readTree(file, text);

/** Described when a destination names it: what nobody uses costs the start nothing. */
const described = (plugins: LoadedPlugins['plugins']): RulesDeps['plugins'] => ({
  keys: () => plugins.keys(),
  get: (name) => {
    const plugin = plugins.get(name);
    if (plugin === undefined) return undefined;
    const { type, secrets, templates } = pluginInfo(plugin);
    return { type, options: plugin.options, secrets, templates, edits: plugin.capabilities?.update === true };
  },
});

/** Bodies and the like that stand in routes.yaml: `{{…}}` in them is over the message. */
function ownLayouts(rules: Rules, sources: Sources, { plugins }: LoadedPlugins, stories: Stories): Mistake[] {
  let tree: ReturnType<typeof readTree> | undefined;
  return Object.values(rules.destinations).flatMap((destination) => {
    const channel = plugins.get(destination.plugin);
    const option = channel?.content.layoutOption;
    const layout = option === undefined ? undefined : destination.options[option];
    if (channel === undefined || option === undefined || layout === undefined) return [];
    const file = 'routes.yaml';
    tree ??= readTree(file, sources[file] ?? '');
    const { spot } = tree;
    const at = (path: readonly (string | number)[]) => spot(['destinations', destination.name, option, ...path]);
    return ownLayoutMistakes({ channel, layout, file, spot: at }, stories, nearest);
  });
}
