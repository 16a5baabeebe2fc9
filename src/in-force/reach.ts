// Whom each destination reaches for one workspace, by the plug-ins that are loaded. Composition: the templates are render's, the targets the plug-ins'.
import type { LoadedPlugins } from '../deliver/plug-ins.ts';
import type { Workspace } from '../model.ts';
import { reachOf } from '../render/options.ts';
import type { Destination, Reach, Rules } from '../rules/rules.ts';
import { targetOf } from './target.ts';

export type Reaches = (rules: Rules, workspace: Workspace) => Reach;

export function reachBy(plugins: LoadedPlugins): Reaches {
  const target = targetOf(plugins);
  const keepOf = keptOptions(plugins);
  return ({ destinations }, workspace) => reachOf(destinations, workspace, target, keepOf);
}

/** Options that are templates over the message and not over the workspace. */
export const keptOptions =
  ({ plugins }: LoadedPlugins) =>
  ({ plugin }: Destination): string[] => {
    const option = plugins.get(plugin)?.content.layoutOption;
    return option === undefined ? [] : [option];
  };
