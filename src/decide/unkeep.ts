// A notice that one route keeps and another tells at once: one target hears of an event once. Only notices need it: what an incident's targets were
// told is known when its digest is due.
import type { Draft } from './draft.ts';
import type { Bag } from './keep.ts';

/** Whether the decision at hand keeps this event for that target. */
export const isKeptFor = (draft: Draft, event: string, target: string): boolean => find(draft, event, target) !== undefined;

/** Takes it out of what is kept. Answers whether it was there. */
export function unkeep(draft: Draft, event: string, target: string): boolean {
  const found = find(draft, event, target);
  if (found === undefined) return false;
  const { name, bag } = found;
  const items = bag.items
    .map((item) => (item.event === event ? { ...item, for: item.for.filter((one) => one.target !== target) } : item))
    .filter((item) => item.for.length > 0);
  draft.decision.cells[name] = JSON.stringify({ ...bag, items } satisfies Bag);
  return true;
}

function find({ decision }: Draft, event: string, target: string): { name: string; bag: Bag } | undefined {
  for (const [name, text] of Object.entries(decision.cells)) {
    if (text === null || !name.startsWith('kept:')) continue;
    const bag = JSON.parse(text) as Bag;
    if (bag.items.some((item) => item.event === event && item.for.some((one) => one.target === target))) return { name, bag };
  }
  return undefined;
}
