// What was sent about each workspace, how soon it arrived, and how soon somebody took it on. Pure.
import type { DeliveryKind } from '../delivery.ts';
import type { DeliveryRecord, KeptRecord, TakenRecord } from '../records.ts';
import type { Month } from './month.ts';

/** `after`: since the first message of it arrived; where none had, since it began. */
export type Taken = { at: number; incident: string; by: string; after: number };

export type AlertsRow = {
  workspace: string;
  /** Messages that arrived, by kind. One to many workspaces counts for each. */
  sent: number;
  kinds: Partial<Record<DeliveryKind, number>>;
  /** Those for which no try was left. */
  dead: number;
  /** Seconds from the decision to the arrival. */
  arrivedMean?: number;
  arrivedWorst?: number;
  /** Incidents that somebody took on, each counted once. */
  acknowledged: number;
  acknowledgedMean?: number;
  acknowledgedWorst?: number;
  taken: Taken[];
};

export function alerts(records: readonly KeptRecord[], { from, until }: Month): AlertsRow[] {
  const own = records.filter(({ at }) => at >= from && at < until);
  const messages = distinct(own.filter((one): one is DeliveryRecord => one.kind === 'delivery'));
  const taken = takenOf(own.filter((one): one is TakenRecord => one.kind === 'taken'));
  const workspace = own[0]?.workspaceId;
  if (workspace === undefined) return [];
  const arrived = messages.filter(({ state }) => state === 'delivered');
  const kinds: AlertsRow['kinds'] = {};
  for (const { what } of arrived) kinds[what] = (kinds[what] ?? 0) + 1;
  const waits = arrived.map(({ at, createdAt }) => Math.max(0, at - createdAt) / 1000);
  const delays = taken.map(({ after }) => after);
  return [
    {
      workspace,
      sent: arrived.length,
      kinds,
      dead: messages.length - arrived.length,
      ...(waits.length > 0 && { arrivedMean: mean(waits), arrivedWorst: Math.round(Math.max(...waits)) }),
      acknowledged: taken.length,
      ...(delays.length > 0 && { acknowledgedMean: mean(delays), acknowledgedWorst: Math.max(...delays) }),
      taken,
    },
  ];
}

const mean = (values: readonly number[]): number => Math.round(values.reduce((sum, one) => sum + one, 0) / values.length);

const distinct = (messages: readonly DeliveryRecord[]): DeliveryRecord[] => [...new Map(messages.map((one) => [one.id, one])).values()];

/** Who takes again what they have already only makes it last longer. */
function takenOf(records: readonly TakenRecord[]): Taken[] {
  const first = new Map<string, TakenRecord>();
  for (const one of records.toSorted((a, b) => a.at - b.at)) {
    const incident = `${one.incidentKey} ${one.since}`;
    if (!first.has(incident)) first.set(incident, one);
  }
  return [...first.values()].map(({ at, incidentKey, by, since, toldAt }) => ({
    ...{ at, incident: incidentKey, by },
    after: Math.round(Math.max(0, at - (toldAt ?? since)) / 1000),
  }));
}
