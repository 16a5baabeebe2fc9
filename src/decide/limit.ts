// The limit gate: how many incidents a route may tell of within its window. The window slides: each is counted until exactly so long after it.
import type { Route } from '../rules/rules.ts';
import { cell, type Draft } from './draft.ts';

/** Answers when there is room again, or nothing where there is room now, and then it is taken. An incident counts once. */
export function overLimit(draft: Draft, route: Route, group: string, subject: string): number | undefined {
  const { max, perMs } = route.limit!;
  const told = countedOf(draft, route, group);
  const full = told.length >= max && !told.some(([, one]) => one === subject);
  if (full) return told[0]![0] + perMs;
  count(draft, route, group, subject, told);
  return undefined;
}

/** A digest of what was over the limit counts one, whatever it holds. */
export const countDigest = (draft: Draft, route: Route, group: string): void =>
  count(draft, route, group, `digest:${draft.clock.now}`, countedOf(draft, route, group));

type Counted = [at: number, subject: string];

const cellOf = (route: Route, group: string): string => `limit:${route.name}:${group}`;

function countedOf(draft: Draft, route: Route, group: string): Counted[] {
  const text = cell(draft, cellOf(route, group));
  const all = text === undefined ? [] : (JSON.parse(text) as Counted[]);
  return all.filter(([at]) => draft.clock.now < at + route.limit!.perMs);
}

function count(draft: Draft, route: Route, group: string, subject: string, told: Counted[]): void {
  if (told.some(([, one]) => one === subject)) return;
  draft.decision.cells[cellOf(route, group)] = JSON.stringify([...told, [draft.clock.now, subject] satisfies Counted]);
}
