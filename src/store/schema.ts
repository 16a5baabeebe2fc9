// The tables as rows of plain columns: what SQLite and, later, PostgreSQL both hold. Kysely reads by these types; the hot path maps them by hand.

export type EventRow = {
  id: string;
  workspace_id: string;
  type: string;
  outcome: string;
  /** Last four digits: what a person types to find a number. The whole number is in `facts`. */
  phone_end: string | null;
  incident_key: string | null;
  received_at: number;
  /** The Event as JSON. */
  facts: string;
  /** JSON arrays of trace lines, one array a line of text, so that a later one is appended without reading. */
  trace: string;
  body: string | null;
};

export type SeenRow = { key: Uint8Array; event_id: string; expires_at: number };

export type IncidentRow = {
  key: string;
  workspace_id: string;
  type: string;
  level: number;
  open: number;
  opened_at: number;
  event_id: string;
  /** When the row was written: retention counts from here, for event times may be far off. */
  updated_at: number;
  /** The Incident as JSON. */
  state: string;
};

export type DeliveryRow = {
  id: string;
  event_id: string | null;
  incident_key: string | null;
  destination: string;
  target: string;
  route: string;
  kind: string;
  level: number;
  state: string;
  template: string | null;
  follows: string | null;
  details: string;
  created_at: number;
  received_at: number;
  run_at: number;
  attempts: number;
  claims: number;
  starts: number;
  generation: number;
  owner: string | null;
  lease_until: number | null;
  /** Of an only attempt that succeeded: it has no row among the attempts. */
  started_at: number | null;
  ended_at: number | null;
  receipt: string | null;
  last_class: string | null;
  last_code: string | null;
  last_error: string | null;
  replay_of: string | null;
};

export type AttemptRow = {
  delivery_id: string;
  n: number;
  started_at: number;
  ended_at: number;
  class: string;
  code: string | null;
  error: string | null;
  perhaps: number;
};

export type TimerRow = {
  name: string;
  due_at: number;
  kind: string;
  workspace_id: string;
  incident_key: string;
  route: string | null;
};

/** Facts by which decide remembers (cells), and small texts of the relay itself (notes). */
export type NamedRow = { key: string; value: string };

/** What reports keep for 13 months: kind `number`, `event`, `delivery` or `taken`; `at` = when it happened, `data` a few fields as JSON. */
export type RecordRow = {
  workspace_id: string;
  at: number;
  id: string;
  kind: string;
  incident_key: string | null;
  data: string;
};

/** `facts`: what more there is to say, as JSON. `erased`: it named a workspace that was forgotten. */
export type AuditRow = {
  id: string;
  at: number;
  what: string;
  who: string;
  by_name: string | null;
  subject: string | null;
  facts: string;
  why: string | null;
  request: string | null;
  erased: number;
};

/** What stands of a workspace: `state` is all of it, the other columns are what a list is sorted and filtered by. */
export type WorkspaceRow = {
  id: string;
  last_at: number;
  /** Numbers that are connected, and that are not. */
  up: number;
  down: number;
  /** Pairs of percent and the period's end, as JSON; NULL where no quota was ever announced. */
  quotas: string | null;
  /** The WorkspaceState as JSON. */
  state: string;
};

export type Schema = {
  events: EventRow;
  seen: SeenRow;
  incidents: IncidentRow;
  deliveries: DeliveryRow;
  attempts: AttemptRow;
  timers: TimerRow;
  cells: NamedRow;
  notes: NamedRow;
  records: RecordRow;
  audit: AuditRow;
  workspaces: WorkspaceRow;
};
