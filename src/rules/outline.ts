// Everything in routes.yaml that refers to something else, with the place it stands at: read from the raw tree, so that references are checked in
// the same run in which a route has a bad duration.
import type { Path, Tree } from './tree.ts';

/** A text and where it stands. */
export type Ref = { text: string; path: Path };

export type WhereOutline = { path: Path; keys: Ref[]; segments: Ref[]; columns: Ref[]; lacks: Ref[] };

export type SendOutline = {
  send: Ref[];
  /** `send` was one text, not a list. */
  alone: boolean;
};

export type RouteOutline = SendOutline & {
  path: Path;
  /** As it stands, for whoever looks at a key that is nothing but a value. */
  raw: Raw;
  name?: Ref;
  enabled: boolean;
  events?: Ref[];
  unchecked: boolean;
  blocks: WhereOutline[];
  stop: boolean;
  /** The name of its quiet hours. */
  quiet?: Ref;
  escalate: SendOutline[];
};

/** A story that is named, and in which route or destination. */
export type StoryRef = Ref & ({ route: string } | { destination: string });

export type Outline = {
  table?: Ref;
  stories: StoryRef[];
  segments: string[];
  quietHours: string[];
  destinations: Map<string, { path: Path; options: Record<string, unknown>; plugin?: Ref; ifItFails?: Ref; ifEmpty?: Ref }>;
  routes: RouteOutline[];
  fallback?: Ref[];
  operator?: Ref;
};

export type Raw = Record<string, unknown>;

export function outline(tree: Tree): Outline {
  const file = map(tree.value);
  const table = ref(map(file.workspaces).file, ['workspaces', 'file']);
  const operator = ref(file.operator, ['operator']);
  return {
    ...(table && { table }),
    stories: storiesOf(file),
    segments: Object.keys(map(file.segments)),
    quietHours: Object.keys(map(file.quiet_hours)),
    destinations: new Map(
      Object.entries(map(file.destinations)).map(([name, raw]) => [name, destination(map(raw), ['destinations', name])]),
    ),
    routes: Array.isArray(file.routes) ? file.routes.map((raw, at) => route(map(raw), ['routes', at])) : [],
    ...('fallback' in file && { fallback: sends(map(file.fallback).send, ['fallback', 'send']) }),
    ...(operator && { operator }),
  };
}

function destination(raw: Raw, path: Path) {
  const plugin = ref(raw.plugin, [...path, 'plugin']);
  const ifItFails = ref(raw.if_it_fails, [...path, 'if_it_fails']);
  const ifEmpty = ref(raw.if_empty, [...path, 'if_empty']);
  return { path, options: raw, ...(plugin && { plugin }), ...(ifItFails && { ifItFails }), ...(ifEmpty && { ifEmpty }) };
}

function route(raw: Raw, path: Path): RouteOutline {
  const name = ref(raw.name, [...path, 'name']);
  const blocks = 'where' in raw ? [block(map(raw.where), [...path, 'where'])] : [];
  if (Array.isArray(raw.except)) blocks.push(...raw.except.map((one, at) => block(map(one), [...path, 'except', at])));
  const quiet = ref(raw.quiet, [...path, 'quiet']) ?? ref(map(raw.quiet).during, [...path, 'quiet', 'during']);
  const steps = Array.isArray(raw.escalate) ? raw.escalate : [];
  if ('lacks' in raw) blocks.push({ path, keys: [], segments: [], columns: [], lacks: refs(raw.lacks, [...path, 'lacks']) });
  return {
    path,
    raw,
    ...(name && { name }),
    enabled: raw.enabled !== 'no' && raw.enabled !== 'false',
    ...('events' in raw && { events: refs(raw.events, [...path, 'events']) }),
    unchecked: raw.events_unchecked === 'yes' || raw.events_unchecked === 'true',
    blocks,
    ...sent(raw, path),
    stop: raw.stop === 'yes' || raw.stop === 'true',
    ...(quiet && { quiet }),
    escalate: steps.map((step, at) => sent(map(step), [...path, 'escalate', at])),
  };
}

const sent = (raw: Raw, path: Path): SendOutline => ({ send: sends(raw.send, [...path, 'send']), alone: typeof raw.send === 'string' });
/** Of any block of conditions. */
export const outlineWhere = (value: unknown, path: Path): WhereOutline => block(map(value), path);

function block(raw: Raw, path: Path): WhereOutline {
  const keys = Object.keys(raw).map((key) => ({ text: key, path: [...path, key] }));
  return {
    path,
    keys,
    segments: refs(raw.segment, [...path, 'segment']),
    columns: keys.filter(({ text }) => text.startsWith('workspace.')),
    lacks: refs(raw.lacks, [...path, 'lacks']),
  };
}

function storiesOf({ routes, destinations }: Raw): StoryRef[] {
  const own = (raw: unknown, path: Path) => ref(map(raw).template, [...path, 'template']) ?? [];
  const listed = (list: unknown, path: Path) => (Array.isArray(list) ? list.flatMap((one, at) => own(one, [...path, at])) : []);
  const ofRoutes = (Array.isArray(routes) ? routes : []).flatMap((raw, at) => {
    const path = ['routes', at];
    const { send, escalate, name } = map(raw);
    const steps = Array.isArray(escalate) ? escalate : [];
    const named = [
      ...[own(raw, path)].flat(),
      ...listed(send, [...path, 'send']),
      ...steps.flatMap((step, nth) => listed(map(step).send, [...path, 'escalate', nth, 'send'])),
    ];
    return named.map((one) => ({ ...one, route: String(name).trim() }));
  });
  const ofDestinations = Object.entries(map(destinations)).flatMap(([name, raw]) =>
    [own(raw, ['destinations', name])].flat().map((one) => ({ ...one, destination: name })),
  );
  return [...ofRoutes, ...ofDestinations];
}

export const map = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : Object.create(null);

const ref = (value: unknown, path: Path): Ref | undefined => (typeof value === 'string' ? { text: value.trim(), path } : undefined);

const refs = (value: unknown, path: Path): Ref[] => {
  if (typeof value === 'string') return [{ text: value.trim(), path }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, at) => ref(one, [...path, at]) ?? []);
};

const sends = (value: unknown, path: Path): Ref[] => {
  if (!Array.isArray(value)) return refs(value, path);
  return value.flatMap((one, at) => (typeof one === 'string' ? refs(one, [...path, at]) : (ref(map(one).to, [...path, at, 'to']) ?? [])));
};

export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}
