// `check`: judges the operator's files as a reload would, all mistakes at once, and shows who hears of what. Needs no store, no network, no settings.
import { rehearse } from '../decide/rehearsal.ts';
import { parse } from '../intake/parse.ts';
import { type Good, judgeDisk } from '../judge.ts';
import type { Workspace } from '../model.ts';
import { type Coverage, coverage, formatCoverage, type Heard, uncovered, type WhoHears } from '../rules/coverage.ts';
import { formatMistakes, type Mistake } from '../rules/mistake.ts';
import type { Rules } from '../rules/rules.ts';
import { readTree } from '../rules/tree.ts';
import { sampleWebhook } from '../sample-webhook.ts';
import { readSettings } from '../settings.ts';
import type { Played } from '../trials.ts';
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
    const table = judged.ok ? coverage(judged.rules, whoHears(judged.rules)) : undefined;
    const [mistakes, warnings] = judged.ok ? [[], [...judged.warnings, ...holes(judged, table!)]] : split(judged.mistakes);
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

/** The table is the same at any time of day: it says who is named, not whether it is told at once, gathered, or followed up. */
const atOnce = (rules: Rules): Rules => ({
  ...rules,
  silences: [],
  routes: rules.routes.map(({ quiet, limit, digest, repeat, escalate, flapping, ...route }) => ({ ...route, confirm: false })),
});

/** Asks decide itself, holds run to their end, about an event of each kind. Every destination counts as reachable: the table says who is named. */
function whoHears(file: Rules): WhoHears {
  const rules = atOnce(file);
  const now = Date.now();
  const reach = Object.fromEntries(Object.keys(rules.destinations).map((name) => [name, name]));
  return (type: string, workspace: Workspace): Heard => {
    const name = type === 'unknown' ? 'workspace:not_yet_known' : type;
    const body = JSON.stringify(sampleWebhook(name, { workspace: workspace.id, partner: 'partner', at: now }));
    const { event } = parse(Buffer.from(body), { id: 'e_check', proof: 'signature', partner: 'partner', receivedAt: now });
    const stage = rehearse({ rules: () => rules, workspace: () => workspace, reach: () => reach });
    stage.put({ kind: 'event', event, workspace, reach }, now);
    const longest = Math.max(0, ...rules.routes.map(({ holdMs = 0 }) => holdMs));
    stage.runTo(now + longest);
    const told = stage.deliveries().filter(({ kind }) => kind !== 'relay');
    return { to: [...new Set(told.map(({ destination }) => destination))], fallback: told.some(({ route }) => route === 'fallback') };
  };
}
