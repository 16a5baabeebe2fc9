// Finds and loads plug-ins: the shipped ones, with those of PLUGINS_DIR laid over them file by file. A file that cannot be used is told of
// and left out; it never stops the relay, because webhooks are accepted and stored all the same.
import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PluginDefinition } from '../plugin.ts';
import { contractFaults } from './plug-in-contract.ts';
import { explainLoadError } from './plug-in-faults.ts';
import { shareHostPackages } from './plug-in-packages.ts';

export type Plugin = PluginDefinition;
/** `text` says what was found and how to mend it; the operator is told and `plugins` prints it. */
export type PluginFault = { file: string; text: string };
export type LoadedPlugins = {
  plugins: Map<string, Plugin>;
  /** Type → the file it came from. */
  files: Map<string, string>;
  faults: PluginFault[];
};

/** `real`: where Node says it is. Mounted folders are full of links. */
type Candidate = { name: string; file: string; real: string };

/** `dirs`: the shipped folder first, then PLUGINS_DIR if there is one. Never rejects. */
export async function loadPlugins({ dirs, timeoutMs = 10_000 }: { dirs: string[]; timeoutMs?: number }): Promise<LoadedPlugins> {
  const loaded: LoadedPlugins = { plugins: new Map(), files: new Map(), faults: [] };
  const folders = dirs.map((dir) => resolve(dir));
  const usable = new Map<string, { candidate: Candidate; plugin: Plugin }>();
  for (const folder of folders) {
    const candidates = candidatesIn(folder, loaded.faults);
    shareHostPackages(candidates.flatMap(({ file, real }) => [file, real]));
    // All of a folder at once, so that ten that hang cost ten seconds and not a hundred.
    const tries = candidates.map(async (candidate) => ({
      candidate,
      ...(await importPlugin(candidate.real, timeoutMs)),
    }));
    for (const { candidate, plugin, fault } of await Promise.all(tries)) {
      const { file, name } = candidate;
      if (plugin) usable.set(name, { candidate, plugin });
      else loaded.faults.push({ file, text: usable.has(name) ? `${fault}. The shipped ${name} serves instead` : fault });
    }
  }
  for (const { candidate, plugin } of usable.values()) {
    const first = loaded.files.get(plugin.type);
    if (first === undefined) {
      loaded.plugins.set(plugin.type, plugin);
      loaded.files.set(plugin.type, candidate.file);
    } else {
      const text = `the type "${plugin.type}" is already that of ${first}; choose another, or give both files the same name to replace it`;
      loaded.faults.push({ file: candidate.file, text });
    }
  }
  return loaded;
}

function candidatesIn(folder: string, faults: PluginFault[]): Candidate[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    faults.push({ file: folder, text: `the folder of plug-ins cannot be read (${(error as { code?: string }).code}); see PLUGINS_DIR` });
    return [];
  }
  const found = new Map<string, Candidate>();
  for (const { name: entry } of entries) {
    if (/^[_.]/.test(entry) || entry === 'node_modules' || /\.(d|test)\.m?[tj]s$/.test(entry)) continue;
    const file = /\.m?[tj]s$/.test(entry) ? join(folder, entry) : indexIn(join(folder, entry));
    if (file === undefined) continue;
    const name = parse(entry).name;
    const twin = found.get(name);
    if (twin) faults.push({ file, text: `${twin.file} has the same name; one of the two must go` });
    else found.set(name, { name, file, real: realOf(file) });
  }
  return [...found.values()];
}

const indexIn = (folder: string): string | undefined =>
  ['index.ts', 'index.mts', 'index.js', 'index.mjs'].map((index) => join(folder, index)).find((file) => existsSync(file));

function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

async function importPlugin(
  file: string,
  timeoutMs: number,
): Promise<{ plugin: Plugin; fault?: never } | { plugin?: never; fault: string }> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    const text = `loading it did not end within ${timeoutMs / 1000} s; an await at the top of the file waits for something that does not come`;
    timer = setTimeout(() => reject(new Hung(text)), timeoutMs);
  });
  try {
    const module: { default?: unknown } = await Promise.race([import(pathToFileURL(file).href), hung]);
    const faults = contractFaults(module.default);
    return faults.length > 0 ? { fault: faults.join('; ') } : { plugin: module.default as Plugin };
  } catch (error) {
    return { fault: error instanceof Hung ? error.message : explainLoadError(error, file) };
  } finally {
    clearTimeout(timer);
  }
}

class Hung extends Error {}
