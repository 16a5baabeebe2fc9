// The Store contract: what every database behind the relay promises. test/store/contract.ts holds each of them to it.
// All writing goes through `commit`: one call is one transaction, and its promise settles after the commit is on disk.
import type { AuditEntry } from '../audit.ts';
import type { Clock, Decision, EventOutcome, Input, Memory } from '../decide/decision.ts';
import type { Attempt, Delivery, Receipt } from '../delivery.ts';
import type { Event, Incident, Timer } from '../model.ts';

/** decide with the rules already in hand, so that a store knows nothing of them. */
export type Decider = (memory: Memory, input: Input, clock: Clock) => Decision;

/** A delivery as a lane needs it: leased to this process, with all that its words are made of. */
export type Leased = {
  delivery: Delivery;
  /** Absent for what the relay says about itself, and where the lane's process has them at hand from accepting it. */
  event?: Event;
  body?: string;
  /** Receipt of the delivery it follows. */
  previous?: Receipt;
  /** The events that details.members names, in that order, as far as they are still kept. */
  members?: Event[];
};

export type Turned = Pick<Incident, 'key' | 'workspaceId' | 'type' | 'severity' | 'level' | 'open' | 'phone'> & { closedBy?: string };

/** What became of a try. */
export type Settlement = {
  id: string;
  /** Must equal the row's, else the outcome is void; a late success still closes a delivery that is not final. */
  generation: number;
  attempt: Attempt;
  /** false: a wait for a rate limit or a held destination, which costs no attempt. */
  counts: boolean;
  next: { state: 'delivered'; receipt?: Receipt } | { state: 'pending'; runAt: number } | { state: 'dead' };
  /** Decided in the same transaction: what follows from a death. */
  after?: Input;
};

export type Work =
  /** Decide and write. `body` is the webhook as received, for events only. */
  | { do: 'decide'; input: Input; body?: string }
  | { do: 'settle'; settlement: Settlement }
  /** Up to `limit` due pending deliveries of one destination, oldest first, are leased to this process. */
  | { do: 'claim'; destination: string; limit: number }
  /** Written before the send from a delivery's second claim on. Answers false where the lease is lost. */
  | { do: 'start'; id: string; generation: number }
  /** Unstarted ones go back to pending, and the claim is not counted. */
  | { do: 'release'; released: { id: string; generation: number }[] }
  /** A recalled delivery was taken back from its lane before its send began: it and what waits for it are cancelled. */
  | { do: 'recalled'; id: string; generation: number; reason: string }
  /** Timers due and destinations with due pending deliveries; expired leases return to pending first. */
  | { do: 'tick' }
  /** A small named text: last good rules, a held destination, the signing key. null = forget. */
  | { do: 'put'; key: string; value: string | null }
  | { do: 'get'; key: string }
  /** New pending deliveries for what is final: same words, new ids, an age that counts from now. */
  | { do: 'replay'; ids: string[]; reason: string }
  /** A destination was mended: what was tried and waits for its next try is due now, at most 500 at once. */
  | { do: 'hasten'; destination: string }
  /** The wall clock was set, forward (> 0) or back. What is leased is leased anew, for one may have been taken before it was noticed; where the clock was
   * set back, what waits for its next try moves with it, so that it waits as long as it was meant to. */
  | { do: 'clock-jumped'; byMs: number }
  /** New files are in force: each hold that still runs is decided anew, for it may be shorter now. */
  | { do: 'replan' }
  /** Deletes what retention allows, at most 500 rows; answers whether there is more. */
  | { do: 'prune' }
  /** Folds what came in since the last time into the states of its workspaces, at most 40 events; answers whether there is more. */
  | { do: 'roll-up' }
  /** Deletes what is kept of a workspace, a few hundred rows at once; answers whether there is more. Its open deliveries are cancelled first. */
  | { do: 'forget'; workspace: string }
  /** A line of the audit, with an id and the time of its own. Written after the change that it tells of: a relay that is killed between the two has the
   * change and its line in the log, and none here. */
  | { do: 'audit'; entry: AuditEntry }
  /** A write that proves the store can be written. */
  | { do: 'probe' };

