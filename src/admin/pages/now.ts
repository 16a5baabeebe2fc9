// Now: what is open, worst and oldest first; how each destination is; and what happens while one looks.
import type { AdminParts, Api } from '../parts.ts';
import { destinationCards } from './destination-card.ts';
import { incidentCard } from './incident-card.ts';
import { zoneOf } from './words.ts';

/** More than anybody reads at once; the rest is a link away. */
const most = 30;

export function nowPage(app: Api, parts: AdminParts): void {
  app.get('/', async (_request, reply) => {
    const now = parts.now();
    const [{ items, open }, destinations] = await Promise.all([parts.read.worst(most), destinationCards(parts, now)]);
    const zone = zoneOf(parts);
    return reply.page('now', {
      title: 'Now',
      count: String(open),
      one: open === 1,
      incidents: items.map((one) => incidentCard(one, parts, now, zone)),
      more: open > items.length,
      none: open === 0,
      destinations,
      noDestination: destinations.length === 0,
    });
  });
}
