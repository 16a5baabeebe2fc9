// What is written in a route and has no effect there, only where that is certain: reminders of what never lasts, a question that is never asked.
import { typesOf } from './dead-ends.ts';
import type { Mistake } from './mistake.ts';
import { map, type Outline, type RouteOutline } from './outline.ts';
import type { Known } from './references.ts';
import type { Path, Tree } from './tree.ts';

/** They begin nothing, so nothing of them is held, lasts or is taken by anybody. */
const notices = ['connected', 'token-rotated'];
const ofConditions = ['hold', 'flapping', 'confirm', 'repeat', 'escalate', 'ack_for', 'closes_after', 'when_resolved'];

export function advice(tree: Tree, file: Outline, known: Known): Mistake[] {
  const found: Mistake[] = [];
  const warn = (path: Path, text: string, what: 'key' | 'value' = 'key') =>
    tree.spoiled(path) || found.push(tree.mistake(path, what, { code: 'advice', level: 'warning', text }));
  for (const route of file.routes) adviseRoute(route, file, known, warn);
  const asked = new Set(file.routes.map(({ quiet }) => quiet?.text));
  // One that is misspelt is told there.
  const unsure = file.routes.some(
    ({ raw, path, quiet }) =>
      tree.spoiled([...path, 'quiet']) || ('quiet' in raw && (quiet === undefined || !file.quietHours.includes(quiet.text))),
  );
  for (const name of file.quietHours) {
    const path = ['quiet_hours', name];
    if (!unsure && !asked.has(name)) warn(path, `No route has \`quiet: ${name}\`, so these hours change nothing.`);
    if (theirs(tree, name) && (known.columns === 'none' || known.columns?.includes('timezone') === false))
      warn([...path, 'timezone'], 'No workspaces table has a column `timezone`, so these hours go by the clock of this file.', 'value');
    if (hasNoEnd(tree, name)) warn(path, 'These hours go round the clock on every day: what is kept in them is told after eight days.');
  }
  return found;
}

type Warn = (path: Path, text: string, what?: 'key' | 'value') => void;

function adviseRoute(route: RouteOutline, file: Outline, known: Known, warn: Warn): void {
  const { raw, path } = route;
  const types = typesOf(route, known);
  const only = (wanted: readonly string[]) => types.length > 0 && types.every((type) => wanted.includes(type));
  if (route.events !== undefined && only(notices)) {
    const gates = ofConditions.filter((key) => isOn(raw[key]));
    for (const key of gates)
      warn(
        [...path, key],
        `\`${key}\` has no effect here: ${types.join(' and ')} ${types.length === 1 ? 'is told once and has' : 'are told once and have'} no end.`,
      );
    if (gates.length > 0) return;
  }
  for (const key of ['flapping', 'confirm']) {
    if (isOn(raw[key]) && !types.includes('disconnected'))
      warn([...path, key], `\`${key}\` has no effect here: it is about numbers that drop, and this route is not for \`disconnected\`.`);
    else if (key === 'confirm' && isOn(raw.confirm) && !('hold' in raw))
      warn([...path, key], '`confirm` has no effect without `hold`: it asks when the hold is over.');
  }
  if ('ack_for' in raw && !('repeat' in raw) && !('escalate' in raw))
    warn([...path, 'ack_for'], '`ack_for` has no effect without `repeat` or `escalate`: there is nothing that taking it would stop.');
  if (route.quiet !== undefined && allLoud(route, file))
    warn([...path, 'quiet'], '`quiet` has no effect here: every destination of this route has `ignore_quiet_hours`.');
  firstTime(route, types, warn);
}

const isOn = (value: unknown): boolean => value !== undefined && value !== 'no' && value !== 'false';

/** One that stands in for another may be patient. */
const allLoud = ({ send }: RouteOutline, { destinations }: Outline): boolean =>
  send.length > 0 &&
  send.every(({ text }) => {
    const { options, ifEmpty } = destinations.get(text) ?? {};
    return ifEmpty === undefined && isOn(options?.ignore_quiet_hours);
  });

function firstTime({ raw, path, events, blocks }: RouteOutline, types: readonly string[], warn: Warn): void {
  const others = types.filter((type) => type !== 'connected');
  for (const block of blocks) {
    const key = block.keys.find(({ text }) => text === 'first_time');
    const inWhere = block.path.length === path.length + 1 && 'where' in raw;
    if (key === undefined || types.length === 0) continue;
    if (inWhere && others.length > 0 && types.includes('connected'))
      warn(
        key.path,
        events === undefined
          ? '`first_time` is of `connected` alone, so this route is for nothing else. Say so: `events: [connected]`.'
          : `\`first_time\` is of \`connected\` alone, so this route never hears of ${others.join(', ')}.`,
      );
    if (!inWhere && !types.includes('connected')) warn(key.path, '`first_time` is of `connected` alone, so this leaves nothing out.');
  }
}

const hoursOf = (tree: Tree, name: string) => map(map(map(tree.value).quiet_hours)[name]);
const theirs = (tree: Tree, name: string): boolean => hoursOf(tree, name).timezone === 'workspace';

function hasNoEnd(tree: Tree, name: string): boolean {
  const { from, to, days } = hoursOf(tree, name);
  return typeof from === 'string' && from === to && days === undefined;
}
