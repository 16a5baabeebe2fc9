// Clock times in a time zone: when a quiet window ends, when the next 09:00 is. A wall time that DST skips means the first instant after the
// gap, one that comes twice its first pass. Zones are those of Intl; a name that it does not know, as a table may hold, counts as UTC.
import type { QuietHours } from '../rules/rules.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** A window that covers the whole week has no end: what is kept in it is told after so long at most. */
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
  // One that crosses midnight belongs to the day it starts. Tomorrow's may have begun where clocks go back over midnight.
  for (let date = today - day; date <= today + day; date += day) {
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
export function instant(timezone: string, wall: number): number {
  const before = offsetAt(timezone, wall - day);
  const after = offsetAt(timezone, wall + day);
  let low = wall - Math.max(before, after);
  let high = wall - Math.min(before, after);
  if (low + offsetAt(timezone, low) === wall) return low;
  if (high + offsetAt(timezone, high) === wall) return high;
  // Skipped: the clocks go from one to the other somewhere between these.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + offsetAt(timezone, middle) < wall) low = middle;
    else high = middle;
  }
  return high;
}

/** `offsets`: by the UTC day, NaN for one on which the clocks change. Asking Intl each time is a hundred times slower. */
type Zone = { format: Intl.DateTimeFormat; offsets: Map<number, number> };
const zones = new Map<string, Zone>();
/** Tables are read again for months: what they hold must not fill the memory. */
const mostZones = 1000;
const mostDays = 64;

function zoneOf(timezone: string): Zone {
  let zone = zones.get(timezone);
  if (zone === undefined) {
    if (zones.size >= mostZones) zones.clear();
    try {
      zone = { format: formatOf(timezone), offsets: new Map() };
    } catch {
      zone = zoneOf('UTC');
    }
    zones.set(timezone, zone);
  }
  return zone;
}

const formatOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    // Not dateStyle: its year has two digits, and the century would be a guess.
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

/** How far its clocks are ahead of UTC, in ms. */
export function offsetAt(timezone: string, at: number): number {
  const { format, offsets } = zoneOf(timezone);
  const date = Math.floor(at / day);
  let offset = offsets.get(date);
  if (offset === undefined) {
    // No zone changes its clocks and changes them back within a day.
    const begin = shown(format, date * day);
    offset = begin === shown(format, (date + 1) * day) ? begin : Number.NaN;
    if (offsets.size >= mostDays) offsets.clear();
    offsets.set(date, offset);
  }
  return Number.isNaN(offset) ? shown(format, at) : offset;
}

function shown(format: Intl.DateTimeFormat, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const [month, date, year, hours, minutes, seconds] = format.format(second).match(/\d+/g)!.map(Number) as number[];
  return Date.UTC(year!, month! - 1, date!, hours!, minutes!, seconds!) - second;
}
