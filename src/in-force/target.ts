// What duplicates count by: this channel, this address. The plug-in knows; without its word, or where its options do not fit, the destination's name.
import type { LoadedPlugins } from '../deliver/plug-ins.ts';
import type { Destination } from '../rules/rules.ts';

type Validated = { value?: unknown; issues?: unknown };

export const targetOf =
  ({ plugins }: LoadedPlugins) =>
  (destination: Destination, options: Record<string, unknown>): string | readonly string[] => {
    const plugin = plugins.get(destination.plugin);
    if (plugin?.target === undefined) return destination.name;
    try {
      const checked = (plugin.options as unknown as { '~standard': { validate(value: unknown): Validated } })['~standard'].validate(
        options,
      );
      return 'value' in checked && checked.issues === undefined ? plugin.target(checked.value) : destination.name;
    } catch {
      return destination.name;
    }
  };
