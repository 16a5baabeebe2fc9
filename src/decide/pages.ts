// A list that may grow to thousands in cells: what fills a page gets a cell of its own that deciding never writes again, so that one more costs the same
// however many there are.
import { cell, type Draft } from './draft.ts';

/** What stands under the list's own name: the page that is being filled, and how many are full. */
export type Paged<T> = { items: T[]; pages?: number };

const perPage = 25;

/** `kept:3:digest:down:` of `kept:digest:down:`: beside it, for whoever looks for all of its kind. */
const pageName = (name: string, page: number): string => name.replace(':', `:${page}:`);

export function withOne<T, P extends Paged<T>>(draft: Draft, name: string, list: P, item: T): P {
  if (list.items.length < perPage) return { ...list, items: [...list.items, item] };
  const { pages = 0, items } = list;
  draft.decision.cells[pageName(name, pages)] = JSON.stringify({ items });
  return { ...list, items: [item], pages: pages + 1 };
}

export function allOf<T>(draft: Draft, name: string, { items, pages = 0 }: Paged<T>): T[] {
  const full = Array.from({ length: pages }, (_, page) => cell(draft, pageName(name, page)));
  return [...full.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as Paged<T>).items)), ...items];
}

export function dropAll(draft: Draft, name: string, { pages = 0 }: Paged<unknown>): void {
  for (let page = 0; page < pages; page++) draft.decision.cells[pageName(name, page)] = null;
  draft.decision.cells[name] = null;
}
