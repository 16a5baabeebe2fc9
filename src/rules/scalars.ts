// The single values of routes.yaml. Each arrives as text and leaves as what it means; a value that means nothing says so with a likely correction.
// `meta` is for editors: they read the same file with booleans and numbers where we read text.
import { z } from 'zod';
import { nearest } from './nearest.ts';

type Read<T> = { value: T } | { wrong: string; write?: string | undefined };

export function scalar<T>(read: (text: string) => Read<T>, meta: Record<string, unknown>) {
  return z
    .string()
    .transform((text, context): T => {
      const result = read(text.trim());
      if ('value' in result) return result.value;
      context.issues.push({ code: 'custom', message: result.wrong, input: text, params: { write: result.write } });
      return z.NEVER;
    })
    .meta(meta);
}

const yes = ['yes', 'true', 'on', 'y', '1', 'enabled'];
const no = ['no', 'false', 'off', 'n', '0', 'disabled'];

export const flag = scalar<boolean>(
  (text) => {
    if (text === 'yes' || text === 'true') return { value: true };
    if (text === 'no' || text === 'false') return { value: false };
    const low = text.toLowerCase();
    return { wrong: `"${text}" is neither yes nor no.`, write: yes.includes(low) ? 'yes' : no.includes(low) ? 'no' : undefined };
  },
  { type: ['boolean', 'string'], enum: [true, false, 'yes', 'no'] },
);

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longest = 366 * 86_400_000;

export const duration = (least = 1, most = longest) =>
  scalar<number>(
    (text) => {
      const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
      if (unit === undefined && /^0+$/.test(text)) return { wrong: `"0" is too short: between ${shortly(least)} and ${shortly(most)}.` };
      // Seconds to one, minutes or hours to another: it is not for us to guess.
      if (unit === undefined && /^\d{1,9}$/.test(text))
        return {
          wrong: `"${text}" has no unit. Write ${Object.keys(units)
            .map((letter) => text + letter)
            .join(', ')
            .replace(/, (?=\w+$)/, ' or ')}.`,
        };
      if (unit === undefined)
        return { wrong: `"${text}" is no duration. A number and one letter: 30s, 5m, 4h or 2d.`, write: likelyDuration(text) };
      const value = Number(number) * units[unit]!;
      if (value >= least && value <= most) return { value };
      return { wrong: `${text} is too ${value < least ? 'short' : 'long'}: between ${shortly(least)} and ${shortly(most)}.` };
    },
    { type: 'string', pattern: '^\\d{1,9}[smhd]$', examples: ['30s', '5m', '4h', '2d'] },
  );

const shortly = (ms: number): string => {
  const unit = ['d', 'h', 'm'].find((one) => ms % units[one]! === 0 && ms >= units[one]!) ?? 's';
  return `${Math.max(1, Math.round(ms / units[unit]!))}${unit}`;
};

/** "5 minutes", "1h30m", "1.5h": what was meant is nearly always clear. */
function likelyDuration(text: string): string | undefined {
  const low = text.toLowerCase();
  let seconds = 0;
  let seen = '';
  for (const [all, number, unit] of low.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)[\s,]*/g)) {
    const letter = /^(seconds?|secs?|s)$/.test(unit!)
      ? 's'
      : /^(minutes?|mins?|m)$/.test(unit!)
        ? 'm'
        : /^(hours?|hrs?|h)$/.test(unit!)
          ? 'h'
          : /^(days?|d)$/.test(unit!)
            ? 'd'
            : '';
    if (letter === '') return undefined;
    seconds += (Number(number!.replace(',', '.')) * units[letter]!) / 1000;
    seen += all;
  }
  if (seen.length !== low.length || seconds < 1) return undefined;
  return shortly(Math.round(seconds) * 1000);
}

export const whole = (least: number, most: number) =>
  scalar<number>(
    (text) => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= least && value <= most) return { value };
      const likely = /^\d{1,3}(?:[,' ]\d{3})+$/.test(text) ? text.replace(/\D/g, '') : undefined;
      const fits = Number(likely) >= least && Number(likely) <= most;
      return { wrong: `"${text}" is no whole number between ${least} and ${most}.`, write: fits ? likely : undefined };
    },
    { type: ['integer', 'string'], minimum: least, maximum: most },
  );

