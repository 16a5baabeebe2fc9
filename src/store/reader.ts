// Questions to the store, for the command line, the admin API and the pages: by a read-only connection of its own, whether the relay runs or
// not. Kysely is loaded when the first reader opens.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { AuditLine } from '../audit.ts';
import type { Attempt, Delivery } from '../delivery.ts';
import { RelayError } from '../errors.ts';
import type { Event, Incident, Severity, TraceLine } from '../model.ts';
import type { KeptRecord, RecordsFilter } from '../records.ts';
import type { WorkspaceState } from '../workspaces/state.ts';
import { storeError } from './faults.ts';
import { fileOf } from './file-of.ts';
import { pragma } from './open.ts';
import type { Tallies } from './read-workspaces.ts';
import type { Schema } from './schema.ts';
import { applicationId, newestSchema } from './schema-version.ts';

/** Newest first. `next` is the cursor of the page after; without it there is none. */
export type Page<T> = { items: T[]; next?: string };
/** A page may end before it is full: `lookedTo` is how far back the search looked for this answer, and `next` goes on from there. */
export type Searched<T> = Page<T> & { lookedTo?: number };
export type Paging = { cursor?: string | undefined; limit?: number | undefined };
export type Stretch = { from: number; limit: number };
export type Window = { since?: number | undefined; until?: number | undefined };

export type StoredEvent = { event: Event; outcome: string };
/** `members`: the events of a digest or storm, in order, as far as they are still kept. */
export type DeliveryDetail = { delivery: Delivery; attempts: Attempt[]; members?: Event[] };
export type EventDetail = StoredEvent & { body?: string; trace: TraceLine[]; deliveries: DeliveryDetail[] };

export type EventFilter = Paging &
  Window & {
    workspace?: string | undefined;
    type?: string | undefined;
    outcome?: string | undefined;
    /** Digits: a whole number, or how it ends, at least four. */
    phone?: string | undefined;
  };
export type DeliveryFilter = Paging &
  Window & {
    state?: string | undefined;
    destination?: string | undefined;
    event?: string | undefined;
    route?: string | undefined;
    /** Of the last attempt. */
    class?: string | undefined;
    /** Whether it was sent again under another id. */
    replayed?: boolean | undefined;
  };
export type Member = { event: Event; incident?: Incident };
export type IncidentFilter = Paging & { open?: boolean | undefined; workspace?: string | undefined };

export type AuditFilter = Paging &
  Window & {
    what?: string | undefined;
    /** A way in, or the name that a person gave. */
    who?: string | undefined;
    /** A part of it. */
    subject?: string | undefined;
  };
/** How many incidents are open, and of those how many for up to an hour, up to a day, longer; `oldest`: when the first of them began. */
export type OpenBySeverity = { severity: Severity; count: number; oldest: number; hour: number; day: number; longer: number };

export type Reader = {
  events(filter: EventFilter): Promise<Searched<StoredEvent>>;
  /** `members`: of each digest or storm only so many from that place on. */
  event(id: string, members?: Stretch): Promise<EventDetail | undefined>;
  /** `since` and `until` are about when it was made. */
  deliveries(filter: DeliveryFilter): Promise<Searched<Delivery>>;
  /** `members`: of a digest or storm only so many from that place on. */
  delivery(id: string, members?: Stretch): Promise<DeliveryDetail | undefined>;
  incidents(filter: IncidentFilter): Promise<Page<Incident>>;
  incident(key: string): Promise<Incident | undefined>;
  /** All that are open, counted; nothing of a severity that none has. */
  openIncidents(now: number): Promise<OpenBySeverity[]>;
  /** When the oldest event that is kept was received. */
  oldestEvent(): Promise<number | undefined>;
  /** Of those that are open the worst, the longest open first. */
  worst(limit: number): Promise<Incident[]>;
  /** The events with these ids, in their order, as far as they are still kept, each with its incident of now. */
  members(ids: readonly string[]): Promise<Member[]>;
  /** Deliveries that are not final, by destination and state. */
  openCounts(): Promise<{ destination: string; state: string; count: number }[]>;
  /** When the oldest delivery that is not final was made, by destination. */
  oldestOpen(): Promise<{ destination: string; since: number }[]>;
  /** Every workspace that an event ever named, with its last one. */
  workspaces(): Promise<{ id: string; lastAt: number }[]>;
  /** Of each of them what a list is sorted and filtered by. */
  tallies(): Promise<Tallies>;
  /** All that is known of these, without those that no event named. */
  workspaceStates(ids: readonly string[]): Promise<WorkspaceState[]>;
  /** For reports: one list for each workspace, each read when it is asked for. */
  records(filter: RecordsFilter): Iterable<KeptRecord[]>;
  audit(filter: AuditFilter): Promise<Page<AuditLine>>;
  /** In how many texts of each table this workspace stands. */
  mentions(workspace: string): Promise<Record<string, number>>;
  cell(key: string): Promise<string | undefined>;
  note(key: string): Promise<string | undefined>;
  close(): Promise<void>;
};

