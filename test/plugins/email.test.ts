// The email plug-in against a real mail server: the contract, the envelope, the headers that make threads. Answers: email-answers.test.ts.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailServer, openMailServer } from '../../demo/mail-server.ts';
import { checkOptions, pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import { said } from '../judged.ts';
import { pluginContract } from './contract.ts';
import { ann, bob, clock, email, options, post, sending, server, to } from './email-world.ts';
import { messageOf } from './messages.ts';

let silent: MailServer;
let guarded: MailServer;
beforeAll(async () => {
  silent = await openMailServer();
  silent.script({ at: 'data', answer: 'silence', times: 9 });
  guarded = await openMailServer({ login: { user: 'relay', password: 'other' } });
});
afterAll(async () => {
  await silent.close();
  await guarded.close();
});

const withSecret = (url: string) => options({ smtp: url.replace('://', '://relay:SECRET@') });
const words = {
  subject: '[CRITICAL] Acme: message quota',
  text: 'Acme Ltd: message quota used up\n',
  html: '<p>Acme Ltd: message quota used up</p>',
};
pluginContract({
  plugin: email,
  file: fileURLToPath(new URL('../../plugins/email/index.ts', import.meta.url)),
  options: () => withSecret(server.url),
  rendered: ({ message }) => ({ ...words, subject: message.headline, text: message.headline }),
  failing: () => [
    withSecret(guarded.url),
    withSecret('smtp://127.0.0.1:1'),
    withSecret('smtp://nobody.invalid'),
    { ...withSecret(server.url), to: 'no address' },
    { ...withSecret(server.url), smtp: 'smtp://relay:SE/CRET@host' },
  ],
  silent: () => withSecret(silent.url),
});

describe('who gets it', () => {
  test('each address of to and cc is a target of its own, once, however its domain is written', () => {
    const targets = (given: object) => email.target!(email.options.parse({ ...options(), ...given }));
    expect(targets({ to: 'Ann@ACME.example, bob@acme.example,', cc: ['Ann@acme.example', 'cy@münchen.example'] })).toEqual([
      'Ann@acme.example',
      bob,
      'cy@xn--mnchen-3ya.example',
    ]);
  });

  test('the envelope holds the one it is for, the headers show all', async () => {
    const { mail } = await post(to(bob), { cc: 'cy@acme.example', reply_to: 'help@relay.example' });
    expect(mail.envelope).toEqual({ from: 'alerts@relay.example', to: [bob] });
    expect(mail.headers).toEqual(
      expect.arrayContaining([
        { name: 'from', value: 'Acme alerts <alerts@relay.example>' },
        { name: 'to', value: `${ann}, ${bob}` },
        { name: 'cc', value: 'cy@acme.example' },
        { name: 'reply-to', value: 'help@relay.example' },
      ]),
    );
  });

  test('nobody who is not among them', async () => {
    const { outcome, mail } = await post(to('eve@elsewhere.example'));
    expect(outcome).toMatchObject({ class: 'permanent', error: 'eve@elsewhere.example is no longer among the addresses of ops-mail' });
    expect(mail).toBeUndefined();
  });
});

describe('a thread for each incident', () => {
  test('begins under a root that nobody sent, and goes on under the mail before', async () => {
    const first = await post(to(ann, { id: 'd_01A' }));
    const { messageId } = first.outcome.receipt!;
    expect(first.mail).toMatchObject({ messageId: '<d_01A@relay.example>' });
    expect(messageId).toBe(first.mail.messageId);
    const root = first.mail.inReplyTo;
    expect(root).toMatch(/^<[0-9a-f]{32}\.incident@relay\.example>$/);
    expect(first.mail.references).toEqual([root]);

    const second = await post(to(ann, { id: 'd_01B', mode: 'resolve', kind: 'resolved', previous: { messageId: messageId! } }));
    expect(second.mail).toMatchObject({ messageId: '<d_01B@relay.example>', inReplyTo: messageId, references: [root, messageId] });

    const lost = await post(to(ann, { id: 'd_01C', mode: 'resolve', kind: 'resolved' }));
    expect(lost.mail.references).toEqual([root]);
    const other = await post(to(ann, { threadKey: 'wa:acme:1' }));
    expect(other.mail.references).not.toEqual([root]);
  });

  test('what only grows, as the summary of a storm, is no second mail; its end goes on under the first', async () => {
    const first = await post(to(ann, { id: 'd_01A', kind: 'storm' }));
    const previous = first.outcome.receipt!;
    const grown = await post(to(ann, { id: 'd_01B', kind: 'storm', mode: 'update', editOnly: true, previous }));
    expect(grown.mail).toBeUndefined();
    expect(grown.outcome).toMatchObject({ class: 'ok', receipt: previous });
    const end = await post(to(ann, { id: 'd_01C', kind: 'storm', mode: 'update', previous: grown.outcome.receipt! }));
    expect(end.mail).toMatchObject({ inReplyTo: previous.messageId });
  });

  test('no thread where there is no incident', async () => {
    const { threadKey: _, ...notice } = to(ann);
    expect((await post(notice)).mail).toMatchObject({ inReplyTo: '', references: [] });
  });

  test('every attempt carries the same id, and the time it was made', async () => {
    const first = (await post()).mail;
    clock.now += 600_000;
    const second = (await post(to(ann, { attempt: 2 }))).mail;
    clock.now -= 600_000;
    expect(second.messageId).toBe(first.messageId);
    expect(second.at.getTime() - first.at.getTime()).toBe(600_000);
  });
});

describe('the mail', () => {
  test('is text and HTML, each whole', async () => {
    const { mail } = await post(to(ann, { rendered: words }));
    expect(mail).toMatchObject({ ...words, html: expect.stringContaining(words.html) });
    expect(mail.raw).toContain('Content-Type: multipart/alternative');
  });

  test('is text from the words alone where there is no layout', async () => {
    const { mail } = await post();
    expect(mail).toMatchObject({
      subject: 'Acme Ltd: message quota used up',
      text: 'Acme Ltd: message quota used up\nNew messages are refused until 1 December.\nUsed:  100 000 of 100 000\n',
      html: '',
    });
  });

  test('tells machines not to answer, and names what it belongs to', async () => {
    const { mail } = await post();
    expect(mail.headers).toEqual(
      expect.arrayContaining([
        { name: 'auto-submitted', value: 'auto-generated' },
        { name: 'x-auto-response-suppress', value: 'All' },
        { name: 'list-id', value: '<under-test.timelines-relay.relay.example>' },
      ]),
    );
    expect(mail.headers.map(({ name }) => name)).not.toContain('precedence');
  });

  test('has only the headers it should, whatever the words hold', async () => {
    const names = ({ headers }: { headers: readonly { name: string }[] }) => headers.map(({ name }) => name).sort();
    const usual = names((await post(to(ann, { rendered: words }))).mail);
    for (const evil of [
      'a\r\nBcc: evil@x.example',
      'a\nX-Evil: 1\n\nbody',
      `${'x'.repeat(1000)}\r\nCc: evil@x.example`,
      '\u0000=?utf-8?q?=0d=0aBcc:_evil?=',
    ]) {
      const { mail } = await post(to(ann, { rendered: { subject: evil, text: evil, html: evil }, destination: evil, fallbackText: evil }));
      expect(names(mail)).toEqual(usual);
      expect(mail.envelope.to).toEqual([ann]);
      expect([...mail.subject].length).toBeLessThanOrEqual(150);
    }
  });

  test('reads no file and fetches nothing, whatever a layout gives', async () => {
    const { mail } = await post(
      to(ann, { rendered: { subject: { path: '/etc/passwd' }, text: { path: '/etc/passwd' }, html: { href: server.url } } }),
    );
    expect(mail).toMatchObject({ subject: messageOf().fallbackText, html: '' });
    expect(mail.text).not.toContain('root:');
  });
});

describe('its options', () => {
  test.each([
    ['no address', { to: 'ann' }, 'to.0', /"ann" is no address/],
    ['nobody', { to: ' , ' }, 'to', /names nobody/],
    ['a list as one entry', { to: ['ann@acme.example,evil@x.example'] }, 'to.0', /one for each entry/],
    ['a name before the address', { to: ['Ann <ann@acme.example>'] }, 'to.0', /is no address/],
    ['a line break', { to: ['ann@acme.example\r\nRCPT TO:<evil@x.example>'] }, 'to.0', /is no address/],
    ['a line break at its end', { cc: ['ann@acme.example\nevil'] }, 'cc.0', /is no address/],
    ['a group', { to: ['all:ann@acme.example;'] }, 'to.0', /is no address/],
    ['a source route', { to: ['@relay.example:ann@acme.example'] }, 'to.0', /is no address/],
    ['a route by percent', { to: ['evil%x.example@acme.example'] }, 'to.0', /is no address/],
    ['a quoted name', { to: ['"evil@x.example"@acme.example'] }, 'to.0', /is no address/],
    ['a comment', { to: ['ann(evil)@acme.example'] }, 'to.0', /is no address/],
    ['an IP address', { to: ['ann@127.0.0.1'] }, 'to.0', /is no address/],
    ['a literal', { to: ['ann@[127.0.0.1]'] }, 'to.0', /is no address/],
    ['100 kB', { to: [`${'a'.repeat(100_000)}@acme.example`] }, 'to.0', /is no address/],
    ['another scheme', { smtp: 'https://relay:SECRET@mail.example' }, 'smtp', /smtps?:\/\//],
    ['a password that is not written out', { smtp: 'smtp://relay:SECRET#1@mail.example' }, 'smtp', /%23/],
    ['a user without a password', { smtp: 'smtp://SECRET@mail.example' }, 'smtp', /user and password, or neither/],
    ['another parameter', { smtp: 'smtp://mail.example?tls=maybe' }, 'smtp', /only \?tls=no/],
    ['TLS that is none', { smtp: 'smtps://mail.example?tls=no' }, 'smtp', /only \?tls=no/],
    ['a sender that is no address', { from: 'Acme' }, 'from', /Name <name@host/],
    ['two senders', { from: 'a@x.example, b@x.example' }, 'from', /Name <name@host/],
  ])('%s is refused', async (_, given, path, message) => {
    const checked = await checkOptions(email, { ...options(), ...given });
    const issues = 'issues' in checked ? checked.issues : [];
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.map((issue) => issue.message).join()).toMatch(message);
    expect(JSON.stringify(issues)).not.toContain('SECRET');
    expect(JSON.stringify(issues).length).toBeLessThan(1000);
  });

  test('a sender by name keeps it, without what could end it', async () => {
    const { mail } = await post(to(ann), { from: 'Ann "A" \u0000Lee, Müller & Söhne <alerts@relay.example>' });
    expect(mail.envelope.from).toBe('alerts@relay.example');
    expect(mail.raw).not.toContain('\u0000');
    expect(mail.headers.filter(({ name }) => name === 'from')).toHaveLength(1);
  });

  test('its secret is known as one', () => {
    expect(pluginInfo(email).secrets).toEqual(['smtp']);
  });

  test('docs/email.md tells of each of them and no other', () => {
    const page = readFileSync(new URL('../../docs/email.md', import.meta.url), 'utf8');
    const told = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
    expect(told).toEqual(pluginInfo(email).options.map(({ name }) => name));
  });

  test('workspaces with an address of their own share the connections to one server', async () => {
    await sending.close();
    const before = server.connections();
    for (let n = 0; n < 20; n++) await sending.send(options({ to: `owner-${n}@acme.example` }), to(`owner-${n}@acme.example`));
    expect(server.connections() - before).toBe(1);
  });
});

test('a server written wrongly is told how it is written, with nothing of that blotted out', async () => {
  const routes = `version: 1
timezone: UTC
destinations:
  mail: { plugin: email, smtp: env:SMTP_URL, from: a@acme.example, to: b@acme.example }
routes: [{ name: all, send: [mail] }]
fallback: { send: [mail] }
operator: mail
`;
  const text = await said({ 'routes.yaml': routes }, { 'env:SMTP_URL': 'http://ann:pa55word@mail.example' });
  expect(text).toContain('must begin with smtp:// or smtps://, and then user:password@host:587; in the password write @ as %40');
  expect(text).not.toContain('pa55word');
  expect(text).not.toContain('•');
});
