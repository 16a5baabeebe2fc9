// Clock times, days and quiet hours as routes.yaml writes them. A time is always of two digits, so that nobody has to guess what 7 means.
import { z } from 'zod';
import { notEmpty } from './lists.ts';
import { nearest } from './nearest.ts';
import { readTimezone, scalar } from './scalars.ts';

/** Minutes from midnight. */
export const clock = scalar<number>(
  (text) => {
    const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
    if (hours !== undefined) return { value: Number(hours) * 60 + Number(minutes) };
    const likely = likelyClock(text);
    return { wrong: `"${text}" is no time of day. Times are from "00:00" to "23:59".`, write: likely && `"${likely}"` };
  },
  { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['09:00', '22:00'] },
);

/** "7:00", "24:00", "10pm", "7.30", "0700", "22h". */
function likelyClock(text: string): string | undefined {
  const low = text.toLowerCase().replaceAll(/[\s.]+(?=m\b|[ap]\.?m)/g, '');
  if (low === 'noon') return '12:00';
  if (low === 'midnight') return '00:00';
  const [, short, minutes = '00', half] =
    /^(\d{1,2})(?:[:.h](\d{2})?(?::\d{2})?)?([ap])m?\.?$/.exec(low) ??
    /^(\d{1,2})(?:[:.h](\d{2})?(?::\d{2})?)?$/.exec(low) ??
    /^(\d{2})(\d{2})$/.exec(low) ??
    [];
  if (short === undefined || Number(minutes) > 59) return undefined;
  const hours = half === undefined ? Number(short) : (Number(short) % 12) + (half === 'p' ? 12 : 0);
  if (hours > 24 || (hours === 24 && minutes !== '00')) return undefined;
  return `${String(hours % 24).padStart(2, '0')}:${minutes}`;
}

/** `22-7`, `22:00–07:00`, `10pm to 7am`: both ends in one. */
export function likelyHours(text: string): [from: string, to: string] | undefined {
  const [from, to, ...more] = text.split(/\s*(?:-|–|\bto\b)\s*/).map(likelyClock);
  return from === undefined || to === undefined || more.length > 0 ? undefined : [from, to];
}

const week = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const groups: Readonly<Record<string, string>> = { weekdays: 'mon-fri', workdays: 'mon-fri', weekend: 'sat-sun', weekends: 'sat-sun' };

/** One day or a row of days, `mon-fri`; 0 is Sunday. `alone`: not in a list, where several can be made one. */
const rowOfDays = (alone: boolean) =>
  scalar<number[]>(
    (text) => {
      const [first = -1, last = first] = text.split('-').map((one) => week.indexOf(one));
      if (first >= 0 && last >= 0 && text.split('-').length <= 2) {
        const count = ((last - first + 7) % 7) + 1;
        return { value: Array.from({ length: count }, (_, at) => (first + at) % 7) };
      }
      return {
        wrong: `"${text}" is no day. Days are mon, tue, wed, thu, fri, sat, sun, or several of them: mon-fri.`,
        write: likelyDays(text) ?? (alone ? severalDays(text) : undefined),
      };
    },
    { type: 'string', pattern: `^(${week.join('|')})(-(${week.join('|')}))?$`, examples: ['mon', 'mon-fri'] },
  );

function likelyDays(text: string): string | undefined {
  const low = text.toLowerCase();
  if (groups[low] !== undefined) return groups[low];
  const likely = low.split(/\s*(?:-|–|\bto\b)\s*/).map((word) => likelyDay(word));
  return likely.length <= 2 && !likely.includes(undefined) ? likely.join('-') : undefined;
}

/** Days of other languages are near to a wrong one: `lun` is no Sunday. So a slip has to begin as the day does. */
const likelyDay = (word: string): string | undefined =>
  week.find((day) => word.startsWith(day) && !/\W./.test(word)) ??
  nearest(
    word,
    week.filter((day) => day[0] === word[0]),
  );

/** "mon, tue", "monday and friday". */
function severalDays(text: string): string | undefined {
  const likely = text
    .toLowerCase()
    .split(/\s*(?:[,;&+/]|\band\b|\s)\s*/)
    .map(likelyDay);
  return likely.length > 1 && !likely.includes(undefined) ? `[${likely.join(', ')}]` : undefined;
}

const days = z.union([rowOfDays(true), z.array(rowOfDays(false)).min(1, notEmpty)]).transform((value) => [...new Set(value.flat())].sort());

/** `workspace`: the one in the table. */
const itsClock = scalar<string>(
  (text) => {
    if (text === 'workspace') return { value: text };
    if (nearest(text, ['workspace']) === undefined) return readTimezone(text);
    return { wrong: `"${text}" is no time zone. For the one in the table write \`workspace\`.`, write: 'workspace' };
  },
  { type: 'string', examples: ['workspace', 'Europe/Madrid'] },
);

export const quietHours = z
  .strictObject({
    from: clock.meta({ description: 'When they begin: "22:00".' }),
    to: clock.meta({ description: 'When they end: "07:00". Not later than they begin: on the next day.' }),
    days: days.optional().meta({ description: 'Days on which they begin: mon-fri, or [sat, sun]. Default every day.' }),
    timezone: itsClock
      .optional()
      .meta({ description: 'Whose clock: a time zone, or `workspace` for the one in the table. Default the file’s.' }),
  })
  .meta({ description: 'Hours in which routes that name them tell nobody.' });
