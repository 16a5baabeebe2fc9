// What people write where a gate or the table wants a block of keys: `digest: "09:00"`, `limit: 10 per 10m`. What was meant is nearly always clear.
import { likelyHours } from './clock.ts';
import type { Path, Write } from './tree.ts';

const clock = /^\d{1,2}:\d{2}$/;
const length = /^\d+[smhd]$/;

/** "10 per 10m", "10/10m", "4 in 1h": a count and a time. */
const counted = (text: string, count: string, within: string): string | undefined => {
  const [, number, time] = /^(\d+)\D+?(\d+[smhd])$/.exec(text) ?? [];
  return number && `{ ${count}: ${number}, ${within}: ${time} }`;
};

const meant: Readonly<Record<string, (text: string) => string | undefined>> = {
  digest: (text) => (clock.test(text) ? `{ at: "${text.padStart(5, '0')}" }` : length.test(text) ? `{ every: ${text} }` : undefined),
  repeat: (text) => (length.test(text) ? `{ every: ${text} }` : undefined),
  limit: (text) => counted(text, 'max', 'per'),
  flapping: (text) => counted(text, 'drops', 'within'),
  storm: (text) => counted(text, 'more_than', 'within'),
  fallback: (text) => (/^[a-z0-9-]+$/.test(text) && text !== 'nobody' ? `{ send: [${text}] }` : undefined),
  workspaces: (text) => (/^[\w./-]+\.(?:csv|ya?ml)$/.test(text) ? `{ file: ${text} }` : undefined),
  escalate: (text) => (/^[a-z0-9-]+$/.test(text) ? `[{ after: 15m, send: [${text}] }]` : undefined),
};

const forms: Readonly<Record<string, string>> = {
  digest: '`{ every: 1h }` or `{ at: "09:00" }`',
  repeat: '`{ every: 4h, at_most: 3 }`',
  limit: '`{ max: 10, per: 10m }`',
  flapping: '`{ drops: 4, within: 1h }`',
  storm: '`{ more_than: 200, within: 5m }`',
  quiet: '`nights`, a name from `quiet_hours`, or `{ during: nights, then: drop }`',
  workspaces: '`{ file: workspaces.csv }`',
  escalate: '`[{ after: 15m, send: [log] }]`, a list of steps',
  fallback: '`{ send: [log] }`',
  send: 'as names, `[log]`, or `[{ to: log, template: short }]`',
  segment: '`{ tags: [vip] }`',
  quiet_hours: '`{ from: "22:00", to: "07:00" }`',
};

const named = new Set(['quiet_hours', 'segments']);

/** `limit: [ max: 10, per: 10m ]`: every entry is a key with its value, and a block of them is wanted. */
export const keysInBrackets = (found: readonly unknown[]): Write | undefined =>
  found.length > 0 && found.every((one) => typeof one === 'object' && one !== null && Object.keys(one).length === 1)
    ? (source) => (/^\[\s*\{/.test(source) ? source : `{ ${source.replace(/^\[\s*|\s*\]$/g, '')} }`)
    : undefined;

/** Where what stands there is right, and only something round it is missing. */
function listing(key: string, segment: boolean, found: unknown): Write | undefined {
  if (Array.isArray(found)) {
    const inBraces = key === 'escalate' || key === 'send' ? undefined : keysInBrackets(found);
    if (inBraces !== undefined) return inBraces;
    if (segment) return (source) => `{ tags: ${source} }`;
    return key === 'fallback' ? (source) => `{ send: ${source} }` : undefined;
  }
  return /^(?:escalate|send)$/.test(key) && typeof found === 'object' ? (source) => `[${source}]` : undefined;
}

/** How it is written, and what was probably meant. `storm: no` and the like turn off what is off when it is left out. */
export function shorthand(path: Path, found: unknown): { text: string; write?: Write | undefined } | undefined {
  const key = String(path.at(-1));
  // The names of quiet hours are the operator's own.
  const own = path[0] === 'quiet_hours' && path.length === 2;
  const segment = path[0] === 'segments' && path.length === 2;
  const form = own ? forms.quiet_hours : segment ? forms.segment : named.has(String(path[0])) && path.length > 1 ? undefined : forms[key];
  if (form === undefined || (key === 'storm' && path[0] === 'destinations')) return undefined;
  const text = typeof found === 'string' ? found.trim() : undefined;
  if (text === 'no' || text === 'false') return { text: `\`${key}\` is off where it is not written. Remove this line.` };
  const [from, to] = (own && text && likelyHours(text)) || [];
  const [only] = Array.isArray(found) && found.length === 1 ? found : [];
  const inList = listing(key, segment, found);
  const single = key === 'quiet' && typeof only === 'string' ? only : undefined;
  const write = own ? from && `{ from: "${from}", to: "${to}" }` : text && meant[key]?.(text);
  return {
    text: `\`${key}\` is written ${form}${text === undefined || text === '' ? '' : `, not "${text}"`}.`,
    write: write || inList || single,
  };
}
