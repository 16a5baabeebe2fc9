// Encryption on the way to a mail server: asked for always but towards this machine, never left out where it fails.
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type MailServer, openMailServer } from '../../demo/mail-server.ts';
import { ann, options, sending, to } from './email-world.ts';

const pem = (name: string) =>
  readFileSync(new URL(name === 'email-server' ? `${name}.pem` : `../outgoing/${name}.pem`, import.meta.url), 'utf8');
const usual = getCACertificates('default');
const trust = (...names: string[]) => setDefaultCACertificates([...usual, ...names.map(pem)]);
const tls = (cert: string, from?: 'start') => ({ tls: { key: pem('key'), cert: pem(cert), ...(from && { from }) } });

let open: MailServer[] = [];
async function serve(...given: Parameters<typeof openMailServer>): Promise<MailServer> {
  const made = await openMailServer(...given);
  open.push(made);
  return made;
}
beforeAll(() => trust('local', 'elsewhere', 'expired', 'email-server'));
afterEach(async () => {
  await sending.close();
  for (const one of open) await one.close();
  open = [];
});
afterAll(() => setDefaultCACertificates(usual));

// Written as IPv6 it is the same address, but not one that is known as this machine.
const away = ({ url }: MailServer, more = '') => `${url.replace('127.0.0.1', '[::ffff:127.0.0.1]')}${more}`;
const send = (smtp: string) => sending.send(options({ smtp }), to(ann));

describe('smtp://', () => {
  test('to another machine goes by STARTTLS', async () => {
    const server = await serve(tls('email-server'));
    expect(await send(away(server))).toMatchObject({ class: 'ok' });
    expect(server.mails).toMatchObject([{ secure: true }]);
  });

  test('to a server that offers none holds the destination, and nothing is sent', async () => {
    const server = await serve();
    expect(await send(away(server))).toMatchObject({ class: 'config', error: expect.stringContaining('?tls=no') });
    expect(server.mails).toEqual([]);
  });

  test('goes without where ?tls=no says so, and to this machine', async () => {
    const server = await serve(tls('expired'));
    expect(await send(away(server, '?tls=no'))).toMatchObject({ class: 'ok' });
    expect(await send(server.url)).toMatchObject({ class: 'ok' });
    expect(server.mails).toMatchObject([{ secure: false }, { secure: false }]);
  });

  test.each(['expired', 'elsewhere'])('with a certificate that is %s holds the destination, and nothing is sent', async (cert) => {
    const server = await serve(tls(cert));
    expect(await send(away(server))).toMatchObject({ class: 'config', error: expect.stringMatching(/expired|altname/i) });
    expect(await sending.check(options({ smtp: away(server) }))).toMatchObject({ ok: false, detail: expect.stringContaining('no secure') });
    expect(server.mails).toEqual([]);
  });
});

describe('smtps://', () => {
  test('speaks TLS from the first byte', async () => {
    const server = await serve(tls('local', 'start'));
    expect(await send(server.url)).toMatchObject({ class: 'ok' });
    expect(server.mails).toMatchObject([{ secure: true }]);
  });

  test('with a certificate that nobody vouches for holds the destination, and no password is sent', async () => {
    trust();
    const server = await serve({ ...tls('local', 'start'), login: { user: 'relay', password: 'SECRET' } });
    const outcome = await send(server.url.replace('://', '://relay:SECRET@'));
    expect(outcome).toMatchObject({ class: 'config', code: expect.stringMatching(/SELF_SIGNED/) });
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
    trust('local', 'elsewhere', 'expired', 'email-server');
  });

  test('to a port that speaks none holds the destination', async () => {
    const server = await serve();
    expect(await send(server.url.replace('smtp:', 'smtps:'))).toMatchObject({ class: 'config' });
    expect(server.mails).toEqual([]);
  });
});
