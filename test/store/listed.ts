// A store with a few hundred things of every kind, what they are as plain lists, and a connection that writes down what it is asked.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { monotonicFactory } from 'ulid';
import { type Delivery, deliveryStates, outcomeClasses } from '../../src/delivery.ts';
import { conditions, type Event, eventTypes, type Incident } from '../../src/model.ts';
import { kyselyOver } from '../../src/store/node-sqlite-dialect.ts';
import { phoneEnd } from '../../src/store/rows.ts';
import type { Schema } from '../../src/store/schema.ts';
import { prepare } from '../../src/store/statements.ts';
import { freshFile, open } from './sqlite-file.ts';
import { makeEvent, makeIncident, start } from './world.ts';

/** One begins as the other does, and one has the sign that parts a key. */
export const workspaces = ['acme', 'acme-2', 'acme:1', 'b%', 'shop'];
export const phones = ['+34600123456', '+34600993456', '+4912773456', '+34600000001'];
export const outcomes = ['routed', 'unrouted', 'stale'] as const;
export const destinations = ['ops', 'billing', 'audit'];

export type Listed = {
  file: string;
  db: Kysely<Schema>;
  heard: DatabaseSync;
  /** Every text of SQL since the last call. */
  said(): string[];
  /** How SQLite would go about it, step by step. */
  plan(text: string): string[];
  events: { event: Event; outcome: string }[];
  deliveries: (Pick<Delivery, 'id' | 'eventId' | 'state' | 'lastClass' | 'destination' | 'route' | 'createdAt'> & { replayed: boolean })[];
  incidents: Incident[];
};

const of = <T>(list: readonly T[], draw: number): T => list[draw % list.length]!;

/** Written by the statements of the store, for no decision would come to so many combinations. */
export async function openListed(count: number, seed = 1): Promise<Listed> {
  const file = freshFile();
  await (await open(file, 'test', start)).close();
  const db = new DatabaseSync(file);
  const sql = prepare(db);
  const ended = db.prepare('UPDATE deliveries SET state = ?, last_class = ? WHERE id = ?');
  const again = db.prepare('UPDATE deliveries SET replay_of = ? WHERE id = ?');
  const ulid = monotonicFactory();
  const listed: Pick<Listed, 'events' | 'deliveries' | 'incidents'> = { events: [], deliveries: [], incidents: [] };
  const draws = fc.sample(fc.array(fc.nat(1_000_000), { minLength: 12, maxLength: 12 }), { numRuns: count, seed });
  db.exec('BEGIN');
  for (const [n, draw] of draws.entries()) {
    // Several in one millisecond.
    const at = start + Math.floor(n / 3) * 1000;
    const id = ulid(at);
    const eventId = `e_${id}`;
    const workspaceId = of(workspaces, draw[0]!);
    const account = draw[2]! % 3 === 0 ? {} : { phone: of(phones, draw[1]!) };
    const event = makeEvent(eventId, { type: of(eventTypes, draw[3]!), workspaceId, receivedAt: at, account });
    const outcome = of(outcomes, draw[4]!);
    sql.addEvent.run(eventId, workspaceId, event.type, outcome, phoneEnd(account.phone), null, at, JSON.stringify(event), '', null);
    listed.events.unshift({ event, outcome });

    const [state, lastClass] = [of(deliveryStates, draw[5]!), of(outcomeClasses, draw[6]!)];
    const [destination, route] = [of(destinations, draw[7]!), of(['down', 'quota'], draw[8]!)];
    const target = `http:https://${destination}.example`;
    const row = [`d_${id}`, eventId, null, destination, target, route, 'alert', 1, 'pending', null, null, '{}', at, at, at];
    sql.addDelivery.run(...row, 0, 0, null, null, null);
    ended.run(state, lastClass, `d_${id}`);
    const before = listed.deliveries[draw[9]! % 40];
    if (before !== undefined && draw[9]! % 3 === 0) {
      again.run(before.id, `d_${id}`);
      before.replayed = true;
    }
    listed.deliveries.unshift({ id: `d_${id}`, eventId, state, lastClass, destination, route, createdAt: at, replayed: false });

    const condition = of(conditions, draw[10]!);
    const key = condition === 'seats' ? `seats:${workspaceId}` : `${condition}:${workspaceId}:${draw[11]! % 40}`;
    const [open, severity] = [draw[0]! % 2 === 0, of(['info', 'warning', 'critical'] as const, draw[1]!)];
    const incident = makeIncident(key, { workspaceId, eventId, open, severity, level: 1 + (draw[2]! % 2), openedAt: at });
    sql.putIncident.run(key, workspaceId, incident.type, incident.level, open ? 1 : 0, at, eventId, at, JSON.stringify(incident));
    listed.incidents = [incident, ...listed.incidents.filter((one) => one.key !== key)];
  }
  db.exec('COMMIT');
  const said: string[] = [];
  const prepared = (text: string) => {
    said.push(text);
    return db.prepare(text);
  };
  const heard = { prepare: prepared, close: () => db.close() } as unknown as DatabaseSync;
  return { ...listed, file, heard, db: kyselyOver<Schema>(heard), said: () => said.splice(0), plan: (text) => planOf(db, text) };
}

const planOf = (db: DatabaseSync, text: string): string[] =>
  db
    .prepare(`EXPLAIN QUERY PLAN ${text}`)
    .all()
    .map(({ detail }) => String(detail));
