// The times in `tests:`: as they are written, and on which day each of them lies. Wall times are written as if they were UTC; what instant that is
// in the file's time zone is found where they are played.
import { scalar } from './scalars.ts';

/** `date`: midnight. `exact`: to the second, else to the minute. */
export type When = { date?: number; clock: number; exact: boolean };

const notation = /^(?:(\d{4}-\d\d-\d\d)[ Tt])?(\d\d):(\d\d)(?::(\d\d))?$/;
const day = 86_400_000;
/** Of a clock time that stands alone: any day on which no clock is changed. */
const someDay = Date.UTC(2026, 0, 14);

export function readWhen(text: string): When | undefined {
  const [all, written, hours, minutes, seconds = '0'] = notation.exec(text.trim()) ?? [];
  if (all === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const clock = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  const exact = /:\d\d:\d\d$/.test(all);
  if (written === undefined) return { clock, exact };
  const date = Date.parse(`${written}T00:00:00Z`);
  // Of a 31 February, Date makes 3 March or nothing.
  if (Number.isNaN(date) || new Date(date).toISOString().slice(0, 10) !== written || !/^20/.test(written)) return undefined;
  return { date, clock, exact };
}

export const when = scalar<When>(
  (text) => {
    const value = readWhen(text);
    if (value !== undefined) return { value };
    return {
      wrong: `"${text}" is no time here. A clock time in quotes: "10:05" or "10:05:30", or with its date: "2026-03-29 01:10".`,
      write: likely(text),
    };
  },
  { type: 'string', pattern: notation.source, examples: ['10:05', '10:05:30', '2026-03-29 01:10'] },
);

/** `9:05`, `10.05`, `9am`: what was meant is nearly always clear. */
function likely(text: string): string | undefined {
  const [, date = '', hours, minutes = '00', seconds, half] =
    /^(\d{4}-\d\d-\d\d[ Tt])?\s*(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2}))?\s*([ap]m)?z?$/i.exec(text.trim()) ?? [];
  if (hours === undefined) return undefined;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (/p/i.test(half) ? 12 : 0);
  const meant = `${date.replace(/t/i, ' ')}${String(hour).padStart(2, '0')}:${minutes}${seconds === undefined ? '' : `:${seconds}`}`;
  return readWhen(meant) === undefined ? undefined : `"${meant}"`;
}

/** One after the other: a clock time is on the day of the one before it, and where it is earlier than that, on the next. */
export function wallOf(one: When, before: number | undefined): number {
  if (one.date !== undefined) return one.date + one.clock;
  if (before === undefined) return someDay + one.clock;
  const same = Math.floor(before / day) * day + one.clock;
  return same < before ? same + day : same;
}

export type Walls = { given: number[]; triggered: (number | undefined)[]; expect: number[]; until?: number };

export function wallsOf(written: {
  given: readonly { at: When; triggered?: When | undefined }[];
  expect: readonly When[];
  until?: When | undefined;
}): Walls {
  const given: number[] = [];
  for (const { at } of written.given) given.push(wallOf(at, given.at(-1)));
  // It never rolls over: it is on the day of its event, whether that is before or after it.
  const triggered = written.given.map(({ triggered: one }, index) => {
    if (one === undefined) return undefined;
    return (one.date ?? Math.floor(given[index]! / day) * day) + one.clock;
  });
  const expect: number[] = [];
  for (const one of written.expect) expect.push(wallOf(one, expect.at(-1) ?? given[0]));
  return { given, triggered, expect, ...(written.until === undefined ? {} : { until: wallOf(written.until, given.at(-1)) }) };
}

/** `10:05`, `2026-03-29 01:10:05`: a wall time as it is written. */
export function written(wall: number, exact: boolean, dated: boolean): string {
  const text = new Date(wall).toISOString();
  return `${dated ? `${text.slice(0, 10)} ` : ''}${text.slice(11, exact ? 19 : 16)}`;
}
