// `simulate --month`: a month of a made-up fleet through the rules of CONFIG_DIR, in this process; nothing is sent and nothing is stored.
import type { Settings } from '../../settings.ts';
import { type ExitCode, WrongCall } from '../command.ts';
import { print, printJson, progress } from '../screen.ts';
import { isWithin } from './delays.ts';
import { type Done, simulateMonth } from './figures.ts';
import { monthFiles } from './files.ts';
import { monthMarkdown, monthText } from './shown.ts';

export type MonthCall = { fleet?: string; seed?: string; markdown?: boolean; json?: boolean };

export async function month(call: MonthCall, settings: Settings): Promise<ExitCode> {
  const workspaces = whole('fleet', call.fleet ?? '3000', 1);
  const seed = whole('seed', call.seed ?? '1', 0);
  const files = await monthFiles(settings);
  let done: Done = { webhooks: 0, of: 0 };
  const shown = progress(() => `${done.webhooks.toLocaleString('en')} of ${done.of.toLocaleString('en')} webhooks`);
  // The line on the screen gets its turn.
  const told = async (now: Done) => {
    done = now;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const figures = await simulateMonth({ workspaces, seed }, files, told).finally(() => shown.end());
  if (call.json) printJson(figures);
  else print(call.markdown ? monthMarkdown(figures) : monthText(figures));
  return figures.problems.missed.length === 0 && isWithin(figures.delays) ? 0 : 1;
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new WrongCall(`--${name} is "${text}"; write a whole number, --${name} ${name === 'fleet' ? 3000 : 1}.`);
  return value;
}
