// The shipped stories, and any of an operator's laid over them, read as the relay reads them.
import { readdirSync, readFileSync } from 'node:fs';
import type { Parse } from '../../src/render/read-story.ts';
import { loadStories, type StoryFile } from '../../src/render/stories.ts';
import { nearest } from '../../src/rules/nearest.ts';
import { readTree } from '../../src/rules/tree.ts';

export { nearest };
export const parse: Parse = (text, file) => readTree(file, text);

const folder = new URL('../../templates/', import.meta.url);
const within = (inner: string, pattern: RegExp): StoryFile[] =>
  readdirSync(new URL(inner, folder))
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => ({ name: `${inner}${name}`, text: readFileSync(new URL(`${inner}${name}`, folder), 'utf8') }));
export const shipped: StoryFile[] = [...within('', /\.yaml$/), ...within('es/', /\.yaml$/)];
export const shippedLayouts: StoryFile[] = within('layouts/', /./).map(({ name, text }) => ({ name: name.replace('layouts/', ''), text }));

/** As if these plug-ins were loaded. */
export const channels = ['console', 'http', 'slack', 'email'];
export const load = (...operator: StoryFile[]) => loadStories({ shipped, operator, channels, parse, nearest });
