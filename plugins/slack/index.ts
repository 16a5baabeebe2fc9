// Posts each message to a Slack channel: by a bot's token it is edited and answered as the incident goes on, by an incoming webhook it is only posted.
import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import {
  type DeliveryError,
  definePlugin,
  failFromReply,
  type Logger,
  type Message,
  PreviousGoneError,
  type SendContext,
  type SendResult,
  secret,
} from 'timelines-relay/plugin';
import { z } from 'zod';
import { type Block, output, pagesOf } from './blocks.ts';
import { failureOf, formFaults, goneCodes } from './failure.ts';

const mention = z.strictObject({
  here: z.boolean().default(false),
  channel: z.boolean().default(false),
  users: z.array(z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'must be the id of a user, such as U012AB3CD, not a name')).default([]),
  groups: z.array(z.string().regex(/^S[A-Z0-9]{2,20}$/, 'must be the id of a user group, such as S012AB3CD, not a name')).default([]),
  /** From which severity on. */
  from: z.enum(['info', 'warning', 'critical']).default('critical'),
});
const loopback = /^http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?\//;
const address = z.url().refine((url) => url.startsWith('https://') || loopback.test(url), 'must begin with https://');
const options = z
  .strictObject({
    token: secret(z.string().regex(/^xox[a-z]/, 'must be the token of a bot, which begins with xoxb-')).optional(),
    channel: z
      .string()
      .regex(/^(#?[^\s#<>&|,]{1,80})$/u, 'must be the name or id of one channel, such as "#wa-ops"')
      .optional(),
    webhook_url: secret(address).optional(),
    api_url: address.transform((url) => (url.endsWith('/') ? url : `${url}/`)).default('https://slack.com/api/'),
    mention: mention.optional(),
  })
  .refine(({ token, channel, webhook_url: hook }) => (hook === undefined ? token && channel : !token && !channel), {
    error: 'needs token and channel, or webhook_url alone: a webhook has its channel already',
  });
type Options = z.output<typeof options>;
type Content = z.output<typeof output>;
type Send = { message: Message<Content | undefined>; context: SendContext; o: Options };

export default definePlugin<typeof options, Content>({
  type: 'slack',
  apiVersion: 1,
  description: 'Posts to a Slack channel, edits and answers what it posted.',
  options,
  content: { format: 'slack', output },
  capabilities: { update: true, thread: true },
  limits: { concurrency: 1, perSecond: 1, timeoutMs: 15_000 },
  target: ({ token, channel, webhook_url: hook = '' }) =>
    // By a fingerprint, for two teams may both have a #general, and a webhook's address is its secret.
    token === undefined ? `${new URL(hook).origin}/#${printOf(hook)}` : `${channel} ${printOf(token)}`,
  create: (o, { templated }) => ({
    async send(message, context) {
      const send = { message, context, o };
      const run = o.webhook_url === undefined ? byBot(send) : byWebhook(send);
      return run.catch((error: unknown) => {
        throw failureFor(error, o, templated, message.previous !== undefined);
      });
    },
    async check(context) {
      if (o.webhook_url !== undefined) {
        await context.resolve(o.webhook_url);
        return { ok: true, detail: 'a webhook cannot be asked whether it works; a test message tells' };
      }
      try {
        const { team, user } = await (await clientOf(o, context)).auth.test();
        return { ok: true, detail: `@${user} of ${team}` };
      } catch (error) {
        return { ok: false, detail: failureFor(error, o, templated, false).message };
      }
    },
    preview(message) {
      const [first = [], ...rest] = pagesOf(message.rendered?.blocks ?? []);
      const attachments = [{ color: message.rendered?.color, blocks: first }];
      const blocks = encodeURIComponent(JSON.stringify({ attachments }));
      return {
        payload: JSON.stringify({ text: textOf(message, o), attachments, ...(rest.length > 0 && { in_thread: rest }) }, null, 2),
        sizes: [
          { what: 'blocks', size: first.length, most: 45 },
          { what: 'characters in blocks', size: JSON.stringify(first).length, most: 9000 },
          { what: 'characters of the line', size: textOf(message, o).length, most: 4000 },
        ],
        link: `https://app.slack.com/block-kit-builder/#${blocks}`,
      };
    },
  }),
});

const printOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function failureFor(error: unknown, { channel }: Options, templated: boolean, follows: boolean): DeliveryError {
  const failure = failureOf(error, { channel, templated });
  if (follows && goneCodes.includes(failure.code ?? '')) return new PreviousGoneError(`Slack: ${failure.message}`, { code: failure.code! });
  return failure;
}

// ── by a bot ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One for each attempt, for it carries the attempt's own network and deadline. It makes a single try: repeating is the relay's. */
async function clientOf({ token, api_url: slackApiUrl }: Options, { fetch, log }: SendContext): Promise<WebClient> {
  // Loaded with the first message, so that a relay without Slack does not pay for it.
  const { WebClient } = await import('@slack/web-api');
  return new WebClient(token, {
    ...{ slackApiUrl, fetch: fetch as never, timeout: 14_000, allowAbsoluteUrls: false, logger: quiet(log) },
    // Otherwise it hides a refusal for half an hour, and one channel's limit holds up all others.
    ...{ retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  });
}

async function byBot(send: Send): Promise<SendResult> {
  const { message, context, o } = send;
  const client = await clientOf(o, context);
  const { previous, mode } = message;
  const asked = { link_names: false, parse: 'none', unfurl_links: false, unfurl_media: false } as const;
  if (previous?.channel === undefined || previous.ts === undefined) {
    const first = await fitting(send, (content) => client.chat.postMessage({ channel: o.channel!, ...asked, ...content } as never));
    const ref = { channel: first.channel as string, ts: first.ts as string };
    return { ref, ...(first.note !== undefined && { note: first.note }), ...(await inThread(send, client, ref)) };
  }
  const { channel, ts } = previous;
  // An edit is the same however often it is made, so a try that stopped between edit and answer is simply made again.
  if (!message.answerOnly)
    await fitting(send, (content) => client.chat.update({ channel, ts, parse: 'none', link_names: false, ...content } as never));
  // An edit alone notifies nobody: what got worse is said in the channel too, what is over only to those who follow the thread.
  const louder = mode === 'update';
  const reply = `${louder ? mentionsOf(message, o) : ''}${message.rendered?.reply || escaped(message.fallbackText)}`;
  await client.chat.postMessage({ channel, thread_ts: ts, reply_broadcast: louder, text: reply, ...asked } as never);
  return { ref: { channel, ts } };
}

/** What did not fit into the message. That it is there counts more than all of it: a failure here must not post it once more. */
async function inThread({ message, context }: Send, client: WebClient, { channel, ts }: { channel: string; ts: string }) {
  const { color, blocks = [] } = message.rendered ?? {};
  const [, ...rest] = pagesOf(blocks);
  try {
    for (const page of rest)
      await client.chat.postMessage({ channel, thread_ts: ts, text: '…', attachments: [{ color, blocks: page }] } as never);
    return {};
  } catch (error) {
    const note = `the rest of a long message could not be posted: ${failureOf(error, { channel, templated: false }).message}`;
    context.log.warn({ delivery: message.id }, note);
    return { note };
  }
}

// ── by a webhook ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function byWebhook(send: Send): Promise<SendResult> {
  const { context, o } = send;
  return fitting(send, async ({ metadata: _, ...content }) => {
    const body = JSON.stringify({ ...content, unfurl_links: false, unfurl_media: false });
    const reply = await context.request(o.webhook_url!, { headers: { 'content-type': 'application/json' }, body });
    if (reply.status === 400 && formFaults.includes(reply.text.trim())) throw { data: { error: reply.text.trim() } };
    if (reply.status !== 200) failFromReply(reply, context.now().getTime());
    return {};
  });
}

// ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Posted = { text: string; attachments?: { color?: string | undefined; fallback: string; blocks: Block[] }[]; metadata: object };

/** Where Slack does not like the shape, the words go out without it: what an operator's layout got wrong must not silence an alert. */
async function fitting<T extends object>(send: Send, post: (content: Posted) => Promise<T>): Promise<T & { note?: string }> {
  const { message, context, o } = send;
  const { id, threadKey, rendered, fallbackText } = message;
  const text = textOf(message, o);
  const metadata = { event_type: 'timelines_relay', event_payload: { delivery: id, ...(threadKey !== undefined && { key: threadKey }) } };
  const [blocks = []] = pagesOf(rendered?.blocks ?? []);
  if (blocks.length === 0) return post({ text: `${text}${words(message)}`, metadata });
  try {
    return await post({ text, attachments: [{ color: rendered?.color, fallback: escaped(fallbackText), blocks }], metadata });
  } catch (error) {
    const { error: code = '', response_metadata: more } =
      (error as { data?: { error?: string; response_metadata?: { messages?: string[] } } })?.data ?? {};
    if (!formFaults.includes(code)) throw error;
    const why = `Slack refused the layout (${code}${more?.messages ? `: ${more.messages.join('; ')}` : ''})`;
    context.log.warn({ delivery: id }, why);
    const made = await post({ text: `${text}${words(message)}\n_The details could not be laid out._`, metadata });
    return { ...made, note: why.slice(0, 500) };
  }
}

const words = ({ message: { impact, facts } }: Message): string =>
  [impact, ...facts.map(({ label, value }) => `${label}: ${value}`)].flatMap((line) => (line ? [`\n${line}`] : [])).join('');

const textOf = (message: Message<Content | undefined>, o: Options): string => {
  const line = message.rendered?.text || escaped(message.fallbackText);
  return `${mentionsOf(message, o)}${[...line].slice(0, 3500).join('')}`;
};

const severities = ['info', 'warning', 'critical'];

/** From options alone, so that nobody's data can call a channel. Never with good news. */
function mentionsOf({ kind, mode, alert }: Message, { mention: asked }: Options): string {
  if (asked === undefined || mode === 'resolve' || kind === 'resolved' || kind === 'test') return '';
  if (severities.indexOf(alert?.severity ?? 'warning') < severities.indexOf(asked.from)) return '';
  const { here, channel, users, groups } = asked;
  const all = [
    ...(channel ? ['<!channel>'] : here ? ['<!here>'] : []),
    ...groups.map((id) => `<!subteam^${id}>`),
    ...users.map((id) => `<@${id}>`),
  ];
  return all.map((one) => `${one} `).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character]!);

/** Its debug lines hold whole messages. */
const quiet = (log: Logger) => ({
  ...{ debug: () => {}, info: () => {}, setLevel: () => {}, setName: () => {} },
  warn: (...said: unknown[]) => log.debug({ said: said.map(String).join(' ') }, 'slack'),
  error: (...said: unknown[]) => log.warn({ said: said.map(String).join(' ') }, 'slack'),
  getLevel: () => 'warn' as never,
});
