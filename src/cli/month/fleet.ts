// A made-up fleet: workspaces as a reseller's table has them, each with its WhatsApp numbers. The same for the same random numbers.
import type { Workspace } from '../../model.ts';

export type PhoneNumber = { account: string; phone: string };
export type Size = 'small' | 'middle' | 'large';
export type Customer = { workspace: Workspace; size: Size; numbers: PhoneNumber[]; quota: number };
export type Random = () => number;

export const chance = (random: Random, share: number): boolean => random() < share;
export const between = (random: Random, from: number, to: number): number => Math.round(from + random() * (to - from));
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** So many in a month where the mean is this (Poisson). */
export function times(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

const zones = ['Europe/Madrid', 'Europe/Madrid', 'Europe/London', 'America/Sao_Paulo', 'America/New_York', 'Asia/Dubai', 'Asia/Singapore'];
const sizes: readonly Size[] = ['small', 'small', 'small', 'small', 'small', 'small', 'middle', 'middle', 'middle', 'large'];
const numbersOf = { small: [1, 2], middle: [2, 4], large: [3, 5] } as const;
const quotaOf = { small: 5000, middle: 25_000, large: 100_000 } as const;

export function fleetOf(count: number, random: Random): Customer[] {
  return Array.from({ length: count }, (_, n) => {
    const size = oneOf(random, sizes);
    const internal = chance(random, 0.01);
    const tag = chance(random, size === 'large' ? 0.5 : 0.05) ? oneOf(random, ['vip', 'enterprise']) : undefined;
    const id = internal ? `demo-${n}` : `workspace-${n}`;
    const workspace: Workspace = {
      id,
      name: `Customer ${n}`,
      ...(tag === undefined ? {} : { tags: [tag] }),
      ...(chance(random, 0.92) ? { owner_email: `owner@${id}.example` } : {}),
      ...(chance(random, tag === undefined ? 0.1 : 0.8) ? { slack_channel: `#${id}` } : {}),
      timezone: oneOf(random, zones),
    };
    const [least, most] = numbersOf[size];
    const numbers = Array.from({ length: between(random, least, most) }, (_, at) => ({
      account: String(100_000 + n * 10 + at),
      phone: `+34${String(600_000_000 + n * 10 + at)}`,
    }));
    return { workspace, size, numbers, quota: quotaOf[size] };
  });
}
