// What a call may ask for, read and checked: moments, names out of closed lists, how many.
import { WrongCall } from './command.ts';

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h` ago, or a time such as `2026-11-23T09:00:00Z`. */
export function readMoment(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return now - Number(number) * units[unit]!;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new WrongCall(`--${option} is "${text}"; write 30m, 2h or 7d for so long ago, or a time such as 2026-11-23T09:00:00Z.`);
  return at;
}

export function oneOf<T extends string>(option: string, text: string | undefined, known: readonly T[]): T | undefined {
  if (text === undefined || known.includes(text as T)) return text as T | undefined;
  throw new WrongCall(`--${option} is "${text}"; it is one of ${known.join(', ')}.`);
}

export const mostListed = 200;

export function readLimit(text = '50'): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostListed)
    throw new WrongCall(`--limit is "${text}"; write a number from 1 to ${mostListed}.`);
  return limit;
}

/** Leaves out what was not asked for. */
export const asked = <T extends object>(filter: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
