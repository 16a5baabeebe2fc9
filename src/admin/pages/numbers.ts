// How much there is of everything, for the page Now: open incidents by how bad and how old they are, traffic in numbers, what room the store has.
import { sizeOf } from '../../chores/disk-space.ts';
import { length } from '../../render/time.ts';
import type { OpenBySeverity } from '../../store/reader.ts';
import type { Step } from '../minutes.ts';
import type { AdminParts } from '../parts.ts';
import { lasting, when } from './words.ts';

const worstFirst = ['critical', 'warning', 'info'] as const;

/** A row for each severity that something open is of. */
export function openRows(open: readonly OpenBySeverity[], now: number) {
  return worstFirst.flatMap((severity) =>
    open
      .filter((one) => one.severity === severity)
      .map(({ count, ...one }) => ({ severity, mark: severity, count, ages: agesOf(one, now) })),
  );
}

const agesOf = ({ hour, day, longer, oldest }: Omit<OpenBySeverity, 'count' | 'severity'>, now: number): string => {
  const ages = [
    [hour, 'up to an hour'],
    [day, 'up to a day'],
    [longer, 'longer'],
  ] as const;
  const some = ages.filter(([count]) => count > 0);
  // One alone is as old as the oldest, and where all are of one age the count has been said.
  const each = some.length > 1 ? some.map(([count, age]) => `${count} ${age}`) : [];
  return [...each, `${hour + day + longer > 1 ? 'the oldest ' : ''}${lasting(oldest, now)}`].join(', ');
};

/** The curves once more, for whoever does not see them or has no script. */
export function trafficRows({ figures }: Pick<AdminParts, 'figures'>, now: number) {
  const { minutes } = figures.read;
  return [
    { within: '10 minutes', ...countsOf(minutes.sum(10, now)) },
    { within: 'hour', ...countsOf(minutes.sum(60, now)) },
    { within: '24 hours', ...countsOf(minutes.sum(24 * 60, now)) },
  ];
}

const count = new Intl.NumberFormat('en-GB');

const countsOf = ({ events, delivered, failed, dead, delays }: Step) => ({
  events: count.format(events),
  delivered: count.format(delivered),
  failed: count.format(failed),
  dead: count.format(dead),
  anyDead: dead > 0,
  delays: delays && { median: shortLength(delays.median), p95: shortLength(delays.p95) },
});

/** Two digits, for more are not known. */
const shortLength = (ms: number): string =>
  ms < 1000 ? `${Number(ms.toPrecision(2))} ms` : ms < 10_000 ? `${Number((ms / 1000).toPrecision(2))} s` : length(ms);

export async function storeCard(parts: Pick<AdminParts, 'read' | 'space' | 'state'>, now: number, zone: string) {
  // What cannot be measured is left out: the page is about more than that.
  const [oldest, space] = await Promise.all([parts.read.oldestEvent(), parts.space?.().catch(() => undefined)]);
  return {
    size: space && sizeOf(space.store),
    free: space && `${sizeOf(space.free)} of ${sizeOf(space.disk)}`,
    share: space && Math.floor((100 * space.free) / space.disk),
    scarce: parts.state().degraded.some(({ code }) => code === 'store.near_full'),
    oldest: oldest === undefined ? undefined : when(oldest, now, zone),
  };
}
