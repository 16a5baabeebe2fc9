// The border between a stranger's text and a channel. Every value is cleaned here before a template sees it, every finished part is
// escaped here before a plug-in does; only what the relay itself has escaped (`safe`) passes untouched, and only into layouts.
import type { Format } from '../plugin.ts';

const longestValue = 200;
const longestText = 2000;

/** Turns finished text into text that is safe to place in the format. */
export const escapeFor: Readonly<Record<Format, (text: string) => string>> = {
  text: (text) => text,
  json: (text) => text,
  slack: (text) => (/[&<>]/.test(text) ? text.replace(/[&<>]/g, entity) : text),
  html: (text) => (/[&<>"'/`=]/.test(text) ? text.replace(/[&<>"'/`=]/g, entity) : text),
};

// The set mustache itself uses for HTML; Slack takes the first three.
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '/': '&#x2F;',
  '`': '&#x60;',
  '=': '&#x3D;',
};
const entity = (character: string): string => entities[character] ?? '';

// Symbols cannot come out of JSON, YAML or CSV, so no data can pass itself off as one of these.
const SAFE = Symbol('safe');
const LINES = Symbol('lines');

/** Text that is already escaped for its format, for layouts. */
export const safe = (text: string): object => Object.assign(Object.create(null), { [SAFE]: text });
export const safeText = (value: unknown): string | undefined => branded(value, SAFE);

/** The relay's own text, which may hold line breaks and be longer than a value. */
export const lines = (text: string): object => Object.assign(Object.create(null), { [LINES]: text });

const branded = (value: unknown, brand: symbol): string | undefined =>
  typeof value === 'object' && value !== null && brand in value ? (value as Record<symbol, string>)[brand] : undefined;

/** One value as one bounded line: line breaks become spaces; other controls and everything that turns the direction of writing is dropped. */
export function clean(value: unknown, longest = longestValue): string {
  const many = branded(value, LINES);
  if (many !== undefined) return cleanLines(many);
  const text = asText(value);
  // A name of 100 kB costs no more than a long one: most of it is cut off before anything looks at it.
  const head = text.length > longest * 4 ? text.slice(0, longest * 4) : text;
  const line = odd.test(head) || !head.isWellFormed() ? head.toWellFormed().replace(breaks, ' ').replace(controls, '') : head;
  return clamp(line, longest, head.length < text.length);
}

/** The same, but line breaks stay. */
export function cleanLines(text: string, longest = longestText): string {
  const head = text.length > longest * 4 ? text.slice(0, longest * 4) : text;
  const kept = odd.test(head) || !head.isWellFormed() ? head.toWellFormed().replace(/\r\n?/g, '\n').replace(controlsButNewline, '') : head;
  return clamp(kept, longest, head.length < text.length);
}

const odd = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/u;
const breaks = /[ ]*[\t\n\v\f\r\u0085\u2028\u2029]+[ ]*/g;
const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;
const controlsButNewline = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

function clamp(text: string, longest: number, cut: boolean): string {
  if (text.length <= longest && !cut) return text;
  const head = text.slice(0, longest - 1);
  // Half an emoji is no text.
  return `${head.isWellFormed() ? head : head.slice(0, -1)}…`;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText).join(', ');
  // An object has no words, and String() of one without a prototype throws.
  return value === null || value === undefined || typeof value === 'object' || typeof value === 'function' ? '' : String(value);
}
