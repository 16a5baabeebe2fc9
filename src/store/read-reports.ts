// The records of a time, workspace by workspace, for reports: from the tables of the relay's work as far as they still have it, and from what
// retention kept of the rest. Row by row and without waiting in between, so that a large month fits into a small thread.
import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '../model.ts';
import type { KeptRecord, RecordsFilter } from '../records.ts';
import { recordOfDelivery, recordOfEvent } from './records.ts';
import type { DeliveryRow } from './schema.ts';

type Row = { workspace: string; id: string; kind: KeptRecord['kind']; at: number; key: string | null; data: string; form: string };

export function* recordsOf(db: DatabaseSync, filter: RecordsFilter): Generator<KeptRecord[]> {
  const parts = partsOf(filter);
  const byTime = filter.inOrderOf === 'time';
  const rows = db
    .prepare(`${parts.join('\nUNION ALL\n')}\nORDER BY ${byTime ? 'at, workspace' : 'workspace'}`)
    .iterate({ from: filter.from, until: filter.until, workspace: filter.workspace ?? null }) as Iterable<Row>;
  let of: KeptRecord[] = [];
  for (const row of rows) {
    const [first] = of;
    if (first !== undefined && (first.workspaceId !== row.workspace || (byTime && first.at !== row.at))) {
      yield of;
      of = [];
    }
    of.push(recordOf(row));
  }
  if (of.length > 0) yield of;
}

function recordOf({ workspace, id, kind, at, key, data, form }: Row): KeptRecord {
  const value = JSON.parse(data);
  if (form === 'event') return recordOfEvent(value as Event);
  if (form === 'delivery') return recordOfDelivery(value as DeliveryRow, workspace);
  return { kind, id, workspaceId: workspace, at, ...(key !== null && { incidentKey: key }), ...value } as KeptRecord;
}

const known = `'connected', 'disconnected'`;
const here = '(:workspace IS NULL OR workspace_id = :workspace)';
const happened = `json_extract(facts, '$.triggeredAt')`;
const live = `workspace_id AS workspace, id, 'event' AS kind, ${happened} AS at, incident_key AS key, facts AS data, 'event' AS form`;
const kept = `workspace_id AS workspace, id, kind, at, incident_key AS key, data, 'record' AS form`;
// What the source says of the future is taken as of its receipt, so an event is never received more than five minutes before it happened.
const during = `received_at >= :from - 300000 AND ${happened} >= :from AND ${happened} < :until`;
/** Of two at one time the later received is the later word. */
const latest = (facts: string, at: string) => `max(printf('%015d%015d%s', ${at}, json_extract(${facts}, '$.receivedAt'), id))`;

function partsOf({ kinds }: RecordsFilter): string[] {
  const of: Record<KeptRecord['kind'], string[]> = {
    number: [
      `SELECT ${live} FROM events WHERE ${here} AND type IN (${known}) AND incident_key IS NOT NULL AND ${during}`,
      `SELECT workspace, id, kind, at, key, data, form FROM (SELECT ${live}, ${latest('facts', happened)} FROM events
        WHERE ${here} AND type IN (${known}) AND incident_key IS NOT NULL AND ${happened} < :from GROUP BY incident_key)`,
      `SELECT workspace, id, kind, at, key, data, form FROM (SELECT ${kept}, ${latest('data', 'at')} FROM records
        WHERE ${here} AND kind = 'number' AND at < :from GROUP BY incident_key)`,
    ],
    event: [`SELECT ${live} FROM events WHERE ${here} AND type NOT IN (${known}, 'unknown') AND ${during}`],
    delivery: [deliveries],
    taken: [],
  };
  const list = kinds.map((kind) => `'${kind}'`).join(', ');
  return [
    ...kinds.flatMap((kind) => of[kind]),
    `SELECT ${kept} FROM records WHERE ${here} AND kind IN (${list}) AND at >= :from AND at < :until`,
  ];
}

const ended = `deliveries.state IN ('delivered', 'dead') AND ended_at >= :from AND ended_at < :until AND deliveries.kind NOT IN ('test', 'relay')`;
/** Once for each workspace that it tells of: of its event's, and of its members'. */
const deliveries = `SELECT told.workspace_id AS workspace, deliveries.id, 'delivery' AS kind, ended_at AS at, NULL AS key,
    json_object('id', deliveries.id, 'kind', deliveries.kind, 'state', state, 'destination', destination, 'route', route,
      'created_at', created_at, 'ended_at', ended_at) AS data, 'delivery' AS form
  FROM (
    SELECT deliveries.id, events.workspace_id FROM deliveries JOIN events ON events.id = event_id WHERE ${ended}
    UNION SELECT deliveries.id, events.workspace_id FROM deliveries, json_each(details, '$.members') AS member
      JOIN events ON events.id = member.value WHERE ${ended}
    UNION SELECT deliveries.id, records.workspace_id FROM deliveries, json_each(details, '$.members') AS member
      JOIN records ON records.id = member.value WHERE ${ended}
  ) AS told JOIN deliveries ON deliveries.id = told.id WHERE ${here.replaceAll('workspace_id', 'told.workspace_id')}`;
