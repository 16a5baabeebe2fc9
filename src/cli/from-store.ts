// Reads the relay's store without writing to it, whether the relay runs or not.
import type { Settings } from '../settings.ts';
import { openReader, type Page, type Paging, type Reader } from '../store/reader.ts';

export async function fromStore<T>({ databaseUrl }: Settings, ask: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await openReader(databaseUrl);
  try {
    return await ask(reader);
  } finally {
    await reader.close();
  }
}

/** A search answers before its page is full where it has looked far enough for one answer. Nobody waits behind this one, so it looks on. */
export async function fullPage<T, F extends Paging>(read: (filter: F) => Promise<Page<T>>, filter: F): Promise<Page<T>> {
  const { limit = 50 } = filter;
  const items: T[] = [];
  let cursor = filter.cursor;
  do {
    const page = await read({ ...filter, cursor, limit: limit - items.length });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && items.length < limit);
  return { items, ...(cursor !== undefined && { next: cursor }) };
}
