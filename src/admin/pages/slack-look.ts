// Blocks of Slack as parts of a page that look like it: words in bold, links in their colour, fields side by side, what is small in soft letters. A link
// leads nowhere: some of them act. Pure.
type Text = { text?: string };
export type Block = { type?: string; text?: Text; fields?: Text[]; elements?: Text[] };

export type Span = { text: string; bold: boolean; link: boolean };
export type Part = { soft: boolean; fields: boolean; rows: { spans: Span[] }[] };

/** `words`: takes out what the pages do not show. */
export function slackLook(blocks: readonly Block[], words: (text: string) => string): Part[] {
  return blocks.flatMap(({ type, text, fields = [], elements = [] }) => {
    const texts = [text, ...fields, ...elements].flatMap((one) => one?.text ?? []);
    if (texts.length === 0) return [];
    return [{ soft: type === 'context', fields: fields.length > 0, rows: texts.map((one) => ({ spans: spansOf(words(one), words) })) }];
  });
}

const marked = /\*<[^|>\n]+\|([^>\n]*)>([^*\n]*)\*|<[^|>\n]+\|([^>\n]*)>|\*([^*\n]+)\*/g;

function spansOf(text: string, words: (text: string) => string): Span[] {
  const spans: Span[] = [];
  const add = (said: string, bold: boolean, link: boolean) => {
    if (said !== '') spans.push({ text: words(plain(said)), bold, link });
  };
  let at = 0;
  for (const { 0: whole, 1: strong, 2: after = '', 3: link, 4: bold, index } of text.matchAll(marked)) {
    add(text.slice(at, index), false, false);
    if (strong !== undefined) add(strong + after, true, true);
    else if (link !== undefined) add(link, false, true);
    else add(bold ?? '', true, false);
    at = index + whole.length;
  }
  add(text.slice(at), false, false);
  return spans;
}

/** Words that were escaped for their channel, to be escaped once more by the view. */
export const plain = (text: string): string => unescaped(text.replace(/<(https?:[^|>]*)\|([^>]*)>/g, '$2').replace(/\*([^*\n]+)\*/g, '$1'));

/** What escape.ts does to a text, undone. */
export const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x2F;', '/')
    .replaceAll('&#x60;', '`')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');
