// Whether what a `send` names is there, in a route and in each step of its escalation.
import type { Mistake } from './mistake.ts';
import { nearest, suggestion } from './nearest.ts';
import type { Outline, Ref, SendOutline } from './outline.ts';
import { isName, likelyName } from './scalars.ts';
import type { Path, Tree } from './tree.ts';

export function sendMistakes(tree: Tree, { send, alone }: SendOutline, file: Outline): Mistake[] {
  return send.flatMap((ref, at) => {
    if (ref.text === 'nobody') {
      if (alone) return [];
      const text =
        send.length === 1 ? 'To tell nobody, write `nobody` without brackets.' : '`nobody` cannot stand beside destinations. Remove it.';
      return [
        tree.mistake(send.length === 1 ? ref.path.slice(0, -1) : ref.path, 'value', {
          code: 'value',
          text,
          write: send.length === 1 ? 'nobody' : undefined,
        }),
      ];
    }
    const several = severalOf(ref.path, ref.text, file.destinations.keys());
    if (several !== undefined || (alone && ref.text.includes(','))) {
      const text = 'Several destinations are a list, in square brackets.';
      const write = several ?? ((source: string) => `[${source.replace(/^["'[]|["'\]]$/g, '')}]`);
      return [tree.mistake(ref.path, 'value', { code: 'value', text, write })];
    }
    if (alone && /^(?:none|nobody|no[ -]?one)$/i.test(ref.text) && !file.destinations.has(ref.text))
      return [tree.mistake(ref.path, 'value', { code: 'name', text: 'To tell nobody, write `nobody`.', write: 'nobody' })];
    if (send.findIndex(({ text }) => text === ref.text) < at)
      return [
        tree.mistake(ref.path, 'value', {
          code: 'advice',
          level: 'warning',
          text: `\`${ref.text}\` stands twice in this list; it is told once.`,
        }),
      ];
    const nobody = alone && nearest(ref.text, ['nobody', ...file.destinations.keys()]) === 'nobody';
    if (nobody && !meansOneOf(ref.text, file.destinations.keys()))
      return [
        tree.mistake(ref.path, 'value', {
          code: 'name',
          text: `There is no destination \`${ref.text}\`. Did you mean \`nobody\`?`,
          write: 'nobody',
        }),
      ];
    return destinationMistake(tree, ref, file) ?? [];
  });
}

export function destinationMistake(tree: Tree, { text, path }: Ref, { destinations }: Outline): Mistake | undefined {
  if (destinations.size === 0 || meansOneOf(text, destinations.keys())) return undefined;
  const near = nearest(text, destinations.keys());
  return tree.mistake(path, 'value', {
    code: 'name',
    text: `There is no destination \`${text}\`.${suggestion(text, destinations.keys(), 'There are')}`,
    write: near,
  });
}

/** Known names in one text, with whatever stands between them: as what belongs in its place. */
export function severalOf(path: Path, text: string, known: Iterable<string>): string | undefined {
  const names = text
    .replace(/^[([•*–-]\s*|[)\]]$/g, '')
    .split(/\s*(?:[,;&+•*，、；]|\band\b|\s[–-]\s|\s)\s*/)
    .filter((one) => one !== '');
  const all = new Set(known);
  if (names.length < 2 || !names.every((one) => all.has(one))) return undefined;
  return typeof path.at(-1) === 'number' ? names.join(', ') : `[${names.join(', ')}]`;
}

/** Also where the definition's own name is misspelt: that is told there. */
export const meansOneOf = (text: string, names: Iterable<string>): boolean =>
  [...names].some((name) => name === text || (!isName(name) && likelyName(name) === text));
