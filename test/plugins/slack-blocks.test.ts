// From what a layout makes to what Slack takes: blocks of any size, and the mistakes of a layout that `check` has to find.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../demo/slack-rules.ts';
import { type Block, cut, pagesOf } from '../../plugins/slack/blocks.ts';
import { output } from '../../plugins/slack/layout.ts';

describe('blocks of any size', () => {
  const words = fc.oneof(
    fc.string({ maxLength: 30, unit: 'binary' }),
    fc.constantFrom('', ' ', '&amp;'.repeat(900), 'x'.repeat(9999), '🔥'.repeat(3001), `${'y'.repeat(2990)}<https://a.example|label>`),
  );
  const text = (type: 'mrkdwn' | 'plain_text') => fc.record({ type: fc.constant(type), text: words });
  const any = fc.oneof(text('mrkdwn'), text('plain_text'), fc.constant(undefined));
  const link = fc.constantFrom(
    'https://a.example/',
    'no url',
    '',
    `https://a.example/${'x'.repeat(3000)}`,
    'https://a.example/?a=1&amp;b=2',
  );
  const image = fc.record({ type: fc.constant('image'), image_url: link, alt_text: words });
  const button = fc.record({ type: fc.constant('button'), text: text('plain_text'), url: link });
  const block = fc.oneof(
    fc.record({ type: fc.constant('section'), text: any, fields: fc.array(any, { maxLength: 30 }) }, { requiredKeys: ['type'] }),
    fc.record({ type: fc.constant('section'), text: text('mrkdwn'), accessory: fc.oneof(button, image) }),
    image,
    fc.record({ type: fc.constant('header'), text: text('plain_text') }),
    fc.record({ type: fc.constant('context'), elements: fc.array(fc.oneof(any, image), { maxLength: 30 }) }),
    fc.record({ type: fc.constant('actions'), elements: fc.array(button, { maxLength: 60 }) }),
    fc.constant({ type: 'divider' }),
  );

  test('become pages that Slack takes, and nothing but what is too long is cut', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 70 }), (blocks) => {
        const pages = pagesOf(blocks as Block[]);
        for (const page of pages) expect(refusalOf({ text: 'x', attachments: [{ color: '#D92D20', blocks: page }] })).toBeUndefined();
        const given = texts(blocks).map((one) => one.slice(0, 30));
        expect(texts(pages).map((one) => one.slice(0, 30))).toEqual(given);
      }),
      { numRuns: 150 },
    );
  });
  /** What a reader would miss: no empty texts, and no buttons that lead nowhere. */
  const texts = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(texts);
    if (typeof value !== 'object' || value === null) return [];
    const { text: inner, url, type, ...rest } = value as { text?: unknown; url?: unknown; type?: unknown };
    if (type === 'button' && !(typeof url === 'string' && url.length < 3000 && URL.canParse(url))) return [];
    const own = typeof inner === 'string' && inner.trim() !== '' ? [inner] : texts(inner);
    return [...own, ...texts(Object.values(rest))];
  };

  test('pictures stay, by their own address, and so does what stands beside a text', () => {
    const image_url = 'https://a.example/logo.png?a=1&amp;b=2';
    const made = pagesOf([
      {
        type: 'context',
        elements: [
          { type: 'image', image_url, alt_text: '' },
          { type: 'mrkdwn', text: 'x' },
        ],
      },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'x' },
        accessory: { type: 'button', text: { type: 'plain_text', text: 'y' }, url: image_url },
      },
      { type: 'image', image_url, alt_text: 'a logo' },
      { type: 'image', slack_file: { id: 'F1' }, alt_text: 'a file' },
      { type: 'table', rows: [] },
    ]);
    const to = 'https://a.example/logo.png?a=1&b=2';
    expect(made).toMatchObject([
      [
        { elements: [{ image_url: to, alt_text: '…' }, { text: 'x' }] },
        { accessory: { url: to } },
        { image_url: to, alt_text: 'a logo' },
        { slack_file: { id: 'F1' } },
        { type: 'table', rows: [] },
      ],
    ]);
  });

  test('a button beside words that are not there stays a button', () => {
    const button = { type: 'button', text: { type: 'plain_text', text: 'Open' }, url: 'https://a.example/' };
    expect(pagesOf([{ type: 'section', text: { type: 'mrkdwn', text: '' }, accessory: button }])).toEqual([
      [{ type: 'actions', elements: [button] }],
    ]);
  });

  test('a cut is within no character, entity or link, and is marked', () => {
    expect(cut('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(cut('🔥🔥🔥', 2)).toBe('🔥…');
    expect(cut('abc&amp;def', 6)).toBe('abc…');
    expect(cut('ab <https://a.example|label> c', 12)).toBe('ab …');
  });
});

test('the layout may say nothing but what Slack has', () => {
  const faults = (given: object) => JSON.stringify(output.safeParse(given).error?.issues ?? []);
  expect(faults({ color: 'red' })).toContain('six digits');
  expect(faults({ headline: 'x' })).toContain('headline');
  expect(faults({ blocks: [{ text: 'x' }] })).toContain('type');
  for (const type of ['sectoin', 'Section', 'sections', 'secton', 'sektion'])
    expect(faults({ blocks: [{ type, text: { type: 'mrkdwn', text: 'x' } }] })).toContain(
      `there is no block \\"${type}\\", section is meant`,
    );
  expect(faults({ blocks: [{ type: 'table', rows: [] }, { type: 'rich-text' }] })).toContain('rich_text is meant');
  expect(faults({ blocks: [{ type: 'section', text: 'x' }] })).toContain('must be a text of Slack');
  expect(faults({ blocks: [{ type: 'section', test: { type: 'mrkdwn', text: 'x' } }] })).toContain('test');
  expect(faults({ blocks: [{ type: 'section', text: { type: 'mrkdown', text: 'x' } }] })).toContain('"path":["blocks",0,"text"');
  expect(faults({ blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] })).toContain('plain_text');
  expect(faults({ blocks: [{ type: 'context', elements: [{ type: 'button' }] }] })).toContain('or an image');
  expect(
    faults({
      blocks: [
        { type: 'something_new', of: 'Slack' },
        { type: 'context', elements: [{ type: 'image' }] },
      ],
    }),
  ).toBe('[]');
  expect(faults({ text: 'x', reply: 'y', color: '#D92D20', blocks: [{ type: 'divider' }] })).toBe('[]');
});
