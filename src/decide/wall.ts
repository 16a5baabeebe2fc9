// Clock times in a time zone: when a quiet window ends, when the next 09:00 is. A wall time that DST skips means the first instant after the
// gap, one that comes twice its first pass. Zones are those of Intl; a name that it does not know, as a table may hold, counts as UTC.
import type { QuietHours } from '../rules/rules.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** A window that covers the whole week has no end: what is kept in it is told after so long. */
const longestMs = 8 * day;

/** The next instant strictly after `after` at which a clock there shows so many minutes past midnight. */
export function nextClock(minutes: number, timezone: string, after: number): number {
  const today = dateOf(timezone, after);
  for (let date = today - day; ; date += day) {
    const at = instant(timezone, date + minutes * minute);
    if (at > after) return at;
  }
}

/** When the window that `at` lies in ends, or nothing. Windows that touch are one, for at most eight days. */
export function quietUntil(window: QuietHours, timezone: string, at: number): number | undefined {
  let until = endOf(window, timezone, at);
  if (until === undefined) return undefined;
  for (let next = endOf(window, timezone, until); next !== undefined; next = endOf(window, timezone, until)) {
    if (next - at > longestMs) break;
    until = next;
  }
  return until;
}

function endOf({ from, to, days }: QuietHours, timezone: string, at: number): number | undefined {
  const today = dateOf(timezone, at);
  // One that crosses midnight belongs to the day it starts.
  for (const date of [today - day, today]) {
    if (!days.includes(new Date(date).getUTCDay())) continue;
    const begin = instant(timezone, date + from * minute);
    const end = instant(timezone, date + (to <= from ? day : 0) + to * minute);
    if (begin <= at && at < end) return end;
  }
  return undefined;
}

/** Midnight of its date there, written as if that were UTC. */
const dateOf = (timezone: string, at: number): number => Math.floor((at + offsetAt(timezone, at)) / day) * day;

/** `wall`: date and time there, written as if that were UTC. */
function instant(timezone: string, wall: number): number {
  const before = offsetAt(timezone, wall - day);
  const after = offsetAt(timezone, wall + day);
  const found = [wall - before, wall - after].filter((at) => at + offsetAt(timezone, at) === wall);
  if (found.length > 0) return Math.min(...found);
  // Skipped: the clocks go from one to the other somewhere between these.
  let [low, high] = [wall - after, wall - before];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + offsetAt(timezone, middle) < wall) low = middle;
    else high = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' });
    } catch {
      format = formatOf('UTC');
    }
    formats.set(timezone, format);
  }
  return format;
}

/** How far its clocks are ahead of UTC, in ms. */
function offsetAt(timezone: string, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const [month, date, year, hours, minutes, seconds] = formatOf(timezone).format(second).match(/\d+/g)!.map(Number) as number[];
  return Date.UTC(2000 + year!, month! - 1, date!, hours!, minutes!, seconds!) - second;
}
