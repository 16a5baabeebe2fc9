// What died at a destination in the last week and was not sent again: how many, the latest, and the form that sends them all again.
import { matching } from '../deliveries.ts';
import type { AdminParts } from '../parts.ts';
import { showDelivery } from '../show.ts';
import { when, zoneOf } from './words.ts';

const lookBackMs = 7 * 86_400_000;
const mostShown = 10;

/** What the API's replay is asked for. */
export const deadOf = (destination: string, now: number) => ({ state: 'dead' as const, destination, since: now - lookBackMs });

export async function deadCards(parts: AdminParts, destination: string) {
  const now = parts.now();
  const filter = deadOf(destination, now);
  const [{ ids, more }, { items }] = await Promise.all([
    matching(parts, filter),
    parts.read.deliveries({ ...filter, replayed: false, limit: mostShown }),
  ]);
  const zone = zoneOf(parts);
  return {
    none: ids.length === 0,
    one: ids.length === 1,
    count: more ? `over ${ids.length}` : ids.length,
    rest: ids.length > items.length,
    latest: items.map((delivery) => {
      const { event, kind, route, last_error, ended_at, created_at } = showDelivery(delivery, parts.inForce.mask);
      return { event, kind, route, why: last_error, ended: when(Date.parse(ended_at ?? created_at), now, zone) };
    }),
  };
}
