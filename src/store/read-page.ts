// Pages of a list: one row more than asked for tells whether there is another, and the last row's place is where it goes on.
import { RelayError } from '../errors.ts';

export function pageOf<T>(rows: T[], limit: number, cursor: (last: T) => string): { items: T[]; next?: string } {
  if (rows.length <= limit) return { items: rows };
  const items = rows.slice(0, limit);
  return { items, next: cursor(items.at(-1)!) };
}

/** Opaque to who asks: a place in an order, not a number of rows, so that what comes in meanwhile shifts nothing. */
export const cursorOf = (...place: (string | number)[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

export function readCursor(cursor: string): [string, string] {
  const place = placeOf(cursor);
  if (Array.isArray(place) && place.length === 2) return [String(place[0]), String(place[1])];
  throw none();
}

/** Of a list in order of time. */
export function readTimeCursor(cursor: string): [number, string] {
  const place = placeOf(cursor);
  if (Array.isArray(place) && place.length === 2 && Number.isFinite(place[0])) return [place[0], String(place[1])];
  throw none();
}

function placeOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const none = () =>
  new RelayError('admin.bad_request', 'reading a list: the cursor is not one that a list gave; leave it out to begin anew');
