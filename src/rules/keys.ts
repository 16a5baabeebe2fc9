// Names that do not belong where they stand: known to the language but not available yet, known from other products, or mistyped.
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import type { Path, Tree } from './tree.ts';

export type Place = 'file' | 'route' | 'destination' | 'where' | 'other';

/** Refused by name, never ignored: a limit that does nothing is worse than none. */
const later: Partial<Record<Place, readonly string[]>> = {
  file: ['quiet_hours', 'storm'],
  route: ['flapping', 'quiet', 'limit', 'digest', 'repeat', 'escalate', 'ack_for', 'confirm', 'storm'],
  destination: ['ignore_quiet_hours', 'storm', 'template'],
  where: ['first_time'],
};

/** What people bring from Alertmanager and its kin. */
const foreign: Partial<Record<Place, Readonly<Record<string, string>>>> = {
  file: {
    receivers: 'destinations',
    channels: 'destinations',
    contact_points: 'destinations',
    default: 'fallback',
    tenants: 'workspaces',
    rules: 'routes',
  },
  route: {
    ...{
      on: 'events',
      type: 'events',
      triggers: 'events',
      match: 'where',
      matchers: 'where',
      if: 'where',
      when: 'where',
      include: 'where',
    },
    ...{
      unless: 'except',
      not: 'except',
      exclude: 'except',
      notify: 'send',
      receiver: 'send',
      receivers: 'send',
      to: 'send',
      destination: 'send',
    },
    ...{ wait: 'hold', delay: 'hold', for: 'hold', group_wait: 'hold', id: 'name', disabled: 'enabled', send_resolved: 'when_resolved' },
  },
  destination: { type: 'plugin', kind: 'plugin', provider: 'plugin', fallback: 'if_it_fails' },
  where: {
    tags: 'tag',
    segments: 'segment',
    id: 'workspace',
    ids: 'workspace',
    workspace_id: 'workspace',
    number: 'phone',
    usage: 'percent',
  },
};

const names: Record<Place, string> = {
  file: 'this file',
  route: 'a route',
  destination: 'a destination',
  where: 'a where block',
  other: 'this block',
};

export const laterKey = (place: Place, key: string): boolean => later[place]?.includes(key) === true;

export function unknownKey(tree: Tree, path: Path, place: Place, known: readonly string[]): Mistake {
  const key = String(path.at(-1));
  if (laterKey(place, key)) {
    const { from, to, fix } = tree.without(path);
    const cure = fix !== undefined ? 'Remove it.' : from === to ? 'Remove this line.' : `Remove lines ${from} to ${to}.`;
    return tree.mistake(path, 'key', { code: 'not-yet', text: `\`${key}\` is not available yet. ${cure}`, fix });
  }
  if (place === 'route' && key === 'continue')
    return tree.mistake(path, 'key', {
      code: 'unknown-key',
      text: 'There is no `continue`: every route that matches sends, unless one above says `stop: yes`. Remove this line.',
    });
  const meant = foreign[place]?.[key];
  const likely = (meant !== undefined && known.includes(meant) ? meant : undefined) ?? nearest(key, known);
  // The key that was meant is there, so that it is not called missing on top.
  if (likely !== undefined) tree.spoil([...path.slice(0, -1), likely]);
  const list = known.length > 0 ? ` Known are: ${known.map((one) => `\`${one}\``).join(', ')}.` : '';
  const text = `\`${key}\` is no key of ${names[place]}.${likely ? ` Did you mean \`${likely}\`?` : list}`;
  return tree.mistake(path, 'key', { code: 'unknown-key', text, write: likely });
}

export const placeOf = (path: Path): Place => {
  if (path.length === 0) return 'file';
  if (path[0] === 'routes' && path.length === 2) return 'route';
  if (path[0] === 'destinations' && path.length === 2) return 'destination';
  if (path[0] === 'routes' && (path[2] === 'where' || path[2] === 'except')) return 'where';
  return 'other';
};
