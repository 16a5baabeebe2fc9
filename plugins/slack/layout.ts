// What a layout has to give for Slack. A key that is misspelt is found here, by `check`: Slack would refuse the whole message for it.
import { z } from 'zod';

const mrkdwn = z.strictObject({ type: z.literal('mrkdwn'), text: z.string(), verbatim: z.boolean().optional() });
const plain = z.strictObject({ type: z.literal('plain_text'), text: z.string(), emoji: z.boolean().optional() });
const error = 'must be a text of Slack, such as { type: mrkdwn, text: "…" }';
const text = z.discriminatedUnion('type', [mrkdwn, plain], { error });
const image = z.looseObject({ type: z.literal('image') });
const element = z.looseObject({ type: z.string() });

const of = (keys: z.ZodRawShape) => z.strictObject({ type: z.string(), block_id: z.string().optional(), ...keys });
const shapes: Readonly<Record<string, z.ZodType>> = {
  section: of({
    text: text.optional(),
    fields: z.array(text).optional(),
    accessory: element.optional(),
    expand: z.boolean().optional(),
  }),
  header: of({ text: plain }),
  context: of({ elements: z.array(z.discriminatedUnion('type', [mrkdwn, plain, image], { error: `${error}, or an image` })) }),
  actions: of({ elements: z.array(element) }),
  divider: of({}),
};

/** What Slack has beside these; what stands in them is Slack's to judge. */
const others = ['file', 'image', 'input', 'markdown', 'rich_text', 'table', 'video'];
const kinds = [...Object.keys(shapes), ...others];

/** Lengths are no mistake of a layout, for they come with the data. A kind that nobody here knows may be new at Slack; a slip in one is never. */
const block = z.looseObject({ type: z.string() }).check(({ value, issues }) => {
  const meant = kinds.includes(value.type) ? undefined : kinds.find((kind) => isSlip(value.type.toLowerCase().replace('-', '_'), kind));
  if (meant !== undefined)
    issues.push({ code: 'custom', path: ['type'], message: `there is no block "${value.type}", ${meant} is meant`, input: value.type });
  const shape = Object.hasOwn(shapes, value.type) ? shapes[value.type] : undefined;
  for (const { path, message } of shape?.safeParse(value).error?.issues ?? []) issues.push({ code: 'custom', path, message, input: value });
});

/** One letter too many, too few, wrong, or two that changed places. */
function isSlip(given: string, meant: string): boolean {
  let [from, end] = [0, 0];
  while (from < given.length && given[from] === meant[from]) from++;
  while (end < Math.min(given.length, meant.length) - from && given.at(-1 - end) === meant.at(-1 - end)) end++;
  const [wrong, right] = [given.slice(from, given.length - end), meant.slice(from, meant.length - end)];
  return Math.max(wrong.length, right.length) <= 1 || (wrong.length === 2 && right === `${wrong[1]}${wrong[0]}`);
}

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
