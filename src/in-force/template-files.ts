// The files of a folder of words, as they lie on the disk: stories, those of each language, layouts. One that cannot be read is a mistake like
// any other, for a folder of that name or a link that leads nowhere must not keep the relay from saying what else is wrong.
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoryFile } from '../render/stories.ts';
import { couldNotRead, reason } from '../rules/load.ts';
import type { Mistake } from '../rules/mistake.ts';
import { decoded, type NoText } from '../rules/text.ts';

export type Read = { files: StoryFile[]; mistakes: Mistake[] };

export async function storyTexts(folder: string): Promise<Read> {
  const read = await texts(folder, await storyNames(folder), 'templates');
  return { ...read, mistakes: [...read.mistakes, ...(await noFolder('templates', 'TEMPLATES_DIR', folder, 'words'))] };
}
export const layoutTexts = async (folder: string): Promise<Read> =>
  texts(join(folder, 'layouts'), await layoutNames(folder), 'templates/layouts');

/** Stories that nobody has asked for yet. */
export const storiesLater = async (folder: string): Promise<StoryFile[]> =>
  (await storyNames(folder)).map((name) => ({
    name,
    get text() {
      return readFileSync(join(folder, name), 'utf8');
    },
  }));

/** Every template there is now, also those that nobody has read yet. */
export async function templatePaths(folder: string): Promise<string[]> {
  const [stories, layouts] = await Promise.all([storyNames(folder), layoutNames(folder)]);
  return [...stories, ...layouts.map((name) => `layouts/${name}`)].map((name) => join(folder, name));
}

/** The stories of a folder, and of the folders in it that are named after a language. */
async function storyNames(folder: string): Promise<string[]> {
  const languages = await namesIn(folder, /^[a-z]{2,3}([_-][a-z0-9]{2,8})*$/i);
  const inner = languages.map(async (name) => (await namesIn(join(folder, name), story)).map((one) => `${name}/${one}`));
  return [...(await namesIn(folder, story)), ...(await Promise.all(inner)).flat()];
}

const layoutNames = (folder: string): Promise<string[]> => namesIn(join(folder, 'layouts'), /^[^.].*\.(ya?ml|mustache)$/);

/** What begins with a dot is an editor's own: its lock, its copy. */
const story = /^[^.].*\.ya?ml$/;

/** Of a folder that a setting names and that is not there: what is shipped serves, and nobody would know why. */
export const noFolder = (file: string, setting: string, folder: string, what: string): Promise<Mistake[]> =>
  readdir(folder).then(
    () => [],
    (error: { code?: string }) => {
      const wrong = missing[error.code ?? ''] ?? reason(error);
      const text = `${setting} is ${folder}, and ${wrong}. Only the shipped ${what} are used.`;
      return [{ file, line: 1, column: 1, level: 'warning', code: 'file', text }];
    },
  );

const missing: Readonly<Record<string, string>> = { ENOENT: 'there is no such folder', ENOTDIR: 'it is no folder' };

/** A folder that is not there has none. */
const namesIn = async (folder: string, which: RegExp): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => which.test(name)).sort();

async function texts(folder: string, names: string[], shown: string): Promise<Read> {
  const read: Read = { files: [], mistakes: [] };
  const all = await Promise.all(names.map((name) => textOf(join(folder, name))));
  for (const [at, one] of all.entries()) {
    const name = names[at]!;
    if ('text' in one) read.files.push({ name, text: one.text });
    else read.mistakes.push(couldNotRead(`${shown}/${name}`, one));
  }
  return read;
}

const textOf = (path: string): Promise<{ text: string } | NoText> =>
  readFile(path).then(decoded, (error: unknown) => ({ wrong: reason(error), line: 1, column: 1 }));
