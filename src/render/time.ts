// Times as a reader says them: in the reader's zone, absolute and relative. Formatters are kept, for making one costs more than a message.

/** `24 Nov, 13:20 CET`, with the year where it is not the present one; as a clock `13:20 CET`. */
export function moment(at: number, zone: string, now: number, locale: string, unit: 'day' | 'minute' | 'clock' = 'minute'): string {
  const thisYear = new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear();
  const style = unit === 'clock' || thisYear ? unit : (`${unit} year` as const);
  return formatFor(zone, locale, style)?.(at) ?? new Date(at).toISOString();
}

/** Half a day is as long as a time of day alone is understood. */
export const clockIsEnough = (at: number, now: number): boolean => Math.abs(now - at) < 12 * 3_600_000;

/** The first of these that names a real time zone, else UTC: a typing error in the table must not cost a message. */
export function realZone(...names: (string | undefined)[]): string {
  return names.find((name) => name !== undefined && name !== '' && formatFor(name, 'en-GB', 'minute') !== undefined) ?? 'UTC';
}

type Style = 'clock' | 'minute' | 'minute year' | 'day' | 'day year';
type Say = (at: number) => string;
type Formats = Partial<Record<Style, Say | undefined>>;

// Zones come from a table that may be edited for years, so the store of formatters is emptied now and then.
const zones = new Map<string, Formats>();

/** undefined where there is no such zone. */
function formatFor(zone: string, locale: string, style: Style): Say | undefined {
  const key = `${zone} ${locale}`;
  const formats = zones.get(key) ?? {};
  if (zones.size > 1000) zones.clear();
  zones.set(key, formats);
  if (!(style in formats)) formats[style] = makeFormat(zone, locale, style);
  return formats[style];
}

function makeFormat(timeZone: string, locale: string, style: Style): Say | undefined {
  try {
    const format = new Intl.DateTimeFormat(locale, {
      timeZone,
      ...(style === 'clock' ? {} : { day: 'numeric', month: 'short' }),
      ...(style.endsWith('year') ? { year: 'numeric' } : {}),
      ...(!style.startsWith('day') ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } : {}),
    });
    return byMinute((at) => format.format(at));
  } catch {
    return undefined;
  }
}

/** Messages come in bursts, and those of one minute say the same times. */
function byMinute(say: Say): Say {
  const said = new Map<number, string>();
  return (at) => {
    const minute = Math.floor(at / 60_000);
    const known = said.get(minute);
    if (known !== undefined) return known;
    if (said.size >= 200) said.clear();
    const text = say(at);
    said.set(minute, text);
    return text;
  };
}

/** `45 s`, `14 min`, `3 h 20 min`, `2 d 5 h`: the two largest units, for a third is noise. */
export function length(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const pair = (large: number, unit: string, small: number, smaller: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`;
