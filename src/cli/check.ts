// `check`: judges the operator's files as a reload would, all mistakes at once, and shows who hears of what. Needs no store, no network, no settings.
import { type Good, judgeDisk } from '../in-force/judge.ts';
import { noFolder } from '../in-force/template-files.ts';
import type { Played } from '../in-force/trials.ts';
import { whoHears } from '../in-force/who-hears.ts';
import { type Coverage, coverage, formatCoverage, uncovered } from '../rules/coverage.ts';
import { formatMistakes, type Mistake } from '../rules/mistake.ts';
import { readTree } from '../rules/tree.ts';
import { readSettings } from '../settings.ts';
import { defineCommand } from './command.ts';
import { pluginsOf } from './files.ts';
import { inColour, paint, print, printJson } from './screen.ts';

export const check = defineCommand({
  usage: '[--config DIR]',
  about: `Each mistake is printed as routes.yaml:LINE:COLUMN with the line as it should read. Warnings leave exit code 0.
The tests of the file are played on a clock of their own; one that fails is a mistake, and shows on one line of time what it expected and got.
Only variables that the files name (env:NAME) must be set; nothing is sent, stored or asked.`,
  options: { config: { type: 'string', value: 'DIR', about: 'the folder of routes.yaml, default CONFIG_DIR (config)' } },
  words: 0,
  no: 'there are mistakes',
  examples: ['', '--config config-new', '--json'],
  run: async ({ config, json }) => {
    const settings = readSettings(undefined, { serve: false });
    const configDir = config ?? settings.configDir;
    const plugins = await pluginsOf(settings);
    const judged = await judgeDisk({ settings: { ...settings, configDir }, plugins, now: Date.now });
    const table = judged.ok ? coverage(judged.rules, whoHears(judged.rules, Date.now())) : undefined;
    const [mistakes, told] = judged.ok ? [[], [...judged.warnings, ...holes(judged, table!)]] : split(judged.mistakes);
    const { pluginsDir } = settings;
    const warnings = pluginsDir === undefined ? told : [...(await noFolder('plugins', 'PLUGINS_DIR', pluginsDir, 'plug-ins')), ...told];
    if (json) {
      printJson({
        ok: judged.ok,
        config: configDir,
        mistakes,
        warnings,
        ...(judged.ok ? { revision: judged.rules.revision, coverage: table } : {}),
        ...(judged.played === undefined ? {} : { tests: judged.played.map(testJson) }),
      });
      return judged.ok ? 0 : 1;
    }
    const all = [...mistakes, ...warnings];
    if (all.length > 0) print(`${formatMistakes(all, { color: inColour() })}\n`);
    if (judged.ok)
      print(`${paint('green', 'fine')}: ${sizes(judged, warnings)}, in ${configDir}\n\n${formatCoverage(table!)}\n\n${recoveries}`);
    else
      print(
        `${paint('red', counted(mistakes.length, 'mistake'))} in ${configDir}. A running relay keeps the rules it has until this is mended.`,
      );
    return judged.ok ? 0 : 1;
  },
});

const recoveries = 'A connected event also reaches everyone who was told of its disconnect.';

const split = (all: Mistake[]): [Mistake[], Mistake[]] => [
  all.filter(({ level }) => level === 'error'),
  all.filter(({ level }) => level === 'warning'),
];

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const testJson = ({ name, line, messages, mistake }: Played) => ({
  ...{ name, line, ok: mistake === undefined },
  messages: messages.map(({ at, to, what, route }) => ({ at: new Date(at).toISOString(), to, what, route })),
});

function sizes({ rules, workspaces, played }: Good, warnings: Mistake[]): string {
  return [
    counted(rules.routes.length, 'route'),
    counted(Object.keys(rules.destinations).length, 'destination'),
    counted(workspaces.size, 'workspace'),
    ...(played.length === 0 ? [] : [`${counted(played.length, 'test')} ${played.length === 1 ? 'holds' : 'hold'}`]),
    counted(warnings.length, 'warning'),
  ].join(', ');
}

const holes = ({ files: { sources } }: Good, table: Coverage): Mistake[] =>
  uncovered(table, readTree('routes.yaml', sources['routes.yaml'] ?? ''));
