// Patterns with * and ?, case-insensitive, in time bounded by the two lengths: a pattern in a file must never be able to stall the ledger.

export function glob(pattern: string, value: string): boolean {
  const wanted = pattern.toLowerCase();
  const found = value.toLowerCase();
  if (!/[*?]/.test(wanted)) return wanted === found;
  let at = 0;
  let from = 0;
  // Where the last * stood, and how far it has swallowed: on a mismatch it takes one character more.
  let star = -1;
  let mark = 0;
  while (from < found.length) {
    if (at < wanted.length && wanted[at] === '*') {
      star = at++;
      mark = from;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === found[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else return false;
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}

export const anyGlob = (patterns: readonly string[], value: string): boolean => patterns.some((pattern) => glob(pattern, value));
