// "Did you mean …": the known name that a mistyped one most likely stands for.

export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  // A third of the letters may be wrong, at least one: fewer finds nothing, more finds anything.
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const steps = distance(wanted, name.toLowerCase(), least);
    if (steps < least) [best, least] = [name, steps];
  }
  return best;
}

/** ` Did you mean …?`, else the known names, so that the reader is never left with only "wrong". */
export function suggestion(word: string, known: Iterable<string>, what: string): string {
  const names = [...known];
  const near = nearest(word, names);
  if (near !== undefined) return ` Did you mean \`${near}\`?`;
  if (names.length === 0) return '';
  const shown = names.slice(0, 30).map((name) => `\`${name}\``);
  return ` ${what}: ${shown.join(', ')}${names.length > shown.length ? ' …' : ''}.`;
}

/** Letters to change, add, drop or swap with their neighbour; gives up at `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, before[j - 2]! + 1);
      row.push(steps);
    }
    if (Math.min(...row) >= limit) return limit;
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
