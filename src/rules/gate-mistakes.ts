// The gates of a route, held against the rest of the file: quiet hours that nobody described, steps that tell nobody, a digest with two times.
import type { Mistake } from './mistake.ts';
import { nearest, suggestion } from './nearest.ts';
import { map, type Outline, type RouteOutline } from './outline.ts';
import { meansOneOf, sendMistakes } from './send-references.ts';
import type { Tree } from './tree.ts';

export function gateMistakes(tree: Tree, route: RouteOutline, file: Outline): Mistake[] {
  return [...quietMistakes(tree, route, file), ...stepMistakes(tree, route, file), ...digestMistakes(tree, route)];
}

function quietMistakes(tree: Tree, { quiet }: RouteOutline, { quietHours }: Outline): Mistake[] {
  if (quiet === undefined || meansOneOf(quiet.text, quietHours) || tree.spoiled(['quiet_hours'])) return [];
  const none = ' There is no `quiet_hours` in this file. Add `quiet_hours: { nights: { from: "22:00", to: "07:00" } }`.';
  const said = quietHours.length === 0 ? none : suggestion(quiet.text, quietHours, 'There are');
  const text = `There are no quiet hours \`${quiet.text}\`.${said}`;
  return [tree.mistake(quiet.path, 'value', { code: 'name', text, write: nearest(quiet.text, quietHours) })];
}

function stepMistakes(tree: Tree, { escalate }: RouteOutline, file: Outline): Mistake[] {
  return escalate.flatMap((step) => {
    const [nobody] = step.send;
    if (nobody === undefined || step.send.some(({ text }) => text !== 'nobody')) return sendMistakes(tree, step, file);
    const text = 'A step that tells nobody does nothing. Name a destination, or remove the step.';
    return [tree.mistake(nobody.path, 'value', { code: 'value', text })];
  });
}

function digestMistakes(tree: Tree, { raw, path }: RouteOutline): Mistake[] {
  const here = [...path, 'digest'];
  if (!('digest' in raw) || typeof raw.digest !== 'object' || Array.isArray(raw.digest) || tree.spoiled(here)) return [];
  const { every, at } = map(raw.digest);
  if (every === undefined && at === undefined && Object.keys(map(raw.digest)).length > 0) return [];
  if (every !== undefined && at !== undefined) {
    const text = '`every` and `at` cannot both stand in a `digest`. Keep one of them.';
    return [tree.mistake(here, 'value', { code: 'value', text, write: `{ at: ${quoted(at)} }` })];
  }
  if (every !== undefined || at !== undefined) return [];
  const text = '`digest` does not say when. Write `every: 1h` or `at: "09:00"`.';
  return [tree.mistake(here, 'value', { code: 'missing', text, write: '{ at: "09:00" }' })];
}

const quoted = (value: unknown): string => `"${typeof value === 'string' ? value : '09:00'}"`;
