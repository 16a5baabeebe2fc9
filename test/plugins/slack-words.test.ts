// What a message in Slack says: every event and variant by the shipped stories and layout, taken by a Slack that refuses what Slack refuses.
import { describe, expect, test } from 'vitest';
import { deliveryKinds } from '../../src/delivery.ts';
import { eventTypes } from '../../src/model.ts';
import type { Message, Parts } from '../../src/plugin.ts';
import { hostileNames } from './messages.ts';
import { laid, slackOf, slackOfRelay } from './slack-messages.ts';
import { api, byBot, send, sending, textsIn } from './slack-world.ts';

/** As Slack shows it: the line, then the blocks. */
const shown = (posted: { text: string; attachments: unknown[] }) =>
  textsIn(posted)
    .filter((text) => !/^https?:/.test(text))
    .join('\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

test('the layout has no mistakes', () => {
  expect(laid.mistakes).toEqual([]);
});

test.each(['en', 'es'])('every event, as every kind it can have, in %s, tells all of it and is taken', async (language) => {
  let told = 0;
  for (const type of eventTypes)
    for (const kind of deliveryKinds.filter((one) => one !== 'relay'))
      for (const full of [true, false]) {
        const { message, flaw } = slackOf(
          type,
          kind,
          language === 'en' ? {} : { workspace: { id: 'acme', name: 'Acme Ltd', language } },
          full,
        );
        if (flaw === 'no story has words for it') continue;
        expect({ type, kind, flaw }).toEqual({ type, kind, flaw: undefined });
        const { outcome, posted } = await send(message);
        expect({ type, kind, class: outcome.class, note: outcome.note }).toEqual({ type, kind, class: 'ok', note: undefined });
        expect(posted).toHaveLength(1);
        expectAll(shown(posted[0]!), message.message);
        const { action } = message.message;
        if (action) expect(JSON.stringify(posted)).toContain(`*<${action.url}|${action.label}> →*`);
        expect(JSON.stringify(posted)).not.toContain('"actions"');
        if (language === 'es') expect(shown(posted[0]!)).toContain('Recibe esto');
        told++;
      }
  expect(told).toBeGreaterThan(80);
  expect(api.refusals).toEqual([]);
});

function expectAll(told: string, { headline, impact, facts, action }: Parts): void {
  const plain = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  for (const part of [headline, impact, ...facts.flatMap(({ label, value }) => [label, value]), action?.label])
    if (part !== undefined) expect(told).toContain(plain(part));
}

test('what the relay says about itself is told with all its lines', async () => {
  const { message } = slackOfRelay('rules.bad', 'routes.yaml', 'routes.yaml:3:5: no such key\nroutes.yaml:9:1: no such destination');
  const { posted } = await send(message);
  expect(shown(posted[0]!)).toContain('routes.yaml:3:5: no such key\nroutes.yaml:9:1: no such destination');
});

describe('a hostile name', () => {
  const names = [
    ...hostileNames,
    '<!here>|<!everyone>',
    '<@U012AB3CD>',
    '<https://evil.example|click>',
    '@channel #general https://evil.example',
    'a&lt;!channel&gt;b',
    `x\r\ny\u0085z`,
    '\u202egnp.exe\u2066',
    '*bold* _it_ ~gone~ `code`',
    'x'.repeat(100_000),
    '🔥'.repeat(50_000),
    '&'.repeat(100_000),
    '<'.repeat(3000),
  ];
  const live = (posted: unknown) =>
    [
      ...textsIn(posted)
        .join('\n')
        .matchAll(/<[^>]*>?/g),
    ].map(([one]) => one.replace(/^<https?:.*/, '<link>'));
  const told = (name: string, type: 'disconnected' | 'messaging-100' = 'disconnected') =>
    slackOf(type, 'alert', {
      workspace: { id: name, name, tags: [name], owner_email: name },
      event: type === 'disconnected' ? { account: { id: name, phone: name, reason: name } } : {},
      brand: { name, links: {} },
      route: name,
    });

  test.each(['disconnected', 'messaging-100'] as const)('is text and nothing else in %s', async (type) => {
    const usual = live((await send(told('Acme Ltd', type).message)).posted);
    for (const name of names) {
      const { outcome, posted } = await send(told(name, type).message);
      expect({ name: name.slice(0, 40), ...outcome }).toMatchObject({ class: 'ok' });
      expect(outcome).not.toHaveProperty('note');
      expect(live(posted), name.slice(0, 40)).toEqual(usual);
      // Addresses and names of channels in data become no links.
      expect(JSON.stringify(posted)).not.toMatch(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"\}/);
      expect(textsIn(posted).join('')).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
    }
    expect(api.refusals).toEqual([]);
  });

  test('is no markup where there is no layout', async () => {
    const { posted } = await send({ fallbackText: '<!channel> & <@U1>' } as Partial<Message>);
    expect(posted[0]!.text).toMatch(/^&lt;!channel&gt; &amp; &lt;@U1&gt;/);
  });

  test('of a channel is refused before anything is sent, or names one channel that there is not', async () => {
    const before = api.messages.length;
    for (const channel of ['#a,#b', '<!channel>', 'a b', '#x\n#y', '', 'x'.repeat(100)])
      expect((await sending.send(byBot({ channel }), told('Acme').message)).class).not.toBe('ok');
    expect(api.messages).toHaveLength(before);
  });
});

describe('the preview', () => {
  const previewOf = async (message: Message) => {
    const { sender } = await sending.senderFor(byBot());
    return sender.preview!(message, { now: () => new Date() });
  };

  test('shows what is sent, its sizes and where it can be looked at', async () => {
    const { message } = slackOf('messaging-100', 'alert');
    const preview = await previewOf(message);
    const payload = JSON.parse(preview.payload);
    const { posted } = await send(message);
    expect(posted[0]).toMatchObject(payload);
    const blocks = payload.attachments[0].blocks;
    expect(JSON.parse(decodeURIComponent(new URL(preview.link!).hash.slice(1)))).toEqual({ blocks });
    expect(preview.link).toMatch(/^https:\/\/app\.slack\.com\/block-kit-builder\/#/);
    const letters = textsIn(blocks).filter((one) => !one.startsWith('http'));
    expect(preview.sizes).toEqual([
      { what: 'characters of the line', size: [...message.rendered.text!].length, most: 3500 },
      { what: 'blocks', size: blocks.length, most: 45 },
      { what: 'characters in blocks', size: letters.join('').length, most: 9000 },
    ]);
  });

  test('names what goes on in the thread', async () => {
    const blocks = Array.from({ length: 50 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'x' } }));
    const preview = await previewOf({ ...slackOf('messaging-100', 'alert').message, rendered: { text: 'many', blocks } });
    expect(JSON.parse(preview.payload).in_thread).toHaveLength(1);
    expect(preview.sizes).toContainEqual({ what: 'messages in its thread', size: 1, most: 1 });
  });
});
