import { get } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { Mail } from '../demo/mail-server.ts';
import { openPageServer } from '../demo/page/server.ts';
import { mrkdwn } from '../demo/page/slack.ts';
import { type Line, parts, type Shown } from '../demo/page/view.ts';
import type { Post } from '../demo/receiver.ts';
import type { SlackMessage } from '../demo/slack-api.ts';

const hostile = '<img src=x onerror=alert(1)>"\'&';
const at = new Date('2026-11-23T09:00:00Z');
const mail = (more: Partial<Mail> = {}): Mail => ({
  ...{ envelope: { from: 'a@example.com', to: [hostile] }, raw: '', subject: `[CRITICAL] ${hostile}`, messageId: '<1@example.com>' },
  ...{ inReplyTo: '', references: ['<root@example.com>'], headers: [], text: hostile, html: '<p>hello</p>', at, secure: false },
  ...more,
});
const slack = (more: Partial<SlackMessage> = {}): SlackMessage => ({
  ...{ channel: '#wa-ops', channelId: 'C1', ts: '1.000001', by: 'bot', at, edits: [], text: '🔴 *down*', blocks: [] },
  ...{ attachments: [{ color: '#D92D20', blocks: [{ type: 'section', fields: [{ type: 'plain_text', text: hostile }] }] }] },
  ...more,
});
const post: Post = {
  ...{ destination: hostile, at, status: 503, id: 'd_1', times: 0, kind: 'alert', headline: hostile, signed: true },
  body: JSON.stringify({ hostile }),
};
const shown = (messages: SlackMessage[], mails: Mail[], posts: Post[], lines: Line[] = []): Shown =>
  ({ slack: { messages }, mail: { mails }, receiver: { posts }, lines }) as unknown as Shown;

test('what strangers wrote stays text in Slack, in mail, in posts and in the story', () => {
  const made = parts(shown([slack({ text: '&lt;img src=x&gt;' })], [mail()], [post], [{ kind: 'seen', text: hostile, detail: hostile }]));
  for (const text of Object.values(made)) {
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img src=x');
  }
});

test("Slack's marks are shown as Slack shows them, and only its own", () => {
  expect(mrkdwn('*bold* and _it_ in `code`').html).toBe('<b>bold</b> and <i>it</i> in <code>code</code>');
  expect(mrkdwn('2*3*4, a_b_c').html).toBe('2*3*4, a_b_c');
  expect(mrkdwn('<https://a.example/?x=1&amp;y=2|the page>').html).toBe(
    '<span class="link" title="https://a.example/?x=1&amp;y=2">the page</span>',
  );
  expect(mrkdwn('*<https://a.example|Buy *more*>*').html).toBe('<b><span class="link" title="https://a.example">Buy *more*</span></b>');
  expect(mrkdwn('<javascript:alert(1)|no>').html).toBe('&lt;javascript:alert(1)|no&gt;');
  expect(mrkdwn('&lt;b&gt; &amp;amp;').html).toBe('&lt;b&gt; &amp;amp;');
});

test('an answer stands below its message, one that is broadcast in the channel too', () => {
  const below = (words: string, more: Partial<SlackMessage>) => slack({ ts: `2.${words}`, threadTs: '1.000001', text: words, ...more });
  const { channels = '' } = parts(shown([slack(), below('quiet', {}), below('loud', { broadcast: true })], [], []));
  expect(channels).toContain('2 replies');
  expect(channels).toContain('id="slack-2-loud"');
  expect(channels).not.toContain('id="slack-2-quiet"');
});

test('mails of one thread to one person stand together', () => {
  const { mails = '' } = parts(
    shown([], [mail(), mail({ envelope: { from: '', to: ['b@example.com'] } }), mail({ messageId: '<3@example.com>' })], []),
  );
  expect(mails.match(/class="mailbox"/g)).toHaveLength(2);
  expect(mails).toContain('2 in one thread');
});

test('the page allows nothing but itself, and a mail in it no script and nothing from elsewhere', async () => {
  const server = await openPageServer(shown([], [mail({ html: '<script>alert(1)</script>' })], []));
  onTestFinished(() => server.close());
  const policyOf = async (path: string) => (await fetch(new URL(path, server.url))).headers.get('content-security-policy');
  expect(await policyOf('/')).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self';/);
  const ofMail = (await policyOf('/mail/0')) ?? '';
  expect(ofMail).toMatch(/^sandbox allow-same-origin; default-src 'none';/);
  expect(ofMail).not.toMatch(/script|https?:/);
  expect((await fetch(new URL('/mail/1', server.url))).status).toBe(404);
  expect((await fetch(new URL('/../run.ts', server.url))).status).toBe(404);
  for (const path of ['/style.css', '/live.js']) expect((await fetch(new URL(path, server.url))).status).toBe(200);
});

test('a name of somebody else that leads to this machine gets nothing', async () => {
  const server = await openPageServer(shown([], [], []));
  onTestFinished(() => server.close());
  const status = await new Promise((resolve) =>
    get(server.url, { headers: { host: 'evil.example' } }, (reply) => resolve(reply.statusCode)),
  );
  expect(status).toBe(421);
});

test('what happens is on the page a moment later', async () => {
  const lines: Line[] = [];
  const server = await openPageServer(shown([], [], [], lines));
  onTestFinished(() => server.close());
  const stream = (await fetch(new URL('/live', server.url))).body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await stream.read()).value).toMatch(/^data: .*"story":""/);
  lines.push({ kind: 'act', text: 'the relay is killed' });
  server.changed();
  expect((await stream.read()).value).toMatch(/^data: .*the relay is killed/);
  await stream.cancel();
});
