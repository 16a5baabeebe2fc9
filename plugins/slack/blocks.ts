// From the blocks of a layout to blocks that Slack takes: empty ones dropped, long ones cut with a mark, too many continued on a further page.

export type Block = { type: string; [key: string]: unknown };
type Text = { type: 'mrkdwn' | 'plain_text'; text: string; verbatim?: boolean };

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
    case 'section':
      return sections(made);
    case 'header': {
      const text = textIn(made.text, 150);
      return text ? [{ ...made, text }] : [];
    }
    case 'context':
      return inSeveral(
        made,
        chunks(
          listed(made.elements, (one) => (isImage(one) ? imageIn(one) : (textIn(one, 2000) ?? []))),
          10,
        ),
      );
    case 'actions':
      return inSeveral(made, chunks(listed(made.elements, elementIn), 25));
    case 'image':
      return imageIn(made) as Block[];
    default:
      return [made];
  }
}

function sections({ text, fields, accessory, ...rest }: Block): Block[] {
  const words = textIn(text, 3000);
  const rows = chunks(
    listed(fields, (one) => textIn(one, 2000) ?? []),
    10,
  );
  const made: Block[] = [...(words ? [{ ...rest, text: words }] : []), ...rows.map((row) => ({ type: 'section', fields: row }))];
  const [beside] = accessory === undefined ? [] : elementIn(accessory);
  if (beside === undefined) return made;
  const [first, ...others] = made;
  if (first !== undefined) return [{ ...first, accessory: beside }, ...others];
  // There is nothing for it to stand beside, but it is not lost.
  return isImage(beside) ? [beside] : [{ type: 'actions', elements: [beside] }];
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

/** What stands in a row or beside a text; kinds that this file does not know are left as they are. */
const elementIn = (value: unknown): object[] => {
  if (isImage(value)) return imageIn(value);
  return (value as { type?: unknown } | null)?.type === 'button' ? buttonIn(value) : [value as object];
};

function buttonIn(value: unknown): object[] {
  const { text, url, ...rest } = (value ?? {}) as { text?: unknown; url?: unknown };
  const label = textIn(text, 75);
  const to = addressIn(url);
  if (label === undefined || (url !== undefined && to === undefined)) return [];
  return [{ ...rest, text: label, ...(to === undefined ? {} : { url: to }) }];
}

const isImage = (value: unknown): value is { type: 'image' } => (value as { type?: unknown } | null)?.type === 'image';

/** Slack refuses one without words for those who do not see it. */
function imageIn(value: object): object[] {
  const { image_url: url, alt_text: alt, ...rest } = value as { image_url?: unknown; alt_text?: unknown };
  // One of Slack's own files has no address.
  if (url === undefined) return [value];
  const from = addressIn(url);
  if (from === undefined) return [];
  return [{ ...rest, image_url: from, alt_text: typeof alt === 'string' && alt.trim() !== '' ? cut(alt, 2000) : '…' }];
}

/** An address is no text to Slack, so it is not escaped as one. */
function addressIn(url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  const to = url.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return to.length <= 3000 && URL.canParse(to) ? to : undefined;
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
