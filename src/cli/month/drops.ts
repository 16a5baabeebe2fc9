// When the numbers of a fleet were really down, in one month: what docs/month.md assumes, in code. No number is down twice at once.
import { between, type Customer, chance, type PhoneNumber, type Random, times } from './fleet.ts';

export type Cause = 'short' | 'restart' | 'long' | 'flapping' | 'outage' | 'provider';
/** `to` may lie beyond the month: still down at its end. */
export type Drop = { customer: Customer; number: PhoneNumber; from: number; to: number; cause: Cause };

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const monthStart = Date.UTC(2026, 10, 1);
export const monthEnd = Date.UTC(2026, 11, 1);
/** Wednesday the 11th at 14:05 UTC. */
const outageAt = monthStart + 10 * day + 14 * hour + 5 * minute;
/** Thursday the 19th at 19:40 UTC, into the night. */
const providerAt = monthStart + 18 * day + 19 * hour + 40 * minute;

/** Means for one number in one month. */
const means = { short: 6, long: 0.6, hours: 0.25, days: 0.04 };

export function dropsOf(fleet: readonly Customer[], random: Random): Drop[] {
  return fleet.flatMap((customer) => {
    const ofProvider = chance(random, 1 / 3);
    return customer.numbers.flatMap((number) => {
      const drops = [...alone(random), ...flapping(random), ...outage(random), ...(ofProvider ? provider(random) : [])];
      return apart(drops).map((drop) => ({ customer, number, ...drop }));
    });
  });
}

type Down = Pick<Drop, 'from' | 'to' | 'cause'>;

const somewhen = (random: Random): number => between(random, monthStart, monthEnd - minute);

function alone(random: Random): Down[] {
  const some = (mean: number, cause: Cause, least: number, most: number): Down[] =>
    Array.from({ length: times(random, mean) }, () => {
      const from = somewhen(random);
      return { from, to: from + between(random, least, most), cause };
    });
  return [
    ...some(means.short, 'short', 30 * second, 4 * minute),
    ...restarts(random),
    ...some(means.long, 'long', 6 * minute, hour),
    ...some(means.hours, 'long', hour, 12 * hour),
    ...some(means.days, 'long', day, 5 * day),
  ];
}

/** Three phones in ten start anew at night, one night in four. */
function restarts(random: Random): Down[] {
  if (!chance(random, 0.3)) return [];
  const down: Down[] = [];
  for (let night = monthStart; night < monthEnd; night += day) {
    if (!chance(random, 0.25)) continue;
    const from = night + between(random, 2 * hour, 5 * hour);
    down.push({ from, to: from + between(random, minute, 3 * minute), cause: 'restart' });
  }
  return down;
}

function flapping(random: Random): Down[] {
  if (!chance(random, 0.015)) return [];
  const begin = somewhen(random);
  const within = between(random, 2 * hour, 5 * hour);
  return Array.from({ length: between(random, 10, 30) }, () => {
    const from = begin + between(random, 0, within);
    return { from, to: from + between(random, 20 * second, 6 * minute), cause: 'flapping' as const };
  });
}

/** Two numbers in three within two minutes; they come back over half an hour. */
function outage(random: Random): Down[] {
  if (!chance(random, 2 / 3)) return [];
  return [{ from: outageAt + between(random, 0, 2 * minute), to: outageAt + between(random, 3 * minute, 33 * minute), cause: 'outage' }];
}

function provider(random: Random): Down[] {
  const from = providerAt + between(random, 0, 10 * minute);
  return [{ from, to: from + between(random, 100 * minute, 160 * minute), cause: 'provider' }];
}

/** What would begin while the number is already down, or within ten seconds of it, does not happen. */
function apart(drops: readonly Down[]): Down[] {
  const kept: Down[] = [];
  for (const drop of drops.toSorted((a, b) => a.from - b.from)) {
    const last = kept.at(-1);
    if (drop.from < monthEnd && (last === undefined || drop.from > last.to + 10 * second)) kept.push(drop);
  }
  return kept;
}
