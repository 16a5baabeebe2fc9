// How long a route may keep what it has to say, reckoned from the file and a wall clock alone: the oracle's own view of quiet, limit and digest.
import type { Workspace } from '../../model.ts';
import type { QuietHours, Route, Rules } from '../../rules/rules.ts';
import { day, minute } from './drops.ts';

/** At the latest; the moment itself where nothing keeps it. */
export function keptUntil(route: Route, rules: Rules, workspace: Workspace, at: number): number {
  const quiet = route.quiet && rules.quietHours[route.quiet.during];
  const zone = (quiet?.timezone === 'workspace' ? workspace.timezone : quiet?.timezone) ?? rules.timezone;
  const morning = quiet === undefined ? at : quietEnd(quiet, zone, at);
  if (morning > at) return morning;
  const kept = Math.max(route.limit?.perMs ?? 0, digestMs(route.digest));
  if (kept === 0) return at;
  // What a digest would say in quiet hours waits for their end.
  return quiet === undefined ? at + kept : Math.max(at + kept, quietEnd(quiet, rules.timezone, at + kept));
}

export const digestMs = (digest: Route['digest']): number => (digest === undefined ? 0 : 'everyMs' in digest ? digest.everyMs : day);

export const quietMs = ({ from, to }: QuietHours): number => ((to - from + 1440) % 1440 || 1440) * minute;

/** The end of the window that this moment lies in, else the moment. */
function quietEnd(hours: QuietHours, zone: string, at: number): number {
  const { weekday, minutes } = wall(zone, at);
  const { from, to, days } = hours;
  const crosses = to <= from;
  const today = days.includes(weekday) && minutes >= from && (crosses || minutes < to);
  const lastNight = crosses && days.includes((weekday + 6) % 7) && minutes < to;
  if (!today && !lastNight) return at;
  const left = (to - minutes + 1440) % 1440 || 1440;
  return at - (at % minute) + left * minute;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function wall(zone: string, at: number): { weekday: number; minutes: number } {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    clocks.set(zone, clock);
  }
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return { weekday: weekdays.indexOf(parts.weekday!), minutes: Number(parts.hour) * 60 + Number(parts.minute) };
}
