// Routes whose `where` can never hold, only where that is certain: no such event has the field, or nobody in the table is meant.

import type { Workspace } from '../model.ts';
import { typesOf } from './dead-ends.ts';
import type { Mistake } from './mistake.ts';
import { map, type Outline, type RouteOutline, type WhereOutline } from './outline.ts';
import type { Known } from './references.ts';
import type { Path, Tree } from './tree.ts';

const levels: Readonly<Record<string, readonly string[]>> = {
  1: ['seats-full', 'messaging-90', 'transactions-100', 'api-calls-100', 'disconnected'],
  2: ['messaging-100'],
};
/** What an unknown event may hold nobody knows. */
const having: Readonly<Record<string, readonly string[]>> = {
  account: ['connected', 'disconnected', 'unknown'],
  phone: ['connected', 'disconnected', 'unknown'],
  reason: ['disconnected', 'unknown'],
  percent: ['messaging-90', 'messaging-100', 'api-calls-100', 'unknown'],
  first_time: ['connected'],
};

export function never(tree: Tree, file: Outline, known: Known): Mistake[] {
  return file.routes.flatMap((route) => {
    const where = route.blocks.find(({ path }) => path.at(-1) === 'where');
    if (where === undefined || tree.spoiled(where.path)) return [];
    const found = noSuchEvent(route, where, known) ?? nobody(tree, route, where, known);
    return found === undefined
      ? []
      : [tree.mistake(found.path, 'value', { code: 'advice', level: 'warning', text: `This route can never match: ${found.why}` })];
  });
}

type Found = { path: Path; why: string };

/** Conditions that no one event of the route meets together. */
function noSuchEvent(route: RouteOutline, { keys }: WhereOutline, known: Known): Found | undefined {
  const raw = map(route.raw.where);
  const all = typesOf(route, known);
  let left = all;
  // A wire name may be of one event or another.
  if (left.length === 0 || route.events?.some(({ text }) => text.includes(':'))) return undefined;
  for (const { text: key, path } of keys) {
    const wanted = key === 'level' ? textsOf(raw.level).flatMap((one) => levels[one] ?? []) : having[key];
    if (wanted === undefined || (key === 'level' && wanted.length === 0)) continue;
    const before = left;
    left = left.filter((type) => wanted.includes(type));
    if (left.length > 0) continue;
    const named = (list: readonly string[]) => list.filter((type) => type !== 'unknown').join(', ') || 'what this relay does not know';
    const what = key === 'level' ? `level: ${textsOf(raw.level).join(' or ')}` : key;
    const others = before === all ? 'the route is for' : 'the conditions before it leave only';
    return { path, why: `\`${what}\` is only of ${named(wanted)}, and ${others} ${named(before)}.` };
  }
  return undefined;
}

/** A workspace that is not in the table has its id and nothing else, so only ids can be of somebody who is not there yet. */
function nobody(tree: Tree, route: RouteOutline, { segments, path }: WhereOutline, { columns, rows, glob }: Known): Found | undefined {
  const all = columns === 'none' ? () => [] : rows;
  if (all === undefined) return undefined;
  const raw = map(map(tree.value).segments);
  const isOpen = (segment: Record<string, unknown>) => 'ids' in segment || !('tags' in segment || 'tags_all' in segment);
  const open = segments.some(({ text }) => !(text in raw) || isOpen(map(raw[text])));
  const tags = textsOf(map(route.raw.where).tag);
  const empty = (what: string) =>
    columns === 'none' ? `there is no workspaces table, so nobody ${what}.` : `nobody in the workspaces table ${what}.`;
  if (segments.length > 0 && !open && !has(all(), (row) => segments.some(({ text }) => isIn(map(raw[text]), row))))
    return { path: segments[0]!.path, why: empty(`is in ${words(segments.map(({ text }) => text))}`) };
  if (tags.length > 0 && !has(all(), (row) => tags.some((tag) => row.tags?.some((one) => glob(tag, one)) === true)))
    return { path: [...path, 'tag'], why: empty(`has the tag ${words(tags)}`) };
  return undefined;
}

const words = (names: string[]): string => names.map((one) => `\`${one}\``).join(' or ');

function has(rows: Iterable<Workspace>, fits: (row: Workspace) => boolean): boolean {
  for (const row of rows) if (fits(row)) return true;
  return false;
}

function isIn(segment: Record<string, unknown>, { tags = [] }: Workspace): boolean {
  const tagged = (wanted: string) => tags.some((one) => one.toLowerCase() === wanted.toLowerCase());
  const every = textsOf(segment.tags_all);
  return textsOf(segment.tags).some(tagged) || (every.length > 0 && every.every(tagged));
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string').map((one) => one.trim());
