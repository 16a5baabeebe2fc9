// Reads the times the vendor writes: RFC 3339 with or without milliseconds, and `2026-06-01 00:00:00 +0300` as its other API has it.
// Not Date.parse, which takes `1` and `foo 2` for dates and the machine's own zone where none is written.

const notation = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(?:[Zz]|UTC|([+-])(\d\d):?(\d\d)?)?$/;
/** Before this a time is the zero value of some language and says nothing. */
const earliest = Date.UTC(2000, 0, 1);
/** From then on it is the greatest value of some language and says as little; in another zone it has a year of five digits, which is no RFC 3339. */
const latest = Date.UTC(9999, 0, 1);

/** Milliseconds since 1970, or undefined for what is no time. Without a zone it is UTC. */
export function readTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const found = notation.exec(value);
  if (!found) return undefined;
  const month = Number(found[2]);
  const day = Number(found[3]);
  const hour = Number(found[4] ?? 0);
  const minute = Number(found[5] ?? 0);
  const second = Number(found[6] ?? 0);
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) return undefined;
  const milli = found[7] ? Number(found[7].slice(0, 3).padEnd(3, '0')) : 0;
  const written = Date.UTC(Number(found[1]), month - 1, day, hour, minute, second, milli);
  // Date.UTC turns 31 February into 2 March; a day that does not exist is no time.
  if (day > 28 && new Date(Date.UTC(Number(found[1]), month - 1, day)).getUTCDate() !== day) return undefined;
  const ahead = found[8] ? (Number(found[9]) * 60 + Number(found[10] ?? 0)) * 60_000 : 0;
  const time = found[8] === '-' ? written + ahead : written - ahead;
  return time < earliest || time >= latest ? undefined : time;
}

const hourMs = 3_600_000;

/** The end of a billing period as part of an incident key: rounded up to the hour, so that …23:59:59 and the next day 00:00 are one. */
export const periodName = (end: number): string => new Date(Math.ceil(end / hourMs) * hourMs).toISOString().slice(0, 13);
