// Times and words as the pages say them: in the zone of routes.yaml, with the exact time for whoever points at it.
import { length, moment, realZone } from '../../render/time.ts';
import type { AdminParts } from '../parts.ts';

/** For the view `time`. */
export type When = { iso: string; said: string; ago: string };

export const zoneOf = ({ inForce }: Pick<AdminParts, 'inForce'>): string => realZone(inForce.rules().timezone);

export function when(at: number, now: number, zone: string): When {
  const apart = now - at;
  return {
    iso: new Date(at).toISOString(),
    said: moment(at, zone, now, 'en-GB'),
    ago: apart >= 0 ? `${length(apart)} ago` : `in ${length(-apart)}`,
  };
}

/** Of what follows within a minute. */
export function toTheSecond(at: number, now: number, zone: string): When {
  let format = seconds.get(zone);
  if (format === undefined) {
    const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', ...clock });
    seconds.set(zone, format);
  }
  const thisYear = new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear();
  return { ...when(at, now, zone), ...(thisYear && { said: format.format(at) }) };
}
const seconds = new Map<string, Intl.DateTimeFormat>();

/** The page of a workspace. */
export const workspacePath = (id: string): string => `/workspaces/${encodeURIComponent(id)}`;

export const lasting = (from: number, to: number): string => length(to - from);

export const clockTime = (at: number, zone: string): string => moment(at, zone, at, 'en-GB', 'clock');
