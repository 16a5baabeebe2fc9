// What an answer shows of a phone number: the last four digits, wherever the number stands. Pure. The body as received is shown whole only to
// a caller who asks for it with ADMIN_TOKEN.
import { maskPhone } from '../render/context.ts';

export type Hide = (text: string) => string;

/** Hides `phone` in texts, however it is written, and whatever else is written like a phone number. Digits alone are an id. */
export function hidePhones(phone?: string): Hide {
  const digits = phone?.replace(/\P{Nd}/gu, '') ?? '';
  return (text) => {
    if (!/\d/.test(text)) return text;
    const rest = digits.length > 4 ? withoutNumber(text, digits) : text;
    if (rest.length < 8) return rest;
    const plain = rest.includes('+') ? rest.replace(/\+\d[\d ().-]{5,}\d/g, maskPhone) : rest;
    return /^\d*$/.test(plain) ? plain : plain.replace(unmarked, (found) => (isLong(found) ? maskPhone(found) : found));
  };
}

/** An expression costs more to make than to use, and a report has a number in each row: made only where it is written in groups. */
function withoutNumber(text: string, digits: string): string {
  const rest = text.replaceAll(digits, maskPhone);
  if (!rest.replaceAll(/[ ().-]/g, '').includes(digits)) return rest;
  return rest.replaceAll(new RegExp([...digits].join('[ ().-]{0,2}'), 'g'), maskPhone);
}

/** Without its plus; a date or a part of a word is none. */
const unmarked = /(?<![\w.:/+-])(?!\d{4}-\d\d-\d\d)\d{1,4}(?:[ -]?\d{2,4}){2,5}(?![\w:])/g;
const isLong = (text: string): boolean => /^\d{10,15}$/.test(text.replace(/\D/g, ''));

/** Where an account has no id its number stands in its incident's key, with a plus or without; ids of so many digits are not known to exist. */
export function phoneInKey(incidentKey: string | undefined): string | undefined {
  const [, last] = /^wa:.+:(\(?\+?\d[\d ().-]{8,22}\d)(?:@[\w.-]+)?$/.exec(incidentKey ?? '') ?? [];
  return last !== undefined && isLong(last) ? last : undefined;
}

/** A text that may be an incident's key. */
export const hideInText: Hide = (text) => hidePhones(phoneInKey(text))(text);

/** The body as a tree with every number and known secret in it hidden; undefined where it is no JSON. */
export function maskedBody(body: string, phone?: string, mask: Hide = (text) => text): unknown {
  const hide = hidePhones(phone);
  return readBody(body, (key, value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    const text = typeof value === 'string' ? mask(value) : String(value);
    const hidden = phoneKey.test(key) ? maskPhone(text) : hide(text);
    return hidden === String(value) ? value : hidden;
  });
}

/** Names under which a number stands, whatever it looks like. */
export const phoneKey = /phone|jid|msisdn|^number$|whatsapp_number/i;

/** Numbers keep the digits they were written with: an id of 20 digits must not come out as another. */
export function readBody(body: string, change: (key: string, value: unknown) => unknown = (_key, value) => value): unknown {
  const keep = (key: string, value: unknown, context: { source?: string }) => {
    const changed = change(key, value);
    const exact = typeof changed !== 'number' || context.source === undefined || String(changed) === context.source;
    return exact ? changed : rawJson(context.source!);
  };
  try {
    return JSON.parse(body, keep as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

// In Node since 21, not yet in TypeScript's library.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** The line that it stands on may hold what the files in force know as a secret, also where nobody can tell any more what each word of it is. */
export function tellMistake<M extends { text: string; found?: string; fix?: string }>(mistake: M, mask: Hide): M {
  const { text, found, fix } = mistake;
  const tell = (words: string) => hidePhones()(mask(words));
  return { ...mistake, text: tell(text), ...(found !== undefined && { found: tell(found) }), ...(fix !== undefined && { fix: tell(fix) }) };
}
