// A search that may find nothing: it looks through only so many rows for one answer, and says how far it came. So each answer is quick, however much
// is stored, and no webhook pays for an index that only a search needs.

export type Looking<Row> = {
  /** The place about so many rows behind `from`, itself included; undefined where the list ends before. */
  edge(from: string | undefined, rows: number): Promise<string | undefined>;
  /** Rows behind `from` down to `edge` that the store can tell are wanted, at most `limit`. */
  rows(from: string | undefined, edge: string | undefined, limit: number): Promise<Row[]>;
  /** Of what the store cannot tell. */
  wanted?(row: Row): boolean;
  cursorOf(row: Row): string;
};

export type Looked<Row> = { items: Row[]; next?: string; edge?: string };

/** `steps`: after so many rows each it is asked anew whether the page is full, so that a common search does not pay for the whole way. */
export async function lookBack<Row>(
  { edge: edgeAfter, rows: read, wanted = () => true, cursorOf }: Looking<Row>,
  { cursor, limit, steps }: { cursor: string | undefined; limit: number; steps: readonly number[] },
): Promise<Looked<Row>> {
  const items: Row[] = [];
  let from = cursor;
  for (const step of steps) {
    const edge = await edgeAfter(from, step);
    let more = true;
    while (more) {
      const rows = await read(from, edge, limit + 1);
      items.push(...rows.filter(wanted));
      if (items.length > limit) return { items: items.slice(0, limit), next: cursorOf(items[limit - 1]!) };
      more = rows.length > limit;
      if (more) from = cursorOf(rows.at(-1)!);
    }
    if (edge === undefined) return { items };
    from = edge;
  }
  return { items, next: from!, edge: from! };
}
