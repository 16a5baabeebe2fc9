// Slack on this machine, as far as a bot that posts meets it: auth.test, chat.postMessage, chat.update and incoming webhooks. Refuses what Slack
// refuses, keeps what it took with every edit, and fails the way Slack fails when `fail` says so. For the demo and the tests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Content, type Refusal, refusalOf } from './slack-rules.ts';

type Version = { text: string; blocks: unknown[]; attachments: unknown[] };
export type SlackMessage = Version & {
  /** As it was named, and the id that Slack gives it. */
  channel: string;
  channelId: string;
  ts: string;
  /** The message it answers; `broadcast`: shown in the channel too. */
  threadTs?: string;
  broadcast?: true;
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  by: 'bot' | 'webhook';
  at: Date;
  /** Its earlier versions, the first first. */
  edits: Version[];
};

/** limited: 429 · html: a page and 200 · hang: no answer, for ever · cut: the connection breaks · a number: that status · else: ok false with that code. */
export type SlackFault = {
  answer: 'limited' | 'html' | 'hang' | 'cut' | number | (string & {});
  /** With `limited`; none without. */
  retryAfter?: number;
  /** `cut` and `hang`: the message was taken, only the answer is lost. */
  taken?: true;
  /** Only calls of this method: `chat.update`. */
  method?: string;
  /** Only calls for this channel, as they name it. */
  channel?: string;
  /** Once unless said otherwise. */
  times?: number;
};

export type SlackApi = {
  /** What the option `api_url` takes. */
  apiUrl: string;
  webhookUrl(name: string): string;
  token: string;
  messages: readonly SlackMessage[];
  /** What was asked of it and refused. */
  refusals: readonly (Refusal & { method: string })[];
  calls: readonly string[];
  onChange(hear: (message: SlackMessage, what: 'posted' | 'edited') => void): void;
  /** Returns how to take it back. */
  fail(fault: SlackFault): () => void;
  /** From now on calls for this channel are refused with that code. */
  shut(channel: string, code: string): void;
  /** Somebody deleted it. */
  forget(ts: string): void;
  revoke(): void;
  close(): Promise<void>;
};

/** `scopes`: what the token may do. */
type Given = { token?: string; port?: number; scopes?: string };

