// From a story's language to the words that belong to no story, with figures and dates as its reader writes them.
import { english, type Words } from './words.ts';
import { spanish } from './words-es.ts';

const languages: Readonly<Record<string, Words>> = { en: english, es: spanish };

/** `es` of `es/disconnected`; what stands in no folder is English, or whatever its writer made of it. */
export const languageOf = (story: string): string | undefined => (story.includes('/') ? story.slice(0, story.indexOf('/')) : undefined);

/** For a story in this language and a reader who asked for that one: `es-MX` gets Spanish words, with figures and dates as in Mexico. */
export function wordsFor(language = 'en', asked = ''): Words {
  const key = `${language} ${asked}`;
  const known = made.get(key) ?? makeWords(language, asked.replaceAll('_', '-'));
  if (made.size > 500) made.clear();
  made.set(key, known);
  return known;
}
const made = new Map<string, Words>();

function makeWords(language: string, asked: string): Words {
  const base = language.split('-')[0]!;
  const words = languages[base];
  const wanted = asked.toLowerCase().startsWith(`${base}-`) ? asked : words === undefined ? language : undefined;
  return { ...(words ?? english), ...(wanted !== undefined && isLocale(wanted) ? { locale: wanted } : {}) };
}

function isLocale(name: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(name).length > 0;
  } catch {
    return false;
  }
}
