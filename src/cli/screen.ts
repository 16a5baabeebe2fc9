// What a command shows: answers on stdout, everything about the work on stderr. Colour only where a person looks (a terminal, without NO_COLOR).
import { stripVTControlCharacters, styleText } from 'node:util';

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const note = (text: string): void => void process.stderr.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

export type Paint = Parameters<typeof styleText>[0];

/** styleText itself looks at the stream and at NO_COLOR. */
export const paint = (style: Paint, text: string): string => styleText(style, text, { stream: process.stdout });
export const paintNote = (style: Paint, text: string): string => styleText(style, text, { stream: process.stderr });
export const inColour = (): boolean => paint('red', '-') !== '-';

/** One line of it, without what could move the cursor or turn the direction of writing: names and reasons are strangers' text. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, '');

/** The same for a text of several lines. */
export const plainLines = (text: string): string => stripVTControlCharacters(text).replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, '');

/** `2026-11-23 09:00:01` of an RFC 3339 time. */
export const seconds = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** Columns as wide as their longest cell; the last is never padded. Cells are plain text, `style` paints them afterwards. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  style?: (cell: string, column: number) => string,
): string {
  const clean = rows.map((row) => row.map(plain));
  const widths = heads.map((head, at) => Math.max(wide(head), ...clean.map((row) => wide(row[at] ?? ''))));
  const line = (cells: readonly string[], dress: (cell: string, column: number) => string) =>
    cells
      .map((cell, at) => dress(cell, at) + (at === cells.length - 1 ? '' : ' '.repeat(widths[at]! - wide(cell))))
      .join('  ')
      .trimEnd();
  return [line(heads, (head) => paint('dim', head)), ...clean.map((row) => line(row, style ?? ((cell) => cell)))].join('\n');
}

/** Terminal columns: emoji and East Asian letters take two. */
function wide(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text))
    columns += /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(segment) ? 2 : 1;
  return columns;
}
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Keeps one line on stderr up to date while something long runs; where nobody looks, a line every few seconds. */
export function progress(text: () => string): { end(): void } {
  const live = process.stderr.isTTY;
  const show = () => process.stderr.write(live ? `\r\u001b[2K${text()}` : `${text()}\n`);
  const timer = setInterval(show, live ? 100 : 5000);
  return {
    end: () => {
      clearInterval(timer);
      if (live) process.stderr.write('\r\u001b[2K');
    },
  };
}
