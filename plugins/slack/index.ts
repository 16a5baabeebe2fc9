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
} from 'timelines-relay/plugin';
import { cut, lettersOf, mostBlocks, mostLetters, pagesOf } from './blocks.ts';
import { failureOf, formFaults, goneCodes, isCode } from './failure.ts';
import { output } from './layout.ts';
import { type Options, options } from './options.ts';
import { type Content, escaped, laidOut, mentionsOf, mostOfLine, type Posted, textOf, words } from './said.ts';

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
    token === undefined ? `${new URL(hook).origin}/#${printOf(hook)}` : `#${channel?.replace(/^#/, '')} ${printOf(token)}`,
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
        const { team, user, response_metadata: more } = await (await clientOf(o, context)).auth.test();
        if (more?.scopes?.some((one) => /^(chat:write|bot$)/.test(one)) === false)
          return { ok: false, detail: `@${user} of ${team} may not post`, fix: 'give the app the scope chat:write and install it again' };
        return { ok: true, detail: `@${user} of ${team}` };
      } catch (error) {
        return { ok: false, detail: failureFor(error, o, templated, false).message };
      }
    },
    preview(message) {
      const { text, attachments } = laidOut(message, o);
      const [first = [], ...rest] = pagesOf(message.rendered?.blocks ?? []);
      return {
        payload: JSON.stringify({ text, attachments, ...(rest.length > 0 && { in_thread: rest }) }, null, 2),
        sizes: [
          { what: 'characters of the line', size: [...text].length, most: mostOfLine },
          { what: 'blocks', size: first.length, most: mostBlocks },
          { what: 'characters in blocks', size: lettersOf(first), most: mostLetters },
          ...(rest.length > 0 ? [{ what: 'messages in its thread', size: rest.length, most: rest.length }] : []),
        ],
        // The line and the colour are none of its blocks.
        link: `https://app.slack.com/block-kit-builder/#${encodeURIComponent(JSON.stringify({ blocks: first }))}`,
      };
    },
  }),
});

const printOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function failureFor(error: unknown, { channel }: Options, templated: readonly string[], follows: boolean): DeliveryError {
  // A channel's name leads somewhere else in another team, and a webhook stands for a channel.
  const ofTable = ['channel', 'token', 'webhook_url'].some((option) => templated.includes(option));
  const failure = failureOf(error, { channel, ofTable });
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

const asked = { link_names: false, parse: 'none', unfurl_links: false, unfurl_media: false } as const;

async function byBot(send: Send): Promise<SendResult> {
  const { message, context, o } = send;
  const client = await clientOf(o, context);
  const { previous, mode } = message;
  if (previous?.channel === undefined || previous.ts === undefined) {
    const { channel, ts, note } = await fitting(send, (content) =>
      client.chat.postMessage({ channel: o.channel!, ...asked, ...content } as never),
    );
    const ref = { channel: channel as string, ts: ts as string };
    return withNotes(ref, note, await inThread(send, client, ref));
  }
  const { channel, ts } = previous;
  const ref = { channel, ts };
  // An edit is the same however often it is made, so a try that stopped between edit and answer is simply made again.
  const edited = message.answerOnly
    ? undefined
    : await fitting(send, (content) => client.chat.update({ ...ref, parse: 'none', link_names: false, ...content } as never));
  if (message.editOnly) return withNotes(ref, edited?.note);
  // An edit alone notifies nobody: what got worse is said in the channel too, what is over only to those who follow the thread.
  const louder = mode === 'update';
  const line = cut(message.rendered?.reply || escaped(message.fallbackText), mostOfLine);
  const text = `${louder ? mentionsOf(message, o) : ''}${line}`;
  await client.chat.postMessage({ channel, thread_ts: ts, reply_broadcast: louder, text, ...asked } as never);
  return withNotes(ref, edited?.note, message.answerOnly ? undefined : await inThread(send, client, ref));
}

function withNotes(ref: Record<string, string>, ...notes: (string | undefined)[]): SendResult {
  const note = notes.filter(Boolean).join('; ');
  return { ref, ...(note !== '' && { note }) };
}

const inThread = (send: Send, client: WebClient, { channel, ts }: { channel: string; ts: string }) =>
  theRest(send, channel, (page) => client.chat.postMessage({ channel, thread_ts: ts, ...page, ...asked } as never));

/** What did not fit into the message. That it is there counts more than all of it: a failure here must not post it once more. */
async function theRest(
  { message, context }: Send,
  channel: string | undefined,
  post: (page: object) => Promise<unknown>,
): Promise<string | undefined> {
  const { color, blocks = [] } = message.rendered ?? {};
  const [, ...rest] = pagesOf(blocks);
  try {
    for (const page of rest) await post({ text: '…', attachments: [{ color, blocks: page }] });
    return undefined;
  } catch (error) {
    const note = `the rest of a long message could not be posted: ${failureOf(error, { channel, ofTable: false }).message}`;
    context.log.warn({ delivery: message.id }, note);
    return note;
  }
}

// ── by a webhook ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function byWebhook(send: Send): Promise<SendResult> {
  const { context, o } = send;
  const post = async (content: object) => {
    const body = JSON.stringify({ ...content, unfurl_links: false, unfurl_media: false });
    const reply = await context.request(o.webhook_url!, { headers: { 'content-type': 'application/json' }, body });
    const code = reply.text.trim();
    // Nothing but this is success: a proxy's page comes with 200 too.
    if (reply.status === 200 && code === 'ok') return {};
    if (reply.status === 200) throw { data: { error: code || 'an empty page' } };
    if (reply.status >= 400 && reply.status < 500 && reply.status !== 429 && isCode(code)) throw { data: { error: code } };
    return failFromReply(reply, context.now().getTime());
  };
  const made: SendResult = await fitting(send, ({ metadata: _, ...content }) => post(content));
  // A webhook knows no threads: what did not fit follows below.
  const note = await theRest(send, undefined, post);
  return note === undefined ? made : { ...made, note };
}

/** Where Slack does not like the shape, the words go out without it: what an operator's layout got wrong must not silence an alert. */
async function fitting<T extends object>(
  { message, context, o }: Send,
  post: (content: Posted) => Promise<T>,
): Promise<T & { note?: string }> {
  try {
    return await post(laidOut(message, o));
  } catch (error) {
    const { error: code = '', response_metadata: more } =
      (error as { data?: { error?: string; response_metadata?: { messages?: string[] } } })?.data ?? {};
    if (!formFaults.includes(code)) throw error;
    const note = `Slack refused the layout (${code}${more?.messages ? `: ${more.messages.join('; ')}` : ''})`.slice(0, 500);
    context.log.warn({ delivery: message.id }, note);
    const text = textOf(message, o, `${words(message)}\n_The details could not be laid out._`);
    return { ...(await post({ text, attachments: [] })), note };
  }
}

/** Its debug lines hold whole messages. */
const quiet = (log: Logger) => ({
  ...{ debug: () => {}, info: () => {}, setLevel: () => {}, setName: () => {} },
  warn: (...said: unknown[]) => log.debug({ said: said.map(String).join(' ') }, 'slack'),
  error: (...said: unknown[]) => log.warn({ said: said.map(String).join(' ') }, 'slack'),
  getLevel: () => 'warn' as never,
});
