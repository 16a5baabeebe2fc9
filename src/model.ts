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

export type Severity = 'info' | 'warning' | 'critical';
export type Phase = 'firing' | 'resolved' | 'notice';

/** How the sender of a webhook proved who it is. */
export type Proof = 'signature' | 'token' | 'unsigned';

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
};

/** What a route is doing about an open incident: waiting out its hold, keeping it for a digest, or done deciding; and reminders sent so far. */
export type RouteProgress = { state: 'held' | 'kept' | 'told' | 'cancelled'; until?: number; eventId: string; reminders?: number };

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
  routes: Record<string, RouteProgress>;
  told: Told[];
};

export const deliveryKinds = [
  'alert',
  'resolved',
  'digest',
  'reminder',
  'escalation',
  'storm',
  'flapping',
  'notice',
  'test',
  'relay',
] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/** waiting: for the delivery it follows · leased: with a lane · the last three are final. */
export const deliveryStates = ['waiting', 'pending', 'leased', 'delivered', 'dead', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** What the relay has to tell about itself. `code` is one of errors.ts; `text` says what was found and how to mend it. */
export type RelayNotice = {
  code: string;
  subject: string;
  text: string;
  /** The destination that is in trouble: the operator is told by another way. */
  destination?: string;
};

/** What a message needs beyond its event. Plain JSON, small; kept with the delivery. */
export type Details = {
  firstTime?: boolean;
  /** When the condition began (event time) and, for a recovery, when it ended. */
  since?: number;
  endedAt?: number;
  /** Timer ran this late after a restart, in ms. */
  lateMs?: number;
  /** The destinations that could not be reached before this one. */
  insteadOf?: string[];
  /** Why a person had it sent again. */
  replayReason?: string;
  relay?: RelayNotice;
  /** How a recovery is told where its problem was; absent = edit, else answer, else a new message. */
  whenResolved?: 'thread' | 'new';
  /** Event ids of a digest, or of the ends of one: what it tells of, in order. */
  members?: string[];
  /** How many came and went while a digest was kept. */
  gone?: number;
  /** Why it was kept and comes as a digest: the route's `quiet`, `limit` or `digest`. */
  keptBy?: 'quiet' | 'limit' | 'digest';
  /** The how-manieth reminder, from 1. */
  reminder?: number;
};

/** Proof of a delivery, with what the target gave back: flat strings, `{ channel, ts }` or `{ messageId }`. */
export type Receipt = Readonly<Record<string, string>>;

/** One message to one destination. */
export type Delivery = {
  /** `d_` and a ULID; the same on every attempt, so a receiver can tell a repeat. */
  id: string;
  /** Absent only for what the relay says about itself. */
  eventId?: string;
  incidentKey?: string;
  destination: string;
  /** `<plug-in>:<target>`. */
  target: string;
  /** A route's name, or `fallback`, `operator`, `test`. */
  route: string;
  kind: DeliveryKind;
  level: number;
  state: DeliveryState;
  /** Story named by the route or the send entry; absent = by event type. */
  template?: string;
  /** The delivery that told the same target before: this one waits for it, then edits, threads or answers it. */
  follows?: string;
  details: Details;
  createdAt: number;
  /** Of its event: `max_age` counts from here. */
  receivedAt: number;
  runAt: number;
  /** Attempts that count; waits for a rate limit, a pause or a drain do not. */
  attempts: number;
  /** How often a lane took it. */
  claims: number;
  /** Starts written without an outcome; at 3 it is poison. */
  starts: number;
  /** Raised by each claim; an outcome of an older generation is void. */
  generation: number;
  receipt?: Receipt;
  lastClass?: string;
  lastError?: string;
  endedAt?: number;
  replayOf?: string;
};

export const outcomeClasses = ['ok', 'rate-limited', 'transient', 'config', 'permanent', 'poison', 'expired'] as const;
export type OutcomeClass = (typeof outcomeClasses)[number];

/** One try of a delivery. */
export type Attempt = {
  n: number;
  startedAt: number;
  endedAt: number;
  class: OutcomeClass;
  /** `HTTP 503`, `ECONNRESET`, a plug-in's own code. */
  code?: string;
  /** At most 2 KiB, secrets masked. */
  error?: string;
  /** The target may have it although no success was heard. */
  perhaps?: boolean;
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
  kind: 'hold' | 'close' | 'flush' | 'repeat' | 'escalate';
  workspaceId: string;
  incidentKey: string;
  route?: string;
};
