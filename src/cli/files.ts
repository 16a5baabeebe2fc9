// The operator's files for a command: loaded as the relay loads them, without its store and its doors.
import { type LoadedPlugins, loadPlugins } from '../deliver/plug-ins.ts';
import { RelayError } from '../errors.ts';
import { type InForce, openInForce, shippedPlugins } from '../in-force/in-force.ts';
import type { Settings } from '../settings.ts';
import { Refusal } from './command.ts';
import { note } from './screen.ts';

export const pluginsOf = ({ pluginsDir }: Pick<Settings, 'pluginsDir'>): Promise<LoadedPlugins> =>
  loadPlugins({ dirs: [shippedPlugins, ...(pluginsDir === undefined ? [] : [pluginsDir])] });

/** `now` is asked for the times in messages. */
export async function openFiles(settings: Settings, now: () => number): Promise<InForce> {
  const say = (fields: object, message = '') => note(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: () => {}, info: () => {}, warn: say, error: say };
  try {
    return await openInForce({ settings, log, now });
  } catch (error) {
    if (!(error instanceof RelayError) || error.code !== 'rules.bad') throw error;
    throw new Refusal(`the files in ${settings.configDir} have mistakes:\n\n${error.message}`);
  }
}
