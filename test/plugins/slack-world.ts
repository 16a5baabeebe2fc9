// The Slack plug-in with a Slack of its own, for the files that test it.
import { afterAll, beforeAll } from 'vitest';
import { openSlackApi, type SlackApi, type SlackFault, type SlackMessage } from '../../demo/slack-api.ts';
import plugin from '../../plugins/slack/index.ts';
import type { Outcome } from '../../src/deliver/outcome.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { messageOf } from './messages.ts';
import { createSending } from './sending.ts';

export const slack = plugin as PluginDefinition;
export const sending = createSending(slack, 'ops-slack');
export const token = 'xoxb-SECRET-not-real';
export let api: SlackApi;

beforeAll(async () => {
  api = await openSlackApi({ token });
});
afterAll(async () => {
  await sending.close();
  await api.close();
});

export const byBot = (more: Record<string, unknown> = {}) => ({ token, channel: '#wa-ops', api_url: api.apiUrl, ...more });
export const byWebhook = (name = 'SECRET-hook') => ({ webhook_url: api.webhookUrl(name) });

type Sent = { outcome: Outcome; posted: readonly SlackMessage[] };

/** What came of it, and what was posted by it. */
export async function send(
  message: Partial<Message> = {},
  options: Record<string, unknown> = byBot(),
  { timeoutMs = 5000, to = sending } = {},
): Promise<Sent> {
  const before = api.messages.length;
  const outcome = await to.send(options, messageOf(message), timeoutMs);
  return { outcome, posted: api.messages.slice(before) };
}

export async function failing(fault: SlackFault, options = byBot(), message: Partial<Message> = {}, timeoutMs = 5000): Promise<Outcome> {
  api.fail(fault);
  return (await send(message, options, { timeoutMs })).outcome;
}

/** Every text in it, as a reader has them. */
export function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'text' || key === 'url' || key === 'fallback') && typeof inner === 'string' ? [inner] : textsIn(inner),
  );
}
