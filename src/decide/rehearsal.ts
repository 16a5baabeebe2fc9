// A relay on paper: the same decide over a memory in maps, with its timers on a clock of its own. For explain, previews and tests; nothing is stored or sent.
import type { Delivery } from '../delivery.ts';
import type { Event, Incident, Timer, TraceLine, Workspace } from '../model.ts';
import type { Reach, Rules } from '../rules/rules.ts';
import { decide } from './decide.ts';
import type { Decision, Input, Memory } from './decision.ts';
import { createDue } from './due.ts';

/** What a delivery comes to the moment it is made: heard at once, never reached, or still on its way. */
export type Fate = 'delivered' | 'dead' | 'pending';

export type Rehearsal = {
  memory: Memory;
  /** Decides and remembers. */
  put(input: Input, now: number): Decision;
  /** Runs every timer due up to `until`, in order. */
  runTo(until: number): Decision[];
  trace(eventId: string): TraceLine[];
  /** New files are in force: each hold that still runs is due, and decided anew. */
  replan(now: number): void;
  deliveries(): Delivery[];
  timers(): Timer[];
};

export function rehearse(options: {
  rules: () => Rules;
  workspace: (id: string) => Workspace;
  reach: (workspace: Workspace) => Reach;
  fate?: (delivery: Delivery) => Fate;
  /** Default yes; a month of traces is a gigabyte. */
  keepTraces?: boolean;
}): Rehearsal {
  const events = new Map<string, Event>();
  const seen = new Map<string, string>();
  const incidents = new Map<string, Incident>();
  const deliveries = new Map<string, Delivery>();
  const cells = new Map<string, string>();
  /** Ids of what was made to wait for it, by delivery. */
  const behind = new Map<string, string[]>();
  const timers = createDue();
  const traces = new Map<string, TraceLine[]>();
  const { keepTraces = true } = options;
  let made = 0;

  const memory: Memory = {
    seen: (key) => seen.get(key),
    incident: (key) => incidents.get(key),
    event: (id) => events.get(id),
    delivery: (id) => deliveries.get(id),
    followers: (id) => (behind.get(id) ?? []).map((one) => deliveries.get(one)!).filter(({ state }) => state === 'waiting'),
    cell: (key) => cells.get(key),
  };

  const put = (input: Input, now: number): Decision => {
    const decision = decide(options.rules(), memory, input, { now, ids: (prefix) => `${prefix}_${String(++made).padStart(6, '0')}` });
    if (input.kind === 'event' && decision.outcome !== 'duplicate') {
      events.set(input.event.id, input.event);
      seen.set(input.event.dedupKey, input.event.id);
      if (keepTraces) traces.set(input.event.id, [...decision.trace]);
    }
    apply(decision);
    for (const delivery of decision.deliveries) settle(delivery.id, now);
    return decision;
  };

  const apply = (decision: Decision) => {
    if (keepTraces) for (const { eventId, lines } of decision.appends) traces.set(eventId, [...(traces.get(eventId) ?? []), ...lines]);
    // Not copied: decide changes copies of its own (draft.ts).
    for (const incident of decision.incidents) incidents.set(incident.key, incident);
    for (const [key, value] of Object.entries(decision.cells)) value === null ? cells.delete(key) : cells.set(key, value);
    for (const name of decision.timers.drop) timers.drop(name);
    for (const timer of decision.timers.set) timers.set(timer);
    for (const delivery of decision.deliveries) {
      deliveries.set(delivery.id, delivery);
      if (delivery.follows === undefined) continue;
      const known = behind.get(delivery.follows);
      if (known === undefined) behind.set(delivery.follows, [delivery.id]);
      else known.push(delivery.id);
    }
    for (const { id } of decision.cancel) patch(id, { state: 'cancelled' });
    for (const id of decision.release) patch(id, { state: 'pending' });
  };

  const patch = (id: string, change: Partial<Delivery>) => {
    const known = deliveries.get(id);
    if (known) deliveries.set(id, { ...known, ...change });
  };

  const settle = (id: string, now: number) => {
    const delivery = deliveries.get(id);
    if (delivery === undefined || delivery.state === 'cancelled') return;
    const fate = options.fate?.(delivery) ?? 'delivered';
    if (fate === 'pending') return;
    patch(id, { state: fate, attempts: 1, claims: 1, endedAt: now, ...(fate === 'delivered' ? { receipt: { paper: id } } : {}) });
    if (fate !== 'dead') return;
    const workspace = options.workspace(events.get(delivery.eventId ?? '')?.workspaceId ?? '');
    put({ kind: 'undelivered', delivery, reason: 'it could not be reached', workspace, reach: options.reach(workspace) }, now);
  };

  return {
    memory,
    put,
    runTo: (until) => {
      const decisions: Decision[] = [];
      for (;;) {
        const next = timers.take(until);
        if (next === undefined) return decisions;
        const workspace = options.workspace(next.workspaceId);
        decisions.push(put({ kind: 'timer', timer: next, workspace, reach: options.reach(workspace) }, next.dueAt));
      }
    },
    replan: (now) => {
      for (const timer of timers.all())
        if (timer.kind === 'hold' && timer.dueAt > now) timers.set({ ...timer, kind: 'replan', dueAt: now });
    },
    trace: (eventId) => traces.get(eventId) ?? [],
    deliveries: () => [...deliveries.values()],
    timers: () => timers.all(),
  };
}
