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
export type Candidate = { known: Known; tally: Tally | undefined; open: number };

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

export type Listed = {
  items: Candidate[];
  total: number /** The place of the last one, where more follow. */;
  last?: [value: string, id: string];
};

export function listed(all: Iterable<Candidate>, asked: Asked, isIn: ((known: Known) => boolean) | undefined, now: number): Listed {
  const words = (asked.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const tag = asked.tag?.toLowerCase();
  const fits = ({ known, tally, open }: Candidate) =>
    (asked.state === undefined || stageOf(tally) === asked.state) &&
    (asked.open === undefined || open > 0 === asked.open) &&
    words.every((word) => known.text.includes(word)) &&
    (tag === undefined || known.tags.some((one) => one.toLowerCase() === tag)) &&
    (isIn === undefined || isIn(known));
  const value = valueBy(asked.sort, now);
  const places: Place[] = [];
  for (const one of all) if (fits(one)) places.push({ one, value: value(one) });
  const total = places.length;
  places.sort(inOrder);
  const from = asked.after === undefined ? 0 : beyond(places, asked.sort, asked.after);
  const page = places.slice(from, from + asked.limit);
  const last = from + asked.limit < total ? page.at(-1) : undefined;
  return {
    items: page.map(({ one }) => one),
    total,
    ...(last !== undefined && { last: [asked.sort === 'name' ? '' : String(last.value), last.one.known.id] }),
  };
}

type Place = { one: Candidate /** Of numbers the greater comes first. */; value: number };

/** By name all are equal in number, and those of one number stand by name. */
function valueBy(sort: Order, now: number): (one: Candidate) => number {
  if (sort === 'last-event') return ({ tally }) => tally?.lastAt ?? -1;
  if (sort === 'fullest') return ({ tally }) => (tally && fullest(tally, now)) ?? -1;
  return () => 0;
}

function inOrder(a: Place, b: Place): number {
  if (a.value !== b.value) return b.value - a.value;
  const [one, other] = [a.one.known, b.one.known];
  if (one.order !== other.order) return one.order < other.order ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Where the page after begins, also where the last one has moved on meanwhile or is gone. */
function beyond(places: readonly Place[], sort: Order, [value, id]: [string, string]): number {
  const order = places.find(({ one }) => one.known.id === id)?.one.known.order ?? id.toLowerCase();
  const last = { value: sort === 'name' ? 0 : Number(value), one: { known: { id, order } } } as Place;
  const found = places.findIndex((place) => inOrder(place, last) > 0);
  return found < 0 ? places.length : found;
}
