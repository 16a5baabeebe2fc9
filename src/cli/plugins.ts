// `plugins`: what can be written behind `plugin:` in routes.yaml, where each comes from, and why a file could not be loaded.
import { relative } from 'node:path';
import { type OptionInfo, pluginInfo } from '../deliver/plug-in-contract.ts';
import { judgeDisk } from '../in-force/judge.ts';
import { readSettings } from '../settings.ts';
import { defineCommand } from './command.ts';
import { pluginsOf } from './files.ts';
import { note, paint, plain, print, printJson } from './screen.ts';

export const plugins = defineCommand({
  usage: '',
  about: 'The shipped ones, with the files of PLUGINS_DIR laid over them.',
  options: {},
  words: 0,
  no: 'a file could not be loaded',
  examples: ['', '$ PLUGINS_DIR=/plugins npm run relay -- plugins'],
  run: async ({ json }) => {
    const settings = readSettings(undefined, { serve: false });
    const loaded = await pluginsOf(settings);
    const judged = await judgeDisk({ settings, plugins: loaded, now: Date.now }, { untested: true });
    const destinations = judged.ok ? Object.values(judged.rules.destinations) : [];
    const rows = [...loaded.plugins.values()].map((plugin) => {
      const { type, version, description, options } = pluginInfo(plugin);
      const usedBy = destinations.filter((one) => one.plugin === type).map(({ name }) => name);
      return { type, version, description, file: shown(loaded.files.get(type) ?? ''), options, used_by: usedBy };
    });
    const faults = loaded.faults.map(({ file, text }) => ({ file: shown(file), text }));
    if (json) printJson({ plugins: rows, faults });
    else {
      for (const { type, description, file, options, used_by } of rows) {
        print(`${paint('bold', type)}  ${plain(description ?? '')}  ${paint('dim', file)}`);
        print(`  options: ${options.length === 0 ? 'none' : options.map(optionWords).join(', ')}`);
        if (judged.ok) print(`  used by: ${used_by.length === 0 ? 'no destination' : used_by.join(', ')}`);
      }
      for (const { file, text } of faults) print(`${paint('red', `${file} did not load`)}: ${plain(text)}`);
      if (!judged.ok) note('Who uses them is not shown: routes.yaml has mistakes, see `npm run relay -- check`.');
    }
    return faults.length > 0 ? 1 : 0;
  },
});

const optionWords = ({ name, required, secret }: OptionInfo): string => {
  const marks = [required ? 'required' : '', secret ? 'secret' : ''].filter((mark) => mark !== '');
  return marks.length === 0 ? name : `${name} (${marks.join(', ')})`;
};

/** From here where that is shorter. */
function shown(file: string): string {
  const near = relative('', file);
  return near.startsWith('..') ? file : near;
}
