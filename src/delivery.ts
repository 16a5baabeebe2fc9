// What is sent: one message to one destination, its tries and its proof. The other half of model.ts: types and closed lists only.

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
  /** Of the ends of a digest: when each of `members` began, in their order. */
  began?: number[];
  /** How many came and went while a digest was kept. */
  gone?: number;
  /** Why it was kept and comes as a digest: the route's `quiet`, `limit` or `digest`. */
  keptBy?: 'quiet' | 'limit' | 'digest';
  /** The how-manieth reminder, from 1. */
  reminder?: number;
  /** Of a flapping number: so many drops within so long. */
  flaps?: { drops: number; withinMs: number };
  /** Of the end of a storm: when those of `members` that stand behind the open ones were over, in their order. Behind these stand the notices. */
  ended?: number[];
  /** Of a storm: how many of each event so far, the largest segments, and whether it is over. `members` are all that it swallowed, each incident
   * once; the end has those first that are still open, `open` of them. `gone` are those that are back. */
  storm?: { counts: Record<string, number>; segments?: Record<string, number>; over?: true; open?: number };
  /** What it follows is edited and nothing is said beside it; where that never arrived, it is a message. */
  editOnly?: true;
  /** The end is no recovery: a person closed it. */
  closed?: { by: string; reason: string };
  /** The Partner API was to confirm it and could not be asked. */
  unconfirmed?: true;
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
  /** A route's name, or `fallback`, `operator`, `storm`, `test`. */
  route: string;
  kind: DeliveryKind;
  level: number;
  state: DeliveryState;
  /** Story named by the send entry, the route or the destination; absent = by event type. */
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