/** Messages a second. */
export const rate = scalar<number>(
  (text) => {
    const [, number, unit] = /^(\d{1,6}(?:\.\d{1,3})?)\/([smh])$/.exec(text) ?? [];
    if (unit !== undefined && Number(number) > 0) return { value: (Number(number) * 1000) / units[unit]! };
    const [, likely, word] = /^(\d+)\s*(?:\/|per|a|an|p)?\s*(s|m|h|sec|second|min|minute|hour)$/i.exec(text) ?? [];
    return {
      wrong: `"${text}" is no rate. A number, a slash and s, m or h: 1/s, 30/m.`,
      write: likely && `${likely}/${word![0]!.toLowerCase()}`,
    };
  },
  { type: 'string', pattern: '^\\d{1,6}(\\.\\d{1,3})?/[smh]$', examples: ['1/s', '30/m'] },
);

const comparison = /^(>=|<=|>|<|=)\s*(\d{1,3}(?:\.\d+)?)$/;

export const percent = scalar<string>(
  (text) => {
    const [, sign, number] = comparison.exec(text) ?? [];
    if (number !== undefined) return { value: `${sign}${number}` };
    const likely = /^[^\d]*(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(text)?.[1];
    const guess = /^(<|under|below|less|at most|up to)/i.test(text) ? '<=' : '>=';
    return { wrong: `"${text}" does not compare. Write a sign and a number in quotes.`, write: likely && `"${guess}${likely}"` };
  },
  { type: 'string', pattern: '^(>=|<=|>|<|=)', examples: ['>=95'] },
);

export const level = scalar<string>(
  (text) =>
    text === '1' || text === '2'
      ? { value: text }
      : { wrong: `There is no level "${text}". Levels are 1 (nearly used up) and 2 (used up).` },
  { type: ['integer', 'string'], enum: [1, 2, '1', '2'] },
);

export const version = scalar<1>(
  (text) => (text === '1' ? { value: 1 } : { wrong: `This relay reads version 1, not "${text}".`, write: '1' }),
  { type: ['integer', 'string'], enum: [1, '1'] },
);

export function readTimezone(text: string): Read<string> {
  if (isTimezone(text)) return { value: text };
  const near = nearestTimezone(text);
  return {
    wrong: `There is no time zone "${text}".${near ? ` Did you mean \`${near}\`?` : ' Names look like Europe/Madrid or UTC.'}`,
    write: near,
  };
}

export const timezone = scalar<string>(readTimezone, { type: 'string', examples: ['Europe/Madrid', 'UTC'] });

const known = new Map<string, boolean>([['UTC', true]]);

/** Remembered, for a table asks this of every row. An offset such as +02:00 is no zone: it knows no summer. */
export function isTimezone(name: string): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    try {
      answer = /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
    } catch {
      answer = false;
    }
    if (known.size < 2000) known.set(name, answer);
  }
  return answer;
}

export function nearestTimezone(text: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const plain = text.trim().replaceAll(' ', '_');
  const city = zones.find((zone) => zone.toLowerCase().split('/').at(-1) === plain.toLowerCase().split('/').at(-1));
  const byCity = new Map(zones.map((zone) => [zone.split('/').at(-1)!, zone]));
  return city ?? nearest(plain, zones) ?? byCity.get(nearest(plain, byCity.keys()) ?? '');
}

export const name = scalar<string>(
  (text) => {
    if (isName(text)) return { value: text };
    return { wrong: `"${text}" is no name here. ${nameRule}`, write: likelyName(text) };
  },
  { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
);

const nameRule = 'Names are made of small letters, digits and -.';

/** `constructor` is what every JavaScript object already has: a destination of that name could be mistaken for it. */
export const isName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text) && text !== 'constructor';

export const likelyName = (text: string): string | undefined => {
  const likely = text
    // A story is named without its file's ending and folder.
    .replace(/^(?:.*\/)?([^/]+)\.ya?ml$/i, '$1')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return isName(likely) ? likely : undefined;
};

export const link = scalar<string>(
  (text) =>
    /^https?:\/\/[^\s/]+/.test(text)
      ? { value: text }
      : { wrong: `"${text}" is no web address: it begins with https://.`, write: undefined },
  { type: 'string', format: 'uri' },
);
