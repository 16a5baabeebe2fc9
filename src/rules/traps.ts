// YAML that does not parse, told in the operator's words. The parser says where it stumbled, rarely why: so the usual slips are tried on that
// line and its neighbours, and the first cure after which all is well is the explanation, or else the first after which it gets further.
import { isScalar, visit } from 'yaml';
import { type Cure, cures, lastResort, strays } from './cures.ts';
import { indentTraps } from './indent.ts';
import { isBlank } from './line.ts';
import { bulletTrap } from './list-traps.ts';
import type { Parsed, Trap } from './tree.ts';

/** `thorough`: every cure is tried for one that leaves nothing wrong; else the first that helps at all is taken. */
export function syntaxTrap(
  lines: readonly string[],
  parsed: Parsed,
  trial: (lines: readonly string[]) => Parsed | undefined,
  thorough: boolean,
): Trap[] {
  const at = parsed.place(parsed.errors[0]!.pos[0]);
  const stumbled = Math.min(at.line, lines.length - 1);
  let helps: Trap | undefined;
  for (const trap of candidates(lines, parsed, stumbled)) {
    const after = trial(lines.map((line, nr) => trap.mended.get(nr) ?? line));
    if (after === undefined) continue;
    if (after.errors.length === 0) return [trap];
    const further = after.place(after.errors[0]!.pos[0]).line > stumbled;
    const fewer = stumbled >= lines.length - 1 && after.errors.length < parsed.errors.length;
    if (further || fewer) helps ??= trap;
    if (helps && !thorough) break;
  }
  return [helps ?? { line: stumbled, column: at.column, text: unexplained, mended: new Map() }];
}

function* candidates(lines: readonly string[], parsed: Parsed, stumbled: number): Generator<Trap> {
  const tabs = tabTrap(lines, stumbled);
  if (tabs) yield tabs;
  const suspected = suspects(lines, parsed, stumbled);
  for (const line of suspected) {
    const bullets = bulletTrap(lines, line);
    if (bullets) yield bullets;
  }
  for (const line of suspected) {
    const text = lines[line]!;
    const proposed = [...cures.map((cure) => cure(text)), together(text), ...strays(text)];
    for (const one of proposed) if (one) yield inLine(line, one);
  }
  yield* indentTraps(lines, stumbled);
  const last = lastResort(lines[stumbled]!);
  if (last) yield inLine(stumbled, last);
}

const inLine = (line: number, { column, text, mended }: NonNullable<ReturnType<Cure>>): Trap => ({
  line,
  column,
  text,
  mended: new Map([[line, mended]]),
});

/** Two slips on one line hide each other: all cures at once, then. */
function together(line: string): ReturnType<Cure> {
  let mended = line;
  const said: NonNullable<ReturnType<Cure>>[] = [];
  for (const cure of cures) {
    const one = cure(mended);
    if (one === undefined) continue;
    mended = one.mended;
    said.push(one);
  }
  if (said.length < 2) return undefined;
  return { column: said[0]!.column, text: [...new Set(said.map(({ text }) => text))].join(' '), mended };
}

/** The line it stumbled over, where a quote or bracket that reaches it was opened, and the lines around. */
function suspects(lines: readonly string[], { doc, place }: Parsed, stumbled: number): number[] {
  const opened: number[] = [];
  visit(doc, (_, node) => {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    if (!range) return;
    const [from, to] = [place(range[0]).line, place(range[1]).line];
    const spans = to > from && from <= stumbled && to >= stumbled - 1;
    if (spans && isScalar(node) && String(node.type).startsWith('QUOTE')) opened.unshift(from);
    else if (spans && (node as { flow?: boolean }).flow) opened.push(from);
  });
  const near = (from: number, step: number) => {
    let line = from + step;
    while (line >= 0 && line < lines.length && isBlank(lines[line])) line += step;
    return line;
  };
  const all = [...opened, stumbled, near(stumbled, -1), near(stumbled, 1)];
  return [...new Set(all)].filter((line) => line >= 0 && line < lines.length);
}

/** All tabs at once: a file indented by tabs is one mistake, not one for each line. */
function tabTrap(lines: readonly string[], stumbled: number): Trap | undefined {
  const guilty = lines.flatMap((line, at) => (/^\s*\t/.test(line) && line.trim() !== '' ? [at] : []));
  const first = guilty[0];
  // A tab inside a text of several lines is nobody's mistake.
  if (first === undefined || !guilty.some((at) => Math.abs(at - stumbled) <= 1)) return undefined;
  const mended = new Map(guilty.map((at) => [at, lines[at]!.replace(/^\s+/, (space) => space.replaceAll('\t', '  '))]));
  const more = guilty.length > 1 ? ` ${guilty.length - 1} more ${guilty.length === 2 ? 'line has' : 'lines have'} one.` : '';
  const text = `A tab stands before this line; YAML is indented by spaces only. Replace it by spaces.${more}`;
  return { line: first, column: lines[first]!.indexOf('\t') + 1, text, mended };
}

const unexplained =
  'YAML cannot be read from here on. Look at this line and the one above: spaces before it, a space after each colon, ' +
  'quotes and brackets closed. What stands below is checked once this is mended.';
