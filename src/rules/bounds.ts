// What no file of rules ever looks like is refused before it is parsed: a wrong or hostile file must not hold up the relay.
import { walk } from './line.ts';

type Beyond = { line: number; column: number; text: string };

const largest = 8 * 1024 * 1024;
const longest = 4000;
const deepest = 64;

/** The first place that is beyond all measure; lines count from 0. */
export function outOfBounds(lines: readonly string[]): Beyond | undefined {
  let size = 0;
  let open = 0;
  for (const [line, text] of lines.entries()) {
    size += text.length + 1;
    if (size > largest) return { line, column: 1, text: 'This file is larger than 8 MiB. A large workspaces table belongs in a CSV file.' };
    if (text.length > longest)
      return { line, column: longest, text: `This line is longer than ${longest} signs. It is probably not what was meant.` };
    let deep: number | undefined;
    walk(text, (sign, at) => {
      if (sign === '[' || sign === '{') open++;
      else if ((sign === ']' || sign === '}') && open > 0) open--;
      if (open > deepest) deep = at;
      return deep !== undefined;
    });
    if (deep !== undefined)
      return { line, column: deep + 1, text: `More than ${deepest} brackets are open here. It is probably not what was meant.` };
  }
  return undefined;
}

/** What a merge left behind: two versions of one place, of which the file can hold one. */
export function mergeMarks(lines: readonly string[]): Beyond[] {
  const found: Beyond[] = [];
  let end = -1;
  for (const [line, text] of lines.entries()) {
    if (found.length === most) break;
    if (line <= end || !/^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)/.test(text)) continue;
    const said = { line, column: 1 };
    end = text.startsWith('<') ? closeOf(lines, line) : -1;
    const marks = 'and remove the others and the marks (<<<<<<<, =======, >>>>>>>).';
    if (end > 0)
      found.push({ ...said, text: `A merge left two versions here, down to line ${end + 1}. Keep the lines that hold, ${marks}` });
    else found.push({ ...said, text: 'This line is a mark that a merge left. Remove it.' });
  }
  return found;
}

/** Enough to mend in one go. */
const most = 50;

function closeOf(lines: readonly string[], from: number): number {
  for (let at = from + 1; at < lines.length; at++) if (/^>{7}(?:\s|$)/.test(lines[at]!)) return at;
  return -1;
}
