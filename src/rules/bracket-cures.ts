// Brackets that lost their other half, and what stands between two of them: each put where the keys of the line say that it belongs.
import type { Cure } from './cures.ts';
import { commentStart, replaced, walk } from './line.ts';

/** A closing bracket that meets none of its kind, and what is open there. */
function unmatched(line: string): { sign: string; at: number; open: { sign: string; at: number }[] } | undefined {
  const open: { sign: string; at: number }[] = [];
  const end = commentStart(line);
  let found: ReturnType<typeof unmatched>;
  walk(line.slice(0, end), (sign, at) => {
    if (sign === '[' || sign === '{') open.push({ sign, at });
    else if (sign === ']' || sign === '}') {
      if (open.at(-1)?.sign === (sign === ']' ? '[' : '{')) open.pop();
      else found = { sign, at, open };
    }
    return found !== undefined;
  });
  return found;
}

/** `limit: max: 10, per: 10m }`, `- after: 15m, send: [log] }`. */
export const lostBrace: Cure = (line) => {
  const lost = unmatched(line);
  const [before] = /^\s*(?:- +|[\w-]+: +)(?=[\w-]+: )/.exec(line) ?? [];
  if (lost?.sign !== '}' || lost.open.length > 0 || before === undefined) return undefined;
  const at = before.length;
  return { column: at + 1, text: 'A { is missing here: its } stands behind.', mended: replaced(line, at, at, '{ ') };
};

/** `tags: vip, eu]`: it begins behind the last key. */
export const lostBracket: Cure = (line) => {
  const lost = unmatched(line);
  if (lost?.sign !== ']') return undefined;
  let at = -1;
  walk(line.slice(0, lost.at), (sign, here) => {
    if (sign === ':' && line[here + 1] === ' ') at = here + 2;
    return false;
  });
  if (line[at] === '[') return { column: lost.at + 1, text: 'There is one ] too many.', mended: replaced(line, lost.at, lost.at + 1, '') };
  if (at < 0) return undefined;
  return { column: at + 1, text: 'A [ is missing here: its ] stands behind.', mended: replaced(line, at, at, '[') };
};

/** `{ events: [a, send: [b] }`: it ends before the next key, else before the brace. */
export const openBracket: Cure = (line) => {
  const lost = unmatched(line);
  const inner = lost?.open.at(-1);
  if (lost?.sign !== '}' || inner?.sign !== '[') return undefined;
  const key = /\s*,\s*[a-z_]+: /.exec(line.slice(inner.at));
  const rest = line.slice(0, lost.at).trimEnd().length;
  const at = key ? Math.min(inner.at + key.index, rest) : rest;
  return { column: inner.at + 1, text: 'This [ is opened and never closed.', mended: replaced(line, at, at, ']') };
};

/** `["a"; "b"]`, `["a" "b"]`. */
export const betweenQuotes: Cure = (line) => {
  const mended = line.replace(/(?<=[[,;]\s*)("[^"]*"|'[^']*')(?:\s*;\s*|\s+)(?=["'])/g, '$1, ');
  if (mended === line) return undefined;
  return {
    column: line.search(/["'](?:\s*;\s*|\s+)["']/) + 2,
    text: 'Between square brackets a comma parts one value from the next.',
    mended,
  };
};

/** `"a', "b"`: closed by the other kind of quote or by none, and another text follows. */
export const mixedQuotes: Cure = (line) => {
  const mended = line
    .replace(/(?<=[[{,:]\s*)"([^"',[\]{}]*)'(?=\s*[,\]}])/g, '"$1"')
    .replace(/(?<=[[{,:]\s*)"([^"',[\]{}]*)(?=,\s+[a-z_]+: ")/g, '"$1"');
  return mended === line
    ? undefined
    : { column: line.search(/"[^"',[\]{}]*(?:'\s*[,\]}]|,\s+[a-z_]+: ")/) + 1, text: 'This quote (") is opened and never closed.', mended };
};

/** `"a"";`: nothing that says anything stands behind the closing quote. */
export const behindQuote: Cure = (line) => {
  const [all, value] = /^(\s*(?:- +)?[\w-]+:\s+("[^"]*"|'[^']*'))\s*["';,]+\s*(?:#.*)?$/.exec(line) ?? [];
  if (all === undefined) return undefined;
  const at = value!.length;
  const end = at + /^\s*["';,]+/.exec(line.slice(at))![0].length;
  return {
    column: at + 1,
    text: 'This stands behind the closing quote and has no meaning. Remove it.',
    mended: replaced(line, at, end, ''),
  };
};
