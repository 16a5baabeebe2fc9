// A mistake in a file, as a page shows it: where it is, what is wrong, the line, and the line as it should read.
import { lines } from '../../render/escape.ts';
import type { Mistake } from '../../rules/mistake.ts';
import { type Hide, tellMistake } from '../mask.ts';

export function foundOf(mistake: Mistake, mask: Hide) {
  const { file, line, column, level, text, found, fix } = tellMistake(mistake, mask);
  return {
    ...{ where: `${file}:${line}:${column}`, line, found, text: lines(text), fix: fix && lines(fix) },
    mark: level === 'error' ? 'critical' : 'warning',
    level: level === 'error' ? 'mistake' : 'warning',
  };
}
