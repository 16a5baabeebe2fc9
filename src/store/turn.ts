// What one transaction works with: the statements, the clock, the room in the lanes, and the memory that decide reads through.
import type { Clock, Memory } from '../decide/decision.ts';
import type { Event, Incident } from '../model.ts';
import type { RollUpStatements } from './roll-up.ts';
import { deliveryOf, seenKey } from './rows.ts';
import type { DeliveryRow } from './schema.ts';
import type { Statements } from './statements.ts';
import type { Decider, Leased, Turned } from './store.ts';

export type Turn = {
  sql: Statements;
  rollUp: RollUpStatements;
  decide: Decider;
  clock: Clock;
  owner: string;
  /** This transaction's own copy: what is leased is taken from it. */
  room: Record<string, number>;
  memory: Memory;
  /** Incidents as read or written in this transaction, by key; undefined = there was none. */
  incidents: Map<string, Incident | undefined>;
  /** The key of the event at hand, already looked up. */
  mark: { dedupKey: string; first: string | undefined } | undefined;
};

/** What a piece of work set free or asks back. */
export type Effects = { leased: Leased[]; waiting: string[]; recall: string[]; turned?: Turned[] };

export const noEffects = (): Effects => ({ leased: [], waiting: [], recall: [] });

export function newTurn(from: Pick<Turn, 'sql' | 'rollUp' | 'decide' | 'clock' | 'owner' | 'room'>): Turn {
  const turn: Turn = { ...from, room: { ...from.room }, memory: undefined as unknown as Memory, incidents: new Map(), mark: undefined };
  turn.memory = memoryOf(turn);
  return turn;
}

/** Reads only, each by primary key or a partial index, and only when asked. */
function memoryOf(turn: Turn): Memory {
  const { sql } = turn;
  return {
    seen: (dedupKey) => {
      if (turn.mark?.dedupKey === dedupKey) return turn.mark.first;
      return sql.seen.get(seenKey(dedupKey), turn.clock.now)?.event_id as string | undefined;
    },
    incident: (key) => {
      const known = turn.incidents.get(key);
      if (known !== undefined || turn.incidents.has(key)) return known;
      const row = sql.incident.get(key);
      const incident = row === undefined ? undefined : (JSON.parse(row.state as string) as Incident);
      turn.incidents.set(key, incident);
      return incident;
    },
    event: (id) => {
      const row = sql.facts.get(id);
      return row === undefined ? undefined : (JSON.parse(row.facts as string) as Event);
    },
    delivery: (id) => {
      const row = sql.delivery.get(id);
      return row === undefined ? undefined : deliveryOf(row as DeliveryRow);
    },
    followers: (id) => sql.followers.all(id).map((row) => deliveryOf(row as DeliveryRow)),
    cell: (key) => sql.cell.get(key)?.value as string | undefined,
  };
}
