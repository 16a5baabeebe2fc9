// The nouns of the relay, as every stage, thread, test and page knows them. Types and closed lists only: nothing here runs,
// so importing it costs a thread nothing. Times are milliseconds since 1970 UTC; ids are text.

export const eventTypes = [
  'seats-full',
  'messaging-90',
  'messaging-100',
  'transactions-100',
  'api-calls-100',
  'disconnected',
  'connected',
  'token-rotated',
] as const;
export type EventType = (typeof eventTypes)[number] | 'unknown';

/** What an event begins or ends, as an incident's key begins with it. */
export const conditions = ['wa', 'messages', 'transactions', 'api-calls', 'seats'] as const;

export type Severity = 'info' | 'warning' | 'critical';
export type Phase = 'firing' | 'resolved' | 'notice';

/** How the sender of a webhook proved who it is; `asked`: no webhook came, the relay asked the Partner API. */
export type Proof = 'signature' | 'token' | 'unsigned' | 'asked';

/** One webhook, normalised. What the body does not say is absent, never null or 0. */
export type Event = {
  /** `e_` and a ULID. */
  id: string;
  /** Partner id: from the verified signature, else from the body, else ''. */
  partner: string;
  proof: Proof;
  type: EventType;
  /** As it came, `workspace:quota_full:messaging`. */
  wireType: string;
  severity: Severity;
  /** `connected` carries `resolved`; whether it ends something or is a plain notice is decided later. */
  phase: Phase;
  /** 1 or 2 for conditions (messaging-90 is 1, messaging-100 is 2), 0 for notices. */
  level: number;
  workspaceId: string;
  account?: { id?: string; phone?: string; userId?: string; reason?: string };
  usage?: { resource: 'messages' | 'api-calls'; used: number; total: number; percent: number };
  seats?: { purchased: number };
  period?: { start?: number; end: number };
  /** Absent for a notice. `wa:acme:67890`, `messages:acme:2026-12-01T00`, `seats:acme`. */
  incidentKey?: string;
  /** When the source says it happened; the receive time where it says nothing or a time over 5 minutes ahead. */
  triggeredAt: number;
  receivedAt: number;
  /** Equal for two copies of one webhook: 64 hex digits: the event time, where there is one, then a SHA-256 over partner, type,
   * workspace, subject and event time. */
  dedupKey: string;
};

/** A row of the workspaces table, or just the id where the table has none. Columns of the operator's own are kept under their names. */
export type Workspace = {
  id: string;
  name?: string;
  tags?: string[];
  timezone?: string;
  language?: string;
  [column: string]: string | string[] | undefined;
};

/** Who was told of an incident, at which level, by which delivery. A recovery follows these. */
export type Told = {
  /** `<plug-in>:<target>`: what duplicates count by. */
  target: string;
  destination: string;
  route: string;
  level: number;
  delivery: string;
  /** As one of the next people: not reminded. */
  escalated?: true;
};

/** What a route is doing about an open incident: waiting out its hold, muted by a silence, keeping it for a digest, mute because it flaps, or done
 * deciding; and reminders sent so far. */
export type RouteProgress = {
  state: 'held' | 'silenced' | 'kept' | 'unstable' | 'told' | 'cancelled';
  until?: number;
  eventId: string;
  reminders?: number;
  /** Those of them that may still be on their way. */
  reminding?: string[];
  /** Of a silenced one: the silence it waits for. */
  silence?: string;
};

/** A condition that begins and may end. */
export type Incident = {
  key: string;
  workspaceId: string;
  /** Of the event that opened it, or last raised it. */
  type: EventType;
  severity: Severity;
  level: number;
  open: boolean;
  /** Event time of the problem that opened it. */
  openedAt: number;
  /** Receive time of the event that opened it; ages count from here. */
  receivedAt: number;
  /** Latest event time applied, problem or recovery: anything older is stale. */
  changedAt: number;
  endedAt?: number;
  endedBy?: 'recovery' | 'time' | 'person';
  /** The event whose words tell it: opened it, raised it, or came again while held. */
  eventId: string;
  /** How many events said so. */
  count: number;
  phone?: string;
  /** Somebody took it: no reminder and no escalation until then. A raise ends it. */
  acknowledged?: { at: number; until: number; by: string; reason?: string };
  /** `endedBy` is person: who closed it, and why. `recoveredAt`: it came back after all, which was nothing new; the next time is. */
  closed?: { by: string; reason: string; recoveredAt?: number };
  routes: Record<string, RouteProgress>;
  told: Told[];
};

export const gates = [
  'verify',
  'store',
  'dedupe',
  'enrich',
  'incident',
  'match',
  'silence',
  'hold',
  'flapping',
  'quiet',
  'limit',
  'digest',
  'storm',
  'deliver',
  'receipt',
  'repeat',
  'escalate',
] as const;
export type Gate = (typeof gates)[number];

/** One line of the answer to "why did, why didn't I get this?". */
export type TraceLine = { at: number; gate: Gate; text: string };

/** A due time kept as a row. The name is its identity: setting it again moves it, dropping it ends it. */
export type Timer = {
  name: string;
  dueAt: number;
  /** replan: a hold that new files may have made shorter. */
  kind: 'hold' | 'replan' | 'close' | 'flush' | 'repeat' | 'escalate' | 'silence' | 'steady' | 'storm';
  workspaceId: string;
  incidentKey: string;
  route?: string;
};
