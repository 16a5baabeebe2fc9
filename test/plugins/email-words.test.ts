// What a mail says: every event and variant by the shipped stories and layouts, sent, received and read as a mail program reads it.
import { expect, test } from 'vitest';
import { deliveryKinds } from '../../src/delivery.ts';
import { eventTypes } from '../../src/model.ts';
import type { Parts } from '../../src/plugin.ts';
import { laid, mailOf, mailOfRelay } from './email-mails.ts';
import { ann, bob, email, options, post, server } from './email-world.ts';
import { hostileNames } from './messages.ts';

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
  '#x2F': '/',
  '#x60': '`',
  '#x3D': '=',
};
const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim();
/** What a reader sees of it. */
const readable = (html: string) =>
  squeezed(
    html
      .replace(/<style>.*?<\/style>|<title>.*?<\/title>|<div style="display:none.*?<\/div>|<[^>]*>/gs, ' ')
      .replace(/&([#\w]+);/g, (_, name) => entities[name] ?? '?'),
  );

/** Each version alone tells all of it, in this order. */
function expectAll(told: string, { headline, impact, facts, action }: Parts): void {
  const parts = [headline, impact, ...facts.flatMap(({ label, value }) => [label, value]), action?.label, action?.url];
  let from = 0;
  for (const part of parts) {
    if (part === undefined) continue;
    const at = told.indexOf(squeezed(part), from);
    expect(at, `"${part}" in: ${told}`).toBeGreaterThanOrEqual(0);
    from = at;
  }
}

test('the layouts have no mistakes', () => {
  expect(laid.mistakes).toEqual([]);
});

test('text and HTML of every event, as every kind it can have, tell all of it, and fit a mail', async () => {
  let told = 0;
  for (const type of eventTypes)
    for (const kind of deliveryKinds.filter((one) => one !== 'relay'))
      for (const full of [true, false]) {
        const { message, flaw } = mailOf(type, kind, {}, full);
        if (flaw === 'no story has words for it') continue;
        expect({ type, kind, flaw }).toEqual({ type, kind, flaw: undefined });
        const { mail, outcome } = await post({ ...message, target: ann });
        expect(outcome).toMatchObject({ class: 'ok' });
        expectAll(squeezed(mail.text), message.message);
        expectAll(readable(mail.html), message.message);
        expect(mail.subject).toBe(message.rendered.subject);
        expect(mail.subject.length).toBeLessThanOrEqual(150);
        expect(Buffer.byteLength(mail.raw)).toBeLessThan(30_000);
        // Addresses are never broken; all else ends after 72 characters.
        expect(mail.text.split('\n').filter((line) => [...line].length > 72 && !/https?:/.test(line))).toEqual([]);
        told++;
      }
  expect(told).toBeGreaterThan(80);
});

test('the first line says how bad it is, in a word', async () => {
  const first = async (...given: Parameters<typeof mailOf>) => (await post({ ...mailOf(...given).message, target: ann })).mail;
  for (const [mail, word] of [
    [await first('messaging-100', 'alert'), 'CRITICAL'],
    [await first('messaging-90', 'alert'), 'WARNING'],
    [await first('disconnected', 'resolved'), 'RESOLVED'],
  ] as const) {
    expect(mail.text.split('\n')[0]).toContain(word);
    expect(readable(mail.html).startsWith(word)).toBe(true);
    expect(mail.subject.startsWith(`[${word}] `)).toBe(true);
  }
});

test.each(['disconnected', 'messaging-100'] as const)(
  'of %s only the bracket of the subject changes, or mail programs would tear the thread',
  async (type) => {
    const stem = (kind: 'alert' | 'resolved' | 'reminder') => mailOf(type, kind).message.rendered.subject.replace(/^\[.*?\] /, '');
    expect(stem('resolved')).toBe(stem('alert'));
    expect(stem('reminder')).toBe(stem('alert'));
  },
);

test('facts stand in columns, in the order of the HTML', async () => {
  const { mail } = await post({ ...mailOf('seats-full', 'alert').message, target: ann });
  const facts = mail.text.split('\n').filter((line) => /^[A-Z][\w ]+: {2,}\S/.test(line));
  expect(new Set(facts.map((line) => /^.*?: +/.exec(line)![0].length)).size).toBe(1);
  expect(facts.length).toBeGreaterThan(3);
});

test('what the relay says about itself keeps its lines', async () => {
  const { message } = mailOfRelay('rules.bad', 'routes.yaml', 'routes.yaml:3:5: no such key\nroutes.yaml:9:1: no such destination');
  const { mail } = await post({ ...message, target: ann });
  expect(mail.text).toContain('routes.yaml:3:5: no such key\nroutes.yaml:9:1: no such destination');
  expect(mail.html).toContain('white-space:pre-line');
});

test('no name gains a recipient, a header or a line in a thread', async () => {
  const names = [
    ...hostileNames,
    `${ann},evil@x.example`,
    `x\r\nBcc: evil@x.example`,
    `${'🔥'.repeat(50_000)}`,
    '\u202egnp.exe',
    '<!channel>',
  ];
  const headersOf = (mail: { headers: readonly { name: string }[] }) => mail.headers.map(({ name }) => name).sort();
  const send = async (name: string) => {
    const { message } = mailOf('disconnected', 'alert', {
      workspace: { id: name, name, tags: [name] },
      event: { account: { id: name, phone: name, reason: name } },
      brand: { name, links: {} },
      route: name,
    });
    return post({ ...message, target: ann });
  };
  const usual = headersOf((await send('Acme Ltd')).mail);
  for (const name of names) {
    const { mail, outcome } = await send(name);
    expect({ name, class: outcome.class }).toEqual({ name, class: 'ok' });
    expect(mail.envelope).toEqual({ from: 'alerts@relay.example', to: [ann] });
    expect(headersOf(mail), name).toEqual(usual);
    expect(mail.subject + mail.text + mail.html, name).not.toMatch(/(?![\r\n])[\p{Cc}\p{Bidi_Control}]/u);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(Buffer.byteLength(mail.raw), name).toBeLessThan(60_000);
  }
});

test('an address from the table that is more than one, or none, reaches nobody', async () => {
  const before = server.mails.length;
  for (const address of [
    `${ann},evil@x.example`,
    `${ann}\r\nRCPT TO:<evil@x.example>`,
    `${ann} evil@x.example`,
    `<${ann}>`,
    `a:${ann};`,
    `${ann}\0`,
  ]) {
    const { outcome } = await post({ ...mailOf('disconnected', 'alert').message, target: ann }, { to: [address, bob] });
    expect(outcome).toMatchObject({ class: 'permanent', error: expect.stringContaining('is no address') });
    expect(() => email.target!(email.options.parse({ ...options(), to: [address] }))).toThrow();
  }
  expect(server.mails).toHaveLength(before);
});
