// Several mistakes on one line: each cure alone would leave the others, so each gets the line that mends them all.
import type { Mistake } from './mistake.ts';

type Edit = { from: number; to: number; text: string };

export function inOneLine(mistakes: readonly Mistake[]): Mistake[] {
  const byLine = new Map<string, Mistake[]>();
  for (const one of mistakes) {
    if (one.level !== 'error' || one.fix === undefined || one.found === undefined) continue;
    const line = JSON.stringify([one.file, one.line, one.found]);
    byLine.set(line, [...(byLine.get(line) ?? []), one]);
  }
  const mended = new Map<Mistake, string>();
  for (const together of byLine.values()) {
    const all =
      together.length > 1
        ? merged(
            together[0]!.found!,
            together.map(({ fix }) => fix!),
          )
        : undefined;
    if (all !== undefined) for (const one of together) mended.set(one, all);
  }
  return mistakes.map((one) => (mended.has(one) ? { ...one, fix: mended.get(one)! } : one));
}

/** Nothing where two cures change the same words: then each stands for itself. */
function merged(line: string, fixes: readonly string[]): string | undefined {
  const edits = [...new Set(fixes)].map((fix) => editOf(line, fix)).sort((a, b) => a.from - b.from || a.to - b.to);
  let made = '';
  let at = 0;
  for (const [nr, { from, to, text }] of edits.entries()) {
    // Two additions at one place go together only where each brings its own comma or line.
    if (from < at || (nr > 0 && from === at && !/^[,\n]/.test(text))) return undefined;
    made += line.slice(at, from) + text;
    at = to;
  }
  return made + line.slice(at);
}

/** What one corrected line has in the place of what stands there. */
function editOf(line: string, fix: string): Edit {
  const most = Math.min(line.length, fix.length);
  let from = 0;
  while (from < most && line[from] === fix[from]) from++;
  let same = 0;
  while (same < most - from && line.at(-1 - same) === fix.at(-1 - same)) same++;
  return { from, to: line.length - same, text: fix.slice(from, fix.length - same) };
}
