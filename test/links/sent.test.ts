// The link as its readers get it: in Slack, in both parts of a mail, in a post; each by the shipped layouts, through the real plug-ins.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, openMailServer } from '../../demo/mail-server.ts';
import { openSlackApi, type SlackApi } from '../../demo/slack-api.ts';
import { attempt } from '../../src/attempt.ts';
import type { Delivery } from '../../src/delivery.ts';
import { type InForce, openInForce } from '../../src/in-force/in-force.ts';
import { createLinks, newLinkKey, readToken } from '../../src/links/links.ts';
import { sampleBody, sampleDelivery, samplesOf } from '../../src/render/samples.ts';
import { receiver } from '../story/receiver.ts';

let slack: SlackApi;
let mails: MailServer;
let hook: Awaited<ReturnType<typeof receiver>>;
let inForce: InForce;
const dir = mkdtempSync(join(tmpdir(), 'relay-links-'));
const key = newLinkKey();
const links = createLinks({ publicUrl: 'https://relay.example', key });
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeAll(async () => {
  [slack, mails, hook] = await Promise.all([openSlackApi(), openMailServer(), receiver()]);
  writeFileSync(
    join(dir, 'routes.yaml'),
    `version: 1
timezone: UTC
workspaces: { file: workspaces.csv }
destinations:
  chat: { plugin: slack, token: "${slack.token}", api_url: "${slack.apiUrl}", channel: "#ops" }
  mail: { plugin: email, smtp: "${mails.url}", from: alerts@relay.example, to: ann@acme.example }
  hook: { plugin: http, url: "${hook.url}", allow_private: yes }
routes: [{ name: sample, send: [chat, mail, hook] }]
fallback: { send: [hook] }
operator: hook
`,
  );
  writeFileSync(join(dir, 'workspaces.csv'), 'id,name,language\nacme,Acme Ltd,\ntienda,La Tienda,es\n');
  const settings = { configDir: dir, proxy: {}, secrets: [], partnerSecrets: [] };
  const files = await openInForce({ settings, log, now: Date.now });
  const escalate = [{ afterMs: 60_000, send: [{ to: 'hook' }] }];
  inForce = { ...files, rules: () => ({ ...files.rules(), routes: files.rules().routes.map((one) => ({ ...one, escalate })) }) };
});
afterAll(async () => {
  await inForce.close(100);
  await Promise.all([slack.close(), mails.close()]);
  hook.close();
  rmSync(dir, { recursive: true });
});

let count = 0;
async function send(destination: string, change: Partial<Delivery> = {}, workspaceId = 'acme', made = links) {
  const event = { ...samplesOf('disconnected')[0].event, workspaceId };
  const target = 'email:ann@acme.example';
  const own = { id: `d_${++count}`, destination, target, details: { since: event.triggeredAt } };
  const delivery = { ...sampleDelivery('alert', event), ...own, ...change };
  const outcome = await attempt(
    { delivery, event, body: sampleBody },
    { inForce, links: made, log, now: Date.now, signal: new AbortController().signal, flawed: ({ text }) => expect(text).toBe('') },
  );
  expect(outcome).toMatchObject({ class: 'ok' });
  return delivery.id;
}
/** The delivery that a link in this text names. */
const named = (text: string) => {
  const [, token = ''] = /https:\/\/relay\.example\/ack\/([\w.-]+)/.exec(text) ?? [];
  return readToken(key, 'ack', token);
};

test('Slack takes it, as a link below the action', async () => {
  const id = await send('chat');
  const text = JSON.stringify(slack.messages.at(-1)!.attachments);
  expect(text).toMatch(/\*<https:\/\/relay\.example\/ack\/[\w.-]+\|Acknowledge> →\*/);
  expect(named(text)).toBe(id);
  expect(slack.refusals).toEqual([]);
});

test('a mail has it in its text and in its HTML', async () => {
  const id = await send('mail');
  const { text, html } = mails.mails.at(-1)!;
  expect(text).toMatch(/\nAcknowledge:\nhttps:\/\/relay\.example\/ack\/[\w.-]+\n/);
  expect(named(text)).toBe(id);
  expect(named(html.replaceAll('&#x2F;', '/'))).toBe(id);
});

test('a post has it as data', async () => {
  const id = await send('hook');
  const { alert } = hook.taken.at(-1)!.body as unknown as { alert: { acknowledge_url: string } };
  expect(named(alert.acknowledge_url)).toBe(id);
});

test('whoever reads Spanish is asked in Spanish', async () => {
  await send('chat', {}, 'tienda');
  expect(JSON.stringify(slack.messages.at(-1)!.attachments)).toContain('|Me encargo> →');
  await send('mail', {}, 'tienda');
  expect(mails.mails.at(-1)!.text).toContain('\nMe encargo:\n');
});

test('what is over, and a relay without PUBLIC_URL, have none', async () => {
  await send('chat', { kind: 'resolved', details: { since: 1, endedAt: 2 } });
  await send('chat', {}, 'acme', () => ({}));
  await send('mail', {}, 'acme', () => ({}));
  await send('hook', {}, 'acme', () => ({}));
  const told = [...slack.messages.slice(-2).map((one) => JSON.stringify(one)), mails.mails.at(-1)!.raw, hook.taken.at(-1)!.text];
  for (const text of told) expect(text).not.toMatch(/\/ack\/|Acknowledge|acknowledge/);
});
