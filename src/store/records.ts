// Records of what happened, for reports: written when retention takes an event or a delivery away, and when somebody takes an incident on. Kept 13
// months; the last word on each number for ever, for from it a report knows that a number was connected all the month.
import type { DatabaseSync } from 'node:sqlite';
import type { DeliveryKind } from '../delivery.ts';
import type { Event, Incident } from '../model.ts';
import type { DeliveryRecord, EventRecord, TakenRecord } from '../records.ts';
import type { DeliveryRow } from './schema.ts';
import { retention } from './store.ts';
import type { Turn } from './turn.ts';

export type RecordStatements = ReturnType<typeof prepareRecords>;

export const addRecord = 'INSERT OR IGNORE INTO records (workspace_id, at, id, kind, incident_key, data) VALUES (?, ?, ?, ?, ?, ?)';

export function prepareRecords(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  return {
    add: sql(addRecord),
    delivery: sql('SELECT * FROM deliveries WHERE id = ?'),
    // Those it told of: its event and its members, of which some may be records by now.
    workspaces: sql(`WITH told (id) AS (SELECT ?1 UNION SELECT value FROM json_each(?2, '$.members'))
      SELECT workspace_id FROM events WHERE id IN (SELECT id FROM told)
      UNION SELECT workspace_id FROM records WHERE id IN (SELECT id FROM told)`),
    old: sql(`SELECT workspace_id, at, id FROM records WHERE at < ?1 AND (kind <> 'number' OR EXISTS (
      SELECT 1 FROM records AS later WHERE later.kind = 'number' AND later.incident_key = records.incident_key AND later.at > records.at))
      ORDER BY at LIMIT ?2`),
    drop: sql('DELETE FROM records WHERE workspace_id = ? AND at = ? AND id = ?'),
  };
}

export function recordOfEvent(event: Event): EventRecord {
  const { id, workspaceId, type, triggeredAt, receivedAt, account, usage, seats, period, incidentKey } = event;
  const isNumber = (type === 'connected' || type === 'disconnected') && incidentKey !== undefined;
  return {
    kind: isNumber ? 'number' : 'event',
    ...{ id, workspaceId, at: triggeredAt, type, receivedAt },
    ...(incidentKey !== undefined && { incidentKey }),
    ...(account !== undefined && { account }),
    ...(usage !== undefined && { usage }),
    ...(seats !== undefined && { seats }),
    ...(period !== undefined && { period }),
  };
}

type Told = Pick<DeliveryRow, 'id' | 'kind' | 'state' | 'destination' | 'route' | 'created_at' | 'ended_at'>;

export const recordOfDelivery = (row: Told, workspaceId: string): DeliveryRecord => ({
  ...{ kind: 'delivery', id: row.id, workspaceId, at: row.ended_at ?? row.created_at },
  ...{ what: row.kind as DeliveryKind, state: row.state as DeliveryRecord['state'] },
  ...{ destination: row.destination, route: row.route, createdAt: row.created_at },
});

/** No report asks for what the relay does not know. */
export function keepEvent(sql: RecordStatements, event: Event): void {
  if (event.type === 'unknown') return;
  const { kind, workspaceId, at, id, incidentKey, ...data } = recordOfEvent(event);
  sql.add.run(workspaceId, at, id, kind, incidentKey ?? null, JSON.stringify(data));
}

export function keepDelivery(sql: RecordStatements, id: string): void {
  const row = sql.delivery.get(id) as DeliveryRow | undefined;
  if (row === undefined || !(row.state === 'delivered' || row.state === 'dead')) return;
  if (row.kind === 'test' || row.kind === 'relay') return;
  for (const { workspace_id } of sql.workspaces.all(row.event_id, row.details)) {
    const { kind, workspaceId, at, id: _, ...data } = recordOfDelivery(row, workspace_id as string);
    sql.add.run(workspaceId, at, id, kind, null, JSON.stringify(data));
  }
}

/** With the decision, for the incident forgets it when it is raised or begins anew. */
export function keepTaken({ sql, memory, clock }: Turn, { key, workspaceId, receivedAt, acknowledged, told }: Incident): void {
  if (acknowledged?.at !== clock.now) return;
  const arrived = told.flatMap(({ delivery }) => {
    const found = memory.delivery(delivery);
    return found?.state === 'delivered' && found.endedAt !== undefined ? [found.endedAt] : [];
  });
  const { by } = acknowledged;
  const data: Omit<TakenRecord, 'kind' | 'id' | 'workspaceId' | 'at' | 'incidentKey'> = {
    ...{ by, since: receivedAt },
    ...(arrived.length > 0 && { toldAt: Math.min(...arrived) }),
  };
  sql.addRecord.run(workspaceId, clock.now, clock.ids('d').replace('d_', 't_'), 'taken', key, JSON.stringify(data));
}

/** Answers how many were deleted. */
export function pruneRecords(sql: RecordStatements, now: number, atMost: number): number {
  const rows = sql.old.all(now - retention.recordsMs, atMost);
  for (const { workspace_id, at, id } of rows) sql.drop.run(workspace_id as string, at as number, id as string);
  return rows.length;
}
