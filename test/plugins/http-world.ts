// The http plug-in with a receiver of its own, for the files that test it.
import { afterAll, afterEach, beforeAll } from 'vitest';
import plugin from '../../plugins/http.ts';
import type { Outcome } from '../../src/deliver/outcome.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { answerWith, createReceiver, type Received, type Receiver, type Script } from '../outgoing/receiver.ts';
import { messageOf } from './messages.ts';
import { createSending } from './sending.ts';

export const http = plugin as PluginDefinition;
export const clock = { now: Date.UTC(2026, 10, 23, 9, 0, 0) };
export const sending = createSending(http, 'under-test', () => clock.now);
export let receiver: Receiver;

beforeAll(async () => {
  receiver = await createReceiver();
});
afterEach(() => {
  receiver.answer(answerWith(200));
  receiver.requests.length = 0;
});
afterAll(async () => {
  await sending.close();
  await receiver.close();
});

export const options = (more: Record<string, unknown> = {}) => ({ url: receiver.url, allow_private: 'yes', ...more });

/** Sends one message; what came of it, and what the receiver got. */
export async function post(
  more: Record<string, unknown> = {},
  message: Message = messageOf(),
): Promise<{ outcome: Outcome; request: Received }> {
  const outcome = await sending.send(options(more), message);
  return { outcome, request: receiver.requests.at(-1)! };
}

export async function answered(script: Script, more: Record<string, unknown> = {}): Promise<Outcome> {
  receiver.answer(script);
  return (await post(more)).outcome;
}
