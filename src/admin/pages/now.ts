// Now: what is open, worst and oldest first; how each destination is; and what happens while one looks.
import type { AdminParts, Api } from '../parts.ts';
import { destinationCards } from './destination-card.ts';
import { incidentCard } from './incident-card.ts';
import { zoneOf } from './words.ts';

/** More than anybody reads at once; the rest is a link away. */
const most = 30;
const rank = { critical: 2, warning: 1, info: 0 } as const;

export function nowPage(app: Api, parts: AdminParts): void {
  app.get('/', async (_request, reply) => {
    const now = parts.now();
    const [{ items, next }, destinations] = await Promise.all([
      parts.read.incidents({ open: true, limit: 200 }),
      destinationCards(parts, now),
    ]);
    const worstFirst = [...items].sort((a, b) => rank[b.severity] - rank[a.severity] || b.level - a.level || a.openedAt - b.openedAt);
    const zone = zoneOf(parts);
    return reply.page('now', {
      title: 'Now',
      count: next === undefined ? String(items.length) : `${items.length}+`,
      one: items.length === 1 && next === undefined,
      incidents: worstFirst.slice(0, most).map((one) => incidentCard(one, parts, now, zone)),
      more: items.length > most || next !== undefined,
      none: items.length === 0,
      destinations,
      noDestination: destinations.length === 0,
    });
  });
}
