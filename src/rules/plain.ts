// A parsed YAML document → null-prototype maps, lists and text; what is empty, doubled or no plain data is told.
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { referenceText } from './hidden-traps.ts';
import type { MistakeCode } from './mistake.ts';
import type { Path } from './tree.ts';

export type Tell = (node: Node | null, path: Path, text: string, code: MistakeCode) => void;

const deepest = 64;

export function plain(node: unknown, path: Path, tell: Tell): unknown {
  if (path.length > deepest) return tell(node as Node, path, `This is nested deeper than ${deepest} levels.`, 'yaml');
  if (isMap(node)) {
    const made: Record<string, unknown> = Object.create(null);
    const first = new Map<string, Node>();
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      if (!isScalar(key) || typeof key.value !== 'string' || key.value === '') {
        tell(key, path, 'A name and a colon are expected here, such as `name: value`.', 'yaml');
        continue;
      }
      const name = key.value;
      const here = [...path, name];
      if (first.has(name)) {
        tell(key, here, `\`${name}\` stands here a second time; only one of them can count. Remove one.`, 'yaml');
        continue;
      }
      first.set(name, key);
      if (isEmpty(value)) tell(key, here, `Nothing is written after \`${name}:\`. Write its value, or remove the line.`, 'empty');
      // Kept by its name all the same, so that what refers to it is not called wrong on top.
      made[name] = isEmpty(value) ? undefined : plain(value, here, tell);
    }
    return made;
  }
  if (isSeq(node)) {
    return node.items.map((item, at) => {
      const here = [...path, at];
      if (!isEmpty(item as Node | null)) return plain(item, here, tell);
      return tell((item as Node | null) ?? node, here, 'Nothing is written after this "-". Write a value, or remove the line.', 'empty');
    });
  }
  if (isScalar(node)) return String(node.value ?? '');
  if (isAlias(node)) tell(node, path, referenceText, 'yaml');
  return undefined;
}

/** An empty text in quotes is a value; a bare nothing is a slip. */
const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.type === 'PLAIN' && (node.source ?? '') === '');
