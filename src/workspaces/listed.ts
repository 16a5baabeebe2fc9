// The list of workspaces: which fit what is asked, in which order, which page of them. Pure: over all that the files and the store know of.
import { fullest, type Stage, stageOf, type Tally } from './tally.ts';

/** A workspace before anything is read of its state. */
export type Known = {
  id: string;
  name?: string | undefined;
  tags: readonly string[];
  /** What is searched, in small letters. */
  text: string;
  /** By whose letters it stands in the list. */
  order: string;
};
/** What the store says of one, asked only where it matters. */
export type Standing = { tally(id: string): Tally | undefined; open(id: string): number };

export const orders = ['name', 'last-event', 'fullest'] as const;
export type Order = (typeof orders)[number];

export type Asked = {
  search?: string | undefined;
  tag?: string | undefined;
  state?: Stage | undefined;
  /** With an open incident. */
  open?: boolean | undefined;
  sort: Order;
  /** The place of the last one of the page before. */
  after?: [value: string, id: string] | undefined;
  limit: number;
};

export type Listed<K> = {
  items: K[];
  total: number;
  /** The place of the last one, where more follow. */
  last?: [value: string, id: string];
};

/** As `all` has to stand. */
export function byName(one: Known, other: Known): number {
  if (one.order !== other.order) return one.order < other.order ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

export function listed<K extends Known>(
  all: readonly K[],
  asked: Asked,
  standing: Standing,
  isIn: ((known: K) => boolean) | undefined,
  now: number,
): Listed<K> {
  const fitting = all.filter(fits(asked, standing, isIn));
  const value = valueBy(asked.sort, standing, now);
  const sorted = asked.sort === 'name' ? fitting : greatestFirst(fitting, value);
  const from = beyond(sorted, value, all, asked);
  const items = sorted.slice(from, from + asked.limit);
  const last = from + asked.limit < sorted.length ? items.at(-1) : undefined;
  return {
    items,
    total: sorted.length,
    ...(last !== undefined && { last: [asked.sort === 'name' ? '' : String(value(last)), last.id] }),
  };
}

/** Those of one number stay by name, for the sort is stable. */
function greatestFirst<K extends Known>(all: readonly K[], value: (one: K) => number): K[] {
  const places = all.map((one) => ({ one, value: value(one) }));
  return places.sort((a, b) => b.value - a.value).map(({ one }) => one);
}

function fits<K extends Known>(
  { search, tag, state, open }: Asked,
  standing: Standing,
  isIn: ((known: K) => boolean) | undefined,
): (known: K) => boolean {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const small = tag?.toLowerCase();
  return (known) =>
    words.every((word) => known.text.includes(word)) &&
    (small === undefined || known.tags.some((one) => one.toLowerCase() === small)) &&
    (state === undefined || stageOf(standing.tally(known.id)) === state) &&
    (open === undefined || standing.open(known.id) > 0 === open) &&
    (isIn === undefined || isIn(known));
}

/** By name all are equal in number. */
function valueBy(sort: Order, { tally }: Standing, now: number): (one: Known) => number {
  if (sort === 'name') return () => 0;
  const numberOf = sort === 'last-event' ? (one: Tally) => one.lastAt : (one: Tally) => fullest(one, now);
  return ({ id }) => {
    const own = tally(id);
    return (own && numberOf(own)) ?? -1;
  };
}

/** Where the page after begins, also where the last one has moved on meanwhile or is gone. */
function beyond(sorted: readonly Known[], value: (one: Known) => number, all: readonly Known[], { sort, after }: Asked): number {
  if (after === undefined) return 0;
  const [said, id] = after;
  const least = sort === 'name' ? 0 : Number(said);
  const last: Known = { id, order: all.find((one) => one.id === id)?.order ?? id.toLowerCase(), tags: [], text: '' };
  const found = sorted.findIndex((one) => value(one) < least || (value(one) === least && byName(one, last) > 0));
  return found < 0 ? sorted.length : found;
}
