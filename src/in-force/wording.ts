// The words of a delivery by one set of files, and the destination they go to: for an attempt, and for a preview that opens nothing. Composition.
import type { LoadedPlugins } from '../deliver/plug-ins.ts';
import type { Links } from '../links/links.ts';
import { AuthError } from '../plugin.ts';
import { renderOptions } from '../render/options.ts';
import { renderMessage } from '../render/render.ts';
import type { Leased } from '../store/store.ts';
import type { Good } from './judge.ts';
import { keptOptions } from './reach.ts';
import type { Known } from './who-is.ts';

type WhoIs = (workspaceId: string | undefined) => Known;

/** Throws an AuthError where the destination or its plug-in is gone. */
export function wordBy(plugins: LoadedPlugins, adminUrl: string | undefined) {
  const keepOf = keptOptions(plugins);
  return (good: Good, who: WhoIs, leased: Leased, attempt: number, at: number, links: Links = {}) => {
    const { rules, stories, layouts } = good;
    const { delivery, event } = leased;
    const destination = rules.destinations[delivery.destination];
    const plugin = destination && plugins.plugins.get(destination.plugin);
    if (destination === undefined || plugin === undefined) throw new AuthError(`${delivery.destination} or its plug-in is no longer there`);
    const { workspace } = who(event?.workspaceId);
    const keep = keepOf(destination);
    const options = destination.templated.length > 0 ? renderOptions(destination.options, workspace, keep).options : destination.options;
    const own = keep[0] === undefined ? undefined : destination.options[keep[0]];
    const { content } = plugin;
    const standard = [...(layouts.get(plugin.type) ?? []), ...(content.layout === undefined ? [] : [content.layout])];
    const rendered = renderMessage({
      leased,
      workspace,
      stories,
      ...{ format: content.format, formats: content.formats, members: content.members, attachments: content.attachments },
      ...{ workspaceOf: good.workspaces.find, rules },
      // What one destination brings itself fits its receiver: neither a story nor another layout may change a key of it.
      ...(own === undefined ? { layouts: standard, channel: plugin.type } : { layouts: [own, ...standard] }),
      ...(content.output === undefined ? {} : { output: content.output }),
      ...{ showPhone: destination.showPhone, timezone: rules.timezone, brand: rules.brand, ...links },
      ...(adminUrl === undefined ? {} : { adminUrl }),
      ...{ now: at, attempt, rawEvent: plugin.rawEvent ?? false },
    });
    return { destination, plugin, options, ...rendered };
  };
}
