// Timers by name and by due time, for a relay on paper: the earliest first, equal times in the order they were set. A binary heap whose dropped
// and moved entries are passed over when they come up, so that a month with tens of thousands of open timers costs no search.
import type { Timer } from '../model.ts';

export type Due = {
  /** A name that is set again moves in time, but keeps its place among equals. */
  set(timer: Timer): void;
  drop(name: string): void;
  /** Takes the first one due by then. */
  take(until: number): Timer | undefined;
  /** In the order they were set. */
  all(): Timer[];
};

type Entry = { timer: Timer; place: number };

export function createDue(): Due {
  const byName = new Map<string, Entry>();
  const heap: Entry[] = [];
  let places = 0;

  return {
    set: (timer) => {
      const entry = { timer, place: byName.get(timer.name)?.place ?? places++ };
      byName.set(timer.name, entry);
      rise(heap, entry);
    },
    drop: (name) => void byName.delete(name),
    take: (until) => {
      for (let first = heap[0]; first !== undefined; first = heap[0]) {
        const current = byName.get(first.timer.name) === first;
        if (current && first.timer.dueAt > until) return undefined;
        sink(heap);
        if (!current) continue;
        byName.delete(first.timer.name);
        return first.timer;
      }
      return undefined;
    },
    all: () => [...byName.values()].map(({ timer }) => timer),
  };
}

const before = (a: Entry, b: Entry): boolean => a.timer.dueAt < b.timer.dueAt || (a.timer.dueAt === b.timer.dueAt && a.place < b.place);

function rise(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(entry, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

/** The first goes, the last takes its place and sinks to where it belongs. */
function sink(heap: Entry[]): void {
  const entry = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, entry)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = entry;
}
