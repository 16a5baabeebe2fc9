// What a digest or storm tells of: its events, in order, each with its incident as it stands now.
import type { Kysely } from 'kysely';
import type { Event, Incident } from '../model.ts';
import type { Member } from './reader.ts';
import type { Schema } from './schema.ts';

// A statement holds only so many parameters.
const atOnce = 500;

/** Without those that retention removed. */
export async function readMembers(db: Kysely<Schema>, ids: readonly string[]): Promise<Member[]> {
  const found = new Map<string, Member>();
  for (let at = 0; at < ids.length; at += atOnce) {
    const rows = await db
      .selectFrom('events')
      .leftJoin('incidents', 'incidents.key', 'events.incident_key')
      .select(['events.id', 'events.facts', 'incidents.state'])
      .where('events.id', 'in', ids.slice(at, at + atOnce))
      .execute();
    for (const { id, facts, state } of rows) {
      const incident = state === null ? undefined : (JSON.parse(state) as Incident);
      found.set(id, { event: JSON.parse(facts) as Event, ...(incident === undefined ? {} : { incident }) });
    }
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}
