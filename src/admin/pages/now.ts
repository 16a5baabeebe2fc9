// Now: what is open, worst and oldest first; how each destination is; how much comes and goes; and what happens while one looks.
import type { AdminParts, Api } from '../parts.ts';
import { assetPaths } from './assets.ts';
import { destinationCards } from './destination-card.ts';
import { incidentCard } from './incident-card.ts';
import { openRows, storeCard, trafficRows } from './numbers.ts';
import { when, zoneOf } from './words.ts';

/** More than anybody reads at once; the rest is a link away. */
const most = 12;

export function nowPage(app: Api, parts: AdminParts): void {
  app.get('/', async (_request, reply) => {
    const now = parts.now();
    const zone = zoneOf(parts);
    const [worst, open, destinations, store] = await Promise.all([
      parts.read.worst(most),
      parts.read.openIncidents(now),
      destinationCards(parts, now),
      storeCard(parts, now, zone),
    ]);
    const count = open.reduce((sum, one) => sum + one.count, 0);
    const { down, degraded } = parts.state();
    const { uplotStyle, uplot, curves } = assetPaths();
    return reply.page('now', {
      title: 'Now',
      asOf: when(now, now, zone),
      count,
      one: count === 1,
      open: openRows(open, now),
      incidents: worst.map((one) => incidentCard(one, parts, now, zone)),
      more: count > worst.length,
      none: count === 0,
      calm: count === 0 && down === undefined && degraded.length === 0 && destinations.every(({ troubled }) => !troubled),
      destinations,
      noDestination: destinations.length === 0,
      traffic: trafficRows(parts, now),
      since: when(parts.figures.read.since, now, zone),
      zone,
      load: [uplotStyle, uplot, curves].join(' '),
      store,
    });
  });
}
