// The bytes of a webhook become one flat object of fields, or a coded error: the only place that trusts nothing about the body's form.
// parse.ts reads the fields.
import { RelayError } from '../errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

const maxDepth = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Flat as the vendor's schema has it, or lifted out of `data` as its overview page has it. `text` is the body without a byte order mark. */
export function readBody(bytes: Uint8Array): { text: string; fields: Fields } {
  // Before JSON.parse: it survives 50 000 levels, but whatever walks the result later does not.
  if (deeperThan(maxDepth, bytes)) throw new RelayError('webhook.too_deep', 'Reading a webhook: nested deeper than 64 levels.');
  let text: string;
  let fields: Fields;
  try {
    text = utf8.decode(bytes);
    fields = lift(JSON.parse(text));
    if (idNames.some((name) => inexact(fields[name]))) fields = lift(JSON.parse(text, keepDigits));
  } catch (cause) {
    throw cause instanceof RelayError ? cause : new RelayError('webhook.not_json', 'Reading a webhook: not JSON in valid UTF-8.');
  }
  return { text, fields };
}

function lift(parsed: unknown): Fields {
  if (!isObject(parsed)) throw new RelayError('webhook.not_json', 'Reading a webhook: not one JSON object.');
  const { workspace_id, event_type, data } = parsed;
  if ((workspace_id !== undefined && workspace_id !== null) || !isObject(data)) return parsed;
  return { ...parsed, ...data, event_type: event_type ?? data.event_type };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const idNames = ['workspace_id', 'whatsapp_account_id', 'user_id', 'partner_id', 'phone_number_e164'];
const inexact = (value: unknown): boolean => typeof value === 'number' && !Number.isSafeInteger(value);

/** A 20-digit id loses its last digits as a number, so its source text stands in; only then, because a reviver triples the cost of a parse. */
function keepDigits(name: string, value: unknown, context?: { source?: string }): unknown {
  return inexact(value) && idNames.includes(name) ? (context?.source ?? value) : value;
}

/** Counts brackets outside strings. What is no JSON may miscount after its first mistake, where JSON.parse stops too. */
function deeperThan(limit: number, bytes: Uint8Array): boolean {
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) {
      for (i++; i < bytes.length && bytes[i] !== 0x22; i++) if (bytes[i] === 0x5c) i++;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limit) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}
