// `workspaces`: who is known, by the table and by what ever came in; `pull` fetches what the table lacks from the Partner API.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { namesNote } from '../asking/notes.ts';
import { RelayError } from '../errors.ts';
import { type Good, judgeDisk } from '../in-force/judge.ts';
import { outline } from '../rules/outline.ts';
import { readTree } from '../rules/tree.ts';
import { readSettings, type Settings } from '../settings.ts';
import { defineCommand, type ExitCode, Refusal, WrongCall } from './command.ts';
import { pluginsOf } from './files.ts';
import { fromStore } from './from-store.ts';
import { note, print, printJson, seconds, table } from './screen.ts';

export type Table = { name: string; path: string; text: string };
/** What is known without asking anybody. */
export type Directory = { good: Good; table?: Table; seen: Map<string, number>; names: Map<string, string> };

export const workspaces = defineCommand({
  usage: '[pull [ID…] [--write]]',
  about: `The table of routes.yaml, and every workspace that an event ever named. A name that is not from the table was told by the Partner API.
pull: prints the rows that the table lacks, with the names that the Partner API has for them; of a workspace that never sent an event give the id, for
the Partner API has no list. Needs PARTNER_ID, PARTNER_SECRET and PARTNER_API_URL.`,
  options: { write: { type: 'boolean', about: 'pull adds the rows to the table; what is in it stays as it is' } },
  words: 1000,
  no: 'the files have mistakes, or somebody gave no answer',
  examples: ['', 'pull', 'pull my-new-workspace --write', '--json'],
  run: async ({ write = false, json = false }, [verb, ...ids]) => {
    if (verb !== undefined && verb !== 'pull') throw new WrongCall(`it lists, or it takes the word pull; it found "${verb}".`);
    if (verb === undefined && write) throw new WrongCall('--write belongs to pull.');
    const settings = readSettings(undefined, { serve: false });
    const directory = await openDirectory(settings);
    if (verb === undefined) return list(directory, json);
    return (await import('./pull.ts')).pull({ settings, directory, ids, write, json });
  },
});

async function openDirectory(settings: Settings): Promise<Directory> {
  const plugins = await pluginsOf(settings);
  const good = await judgeDisk({ settings, plugins, now: Date.now }, { untested: true });
  if (!good.ok) throw new Refusal('routes.yaml or a file it names has mistakes; `npm run relay -- check` shows them.');
  const name = outline(readTree('routes.yaml', good.files.sources['routes.yaml'] ?? '')).table?.text;
  const path = name === undefined ? undefined : resolve(settings.configDir, name);
  const { seen, names } = await stored(settings);
  return {
    good,
    ...(name === undefined || path === undefined ? {} : { table: { name, path, text: await textOf(path) } }),
    seen: new Map(seen.map(({ id, lastAt }) => [id, lastAt])),
    names: new Map(Object.entries(names).flatMap(([id, { name }]) => (name === undefined ? [] : [[id, name] as const]))),
  };
}

/** With its BOM, for it is written back. */
async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '';
  }
}

type Stored = { seen: { id: string; lastAt: number }[]; names: Record<string, { name?: string }> };

async function stored(settings: Settings): Promise<Stored> {
  try {
    return await fromStore(settings, async (reader) => ({
      seen: await reader.workspaces(),
      names: JSON.parse((await reader.note(namesNote)) ?? '{}') as Stored['names'],
    }));
  } catch (error) {
    if (!(error instanceof RelayError) || error.code !== 'store.unusable') throw error;
    note(`Only the table: ${error.message}`);
    return { seen: [], names: {} };
  }
}

function list({ good, seen, names }: Directory, json: boolean): ExitCode {
  const inTable = new Set(good.workspaces.ids());
  const items = [...new Set([...inTable, ...seen.keys()])].map((id) => {
    const { name, tags } = good.workspaces.find(id);
    const heard = names.get(id);
    const lastAt = seen.get(id);
    return {
      id,
      ...(name !== undefined ? { name, name_from: 'table' } : heard !== undefined ? { name: heard, name_from: 'partner-api' } : {}),
      tags: tags ?? [],
      in_table: inTable.has(id),
      ...(lastAt === undefined ? {} : { last_event_at: new Date(lastAt).toISOString() }),
    };
  });
  if (json) {
    printJson({ items });
    return 0;
  }
  const rows = items.map(({ id, name = '', name_from, tags, in_table, last_event_at }) => [
    id,
    name_from === 'partner-api' ? `${name} (Partner API)` : name,
    tags.join(' '),
    in_table ? 'yes' : 'no',
    last_event_at === undefined ? '' : seconds(last_event_at),
  ]);
  print(rows.length === 0 ? 'no workspaces' : table(['id', 'name', 'tags', 'in table', 'last event (UTC)'], rows));
  const without = items.filter(({ in_table }) => !in_table).length;
  if (without > 0) note(`The table lacks ${without} of them: npm run relay -- workspaces pull`);
  return 0;
}
