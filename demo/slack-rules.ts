// What Slack refuses of a message, and in which words: shapes and lengths of blocks, attachments and metadata as its reference has them. For the
// local Slack API, so that a message which passes here passes there.
import { z } from 'zod';

const characters = (most: number) =>
  z
    .string()
    .min(1, 'must be more than 0 characters')
    .refine((text) => [...text].length <= most, `must be less than ${most + 1} characters`);
const mrkdwn = (most: number) => z.strictObject({ type: z.literal('mrkdwn'), text: characters(most), verbatim: z.boolean().optional() });
const plain = (most: number) => z.strictObject({ type: z.literal('plain_text'), text: characters(most), emoji: z.boolean().optional() });
const text = (most: number) => z.discriminatedUnion('type', [mrkdwn(most), plain(most)]);
const blockId = characters(255).optional();
const picture = { type: z.literal('image'), image_url: z.url().max(3000), alt_text: characters(2000) };
const image = z.strictObject(picture);

const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: characters(255).optional(),
  url: z.url().max(3000).optional(),
  value: characters(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
const block = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('section'),
      block_id: blockId,
      text: text(3000).optional(),
      fields: z.array(text(2000)).min(1).max(10, 'no more than 10 items allowed').optional(),
      accessory: z.discriminatedUnion('type', [button, image]).optional(),
      expand: z.boolean().optional(),
    })
    .refine((one) => one.text !== undefined || one.fields !== undefined, 'missing required field: text or fields'),
  z.strictObject({ type: z.literal('header'), block_id: blockId, text: plain(150) }),
  z.strictObject({
    type: z.literal('context'),
    block_id: blockId,
    elements: z
      .array(z.discriminatedUnion('type', [mrkdwn(3000), plain(3000), image]))
      .min(1)
      .max(10, 'no more than 10 items allowed'),
  }),
  z.strictObject({
    type: z.literal('actions'),
    block_id: blockId,
    elements: z.array(button).min(1).max(25, 'no more than 25 items allowed'),
  }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z.strictObject({ ...picture, block_id: blockId, title: plain(2000).optional() }),
]);
const blocks = z.array(block).max(50, 'no more than 50 items allowed');
const attachment = z.strictObject({
  color: z.union([z.string().regex(/^#?[0-9a-f]{6}$/i), z.enum(['good', 'warning', 'danger'])]).optional(),
  fallback: z.string().optional(),
  blocks: blocks.optional(),
});
const metadata = z.strictObject({ event_type: characters(255), event_payload: z.record(z.string(), z.unknown()) });

/** What the two kinds of message, post and edit, are made of. */
export type Content = { text?: string; blocks?: unknown; attachments?: unknown; metadata?: unknown };
export type Refusal = { error: string; messages?: string[] };

/** Seen from 11 341 characters on; the exact figure is nowhere written. */
const longestBlocks = 11_000;

export function refusalOf({ text: words = '', blocks: given, attachments, metadata: about }: Content): Refusal | undefined {
  const empty = (list: unknown) => list === undefined || (Array.isArray(list) && list.length === 0);
  if (words === '' && empty(given) && empty(attachments)) return { error: 'no_text' };
  if (words.length > 40_000) return { error: 'msg_too_long' };
  return (
    faultOf('invalid_blocks', 'blocks', blocks.optional(), given) ??
    faultOf('invalid_attachments', 'attachments', z.array(attachment).max(100).optional(), attachments) ??
    faultOf('invalid_metadata_format', 'metadata', metadata.optional(), about) ??
    (lettersOf([given, attachments]) > longestBlocks ? { error: 'msg_blocks_too_long' } : undefined)
  );
}

function faultOf(error: string, name: string, shape: z.ZodType, value: unknown): Refusal | undefined {
  const checked = shape.safeParse(value);
  if (checked.success) return undefined;
  return {
    error,
    messages: checked.error.issues.map(({ path, message }) => `[ERROR] ${message} [json-pointer:/${[name, ...path].join('/')}]`),
  };
}

function lettersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + lettersOf(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : lettersOf(inner)),
    0,
  );
}
