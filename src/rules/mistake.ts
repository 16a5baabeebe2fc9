// One mistake in a file that the operator wrote, and how it is printed: where it is, what is wrong, and the line as it should read.
// Every check in rules/ makes these; `check`, the reload's answer and the operator's message print them.

export type Mistake = {
  /** As the operator knows it: `routes.yaml`, `workspaces.csv`. */
  file: string;
  /** From 1. */
  line: number;
  column: number;
  level: 'error' | 'warning';
  /** What kind it is, for programs. */
  code?: MistakeCode;
  text: string;
  /** The line it stands on, secrets masked. */
  found?: string;
  /** The same line as it should be written. */
  fix?: string;
};

export type MistakeCode =
  | 'yaml'
  | 'empty'
  | 'unknown-key'
  | 'missing'
  | 'value'
  | 'name'
  | 'secret'
  | 'plugin'
  | 'table'
  | 'file'
  | 'advice'
  | 'test';

export function formatMistakes(mistakes: readonly Mistake[], { color = false }: { color?: boolean } = {}): string {
  const paint = color ? (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m` : (_: number, text: string) => text;
  return mistakes
    .map(({ file, line, column, level, code, text, found, fix }) => {
      const where = paint(level === 'error' ? 31 : 33, `${file}:${line}:${column}`);
      // Only a test's answer is of several lines: a line of time. In all else a line break is a sign like others that cannot be seen.
      const [said = '', ...course] = code === 'test' ? text.split('\n') : [text];
      const lines = [`${where}  ${level === 'warning' ? 'warning: ' : ''}${printable(said)}`];
      for (const one of course.map(printable))
        lines.push(`    ${one.startsWith('-') ? paint(31, one) : one.startsWith('+') ? paint(32, one) : one}`);
      if (found !== undefined) {
        const [shown, caret] = window(found, column);
        lines.push(margin + shown, `${margin}${' '.repeat(caret)}${paint(31, '^')}`);
      }
      if (fix !== undefined) {
        const [first = '', ...more] = fix.split('\n').map(printable);
        lines.push(`    write:  ${paint(32, first)}`, ...more.map((one) => margin + paint(32, one)));
      }
      return lines.map((one) => one.trimEnd()).join('\n');
    })
    .join('\n\n');
}

/** By file and place, errors before warnings on one spot; one thing is said once. */
export function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const said = new Set<string>();
  return [...mistakes]
    .sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.level, b.level))
    .filter(({ file, line, column, text }) => {
      const key = JSON.stringify([file, line, column, text]);
      return !said.has(key) && said.add(key);
    });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

// As wide as `    write:  `, so that the wrong and the right line stand under each other.
const margin = ' '.repeat(12);
const widest = 160;

/** A very long line is cut round its caret. */
function window(found: string, column: number): [shown: string, caret: number] {
  const shown = printable(found);
  const caret = Math.min(column - 1, shown.length);
  if (shown.length <= widest) return [shown, caret];
  const from = Math.max(0, Math.min(caret - widest / 2, shown.length - widest));
  return [`${from > 0 ? '…' : ''}${shown.slice(from, from + widest)}…`, caret - from + (from > 0 ? 1 : 0)];
}

/** What cannot be seen is made visible, one sign for one, so that the caret stays true and no file can paint the terminal. */
const printable = (text: string): string =>
  text
    .replaceAll('\t', '→')
    .replace(/[\u00a0\u2000-\u200f\u202f\u2060\u3000\ufeff]/g, '␣')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?');
