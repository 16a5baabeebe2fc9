// Figures as the reader writes them. Formatters are kept, for making one costs more than a message.
import type { Words } from './words.ts';

const formats = new Map<string, Intl.NumberFormat>();

export function number(value: number, reader: { words: Pick<Words, 'locale'> }): string;
export function number(value: number | undefined, reader: { words: Pick<Words, 'locale'> }): string | undefined;
export function number(value: number | undefined, { words: { locale } }: { words: Pick<Words, 'locale'> }): string | undefined {
  if (value === undefined) return undefined;
  const format = formats.get(locale) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  formats.set(locale, format);
  return format.format(value);
}
