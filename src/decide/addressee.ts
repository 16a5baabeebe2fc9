// Whom a send list's name stands for in this workspace: the destination that takes it, and its targets. One target is one message.
import type { Reach } from '../rules/rules.ts';
import type { Draft, Say } from './draft.ts';

export type Addressee = { name: string; targets: readonly string[] };

/** The destination that takes it, following `if_empty`; undefined where every one came out empty. */
export function addressee(draft: Draft, name: string, reach: Reach, say: Say): Addressee | undefined {
  const tried = new Set<string>();
  for (let next: string | undefined = name; next !== undefined && !tried.has(next); ) {
    tried.add(next);
    const destination: Draft['rules']['destinations'][string] | undefined = draft.rules.destinations[next];
    const targets = targetsOf(draft, next, reach);
    if (targets.length > 0) return { name: next, targets };
    if (destination?.ifEmpty !== undefined)
      say('deliver', `${next}: the table has no address for this workspace, so ${destination.ifEmpty} (if_empty)`);
    next = destination?.ifEmpty;
  }
  return undefined;
}

/** With the plug-in's name, for the same address means another thing to another plug-in. */
export function targetsOf(draft: Draft, name: string, reach: Reach): string[] {
  const plugin = draft.rules.destinations[name]?.plugin;
  const named = reach[name] ?? '';
  const list = typeof named === 'string' ? [named] : named;
  return plugin === undefined ? [] : list.filter((target) => target !== '').map((target) => `${plugin}:${target}`);
}

/** For people: `owner-email`, and whose address where it has several. */
export const called = ({ name, targets }: Addressee, target: string): string =>
  targets.length > 1 ? `${name} (${target.slice(target.indexOf(':') + 1)})` : name;