/** Answers, in the order of the work. `failed`: this item alone was rolled back, with the reason (`store.full`: only outcomes still fit). */
export type Done =
  | {
      did: 'decide';
      /** Of an event: its own id, or the first one's where it is a duplicate. */
      eventId?: string;
      outcome?: EventOutcome;
      /** Of an acknowledgement or a close: the incident as it is now. Absent: there is none. One that is not open, or that began at another time, was not changed. */
      standing?: Incident;
      /** Fresh ones that are already leased, as far as their lanes had room; the rest is pending in the table. */
      leased: Leased[];
      /** Destinations that got pending deliveries beyond that. */
      waiting: string[];
      /** Of those asked back, the ones still on a first lease without an attempt. */
      recall: string[];
      /** Incidents that opened, rose or ended; absent where none did. For whoever watches, so a store may leave it out. */
      turned?: Turned[];
      /** An error of decide itself, or a decision that cannot be written: the event is stored as `undecided`, a timer comes back in a minute. */
      undecided?: string;
    }
  /** Followers set free by the outcome come leased where there is room. `undecided`: decide's own error about what follows; the outcome is written. */
  | { did: 'settle'; current: boolean; leased: Leased[]; waiting: string[]; recall: string[]; turned?: Turned[]; undecided?: string }
  | { did: 'claim'; leased: Leased[] }
  | { did: 'start'; current: boolean }
  | { did: 'release' }
  | { did: 'recalled'; current: boolean }
  | {
      did: 'tick';
      timers: Timer[];
      destinations: string[];
      /** When the next timer or delivery falls due; undefined = nothing is planned. */
      nextAt?: number;
      /** Rows of each state that are not final, for metrics. */
      open: Record<string, number>;
    }
  | { did: 'put' }
  | { did: 'get'; value?: string }
  | { did: 'replay'; created: string[]; refused: { id: string; reason: string }[] }
  | { did: 'hasten'; more: boolean }
  | { did: 'clock-jumped' }
  | { did: 'replan' }
  | { did: 'prune'; more: boolean; deleted: number }
  | { did: 'roll-up'; more: boolean; rolled: number }
  | ({ did: 'forget' } & Forgotten)
  | { did: 'audit'; id: string }
  | { did: 'probe' }
  | { did: 'failed'; code: string; message: string };

export type Forgotten = {
  more: boolean;
  /** Rows by table. */
  deleted: Record<string, number>;
  /** Open deliveries that were cancelled, and those of them that a lane has: it is asked to give them back. */
  cancelled: number;
  recall: string[];
  /** At the end: whether the file was written anew without the deleted bytes. Not done where it is so large that webhooks would wait. */
  compacted: boolean;
};

export type Batch = {
  work: Work[];
  now: number;
  /** How many more deliveries each destination's lane can take at once; 0 or absent = leave them pending. */
  room: Record<string, number>;
};

export type StoreInfo = {
  /** Whether the last owner stopped without a clean mark: leases were freed and the file was checked. */
  unclean: boolean;
  /** When it was last known to be running, 0 for a new store. */
  lastSeenAt: number;
  createdAt: number;
};

export type Store = {
  info: StoreInfo;
  /** One transaction. Rejects with a RelayError (`store.full`, `store.busy`, `store.io`, `store.corrupt`) when none of it was written. */
  commit(batch: Batch, decide: Decider): Promise<Done[]>;
  /** Leaves the clean mark. */
  close(): Promise<void>;
};

/** Who opens it: `owner` is new for each start of the process, so that a dead process's leases can be told apart. */
export type OpenStore = (options: { url: string; owner: string; now: number; ids: Clock['ids'] }) => Promise<Store>;

export const leaseMs = 60_000;
export const dedupeMs = 7 * 86_400_000;
/** Delivered bodies; metadata and dead letters; 13 months of what reports count; the audit. Open work is never pruned. */
export const retention = { bodyMs: 7 * 86_400_000, metadataMs: 30 * 86_400_000, recordsMs: 400 * 86_400_000, auditMs: 400 * 86_400_000 };
