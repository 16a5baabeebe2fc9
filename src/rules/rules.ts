// What a checked routes.yaml means, as plain data: the loader makes it, decide and deliver read it. It crosses threads as it stands.
import type { Workspace } from '../model.ts';

/** A condition on one event. All keys present must hold; several values of one key mean any of them; values are globs, case-insensitive. */
export type Where = {
  segment?: string[];
  tag?: string[];
  workspace?: string[];
  account?: string[];
  phone?: string[];
  reason?: string[];
  level?: string[];
  /** Comparisons such as `>=95`. */
  percent?: string[];
  /** Whether it is the first connect ever of a number; only a connect has this. */
  firstTime?: boolean;
  /** `workspace.<column>`, by column name. */
  columns?: Record<string, string[]>;
  /** Fields that must be absent: `owner_email`, `phone`, `reason`, `account`, `percent`, `tags`. */
  lacks?: string[];
};

/** Keys inside one segment are OR-ed. */
export type Segment = { tags?: string[]; tagsAll?: string[]; ids?: string[] };

/** Days are 0 (Sunday) to 6, of the day a window starts; minutes count from midnight. `to` is exclusive; `to` <= `from` crosses midnight. */
export type QuietHours = {
  from: number;
  to: number;
  days: number[];
  /** The clock it goes by; `workspace` = the table's column, else the file's. Absent = the file's. */
  timezone?: string;
};

export type Escalation = { afterMs: number; send: Send[] };

export type Send = { to: string; template?: string };

export type Route = {
  name: string;
  enabled: boolean;
  /** Short names, wire names or globs; absent = every event, unknown ones too. */
  events?: string[];
  where?: Where;
  /** Left out if any block fully holds. */
  except?: Where[];
  /** Fields that must be absent, as in Where. */
  lacks?: string[];
  /** Empty = nobody. */
  send: Send[];
  stop: boolean;
  holdMs?: number;
  whenResolved: 'update' | 'thread' | 'new' | 'none';
  closesAfterMs?: number;
  /** `during`: a name of Rules.quietHours. */
  quiet?: { during: string; keep: boolean };
  limit?: { max: number; perMs: number; by?: 'workspace' | 'segment' };
  /** `at`: minutes from midnight, by the file's clock. */
  digest?: { everyMs: number } | { at: number };
  repeat?: { everyMs: number; atMost: number };
  /** In the order of their times. */
  escalate?: Escalation[];
  ackForMs: number;
  /** At so many drops within the window, held or not: one "unstable", then nothing of that key until the window passes without a drop. */
  flapping?: { drops: number; withinMs: number };
  /** Asks the Partner API at the end of a hold. */
  confirm: boolean;
};

/** What nobody is told of for a while. Never stops a recovery. */
export type Silence = {
  id: string;
  where: Where;
  until: number;
  reason: string;
  by: string;
  /** Where it stands in silences.yaml; absent for one that a person made. */
  line?: number;
};

export type Destination = {
  name: string;
  plugin: string;
  /** The plug-in's own keys: secrets resolved, `{{workspace.x}}` still in place. */
  options: Record<string, unknown>;
  /** Names of the options that hold `{{…}}`: without any, options and target are the same for every workspace. */
  templated: readonly string[];
  ifItFails?: string;
  ifEmpty?: string;
  showPhone: boolean;
  /** Messages a second at most; absent = the plug-in's own limit. */
  perSecond?: number;
  concurrency?: number;
  timeoutMs?: number;
  maxAgeMs: number;
  /** The story of what it is sent where neither the route nor its send entry names one. */
  template?: string;
  /** Messages to it are never kept for the end of quiet hours. */
  ignoreQuietHours: boolean;
  /** Its plug-in can edit what it sent, so that an end in quiet hours makes no sound. */
  edits?: true;
  /** Whether a storm may fold what would go to it into one summary. */
  storm: boolean;
};

export type Rules = {
  /** Content hash of every file it was read from. */
  revision: string;
  timezone: string;
  segments: Record<string, Segment>;
  quietHours: Record<string, QuietHours>;
  destinations: Record<string, Destination>;
  routes: Route[];
  fallback: Send[];
  /** A destination's name. */
  operator?: string;
  quietSourceMs?: number;
  /** Past so many messages to one target within the window: one summary. Absent = off. */
  storm?: { moreThan: number; withinMs: number };
  /** Of silences.yaml; those made by people over the API are in the store. */
  silences: Silence[];
  brand: { name?: string; logo?: string; links?: Record<string, string> };
};

/** The workspaces table: who is who. Kept by the main thread alone; decide is handed the row. */
export type Workspaces = { size: number; ids(): Iterable<string>; find(id: string): Workspace };

/** For one workspace: destination name → target (what duplicates count by), several where each is to get a message of its own, '' where an
 * option came out empty. */
export type Reach = Readonly<Record<string, string | readonly string[]>>;
