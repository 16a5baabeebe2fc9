// Posts each message as JSON to a URL, signed the Standard Webhooks way, so that a reseller's own system can act on it.
import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { definePlugin, failFromReply, type Message, PermanentError, type Reply, secret } from 'timelines-relay/plugin';
import { z } from 'zod';

// routes.yaml keeps every scalar as text, and `yes` is how its readers write it.
const yesNo = z.union([z.boolean(), z.stringbool({ truthy: ['yes', 'true'], falsy: ['no', 'false'] })]);
const statuses = z.string().regex(/^\s*[1-5]\d\d\s*(-\s*[1-5]\d\d\s*)?$/, 'must be a status or a range: 200 or 200-299');
const ours = /^(host|connection|content-length|transfer-encoding|keep-alive|upgrade|expect|proxy-.*|webhook-.*|idempotency-key)$/i;
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'is no name of a header')
  .refine((name) => !ours.test(name), 'is a header that the relay sets itself');

const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must begin with https:// or http://' })
    .refine(holdsNoUser, 'must hold no user or password; put them into an authorization header'),
  method: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['POST', 'PUT', 'PATCH', 'GET', 'DELETE']))
    .default('POST'),
  headers: z.record(headerName, z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'holds characters that no header may hold')).default({}),
  body: z
    .unknown()
    .refine(isNotJsonText, 'is JSON written as text, which a quote in a name would break; write it as a tree, one key a line')
    .optional(),
  signing_secret: secret(z.string().min(1).refine(isKey, 'must be base64 after whsec_')).optional(),
  allow_private: yesNo.default(false),
  success: z
    .union([z.array(z.coerce.string()), z.coerce.string().transform((text) => text.split(','))])
    .pipe(z.array(statuses))
    .default(['200-299']),
});
type Options = z.output<typeof options>;

export default definePlugin<typeof options, unknown>({
  type: 'http',
  apiVersion: 1,
  description: 'Posts JSON to a URL, signed.',
  options,
  // As values are: JSON.stringify does the escaping.
  content: { format: 'json', layoutOption: 'body' },
  rawEvent: true,
  limits: { concurrency: 8 },
  target: ({ url, method }) => {
    // Host and a fingerprint, for paths and queries are where webhook URLs keep their secret.
    const print = createHash('sha256').update(url).digest('hex').slice(0, 16);
    return `${method === 'POST' ? '' : `${method} `}${new URL(url).origin}/#${print}`;
  },
  allowPrivate: (o) => o.allow_private,
  create: (o, { relayVersion, templated }) => {
    const fixed = headersOf(o, relayVersion);
    const sign = signer(o.signing_secret);
    const succeeds = successOf(o.success);
    const ofTable = templated.includes('url');
    const bodiless = o.method === 'GET' || o.method === 'DELETE';
    return {
      async send(message, { request, now }) {
        const { id, rendered } = message;
        const body = bodiless ? '' : bodyOf(message);
        const at = String(Math.floor(now().getTime() / 1000));
        const headers: Record<string, string> = { 'content-type': typeof rendered === 'string' ? text : json, ...fixed };
        headers['webhook-id'] = headers['idempotency-key'] = id;
        headers['webhook-timestamp'] = at;
        // A fresh signature for every attempt: receivers refuse one that is older than five minutes.
        if (sign) headers['webhook-signature'] = sign(`${id}.${at}.${body}`);
        const reply = await request(o.url, bodiless ? { method: o.method, headers } : { method: o.method, headers, body });
        if (!succeeds(reply.status)) fail(reply, now().getTime(), ofTable);
      },
      preview(message) {
        const body = bodiless ? '' : bodyOf(message);
        const shown = Object.entries(fixed).map(([name, value]) => `${name}: ${name === 'user-agent' ? value : '•••'}`);
        return { payload: [`${o.method} ${new URL(o.url).origin}/…`, ...shown, '', indented(body)].join('\n') };
      },
      async check({ resolve }) {
        const [address] = await resolve(o.url);
        return { ok: true, detail: address === undefined ? 'reached through the proxy' : `${new URL(o.url).host} is ${address}` };
      },
    };
  },
});

/** The server stands in routes.yaml, but the path may be a workspace's own: that it leads nowhere must not hold back what is for others. */
function fail(reply: Reply, now: number, ofTable: boolean): never {
  try {
    return failFromReply(reply, now);
  } catch (error) {
    if (!ofTable || ![404, 410].includes(reply.status)) throw error;
    throw new PermanentError((error as Error).message, { code: `HTTP ${reply.status}` });
  }
}

const bodyOf = (message: Message): string => (message.rendered === undefined ? standardBody(message) : textOf(message.rendered));

/** For people, who read a preview; what is no JSON stays as it is. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** The webhook's own text is put in as it came, so that a number of twenty digits keeps them all. */
function standardBody({ id, kind, destination, route, at, alert, alerts, message, event }: Message): string {
  const known = JSON.stringify({ id, kind, destination, route, at, alert, alerts, message });
  return event === undefined ? known : `${known.slice(0, -1)},"event":${event}}`;
}

const textOf = (rendered: unknown): string => (typeof rendered === 'string' ? rendered : JSON.stringify(rendered));

const json = 'application/json';
const text = 'text/plain; charset=utf-8';

function headersOf({ headers }: Options, relayVersion: string): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { 'user-agent': `timelines-relay/${relayVersion}`, ...Object.fromEntries(own) };
}

function signer(key: string | undefined): ((text: string) => string) | undefined {
  if (key === undefined) return undefined;
  // As a key object: bytes would be made into one again for every message, which costs more than the signature.
  const secretKey = createSecretKey(key.startsWith('whsec_') ? Buffer.from(key.slice(6), 'base64') : Buffer.from(key));
  return (text) => `v1,${createHmac('sha256', secretKey).update(text).digest('base64')}`;
}

function successOf(ranges: string[]): (status: number) => boolean {
  const pairs = ranges.map((range) => range.split('-').map(Number));
  return (status) => pairs.some(([from = 0, to = from]) => status >= from && status <= to);
}

function holdsNoUser(url: string): boolean {
  const parsed = URL.parse(url);
  return !parsed?.username && !parsed?.password;
}

function isKey(key: string): boolean {
  return !key.startsWith('whsec_') || /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(key);
}

function isNotJsonText(body: unknown): boolean {
  return typeof body !== 'string' || !/^\s*(\{\s*"|\[\s*(\{\s*"|"|\[))/.test(body);
}
