// What each answer of a mail server means to the relay, and whether the mail perhaps arrived.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMailServer } from '../../demo/mail-server.ts';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { ann, bob, failing, options, post, script, sending, server, to } from './email-world.ts';

type Row = [at: 'greeting' | 'login' | 'sender' | 'recipient' | 'data', answer: number, text: string, Partial<Outcome>];
const later = { class: 'transient' } as const;
const never = { class: 'permanent' } as const;
const held = { class: 'config' } as const;
const pause = { class: 'rate-limited' } as const;

describe('what an answer means', () => {
  test.each<Row>([
    ['greeting', 421, '4.3.2 too many connections', pause],
    ['greeting', 450, '4.7.1 try later', pause],
    ['greeting', 554, '5.7.1 your address is blocked', held],
    ['sender', 421, '4.7.0 slow down', pause],
    ['sender', 451, '4.3.0 local error', later],
    ['sender', 530, '5.7.0 Authentication required', held],
    ['sender', 553, '5.7.1 Sender address rejected: not owned by user', held],
    ['sender', 552, '5.3.4 too large', never],
    ['recipient', 450, '4.2.0 Greylisted for 300 s', { ...later, retryAfterMs: 300_000 }],
    ['recipient', 451, '4.7.1 Greylisting in action, come back later', { ...later, retryAfterMs: 300_000 }],
    ['recipient', 450, '4.7.1 too much mail today', pause],
    ['recipient', 451, '4.3.0 local error', later],
    ['recipient', 452, '4.2.2 mailbox full', later],
    ['recipient', 550, '5.1.1 no such user', never],
    ['recipient', 551, '5.1.6 moved away', never],
    ['recipient', 553, '5.1.3 bad mailbox', never],
    ['recipient', 550, '5.7.1 <ann@relay.example>: only members may write to this list', never],
    ['recipient', 554, '5.7.1 Relay access denied', held],
    ['recipient', 550, '5.7.26 unauthenticated mail is not accepted', held],
    ['data', 421, '4.3.2 shutting down', pause],
    ['data', 451, '4.3.0 local error', later],
    ['data', 503, '5.5.1 bad sequence', later],
    ['data', 552, '5.3.4 too large', never],
    ['data', 554, '5.6.0 message refused', never],
  ])('at %s: %i %s', async (at, answer, text, expected) => {
    const outcome = await failing({ at, answer, text });
    expect(outcome).toMatchObject({ ...expected, code: `SMTP ${answer}`, error: expect.stringContaining(`${answer} ${text}`) });
    // An answer was heard, so nothing is uncertain.
    expect(outcome).not.toHaveProperty('perhaps');
  });

  test('one address that is refused costs the other nothing', async () => {
    script({ at: 'recipient', answer: 550, text: '5.1.1 no such user', address: bob, times: 2 });
    expect((await post(to(bob))).outcome).toMatchObject({ class: 'permanent', error: expect.stringContaining(bob) });
    expect((await post(to(ann))).outcome.class).toBe('ok');
  });
});

describe('what no answer means', () => {
  test.each<[string, Parameters<typeof failing>[0], Partial<Outcome>]>([
    ['cut before the greeting', { at: 'greeting', answer: 'cut' }, { class: 'transient' }],
    ['cut at the recipient', { at: 'recipient', answer: 'cut' }, { class: 'transient' }],
    ['cut after the final dot: perhaps it arrived', { at: 'data', answer: 'cut' }, { class: 'transient', perhaps: true }],
    ['no greeting', { at: 'greeting', answer: 'silence' }, { class: 'transient', code: 'TIMEOUT' }],
    ['silence at the recipient', { at: 'recipient', answer: 'silence' }, { class: 'transient', code: 'TIMEOUT' }],
    [
      'silence after the final dot: perhaps it arrived',
      { at: 'data', answer: 'silence' },
      { class: 'transient', code: 'TIMEOUT', perhaps: true },
    ],
  ])('%s', async (_, fault, expected) => {
    const outcome = await failing(fault, 500);
    expect(outcome).toMatchObject(expected);
    if (!expected.perhaps) expect(outcome).not.toHaveProperty('perhaps');
  });

  test('a mail whose answer was lost is sent again under the same id', async () => {
    const before = server.mails.length;
    script({ at: 'data', answer: 'cut' });
    expect((await post()).outcome).toMatchObject({ perhaps: true });
    expect((await post(to(ann, { attempt: 2 }))).outcome).toMatchObject({ class: 'ok' });
    const [first, second, more] = server.mails.slice(before);
    expect(more).toBeUndefined();
    expect(second!.messageId).toBe(first!.messageId);
  });

  test('an idle connection that the server has closed is replaced in the same attempt', async () => {
    await post();
    script({ at: 'sender', answer: 'cut' });
    expect((await post()).outcome.class).toBe('ok');
  });

  test('nobody listening, no such host', async () => {
    expect(await sending.send(options({ smtp: 'smtp://127.0.0.1:1' }), to(ann))).toMatchObject({
      class: 'transient',
      code: 'ECONNREFUSED',
    });
    expect(await sending.send(options({ smtp: 'smtp://nobody.invalid' }), to(ann))).toMatchObject({ class: 'transient' });
  });
});

