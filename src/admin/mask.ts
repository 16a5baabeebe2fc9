// What an answer shows of a phone number: the last four digits, wherever the number stands. Pure. The body as received is shown whole only to
// a caller who asks for it with ADMIN_TOKEN.
import { maskPhone } from '../render/context.ts';

export type Hide = (text: string) => string;

/** Hides `phone` in texts, with or without its plus, and whatever else is written like a phone number. */
export function hidePhones(phone?: string): Hide {
  const digits = phone?.replace(/\P{Nd}/gu, '') ?? '';
  return (text) => {
    const known = digits.length > 4 ? text.replaceAll(digits, maskPhone) : text;
    return known.replace(/\+\d[\d ().-]{5,}\d/g, maskPhone);
  };
}

/** Where an account has no id its number stands in its incident's key, with a plus or without; ids of so many digits are not known to exist. */
export const phoneInKey = (incidentKey: string | undefined): string | undefined => /^wa:.+:(\+?\d{10,15})$/.exec(incidentKey ?? '')?.[1];

/** The body as a tree with every number in it hidden; undefined where it is no JSON. */
export function maskedBody(body: string, phone?: string): unknown {
  const hide = hidePhones(phone);
  return readBody(body, (key, value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    const text = String(value);
    const hidden = phoneKey.test(key) ? maskPhone(text) : hide(text);
    return hidden === text ? value : hidden;
  });
}

const phoneKey = /phone|jid|msisdn|^number$|whatsapp_number/i;

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