export async function openSlackApi({ token = 'xoxb-local-not-real', port = 0, scopes = 'chat:write' }: Given = {}): Promise<SlackApi> {
  const messages: SlackMessage[] = [];
  const refusals: (Refusal & { method: string })[] = [];
  const calls: string[] = [];
  const faults: SlackFault[] = [];
  const closed = new Map<string, string>();
  const channels = new Map<string, string>();
  const listeners: ((message: SlackMessage, what: 'posted' | 'edited') => void)[] = [];
  let revoked = false;
  let last = Date.now() * 1000;

  const told = (message: SlackMessage, what: 'posted' | 'edited') => {
    for (const hear of listeners) hear(message, what);
  };
  /** Slack's own: seconds and six digits, never twice the same. */
  const nextTs = () => {
    last = Math.max(last + 1, Date.now() * 1000);
    return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
  };
  const idOf = (channel: string) => {
    const known = [...channels.values()].includes(channel) ? channel : channels.get(channel.replace(/^#/, ''));
    const id = known ?? `C0LOCAL${String(channels.size + 1).padStart(3, '0')}`;
    if (known === undefined) channels.set(channel.replace(/^#/, ''), id);
    return id;
  };
  const nameOf = (id: string) => `#${[...channels].find(([, one]) => one === id)?.[0] ?? id}`;
  const versionOf = ({ text = '', blocks, attachments }: Content): Version => ({
    text,
    blocks: (blocks ?? []) as unknown[],
    attachments: (attachments ?? []) as unknown[],
  });

  function post(asked: Asked, by: 'bot' | 'webhook'): Refusal | SlackMessage {
    const { channel = '', thread_ts, reply_broadcast } = asked;
    if (channel === '') return { error: 'channel_not_found' };
    const code = closed.get(channel.replace(/^#/, ''));
    if (code !== undefined) return { error: code };
    const refusal = refusalOf(asked);
    if (refusal) return refusal;
    const channelId = idOf(channel);
    if (thread_ts !== undefined && !messages.some(({ ts }) => ts === thread_ts)) return { error: 'thread_not_found' };
    const message: SlackMessage = {
      ...versionOf(asked),
      ...{ channel: nameOf(channelId), channelId, ts: nextTs(), by, at: new Date(), edits: [] },
      ...(thread_ts === undefined ? {} : { threadTs: thread_ts }),
      ...(String(reply_broadcast) === 'true' ? { broadcast: true as const } : {}),
      ...(asked.metadata === undefined ? {} : { metadata: asked.metadata as NonNullable<SlackMessage['metadata']> }),
    };
    messages.push(message);
    told(message, 'posted');
    return message;
  }

  function edit(asked: Asked): Refusal | SlackMessage {
    const message = messages.find(({ ts }) => ts === asked.ts);
    // An edit wants the id; a name is no channel to it.
    if (message === undefined || message.channelId !== asked.channel)
      return { error: message === undefined ? 'message_not_found' : 'channel_not_found' };
    const refusal = refusalOf(asked);
    if (refusal) return refusal;
    const { text, blocks, attachments } = message;
    message.edits.push({ text, blocks, attachments });
    // What an edit does not name stays.
    Object.assign(message, { ...versionOf(asked), ...(asked.attachments === undefined && { attachments }) });
    told(message, 'edited');
    return message;
  }

  function call(method: string, asked: Asked, bearer: string): Record<string, unknown> {
    const refuse = ({ error, messages: why }: Refusal) => {
      refusals.push({ method, error, ...(why && { messages: why }) });
      return { ok: false, error, ...(why && { response_metadata: { messages: why } }) };
    };
    if (revoked) return refuse({ error: 'token_revoked' });
    if (bearer === '') return refuse({ error: 'not_authed' });
    if (bearer !== token) return refuse({ error: 'invalid_auth' });
    if (method === 'auth.test')
      return { ok: true, team: 'Local team', team_id: 'T0LOCAL', user: 'relay', user_id: 'U0LOCAL', bot_id: 'B0LOCAL' };
    if (method !== 'chat.postMessage' && method !== 'chat.update') return refuse({ error: 'unknown_method' });
    if (!scopes.includes('chat:write')) return refuse({ error: 'missing_scope' });
    const made = method === 'chat.update' ? edit(asked) : post(asked, 'bot');
    return 'error' in made ? refuse(made) : { ok: true, channel: made.channelId, ts: made.ts, message: { text: made.text } };
  }

  async function serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    const hook = /^\/services\/T0LOCAL\/B0LOCAL\/(.+)$/.exec(pathname)?.[1];
    const method = hook === undefined ? pathname.replace(/^\/api\//, '') : 'webhook';
    const asked = readAsked(await textOf(request), request.headers['content-type'] ?? '');
    calls.push(method);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? asked.token ?? '';
    const act = () => (hook === undefined ? call(method, asked, bearer) : hookAnswer(post({ ...asked, channel: `#${hook}` }, 'webhook')));
    const at = faults.findIndex(
      (one) => (one.method ?? method) === method && (one.channel === undefined || one.channel === (asked.channel ?? `#${hook}`)),
    );
    const fault = faults[at];
    if (fault === undefined) {
      const answer = act();
      if (hook === undefined && answer.ok) reply.setHeader('x-oauth-scopes', scopes);
      if (hook === undefined) reply.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(answer));
      else reply.writeHead(answer.ok ? 200 : answer.error === 'no_service' ? 404 : 400).end(String(answer.ok ? 'ok' : answer.error));
      return;
    }
    const { answer, retryAfter, taken, times = 1 } = fault;
    if (times <= 1) faults.splice(at, 1);
    else fault.times = times - 1;
    if (taken) act();
    if (answer === 'hang') return;
    if (answer === 'cut') request.socket.destroy();
    else if (answer === 'html') reply.setHeader('content-type', 'text/html').end('<!doctype html><title>Slack</title>');
    else if (answer === 'limited') {
      if (retryAfter !== undefined) reply.setHeader('retry-after', retryAfter);
      reply.writeHead(429).end(JSON.stringify({ ok: false, error: 'ratelimited' }));
    } else if (typeof answer === 'number') reply.writeHead(answer).end('not now');
    else if (hook !== undefined) reply.writeHead(/not_found|no_service/.test(answer) ? 404 : 403).end(answer);
    else reply.setHeader('content-type', 'application/json').end(JSON.stringify({ ok: false, error: answer }));
  }

  const server = createServer((request, reply) => void serve(request, reply).catch(() => reply.writeHead(500).end()));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ token, messages, refusals, calls },
    apiUrl: `${origin}/api/`,
    webhookUrl: (name) => `${origin}/services/T0LOCAL/B0LOCAL/${name.replace(/^#/, '')}`,
    onChange: (hear) => void listeners.push(hear),
    fail: (fault) => {
      const made = { ...fault };
      faults.push(made);
      return () => {
        if (faults.includes(made)) faults.splice(faults.indexOf(made), 1);
      };
    },
    shut: (channel, code) => void closed.set(channel.replace(/^#/, ''), code),
    forget: (ts) => {
      const at = messages.findIndex((one) => one.ts === ts);
      if (at >= 0) messages.splice(at, 1);
    },
    revoke: () => {
      revoked = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const hookAnswer = (made: Refusal | SlackMessage): Record<string, unknown> =>
  'error' in made ? { ok: false, error: made.error } : { ok: true };

type Asked = Content & { token?: string; channel?: string; ts?: string; thread_ts?: string; reply_broadcast?: unknown };

/** A form, in which every tree is JSON text, or JSON itself. */
function readAsked(text: string, type: string): Asked {
  if (type.includes('json')) return JSON.parse(text || '{}') as Asked;
  const form = Object.fromEntries(new URLSearchParams(text)) as Record<string, unknown>;
  for (const name of ['blocks', 'attachments', 'metadata'] as const)
    if (typeof form[name] === 'string') form[name] = JSON.parse(form[name]);
  return form as Asked;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
