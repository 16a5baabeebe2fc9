// A destination as a row: what the API shows of it, and how much waits for it, in words for people.
import { showDestinations } from '../destinations.ts';
import type { AdminParts } from '../parts.ts';
import { when, zoneOf } from './words.ts';

const healths = {
  ok: { mark: 'ok', health: 'works' },
  paused: { mark: 'warning', health: 'paused' },
  open: { mark: 'critical', health: 'failing' },
  held: { mark: 'critical', health: 'held' },
} as const;

export async function destinationCards(parts: AdminParts, now: number) {
  const [counts, oldest] = await Promise.all([parts.read.openCounts(), parts.read.oldestOpen()]);
  const zone = zoneOf(parts);
  const { destinations } = parts.inForce.rules();
  return showDestinations(parts).map((one) => {
    const waiting = counts.filter(({ destination }) => destination === one.name).reduce((sum, { count }) => sum + count, 0);
    const first = oldest.find(({ destination }) => destination === one.name);
    const attempts = parts.figures.read.attempts.get(one.name);
    const { perSecond } = destinations[one.name]!;
    const { ok = 0 } = one.counts;
    const failed = Object.entries(one.counts).reduce((sum, [name, count]) => (name === 'ok' || name === 'lost' ? sum : sum + count), 0);
    return {
      ...one,
      ...healths[one.health],
      to: `/destinations/${encodeURIComponent(one.name)}`,
      troubled: one.health !== 'ok',
      byPerson: one.paused_by !== undefined,
      began: when(Date.parse(one.since), now, zone),
      again: one.until === undefined ? undefined : when(Date.parse(one.until), now, zone),
      backlog: waiting,
      oldest: first === undefined ? undefined : when(first.since, now, zone),
      sent: ok,
      failed: failed === 0 ? undefined : failed,
      average: attempts === undefined || attempts.count === 0 ? undefined : `${Math.round((attempts.sum / attempts.count) * 1000)} ms`,
      rate: perSecond === undefined ? undefined : perSecond >= 1 ? `${perSecond}/s at most` : `${Math.round(perSecond * 60)}/min at most`,
    };
  });
}
