// When a quota will be full: the one figure that says whether anyone has to get up.
import type { Event } from '../model.ts';
import { moment } from './time.ts';
import type { Words } from './words.ts';

const soonMs = 36 * 3_600_000;

/** When the quota will be full if it goes on as it did since the period began; nothing where that cannot be known. */
export function paceOf(event: Event | undefined, zone: string, now: number, words: Words): string | undefined {
  const { usage, period, triggeredAt = 0 } = event ?? {};
  if (usage === undefined || period?.start === undefined) return undefined;
  const passed = triggeredAt - period.start;
  const left = usage.total - usage.used;
  if (!(passed > 0) || !(usage.used > 0) || !(left > 0)) return undefined;
  const full = triggeredAt + (left * passed) / usage.used;
  if (full >= period.end) return words.lastsThePeriod;
  return words.fullAbout(moment(full, zone, now, words.locale, full - now < soonMs ? 'minute' : 'day'));
}
