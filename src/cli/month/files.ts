// The rules that a month is played by: CONFIG_DIR as it stands, and with the edit that the shipped file asks for, so that destinations name real
// targets. Nothing is sent, so a secret that is not set is made up; the workspaces are those of the made-up fleet.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeDisk } from '../../in-force/judge.ts';
import { type Reaches, reachBy } from '../../in-force/reach.ts';
import type { Workspace } from '../../model.ts';
import { formatMistakes } from '../../rules/mistake.ts';
import type { Reach, Rules } from '../../rules/rules.ts';
import { type Settings, secretValue } from '../../settings.ts';
import { Refusal } from '../command.ts';
import { pluginsOf } from '../files.ts';

export type MonthFiles = { rules: Rules; reach(workspace: Workspace): Reach };

export async function monthFiles(settings: Settings): Promise<MonthFiles> {
  const { configDir } = settings;
  const plugins = await pluginsOf(settings);
  const path = join(configDir, 'routes.yaml');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Refusal(`there is no ${path}`);
  });
  const secret = (reference: string) => {
    const found = secretValue(reference, configDir);
    return found.ok ? found : { ok: true as const, value: madeUp(reference) };
  };
  const judged = await judgeDisk({ settings, plugins, secret, now: Date.now }, { routes: withRealDestinations(text), untested: true });
  if (!judged.ok) throw new Refusal(`the files in ${configDir} have mistakes:\n\n${formatMistakes(judged.mistakes)}`);
  // Silences are of today, and the month is not.
  const rules = { ...judged.rules, silences: [] };
  return { rules, reach: remembered(rules, reachBy(plugins)) };
}

/** Takes away `plugin: console` and the "# " in front of the lines below it, as the shipped file tells its reader to. */
export const withRealDestinations = (text: string): string =>
  text.replace(/^ {4}plugin: console\n((?: {4}# .*\n)+)/gm, (_, lines: string) => lines.replace(/^ {4}# /gm, '    '));

const madeUp = (reference: string): string => {
  if (/smtp/i.test(reference)) return 'smtp://nobody:nothing@mail.invalid:587';
  return /url/i.test(reference) ? 'https://receiver.invalid/' : 'xoxb-made-up-and-never-used';
};

function remembered(rules: Rules, reaches: Reaches): MonthFiles['reach'] {
  const known = new Map<string, Reach>();
  return (workspace) => {
    const reach = known.get(workspace.id) ?? reaches(rules, workspace);
    known.set(workspace.id, reach);
    return reach;
  };
}