export async function openReader(url: string): Promise<Reader> {
  const [
    { kyselyOver },
    { readEvents, readEvent, readOldestEvent },
    { readDeliveries },
    { readDelivery },
    incidents,
    standing,
    { readMembers },
    reports,
    { readAudit },
    { readMentions },
    workspaces,
  ] = await Promise.all([
    import('./node-sqlite-dialect.ts'),
    import('./read-events.ts'),
    import('./read-deliveries.ts'),
    import('./read-delivery.ts'),
    import('./read-incidents.ts'),
    import('./read-standing.ts'),
    import('./read-members.ts'),
    import('./read-reports.ts'),
    import('./read-audit.ts'),
    import('./read-mentions.ts'),
    import('./read-workspaces.ts'),
  ]);
  const file = openReadOnly(fileOf(url));
  const db = kyselyOver<Schema>(file);
  const tallies = workspaces.tallying(file);
  // To the disk's troubles as the relay words them.
  const ask = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw storeError('reading the store', error);
    }
  };
  return {
    events: (filter) => ask(readEvents(db, filter)),
    event: (id, members) => ask(readEvent(db, id, members)),
    deliveries: (filter) => ask(readDeliveries(db, filter)),
    delivery: (id, members) => ask(readDelivery(db, id, members)),
    incidents: (filter) => ask(incidents.readIncidents(db, filter)),
    incident: (key) => ask(incidents.readIncident(db, key)),
    worst: (limit) => ask(incidents.readWorst(db, limit)),
    openIncidents: (now) => ask(incidents.readOpenIncidents(db, now)),
    oldestEvent: () => ask(readOldestEvent(db)),
    members: (ids) => ask(readMembers(db, ids)),
    openCounts: () => ask(standing.readOpenCounts(db)),
    oldestOpen: () => ask(standing.readOldestOpen(db)),
    workspaces: () => ask((async () => workspaces.readSeen(file))()),
    tallies: () => ask((async () => tallies())()),
    workspaceStates: (ids) => ask((async () => workspaces.readStates(file, ids))()),
    records: (filter) => each(reports.recordsOf(file, filter)),
    audit: (filter) => ask(readAudit(db, filter)),
    mentions: (workspace) => ask((async () => readMentions(file, workspace))()),
    cell: (key) => ask(readNamed(db, 'cells', key)),
    note: (key) => ask(readNamed(db, 'notes', key)),
    close: () => db.destroy(),
  };
}

function* each<T>(rows: Iterable<T>): Generator<T> {
  try {
    yield* rows;
  } catch (error) {
    throw storeError('reading the store', error);
  }
}

function openReadOnly(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (!(statSync(file, { throwIfNoEntry: false })?.size ?? 0))
      throw new RelayError('store.unusable', `reading ${file}: there is no store yet; the relay makes it when it first starts`);
    db = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
    const schema = pragma(db, 'user_version');
    if (pragma(db, 'application_id') !== applicationId)
      throw new RelayError('store.unusable', `reading ${file}: it is not a database of this relay`);
    if (schema !== newestSchema)
      throw new RelayError(
        'store.unusable',
        `reading ${file}: its tables are of form ${schema}, this program reads form ${newestSchema}; use the release that the running relay is of`,
      );
    return db;
  } catch (error) {
    db?.close();
    throw storeError(`reading ${file}`, error);
  }
}

async function readNamed(db: Kysely<Schema>, table: 'cells' | 'notes', key: string): Promise<string | undefined> {
  return (await db.selectFrom(table).select('value').where('key', '=', key).executeTakeFirst())?.value;
}
