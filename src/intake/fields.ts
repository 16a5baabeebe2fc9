// Reads one field of a webhook: the value where it has the type it should have, else undefined, never an error. Used by parse.ts.

/** Unpaired surrogates and NUL are legal JSON but no database keeps them as they are, so keys made of them would never be found again. */
const storable = (value: string): string => (value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value).toWellFormed();

/** Free text, cut to what a message can show; undefined where nothing is written. */
export function readText(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return storable(value.slice(0, most));
}

const longestId = 256;

/** Text or number, as text. An id cut short would be another id, so one too long is none. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= longestId ? readText(value, longestId) : undefined;
}

/** More than can be counted is no count. */
export function readCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}
