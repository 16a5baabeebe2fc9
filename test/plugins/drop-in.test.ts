// What is dropped into PLUGINS_DIR serves beside the shipped plug-ins, and whatever one of them does harms no other: a relay's life in one Node.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { folderOf, inNode, shipped } from '../deliver/in-node.ts';
import { createReceiver, type Receiver } from '../outgoing/receiver.ts';

const start = (type: string) => `
import { definePlugin, PermanentError } from 'timelines-relay/plugin';
import { z } from 'zod';
export default definePlugin({ type: '${type}', apiVersion: 1, options: z.strictObject({}), content: { format: 'text' }, create: () => (`;

const dropped = {
  'works.ts': `
import { definePlugin, failFromReply, secret } from 'timelines-relay/plugin';
import { z } from 'zod';

const options = z.strictObject({ url: z.url(), token: secret(z.string()).optional() });
type Options = z.output<typeof options>;

export default definePlugin<typeof options>({
  type: 'works',
  apiVersion: 1,
  options,
  content: { format: 'json' },
  target: ({ url }: Options) => url,
  create: ({ url, token }: Options) => ({
    async send({ message }, { request }) {
      const reply = await request(url, { headers: { authorization: \`Bearer \${token}\` }, body: message.headline });
      if (reply.status !== 200) failFromReply(reply);
    },
  }),
});
`,
  'syntax.ts': 'export default {{;',
  'throws-at-import.ts': "throw new Error('bad day');",
  'hangs-at-import.ts': 'await new Promise(() => {}); export default {};',
  'hangs.ts': `${start('hangs')}{ send: () => new Promise(() => {}) }) });`,
  'hangs-in-create.ts': `${start('hangs-in-create')}new Promise(() => {})) });`,
  'throws.ts': `${start('throws')}{ send() { throw new Error('at once'); } }) });`,
  'throws-late.ts': `${start('throws-late')}{ send: () => globalThis.late.promise }) });`,
  'junk.ts': `${start('junk')}{ send: async () => 'sent!' }) });`,
  'writes.ts': `${start('writes')}{ send: async (message) => { message.message.headline = 'changed'; } }) });`,
  'gives-up.ts': `${start('gives-up')}{ send: async () => { throw new PermanentError('never'); }, close: () => new Promise(() => {}) }) });`,
};

type Told = { types: string[]; faults: { file: string; text: string }[]; outcomes: Record<string, Outcome>; headline: string };
let receiver: Receiver;
let folder: ReturnType<typeof folderOf>;
let ran: Awaited<ReturnType<typeof inNode<Told>>>;

beforeAll(async () => {
  receiver = await createReceiver();
  folder = folderOf(dropped);
  ran = await inNode<Told>(`
    import { loadPlugins } from '#src/deliver/plug-ins.ts';
    import { outcomeOf } from '#src/deliver/outcome.ts';
    import { send } from '#src/deliver/send.ts';
    import { createSenders } from '#src/deliver/senders.ts';
    import { createNetworks } from '#src/outgoing.ts';
    import { messageOf } from '#src/../test/plugins/messages.ts';
    const { plugins, faults } = await loadPlugins({ dirs: ${JSON.stringify([shipped, folder.dir])}, timeoutMs: 3000 });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const networks = createNetworks({ timeoutMs: 5000 });
    const senders = createSenders({ network: networks.of, log, relayVersion: '0.1.0', now: Date.now, createTimeoutMs: 60 });
    const message = messageOf();
    globalThis.late = Promise.withResolvers();
    const attempt = async (type) => {
      const options = ${JSON.stringify({ works: { url: receiver.url, token: 't' }, http: { url: receiver.url, allow_private: 'yes' } })}[type] ?? {};
      const mask = (text) => text;
      try {
        const { sender, network } = await senders.senderFor(plugins.get(type), options, 'to-' + type);
        return await send(sender, message, { timeoutMs: /hangs|late/.test(type) ? 60 : 5000, signal: new AbortController().signal, network, log, now: Date.now, mask });
      } catch (error) {
        return outcomeOf(error, { startedAt: 0, endedAt: 0, mask });
      }
    };
    // All at once, and the two that work once more after the others have done what they do.
    const outcomes = Object.fromEntries(await Promise.all([...plugins.keys()].map(async (type) => [type, await attempt(type)])));
    globalThis.late.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    for (const type of ['works', 'http']) outcomes[type + ' again'] = await attempt(type);
    await senders.closeAll(100);
    await networks.close();
    tell({ types: [...plugins.keys()].sort(), faults, outcomes, headline: message.message.headline });
    process.disconnect();
  `);
});
afterAll(async () => {
  folder.remove();
  await receiver.close();
});

test('a plug-in of twenty lines works by being copied in', () => {
  expect(dropped['works.ts'].trim().split('\n').length).toBeLessThanOrEqual(20);
  expect(ran.told.outcomes).toMatchObject({ works: { class: 'ok' }, 'works again': { class: 'ok' } });
  const mine = receiver.requests.filter(({ headers }) => headers.authorization === 'Bearer t');
  expect(mine.map(({ body }) => body)).toEqual(Array(2).fill('Acme Ltd: message quota used up'));
});

test('what cannot be loaded is told, file by file, and all else is there', () => {
  const byFile = Object.fromEntries(ran.told.faults.map(({ file, text }) => [file.slice(folder.dir.length + 1), text]));
  expect(byFile).toEqual({
    'syntax.ts': expect.stringMatching(/^line 1: syntax error/),
    'throws-at-import.ts': expect.stringMatching(/bad day/),
    'hangs-at-import.ts': expect.stringMatching(/did not end within/),
  });
  expect(ran.told.types).toEqual(
    expect.arrayContaining(['console', 'gives-up', 'hangs', 'hangs-in-create', 'http', 'junk', 'throws', 'throws-late', 'works', 'writes']),
  );
});

describe('one that misbehaves costs its own attempt:', () => {
  test.each<[string, Partial<Outcome>]>([
    ['hangs', { class: 'transient', code: 'TIMEOUT', perhaps: true }],
    ['throws-late', { class: 'transient', code: 'TIMEOUT', perhaps: true }],
    ['throws', { class: 'transient', code: 'plugin.fault', fault: true }],
    ['junk', { class: 'transient', code: 'plugin.fault', fault: true }],
    ['writes', { class: 'transient', code: 'plugin.fault', fault: true }],
    ['hangs-in-create', { class: 'transient', code: 'plugin.fault' }],
    ['gives-up', { class: 'permanent' }],
  ])('%s', (type, expected) => {
    expect(ran.told.outcomes[type]).toMatchObject(expected);
  });
});

test('and the shipped http, the message and the process are none the worse', () => {
  expect(ran.told.outcomes).toMatchObject({ http: { class: 'ok' }, 'http again': { class: 'ok' } });
  expect(ran.told.headline).toBe('Acme Ltd: message quota used up');
  expect(ran.code).toBe(0);
  expect(ran.stderr).not.toMatch(/Unhandled|Uncaught/i);
});
