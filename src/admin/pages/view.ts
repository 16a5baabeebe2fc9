// A view and its data as HTML: the admin side's only place of mustache. Every value is cleaned and escaped; what the data may say is text, never markup.
import { readdirSync, readFileSync } from 'node:fs';
import mustache from 'mustache';
import { clean, escapeFor } from '../../render/escape.ts';

const folder = new URL('./views/', import.meta.url);
const views = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.mustache'))
    .map((name) => [name.slice(0, -'.mustache'.length), readFileSync(new URL(name, folder), 'utf8')]),
);
const writer = new mustache.Writer();
/** Longer than a name: what a route is told, an error of a target. */
const longest = 2000;
const written = Symbol('written');
/** A text to be edited, with its lines and spaces, however long: for a textarea, and escaped as all else. */
export const asWritten = (text: string): object => ({ [written]: text });
const escaped = (value: unknown): string =>
  escapeFor.html(typeof value === 'object' && value !== null && written in value ? String(value[written]) : clean(value, longest));

/** `main`: the view that stands where this one says `{{> main}}`. */
export function view(name: string, data: object, main?: string): string {
  const text = views[name];
  if (text === undefined || (main !== undefined && views[main] === undefined)) throw new Error(`there is no view ${main ?? name}`);
  return writer.render(text, data, (wanted: string) => views[wanted === 'main' ? main! : wanted], { escape: escaped });
}
