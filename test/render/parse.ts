// The shipped stories, and any of an operator's laid over them, read as the relay reads them.
import { readdirSync, readFileSync } from 'node:fs';
import type { Parse } from '../../src/render/read-story.ts';
import { loadStories, type StoryFile } from '../../src/render/stories.ts';
import { nearest } from '../../src/rules/nearest.ts';
import { readTree } from '../../src/rules/tree.ts';

export { nearest };
export const parse: Parse = (text, file) => readTree(file, text);

const folder = new URL('../../templates/', import.meta.url);
export const shipped: StoryFile[] = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

export const load = (...operator: StoryFile[]) => loadStories({ shipped, operator, parse, nearest });
