// What is remembered of a number that comes and goes: for each route its drops of the last while, and whether it was told as unstable.
import type { Incident } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import { cell, type Draft } from './draft.ts';

export type Flaps = {
  /** When those within the window happened, by the events' own time. */
  drops: number[];
  withinMs: number;
  /** It has been steady when no drop came until then. */
  until: number;
  /** Told as unstable: since the first of its drops, so many in all; `back` is the event of the latest recovery. */
  unstable?: { since: number; count: number; back?: string };
};

const nameOf = (route: string, key: string): string => `flaps:${route}:${key}`;

const steadyName = (route: string, key: string): string => `steady:${key}:${route}`;

export function flapsOf(draft: Draft, route: string, key: string): Flaps | undefined {
  const text = cell(draft, nameOf(route, key));
  return text === undefined ? undefined : (JSON.parse(text) as Flaps);
}

/** With the timer that forgets them: a number that never drops again must not stay for ever. */
export function putFlaps(draft: Draft, { name }: Route, { key, workspaceId }: Incident, flaps: Flaps): void {
  draft.decision.cells[nameOf(name, key)] = JSON.stringify(flaps);
  draft.decision.timers.set.push({
    name: steadyName(name, key),
    dueAt: flaps.until,
    kind: 'steady',
    workspaceId,
    incidentKey: key,
    route: name,
  });
}

export function dropFlaps(draft: Draft, route: string, key: string): void {
  draft.decision.cells[nameOf(route, key)] = null;
}

/** With its timer. */
export function stopFlaps(draft: Draft, route: string, key: string): void {
  dropFlaps(draft, route, key);
  draft.decision.timers.drop.push(steadyName(route, key));
}

export const isUnstable = (draft: Draft, route: string, key: string): boolean => flapsOf(draft, route, key)?.unstable !== undefined;

export function cameBack(draft: Draft, route: string, key: string, eventId: string): void {
  const flaps = flapsOf(draft, route, key);
  if (flaps?.unstable === undefined) return;
  draft.decision.cells[nameOf(route, key)] = JSON.stringify({ ...flaps, unstable: { ...flaps.unstable, back: eventId } } satisfies Flaps);
}
