// `diff`: what other files would have made of the last events, against the files in force: message by message. Nothing is sent or stored.
import { readFile, stat } from 'node:fs/promises';
import { RelayError } from '../errors.ts';
import { type Deps, type Good, judgeDisk, type Manner } from '../in-force/judge.ts';
import { reachBy } from '../in-force/reach.ts';
import type { Event } from '../model.ts';
import { formatMistakes } from '../rules/mistake.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { Reader } from '../store/reader.ts';
import { defineCommand, WrongCall } from './command.ts';
import { differences, type Sent } from './differences.ts';
import { pluginsOf } from './files.ts';
import { readMoment } from './filters.ts';
import { playEvents } from './play-events.ts';
import { note, paintNote, print, printJson, progress } from './screen.ts';
import { differencesJson, differencesText } from './shown-differences.ts';

export const diff = defineCommand({
  usage: 'NEW [--last N] [--since TIME]',
  about: `NEW: a folder with a routes.yaml, or a routes.yaml for which the other files of CONFIG_DIR count.
The last events of the store are played through the files of CONFIG_DIR and through NEW, on a clock of their own. The store is only read.
Exit 2 also where one of the files has mistakes, or the store cannot be read.`,
  options: {
    last: { type: 'string', value: 'N', about: 'how many events, default 1000' },
    since: { type: 'string', value: 'TIME', about: 'received since then: 2h, 7d, 2026-11-23T09:00:00Z' },
  },
  words: 1,
  no: 'there is a difference',
  examples: ['config-new', 'routes-new.yaml --last 200', 'config-new --since 7d --json'],
  run: async ({ last, since, json }, [path]) => {
    if (path === undefined) throw new WrongCall('it takes the new files: a folder, or a routes.yaml.');
    const wanted = { last: readLast(last), since: readMoment('since', since, Date.now()) };
    const settings = readSettings(undefined, { serve: false });
    const plugins = await pluginsOf(settings);
    const [before, after] = [
      await goodOf({ settings, plugins, now: Date.now }, { untested: true }, settings.configDir),
      await newFiles({ settings, plugins, now: Date.now }, path),
    ];
    if (before === undefined || after === undefined) return 2;
    const events = await storedEvents(settings, wanted);
    if (events === undefined) return 2;
    const courses = [before, after].map((good) => playEvents(good, reachBy(plugins)));
    let played = 0;
    const line = progress(() => `${played} of ${events.length} events`);
    for (const event of events) {
      for (const course of courses) course.next(event);
      // So that the line above is seen, and Ctrl-C heard.
      if (++played % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const [old, fresh] = courses.map((course) => course.end()) as [Sent[], Sent[]];
    line.end();
    const found = differences(old, fresh);
    const sides = [
      { config: settings.configDir, revision: before.rules.revision, messages: old.length },
      { config: path, revision: after.rules.revision, messages: fresh.length },
    ] as const;
    if (json) printJson(differencesJson(found, sides, events));
    else print(differencesText(found, sides, events, before.rules.timezone));
    return found.added.length + found.removed.length + found.moved.length === 0 ? 0 : 1;
  },
});

function readLast(text = '1000'): number {
  const last = Number(text);
  if (Number.isInteger(last) && last >= 1 && last <= 100_000) return last;
  throw new WrongCall(`--last is "${text}"; write a number from 1 to 100000.`);
}

async function newFiles({ settings, plugins, now }: Deps, path: string): Promise<Good | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new WrongCall(`there is no folder and no file ${path}.`);
  if (found.isDirectory()) return goodOf({ settings: { ...settings, configDir: path }, plugins, now }, { untested: true }, path);
  return goodOf({ settings, plugins, now }, { untested: true, routes: await readFile(path, 'utf8') }, path);
}

/** Whether its tests hold is what `check` says; here it is seen what they would have led to. */
async function goodOf(deps: Deps, manner: Manner, name: string): Promise<Good | undefined> {
  const judged = await judgeDisk(deps, manner);
  if (judged.ok) return judged;
  note(
    `${formatMistakes(judged.mistakes, { color: paintNote('red', '-') !== '-' })}\n\nrelay diff: the files in ${name} have mistakes, so nothing was compared.`,
  );
  return undefined;
}

type Wanted = { last: number; since: number | undefined };

async function storedEvents(settings: Settings, wanted: Wanted): Promise<Event[] | undefined> {
  const { fromStore } = await import('./from-store.ts');
  try {
    return await fromStore(settings, (reader) => lastOf(reader, wanted));
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    note(`relay diff: ${error.code}: ${error.message}`);
    return undefined;
  }
}

/** In the order in which they came in. */
async function lastOf(reader: Reader, { last, since }: Wanted): Promise<Event[]> {
  const found: Event[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await reader.events({ since, cursor, limit: Math.min(500, last - found.length) });
    found.push(...items.map(({ event }) => event));
    if (next === undefined || found.length >= last) return found.reverse();
    cursor = next;
  }
}
