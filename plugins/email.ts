// Sends each message as a mail of text and HTML, one delivery for each recipient, all mails of one incident in one thread.
import { createHash } from 'node:crypto';
import { unescape as decoded } from 'node:querystring';
import type { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import type { NodemailerError } from 'nodemailer';
import {
  AuthError,
  type DeliveryError,
  definePlugin,
  type Message,
  PermanentError,
  RateLimitedError,
  RetryableError,
  secret,
} from 'timelines-relay/plugin';
import { z } from 'zod';

const address = z.string().transform((text, context) => {
  const found = addressOf(text.trim());
  if (found === undefined) context.addIssue(`"${text.slice(0, 80)}" is no address; write name@host.example, one for each entry`);
  return found ?? z.NEVER;
});
// Text is split at commas once it is filled in; an entry of a list is one address and never becomes two.
const addresses = z
  .union([z.string().transform((text) => text.split(',').filter((one) => one.trim() !== '')), z.array(z.string())])
  .pipe(z.array(address).max(50, 'names more than 50 addresses; write to a mailing list'));
const sender = z.string().transform((text, context) => {
  const [, name = '', inner = text] = /^([^<>]*)<([^<>]*)>\s*$/.exec(text) ?? [];
  const found = addressOf(inner.trim());
  if (found === undefined) context.addIssue('must be an address, alone or as "Name <name@host.example>"');
  return { name: oneLine(name.replace(/["\\]/g, '')).slice(0, 100), address: found ?? z.NEVER };
});

const form = 'must be smtp://user:password@host:587 or smtps://user:password@host; in the password write @ as %40, / as %2F, # as %23';
const options = z.strictObject({
  smtp: secret(z.url({ protocol: /^smtps?$/, error: form }).check(({ value, issues }) => void issues.push(...faultsOf(value)))),
  from: sender,
  to: addresses.refine((list) => list.length > 0, 'names nobody'),
  cc: addresses.optional(),
  reply_to: address.optional(),
});
type Options = z.output<typeof options>;

const content = z.strictObject({ subject: z.string().regex(/\S/, 'must not be empty'), text: z.string(), html: z.string() });
const recipientsOf = ({ to, cc = [] }: Options) => [...new Set([...to, ...cc])];

export default definePlugin<typeof options, z.output<typeof content>>({
  type: 'email',
  apiVersion: 1,
  description: 'Sends mail by SMTP, text and HTML.',
  options,
  content: { format: 'text', formats: { html: 'html' }, output: content },
  capabilities: { update: true, thread: true },
  limits: { concurrency: 2, perSecond: 5, timeoutMs: 30_000 },
  target: recipientsOf,
  create: (o, { destination }) => {
    const server = serverOf(o.smtp);
    const pool = join(o.smtp);
    return {
      async send(message, { signal, now }) {
        const { target } = message;
        if (!recipientsOf(o).includes(target)) throw new PermanentError(`${target} is no longer among the addresses of ${destination}`);
        const { transport, streams } = await pool.open();
        const mail = { ...mailOf(message, o), date: now(), signal, envelope: { from: o.from.address, to: [target] } };
        try {
          if ((await transport.sendMail(mail)).rejected.length > 0)
            throw new PermanentError(`${server.label} took the mail but not for ${target}`);
        } catch (error) {
          throw failureOf(error, server, target, streams.get(signal)?.readableEnded === true);
        }
        return { ref: { messageId: mail.messageId } };
      },
      async check() {
        try {
          await (await pool.open()).transport.verify();
          return { ok: true, detail: `${server.label} is there${server.auth ? ` and lets ${server.auth.user} in` : ''}` };
        } catch (error) {
          return { ok: false, detail: failureOf(error, server, 'a mail', false).message };
        }
      },
      close: () => pool.leave(),
    };
  },
});

/** Plain strings only, for nodemailer reads files and fetches URLs that stand in objects. */
function mailOf(message: Message<z.output<typeof content> | undefined>, { from, to, cc, reply_to }: Options) {
  const { id, rendered, fallbackText, destination } = message;
  const before = message.previous?.messageId;
  const domain = from.address.slice(from.address.indexOf('@') + 1);
  const plain = (text: unknown, otherwise: string) => (typeof text === 'string' && text.trim() !== '' ? text : otherwise);
  // The root is the mail that no one sent: every client that joins by References joins under it, also where the first mail never arrived.
  const root = rootOf(message, domain);
  const list = `<${destination.replace(/[^\w-]/g, '-')}.timelines-relay.${domain}>`;
  const bare = (one: string) => ({ name: '', address: one });
  return {
    ...{ from, to: to.map(bare), ...(cc && { cc: cc.map(bare) }), ...(reply_to && { replyTo: bare(reply_to) }) },
    subject: [...oneLine(plain(rendered?.subject, fallbackText))].slice(0, 150).join(''),
    text: columns(plain(rendered?.text, wordsOf(message))),
    html: plain(rendered?.html, ''),
    // The same on every attempt, so that a mail sent twice shows as one or at least can be told to be.
    messageId: `<${id.replace(/[^\w-]/g, '')}@${domain}>`,
    ...(root && { inReplyTo: before ?? root, references: before ? [root, before] : [root] }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'List-Id': list },
  };
}

/** With when it began: the same number's next drop, weeks later, is another thread. */
function rootOf({ threadKey, alert }: Message, domain: string): string | undefined {
  if (threadKey === undefined) return undefined;
  const print = createHash('sha256').update(`${threadKey} ${alert?.account?.since ?? ''}`);
  return `<${print.digest('hex').slice(0, 32)}.incident@${domain}>`;
}

const wordsOf = ({ message: { headline, impact, facts } }: Message): string =>
  [headline, impact, ...facts.map(({ label, value }) => `${label}:\t${value}`)].filter(Boolean).join('\n');

/** What follows a tab stands in one column; lines end after 72 characters, but where a word, such as an address, is longer. */
function columns(text: string): string {
  const widest = Math.max(0, ...[...text.matchAll(/^(.{1,20})\t/gm)].map(([, label = '']) => label.length + 2));
  return text.replace(/^(?:(.*)\t)?(.+)$/gm, (_, label: string | undefined, value: string) => {
    const indent = label === undefined ? 0 : widest;
    const wide = new RegExp(`(?=.{${73 - indent}})(.{1,${72 - indent}}|\\S+) `, 'g');
    return `${(label ?? '').padEnd(indent)}${value.replace(wide, `$1\n${' '.repeat(indent)}`)}`;
  });
}

const oneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
const mendTls = 'smtps:// speaks TLS at once (port 465), smtp:// by STARTTLS; ?tls=no sends in the open, for networks you trust';
const local = /^[a-z0-9#$&'*+/=?^_{}~-]+(\.[a-z0-9#$&'*+/=?^_{}~-]+)*$/i;
const host = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** name@host and nothing more: no quotes, groups, comments, routes (`%`, `!`), lists or breaks, all of which some server reads as another address. */
function addressOf(text: string): string | undefined {
  const [user = '', domain = '', more] = text.length > 254 ? [] : text.split('@');
  if (more !== undefined || user.length > 64 || !local.test(user) || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  return host.test(ascii) && user.length + ascii.length < 254 ? `${user}@${ascii}` : undefined;
}

type Server = { label: string; host: string; port: number; secure: boolean; auth?: { user: string; pass: string }; plain: boolean };

/** To this machine itself nothing is encrypted; to any other always, unless `?tls=no` says that the way there is trusted. */
function serverOf(text: string): Server {
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

function join(smtp: string) {
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

/** `sent`: the whole mail went out, so the server may have it although no answer came. */
function failureOf(cause: unknown, { label, auth }: Server, what: string, sent: boolean): DeliveryError {
  if (cause instanceof PermanentError) return cause;
  const error = cause as NodemailerError & { originalCode?: string };
  const { code = 'FAILED', responseCode: status = 0, command = '', originalCode } = error;
  const said = oneLine(withoutPassword(error.response || error.message, auth)).slice(0, 300);
  const detail = { code: status ? `SMTP ${status}` : (originalCode ?? code) };
  const refused = `${label} refused ${what}: ${said}`;
  if (code === 'EABORT') return new RetryableError('the attempt was broken off', { code: 'ABORTED', perhaps: sent });
  if (status === 421) return new RateLimitedError(`${label} wants a pause: ${said}`, detail);
  if ((status >= 400 && status < 500) || status === 503) return new RetryableError(refused, detail);
  if (isTls(error)) return new AuthError(`no secure connection to ${label}: ${said}; ${mendTls}`, detail);
  if (/^E(NO)?AUTH$/.test(code) || [530, 534, 535, 538].includes(status))
    return new AuthError(`${label} does not let ${auth?.user ?? 'the relay'} in: ${said}`, detail);
  // What is refused before a recipient was named, or for want of the right to send, is refused for every message.
  const early = /^(CONN|[EH]H?ELO|MAIL FROM)$/.test(command) && status !== 552;
  if (status >= 500 && (early || /\b5\.7\.\d+\b.*((?<![.@-])\brelay(ing)?\b(?![.@-])|authenticat)/i.test(said)))
    return new AuthError(refused, detail);
  if (code === 'EPROTOCOL' && !status) return new AuthError(`${label} is no mail server: ${said}`, detail);
  if (status >= 500 || /^E(MESSAGE|ENVELOPE|STREAM|FILEACCESS|URLACCESS)$/.test(code)) return new PermanentError(refused, detail);
  return new RetryableError(`no answer from ${label}: ${said}`, { ...detail, perhaps: sent });
}

/** Often only the text of what TLS said is kept; a connection that broke meanwhile is no verdict on the certificate. */
function isTls({ code, originalCode = '', message, command }: NodemailerError & { originalCode?: string }): boolean {
  const certificate = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|EPROTO$)/.test(originalCode);
  const broke = /closed|ECONNRESET|EPIPE|disconnected|timeout/i.test(message);
  return certificate || ((code === 'ETLS' || command === 'STARTTLS') && !broke);
}

/** A server may say back what it was told, as it stands or in the code of the login. */
function withoutPassword(text: string, auth: Server['auth']): string {
  if (auth === undefined) return text;
  const coded = [auth.pass, `\0${auth.user}\0${auth.pass}`].map((one) => Buffer.from(one).toString('base64'));
  return [auth.pass, ...coded].reduce((masked, form) => masked.replaceAll(form, '•••'), text);
}
