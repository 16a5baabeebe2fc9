// From the blocks of a layout to blocks that Slack takes: empty ones dropped, long ones cut with a mark, too many continued on a further page.
import { z } from 'zod';

export type Block = { type: string; [key: string]: unknown };
type Text = { type: 'mrkdwn' | 'plain_text'; text: string; verbatim?: boolean };

/** What a layout has to give. Lengths are no mistake of it: they come with the data. */
const block = z.looseObject({ type: z.string() });
export const output = z.strictObject({
  text: z.string().optional(),
  /** Said in the thread when the message is edited. */
  reply: z.string().optional(),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be six digits after a #, such as "#D92D20"')
    .optional(),
  blocks: z.array(block).optional(),
});

export const mostBlocks = 45;
/** Slack refuses somewhere above eleven thousand. */
export const mostLetters = 9000;

/** The message's own blocks, and those for its thread. */
export function pagesOf(blocks: readonly Block[]): Block[][] {
  return chunks(blocks.flatMap(fitted), mostBlocks);
}

/** As many as a message or a block takes, and not too many letters. */
function chunks<T>(items: readonly T[], most: number): T[][] {
  const made: T[][] = [];
  let letters = 0;
  for (const item of items) {
    const size = lettersOf(item);
    const last = made.at(-1);
    if (last === undefined || last.length >= most || letters + size > mostLetters) {
      made.push([item]);
      letters = size;
    } else {
      last.push(item);
      letters += size;
    }
  }
  return made;
}

/** One block of a layout is none, one, or several. What this file does not know is left as it is. */
function fitted(made: Block): Block[] {
  switch (made.type) {
    case 'section': {
      const { text, fields, ...rest } = made;
      const words = textIn(text, 3000);
      const rows = chunks(
        listed(fields, (one) => textIn(one, 2000) ?? []),
        10,
      );
      return [...(words ? [{ ...rest, text: words }] : []), ...rows.map((row) => ({ type: 'section', fields: row }))];
    }
    case 'header': {
      const text = textIn(made.text, 150);
      return text ? [{ ...made, text }] : [];
    }
    case 'context':
      return inSeveral(
        made,
        chunks(
          listed(made.elements, (one) => textIn(one, 2000) ?? []),
          10,
        ),
      );
    case 'actions':
      return inSeveral(made, chunks(listed(made.elements, buttonIn), 25));
    default:
      return [made];
  }
}

const listed = <T>(value: unknown, fit: (one: unknown) => T | T[]): T[] => (Array.isArray(value) ? value.flatMap(fit) : []);

/** An id may stand in a message once. */
const inSeveral = ({ block_id: id, ...made }: Block, parts: object[][]): Block[] =>
  parts.map((elements, at) => ({ ...made, type: made.type as string, elements, ...(at === 0 && id !== undefined && { block_id: id }) }));

function textIn(value: unknown, most: number): Text | undefined {
  const { type, text } = (value ?? {}) as Partial<Text>;
  if ((type !== 'mrkdwn' && type !== 'plain_text') || typeof text !== 'string' || text.trim() === '') return undefined;
  // verbatim: what looks like an address or a channel in somebody's data stays text.
  return type === 'mrkdwn' ? { type, text: cut(text, most), verbatim: true } : { type, text: cut(text, most) };
}

/** An address is no text to Slack, so it is not escaped as one. */
function buttonIn(value: unknown): object[] {
  const { text, url, ...rest } = (value ?? {}) as { text?: unknown; url?: unknown };
  const label = textIn(text, 75);
  const to = typeof url === 'string' ? url.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&') : undefined;
  if (label === undefined || (to !== undefined && (to.length > 3000 || !URL.canParse(to)))) return [];
  return [{ ...rest, text: label, ...(to === undefined ? {} : { url: to }) }];
}

/** By characters, never within one, within an entity or within a link. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = characters.slice(0, most - 1).join('');
  return `${head.replace(/&[a-z]{0,3}$/, '').replace(/<[^<>]*$/, '')}…`;
}

/** As Slack seems to count: every text, not the JSON around it. */
export function lettersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + lettersOf(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : lettersOf(inner)),
    0,
  );
}
