// The mail server behind an address: how it is spoken to, and one pool of connections for all who send by it.
import { unescape as decoded } from 'node:querystring';
import type { Readable } from 'node:stream';
import { secret } from 'timelines-relay/plugin';
import { z } from 'zod';

// With a space behind the slashes: what looks like an address with a password is blotted out of every mistake.
const form = 'must begin with smtp:// or smtps://, and then user:password@host:587; in the password write @ as %40, / as %2F, # as %23';
export const smtp = secret(z.url({ protocol: /^smtps?$/, error: form }).check(({ value, issues }) => void issues.push(...faultsOf(value))));

export type Server = { label: string; host: string; port: number; secure: boolean; auth?: { user: string; pass: string }; plain: boolean };

/** To this machine itself nothing is encrypted; to any other always, unless `?tls=no` says that the way there is trusted. */
export function serverOf(text: string): Server {
  const url = new URL(text);
  const name = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const secure = url.protocol === 'smtps:';
  const port = Number(url.port) || (secure ? 465 : 587);
  const plain = !secure && (/^(localhost|127(\.\d+){3}|::1)$/.test(name) || url.searchParams.get('tls') === 'no');
  const auth = url.username ? { user: decoded(url.username), pass: decoded(url.password) } : undefined;
  return { label: `${name}:${port}`, host: name, port, secure, plain, ...(auth && { auth }) };
}

function faultsOf(text: string) {
  if (!URL.canParse(text)) return [];
  const { hostname, pathname, search, hash, username, password, protocol } = new URL(text);
  const bare = /^\/?$/.test(pathname) && hash === '' && (search === '' || (search === '?tls=no' && protocol === 'smtp:'));
  const faults: Record<string, boolean> = {
    'names no host': hostname === '',
    'must hold user and password, or neither: smtp://user:password@host': (username === '') !== (password === ''),
    'must end after the host and port; only ?tls=no may follow smtp://': !bare,
    'holds a % that is no code; write it as %25': /%(?![0-9a-f]{2})/i.test(username + password),
  };
  return Object.keys(faults).flatMap((message) => (faults[message] ? [{ code: 'custom' as const, message, input: text }] : []));
}

type Pool = { opened?: ReturnType<typeof openTransport>; users: Set<object> };
// One for each server, not for each sender: a destination with `to: "{{workspace.owner_email}}"` has a thousand of those.
const pools = new Map<string, Pool>();

export function join(smtp: string) {
  const pool = pools.get(smtp) ?? { users: new Set() };
  const me = {};
  pools.set(smtp, pool);
  pool.users.add(me);
  return {
    open: () => {
      pool.opened ??= openTransport(serverOf(smtp));
      return pool.opened;
    },
    async leave() {
      pool.users.delete(me);
      if (pool.users.size > 0 || pools.get(smtp) !== pool) return;
      pools.delete(smtp);
      (await pool.opened)?.transport.close({ force: true });
    },
  };
}

async function openTransport({ host, port, secure, plain, auth }: Server) {
  // Loaded with the first mail, so that a relay without mail does not pay for it.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ pool: true as const, host, port, secure, ...(auth && { auth }) },
    ...(plain ? { ignoreTLS: true } : { requireTLS: !secure }),
    // A connection that the server closed while it was idle is replaced at once; every other failure is the relay's to repeat.
    ...{ maxConnections: 2, maxRequeues: 1, idleTimeout: 20_000 },
    ...{ dnsTimeout: 5000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 25_000, socketCloseTimeout: 1000 },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  // What the connection reads the mail from: once it has ended, the final dot may be out and the server may have the mail.
  const streams = new WeakMap<AbortSignal, Readable>();
  transport.use('stream', (mail, done) => {
    mail.message.processFunc((stream: Readable) => {
      if (mail.data.signal) streams.set(mail.data.signal, stream);
      return stream;
    });
    done();
  });
  return { transport, streams };
}
