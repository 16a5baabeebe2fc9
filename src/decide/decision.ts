// What goes into a decision and what comes out: plain data both ways, so that the server, explain, tests and previews call the same function.
import type { Delivery, RelayNotice } from '../delivery.ts';
import type { Event, Incident, Timer, TraceLine, Workspace } from '../model.ts';
import type { Reach, Rules, Silence } from '../rules/rules.ts';

/** Something to decide on. The main thread looks the workspace up and resolves the targets, for it alone has the table and the plug-ins. */
export type Input =
  | { kind: 'event'; event: Event; workspace: Workspace; reach: Reach }
  /** `confirmed`: what the Partner API said of the number, asked at the end of a hold with `confirm`. */
  | { kind: 'timer'; timer: Timer; workspace: Workspace; reach: Reach; lateMs?: number; confirmed?: 'up' | 'down' | 'unknown' }
  /** A delivery died: its `if_it_fails` and the operator are next. */
  | { kind: 'undelivered'; delivery: Delivery; reason: string; workspace: Workspace; reach: Reach }
  /** A person took an incident: nobody is reminded and nothing escalates for its route's `ack_for`. `openedAt`: only the one that began then, for the
   * next outage has the same key. */
  | { kind: 'acknowledge'; incidentKey: string; by: string; reason?: string; openedAt?: number }
  /** A person closes an incident; who was told hears of it. `openedAt` as above. */
  | { kind: 'close'; incidentKey: string; by: string; reason: string; openedAt?: number; workspace: Workspace }
  /** A person mutes what fits, or ends that by id. */
  | { kind: 'silence'; silence: Silence }
  | { kind: 'unsilence'; id: string; by: string; reason?: string }
  /** New files are in force: their silences may be others. */
  | { kind: 'silences' }
  /** The relay has something to say about itself. */
  | { kind: 'relay'; notice: RelayNotice; reach: Reach };

/** What was decided before. Reads only, and always as of this transaction. */
export type Memory = {
  /** Id of the first event with this key within the last 7 days. */
  seen(dedupKey: string): string | undefined;
  incident(key: string): Incident | undefined;
  event(id: string): Event | undefined;
  delivery(id: string): Delivery | undefined;
  /** Deliveries that wait for this one. */
  followers(id: string): Delivery[];
  /** Small facts by name: `first:acme:67890`, `phone:acme:+4912`, `told-relay:…`. */
  cell(key: string): string | undefined;
};

/** `duplicate`: nothing else is set, and `duplicateOf` names the first. */
export type EventOutcome = 'routed' | 'unrouted' | 'stale' | 'counted' | 'duplicate' | 'undecided';

/** What to write, all of it in one transaction. */
export type Decision = {
  /** Set for an event. */
  outcome?: EventOutcome;
  duplicateOf?: string;
  /** For an acknowledgement or a close: the incident as it is now. Absent: there is none. One that is not open, or that began at another time, was not changed. */
  standing?: Incident;
  /** Of the event at hand, or nothing for other inputs. */
  trace: TraceLine[];
  /** Lines for events decided earlier: a hold that ended, a delivery that died. */
  appends: { eventId: string; lines: TraceLine[] }[];
  incidents: Incident[];
  /** null = forget. */
  cells: Record<string, string | null>;
  /** Drops are written before sets: a timer may be dropped and set anew in one decision. */
  timers: { set: Timer[]; drop: string[] };
  /** New ones, `pending`, or `waiting` where `follows` is not final yet. */
  deliveries: Delivery[];
  /** Not yet attempted ones that must not go out any more. */
  cancel: { id: string; reason: string }[];
  /** Leased ones whose send may not have begun: the lane is asked to give them back, and cancels them if it can. */
  recall: string[];
  /** Waiting ones that need not wait any longer. */
  release: string[];
};

export type Clock = { now: number; ids: (prefix: 'e' | 'd') => string };

/** The heart: no clock, no randomness, no I/O of its own. */
export type Decide = (rules: Rules, memory: Memory, input: Input, clock: Clock) => Decision;