test('a server that greets and then is silent is asked no longer than the signal lets it', async () => {
  const mute = createServer((socket) => void socket.on('error', () => {}).write('220 slow ESMTP\r\n'));
  const sockets: Socket[] = [];
  mute.on('connection', (socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = mute.address() as AddressInfo;
    const began = performance.now();
    const health = await sending.check(options({ smtp: `smtp://127.0.0.1:${port}` }), AbortSignal.timeout(300));
    expect(health).toEqual({ ok: false, detail: `no answer from 127.0.0.1:${port} in time` });
    expect(performance.now() - began).toBeLessThan(10_000);
  } finally {
    for (const socket of sockets) socket.destroy();
    mute.close();
  }
});

describe('who may send', () => {
  const login = { user: 'relay', password: 'right-SECRET' };
  const withPassword = (url: string, password: string) => url.replace('://', `://relay:${encodeURIComponent(password)}@`);

  test('a right password sends, a wrong one holds the destination and is not told', async () => {
    const guarded = await openMailServer({ login });
    try {
      const right = options({ smtp: withPassword(guarded.url, login.password) });
      expect(await sending.send(right, to(ann))).toMatchObject({ class: 'ok' });
      expect(guarded.mails).toMatchObject([{ user: 'relay' }]);
      expect(await sending.check(right)).toMatchObject({ ok: true, detail: expect.stringContaining('lets relay in') });

      const wrong = options({ smtp: withPassword(guarded.url, 'wrong-SECRET@/#') });
      const refused = await sending.send(wrong, to(ann));
      expect(refused).toMatchObject({ class: 'config', code: 'SMTP 535' });
      expect(await sending.check(wrong)).toMatchObject({ ok: false, detail: expect.stringContaining('535') });

      guarded.script({ at: 'login', answer: 535, text: `no: wrong-SECRET@/# ${Buffer.from('wrong-SECRET@/#').toString('base64')}` });
      const echoed = await sending.send(wrong, to(ann));
      expect(echoed).toMatchObject({ class: 'config', error: expect.stringContaining('•••') });
      expect(JSON.stringify([refused, echoed])).not.toMatch(/SECRET|d3JvbmctU0VDUkVU/);

      guarded.script({ at: 'login', answer: 454, text: '4.7.0 temporary authentication failure' });
      expect(await sending.send(right, to(ann), 5000)).toMatchObject({ class: 'ok' });
      await sending.close();
      expect(await sending.send(right, to(ann))).toMatchObject({ class: 'rate-limited', code: 'SMTP 454' });
      expect(guarded.mails).toHaveLength(2);
      expect(await sending.send(options({ smtp: guarded.url }), to(ann))).toMatchObject({ class: 'config', code: 'SMTP 530' });
    } finally {
      await guarded.close();
    }
  });
});

describe('what is no mail server', () => {
  let ssh: Server;
  const open = new Set<Socket>();
  beforeAll(async () => {
    ssh = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.6\r\n');
    });
    await new Promise<void>((resolve) => ssh.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of open) socket.destroy();
    ssh.close();
  });

  test('holds the destination, for no message will get through', async () => {
    const { port } = ssh.address() as { port: number };
    const outcome = await sending.send(options({ smtp: `smtp://127.0.0.1:${port}` }), to(ann));
    expect(outcome).toMatchObject({ class: 'config', code: 'EPROTOCOL', error: expect.stringContaining('SSH-2.0') });
  });
});
