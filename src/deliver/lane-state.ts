// What lanes say and hear: the result of an attempt as a lane needs it, and a lane's health as operators, pages and metrics see it.
import type { OutcomeClass } from '../delivery.ts';

/** What an attempt tells its lane. retry.ts makes it together with the settlement. */
export type LaneSignal = {
  /** lost: its lease was gone before the send, so nothing was tried. */
  outcome: OutcomeClass | 'lost';
  /** The target failed in a way that speaks against sending it more just now. */
  transient?: boolean;
  retryAfterMs?: number;
  error?: string;
};

/** held and open let single probes through. A lane that comes back from either, or from a pause, is ok but starts with one slot. */
export type Health = 'ok' | 'paused' | 'held' | 'open';

/** A person wants nothing sent for now, until it is resumed or that time. */
export type Shut = { by: string; reason: string; since: number; until?: number };

export type Standing = {
  health: Health;
  since: number;
  /** When it tries again. */
  until?: number;
  reason?: string;
  /** Of a pause: the person who wanted it. Absent: the target did. */
  by?: string;
};

export type LaneState = Standing & {
  name: string;
  waiting: number;
  running: number;
  /** How many may run at once now. */
  slots: number;
  lastClass?: LaneSignal['outcome'];
  lastError?: string;
  counts: Partial<Record<LaneSignal['outcome'], number>>;
};

/** Worth storing and telling the operator: a hold begins, an outage lasts, either is over. `after` says why it is over: only `success` is good news. */
export type HealthChange =
  | { health: 'held' | 'open'; since: number; reason: string }
  | { health: 'ok'; since: number; after: 'success' | 'change' | 'removal' | 'operator' };

export type WhyBack = 'paused' | 'held' | 'open' | 'lease' | 'removed' | 'stopping';
