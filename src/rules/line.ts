// Surgery on one line of YAML, for the corrected line beside a mistake: where a value ends, how it is quoted, which brackets are open.
// Lexical on purpose: it is used where the parser has given up.

/** A value as YAML text that cannot be misread. */
export function quoted(value: string): string {
  const plain = value.trim();
  if (!/["\\]/.test(plain)) return `"${plain}"`;
  return `'${plain.replaceAll("'", "''")}'`;
}

/** Written as it is where that is safe, else in quotes. */
export const written = (value: string): string =>
  /^[\p{L}\p{N}_./][\p{L}\p{N}_./@+-]*(:[\p{L}\p{N}_./@+-]+)*$/u.test(value) ? value : quoted(value);

export const replaced = (line: string, from: number, to: number, text: string): string => line.slice(0, from) + text + line.slice(to);

/** Visits every sign outside quotes; answering true stops the walk. */
export function walk(line: string, visit: (sign: string, at: number) => boolean | undefined): void {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if (quote !== '') {
      if (sign === '\\' && quote === '"') at++;
      else if (sign === quote) quote = '';
    } else if ((sign === '"' || sign === "'") && /[\s[{,:]/.test(line[at - 1] ?? ' ')) quote = sign;
    else if (visit(sign, at)) return;
  }
}

/** Where the comment of a line begins, its length where it has none. `#` inside quotes or inside a word is no comment. */
export function commentStart(line: string, from = 0): number {
  let found = line.length;
  walk(line, (sign, at) => {
    if (sign !== '#' || at < from || !(at === 0 || /\s/.test(line[at - 1]!))) return false;
    found = at;
    return true;
  });
  return found;
}

/** The brackets still open before `until`, the innermost last. */
export function openBrackets(line: string, until = line.length): string[] {
  const open: string[] = [];
  walk(line.slice(0, until), (sign) => {
    if (sign === '[' || sign === '{') open.push(sign);
    else if (sign === ']' || sign === '}') open.pop();
    return false;
  });
  return open;
}

/** End of the value that starts at `from`, without the space behind it: inside brackets up to the comma or bracket, else up to the comment. */
export function valueEnd(line: string, from: number, inFlow = openBrackets(line, from).length > 0): number {
  let end = line.length;
  let braces = 0;
  for (let at = from; at < line.length; at++) {
    const sign = line[at]!;
    if (sign === '#' && at > from && /\s/.test(line[at - 1]!)) {
      end = at;
      break;
    }
    if (!inFlow) continue;
    if (line.startsWith('{{', at)) [braces, at] = [braces + 1, at + 1];
    else if (braces > 0 && line.startsWith('}}', at)) [braces, at] = [braces - 1, at + 1];
    else if (sign === ',' || sign === ']' || sign === '}') {
      end = at;
      break;
    }
  }
  return from + line.slice(from, end).trimEnd().length;
}

/** Where the value begins that the sign at `at` is part of: behind the last `: `, `- `, `, ` or bracket. */
export function valueStart(line: string, at: number): number {
  let start = line.length - line.trimStart().length;
  walk(line.slice(0, at), (sign, here) => {
    const next = line[here + 1] ?? ' ';
    const opens = (sign === '[' || sign === '{') && !(sign === '{' && (next === '{' || line[here - 1] === '{'));
    if (opens || ((sign === ':' || sign === ',') && /\s/.test(next)) || (sign === '-' && next === ' ' && line.slice(0, here).trim() === ''))
      start = here + 1;
    return false;
  });
  while (start < at && /\s/.test(line[start]!)) start++;
  return start;
}

/** Quotes round the value that starts at `from`. */
export function withQuotes(line: string, from: number): string {
  const end = valueEnd(line, from);
  return replaced(line, from, end, quoted(line.slice(from, end)));
}

export const indentOf = (line: string): number => line.length - line.trimStart().length;
export const isBlank = (line: string | undefined): boolean => line === undefined || /^\s*(#.*)?$/.test(line);
