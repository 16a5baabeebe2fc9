// The email plug-in with a mail server of its own, for the files that test it.
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Fault, type Mail, type MailServer, openMailServer } from '../../demo/mail-server.ts';
import plugin from '../../plugins/email/index.ts';
import type { Outcome } from '../../src/deliver/outcome.ts';
import type { Message, PluginDefinition } from '../../src/plugin.ts';
import { messageOf } from './messages.ts';
import { createSending } from './sending.ts';

export const email = plugin as PluginDefinition;
export const clock = { now: Date.UTC(2026, 10, 23, 9, 0, 0) };
export const sending = createSending(email, 'ops-mail', () => clock.now);
export let server: MailServer;

let undo: (() => void)[] = [];
beforeAll(async () => {
  server = await openMailServer();
});
afterEach(() => {
  for (const take of undo) take();
  undo = [];
});
afterAll(async () => {
  await sending.close();
  await server.close();
});

export const ann = 'ann@acme.example';
export const bob = 'bob@acme.example';
export const options = (more: Record<string, unknown> = {}) => ({
  smtp: server.url,
  from: 'Acme alerts <alerts@relay.example>',
  to: [ann, bob],
  ...more,
});

export const to = (target: string, more: Partial<Message> = {}, name?: string): Message => messageOf({ target, ...more }, name);

/** Sends one message; what came of it, and the mail if one arrived. */
export async function post(
  message: Message = to(ann),
  more: Record<string, unknown> = {},
  timeoutMs?: number,
): Promise<{ outcome: Outcome; mail: Mail }> {
  const before = server.mails.length;
  const outcome = await sending.send(options(more), message, timeoutMs);
  return { outcome, mail: server.mails.slice(before)[0]! };
}

export const script = (fault: Fault): void => void undo.push(server.script(fault));

/** What comes of a mail when the server fails like this, on every connection. */
export async function failing(fault: Fault, timeoutMs?: number): Promise<Outcome> {
  // A kept connection greets no more.
  if (fault.at === 'greeting') await sending.close();
  script({ times: 9, ...fault });
  return (await post(to(ann), {}, timeoutMs)).outcome;
}
