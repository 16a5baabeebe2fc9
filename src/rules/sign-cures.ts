// Signs that look like those of YAML and are none: the wide colon of another keyboard, the comma of JSON, a {{ with half its end.
import type { Cure } from './cures.ts';
import { openBrackets, replaced, valueStart, walk, withQuotes } from './line.ts';

const wideText = 'This colon (：) is one of another alphabet, which YAML takes for a letter. Type an ordinary one, and a space.';
const wide = /^(\s*(?:- +)*[A-Za-z_][\w.-]*)\s*[：﹕∶]\s*/;
const wideInBraces = /([{,]\s*[A-Za-z_][\w.-]*)\s*[：﹕∶]\s*/g;

/** Behind a key, at the beginning of the line or between braces. */
export const wideColon: Cure = (line) => {
  const outer = line.replace(wide, '$1: ');
  const mended = openBrackets(outer, outer.lastIndexOf('}')).includes('{') ? outer.replace(wideInBraces, '$1: ') : outer;
  return mended === line ? undefined : { column: line.search(/[：﹕∶]/) + 1, text: wideText, mended: mended.trimEnd() };
};

/** `"hold": "2m",` as JSON has it. */
export const endComma: Cure = (line) => {
  const [all, value] =
    /^(\s*(?:- +)?(?:"[\w-]+"|'[\w-]+'|[\w-]+)\s*:\s+(?:".*"|'.*'|\[.*\]|\{.*\})|\s*[\w-]+:|\s*- +\{.*\})[,;]\s*(?:#.*)?$/.exec(line) ?? [];
  if (all === undefined || openBrackets(line).length > 0) return undefined;
  const at = value!.length;
  return { column: at + 1, text: `No ${line[at]} stands at the end of a line here. Remove it.`, mended: replaced(line, at, at + 1, '') };
};

const halfText = 'A {{ is opened and not closed by }}. And as a value that begins with {{ is a map to YAML, it needs quotes.';

/** `{{workspace.channel}` without quotes. */
export const halfClosed: Cure = (line) => {
  for (const at of bracesIn(line)) {
    const [name] = /^\{\{\s*[A-Za-z_][\w.-]*/.exec(line.slice(at)) ?? [];
    const rest = name === undefined ? '}}' : line.slice(at + name.length);
    if (/^\s*\}\}/.test(rest)) continue;
    const end = line.length - rest.length + (rest[0] === '}' ? 1 : 0);
    const closed = replaced(line, at, end, `${name}}}`);
    return { column: at + 1, text: halfText, mended: withQuotes(closed, valueStart(closed, at)) };
  }
  return undefined;
};

/** `token: ${TOKEN}` and `token: env: TOKEN` between braces. */
export const outsideName: Cure = (line) => {
  const mended = line.replace(/(:\s+)\$\{([A-Za-z_]\w*)\}(?=\s*[,}])/g, '$1env:$2').replace(/(:\s+env:)\s+(?=[A-Za-z_]\w*\s*[,}])/g, '$1');
  if (mended === line) return undefined;
  const at = line.search(/\$\{[A-Za-z_]|env:\s/);
  return {
    column: at + 1,
    text: 'A value from outside is written in one word: env: and the name of the variable, without a space or a $.',
    mended,
  };
};

/** Where `{{` stands outside quotes. */
export function bracesIn(line: string): number[] {
  const found: number[] = [];
  walk(line, (sign, at) => {
    if (sign === '{' && line[at + 1] === '{' && line[at - 1] !== '{') found.push(at);
    return false;
  });
  return found;
}
