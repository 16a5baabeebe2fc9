// A decision while it is being made: the gates write into it, and read their own writes back before memory's.
import type { Details } from '../delivery.ts';
import type { Event, Gate, Incident, TraceLine, Workspace } from '../model.ts';
import type { Reach, Rules } from '../rules/rules.ts';
import type { Clock, Decision, Memory } from './decision.ts';

export type Draft = {
  rules: Rules;
  memory: Memory;
  clock: Clock;
  decision: Decision;
  /** What the input came with: the event at hand, which memory does not know yet, and the workspace's row. */
  at: Partial<Pick<Case, 'event' | 'workspace'>>;
  /** Targets told in this decision, whatever the route: target → route. */
  told: Map<string, string>;
  /** What it changes of incidents, by key: a digest or storm is of thousands. */
  changed: Map<string, Incident>;
};

export const draftOf = (rules: Rules, memory: Memory, clock: Clock, at: Draft['at']): Draft => ({
  rules,
  memory,
  clock,
  at,
  told: new Map(),
  changed: new Map(),
  decision: {
    trace: [],
    appends: [],
    incidents: [],
    cells: {},
    timers: { set: [], drop: [] },
    deliveries: [],
    cancel: [],
    recall: [],
    release: [],
  },
});

/** A small fact as this decision leaves it. */
export function cell({ decision, memory }: Draft, name: string): string | undefined {
  const own = decision.cells[name];
  return own === undefined ? memory.cell(name) : (own ?? undefined);
}

/** What a message says of a timer that ran late. */
export const lateness = ({ lateMs }: { lateMs?: number }): Pick<Details, 'lateMs'> => (lateMs === undefined ? {} : { lateMs });

/** An event with what is known of its workspace. */
export type Case = { event: Event; workspace: Workspace; reach: Reach };

/** Writes a line of the event at hand. */
export type Say = (gate: Gate, text: string) => void;

export const sayer =
  (draft: Draft): Say =>
  (gate, text) => {
    draft.decision.trace.push({ at: draft.clock.now, gate, text });
  };

/** Writes lines of an event decided earlier; nothing is appended where nothing is said. */
export function sayerFor(draft: Draft, eventId: string | undefined): Say {
  if (eventId === undefined) return () => {};
  let lines: TraceLine[] | undefined;
  return (gate, text) => {
    if (lines === undefined) {
      lines = [];
      draft.decision.appends.push({ eventId, lines });
    }
    lines.push({ at: draft.clock.now, gate, text });
  };
}

/** Memory hands out what is stored, so a change is made on a copy and written whole. */
export function change(draft: Draft, incident: Incident): Incident {
  const known = draft.changed.get(incident.key);
  if (known) return known;
  const copy: Incident = { ...incident, routes: { ...incident.routes }, told: [...incident.told] };
  draft.changed.set(copy.key, copy);
  draft.decision.incidents.push(copy);
  return copy;
}
