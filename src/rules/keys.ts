// Names that do not belong where they stand: known from other products, or mistyped.
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import { map, valueAt } from './outline.ts';
import type { Path, Tree } from './tree.ts';

export type Place = 'file' | 'route' | 'destination' | 'where' | 'send' | 'other';

/** What people bring from Alertmanager and its kin. */
const foreign: Partial<Record<Place, Readonly<Record<string, string>>>> = {
  file: {
    receivers: 'destinations',
    channels: 'destinations',
    contact_points: 'destinations',
    default: 'fallback',
    tenants: 'workspaces',
    rules: 'routes',
    ...{ quiet: 'quiet_hours', time_intervals: 'quiet_hours', mute_time_intervals: 'quiet_hours', windows: 'quiet_hours' },
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
    ...{ repeat_interval: 'repeat', remind: 'repeat', reminders: 'repeat', escalation: 'escalate', escalations: 'escalate' },
    ...{ quiet_hours: 'quiet', mute_time_intervals: 'quiet', throttle: 'limit', rate_limit: 'limit', group_interval: 'digest' },
    ...{ batch: 'digest', ack: 'ack_for', acknowledge: 'ack_for', unstable: 'flapping' },
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
    first: 'first_time',
  },
  send: { name: 'to', destination: 'to', id: 'to', channel: 'to', receiver: 'to', target: 'to', story: 'template', words: 'template' },
  other: {
    ...{ start: 'from', begin: 'from', end: 'to', until: 'to', tz: 'timezone', zone: 'timezone', time_zone: 'timezone', weekdays: 'days' },
    ...{ interval: 'every', times: 'at_most', most: 'max', count: 'drops', time: 'at', wait: 'after', delay: 'after', name: 'during' },
    ...{ within: 'per', per: 'within', window: 'within', max: 'more_than', over: 'more_than', to: 'send', notify: 'send' },
  },
};

const names: Record<Place, string> = {
  file: 'this file',
  route: 'a route',
  destination: 'a destination',
  where: 'a where block',
  send: 'an entry of `send`',
  other: 'this block',
};

export function unknownKey(tree: Tree, path: Path, place: Place, known: readonly string[]): Mistake {
  const key = String(path.at(-1));
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
  // A destination that is not there either: the line would only be refused anew.
  const nowhere =
    place === 'send' && likely === 'to' && !Object.hasOwn(map(map(tree.value).destinations), String(valueAt(tree.value, path)));
  return tree.mistake(path, 'key', { code: 'unknown-key', text, write: nowhere ? undefined : likely });
}

export const placeOf = (path: Path): Place => {
  if (path.length === 0) return 'file';
  if (path[0] === 'routes' && path.length === 2) return 'route';
  if (path[0] === 'destinations' && path.length === 2) return 'destination';
  if (path[0] === 'routes' && (path[2] === 'where' || path[2] === 'except')) return 'where';
  if (path.at(-2) === 'send') return 'send';
  return 'other';
};
