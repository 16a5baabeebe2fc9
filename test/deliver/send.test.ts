// One attempt, with plug-ins of every bad habit behind it: the lane gets an outcome, always, and no exception, ever.
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { type Attempting, send } from '../../src/deliver/send.ts';
import { createNetwork } from '../../src/outgoing.ts';
import {
  AuthError,
  type Logger,
  type Message,
  PermanentError,
  PreviousGoneError,
  RateLimitedError,
  RetryableError,
  type SendContext,
  type Sender,
} from '../../src/plugin.ts';
import { createReceiver } from '../outgoing/receiver.ts';
import { messageOf } from '../plugins/messages.ts';

type Writable = {
  id: string;
  alert: { workspace: { name: string; tags: string[] } };
  message: { facts: { value: string }[] };
  rendered: { blocks: { text: string }[] };
  alerts: object[];
};
const log: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const mask = (text: string) => text.replaceAll('SECRET', '•••');

async function attempt(
  run: (message: Message, context: SendContext) => unknown,
  given: Partial<Attempting> = {},
  message = messageOf(),
): Promise<Outcome> {
  const network = createNetwork({ allowPrivate: true, timeoutMs: 5000 });
  const options = { timeoutMs: 5000, signal: new AbortController().signal, network, log, now: () => 1000, mask, ...given };
  const outcome = await send({ send: run } as Sender, message, options);
  await network.close();
  return outcome;
}

describe('what a plug-in returns', () => {
  test('nothing is a delivery', async () => {
    expect(await attempt(() => undefined)).toEqual({ class: 'ok', startedAt: 1000, endedAt: 1000 });
    expect(await attempt(async () => {})).toMatchObject({ class: 'ok' });
  });

  test('a ref is kept as the receipt, and a note is masked', async () => {
    const outcome = await attempt(async () => ({ ref: { channel: 'C1', ts: '1.2' }, note: 'posted with SECRET' }));
    expect(outcome).toMatchObject({ class: 'ok', receipt: { channel: 'C1', ts: '1.2' }, note: 'posted with •••' });
  });

  test.each<[string, unknown]>([
    ['a text', 'ok'],
    ['a number', 1],
    ['true', true],
    ['a list', [1]],
    ['a ref that is text', { ref: 'C1' }],
    ['a ref that is nested', { ref: { a: { b: 'c' } } }],
    ['a ref with a number', { ref: { ts: 1 } }],
    ['a ref of five thousand letters', { ref: { a: 'x'.repeat(5000) } }],
    ['a note that is an object', { note: {} }],
    [
      'a trap',
      {
        get ref() {
          throw new Error('trapped');
        },
      },
    ],
  ])('%s costs that attempt, as a fault of the plug-in', async (_, junk) => {
    const outcome = await attempt(async () => junk);
    expect(outcome).toMatchObject({ class: 'transient', code: 'plugin.fault', fault: true, perhaps: true });
    expect(outcome).not.toHaveProperty('receipt');
  });
});

describe('what a plug-in throws', () => {
  test.each<[Error, Partial<Outcome>]>([
    [new RetryableError('later', { code: 'HTTP 503', retryAfterMs: 2000 }), { class: 'transient', code: 'HTTP 503', retryAfterMs: 2000 }],
    [new RetryableError('no answer', { perhaps: true }), { class: 'transient', perhaps: true }],
    [new RateLimitedError('slower', { retryAfterMs: 7000 }), { class: 'rate-limited', retryAfterMs: 7000 }],
    [new AuthError('password'), { class: 'config' }],
    [new PermanentError('no'), { class: 'permanent' }],
    [new PreviousGoneError('deleted'), { class: 'transient', previousGone: true }],
  ])('%s has its class', async (error, expected) => {
    const outcome = await attempt(() => Promise.reject(error));
    expect(outcome).toMatchObject({ ...expected, error: error.message });
    expect(outcome).not.toHaveProperty('fault');
  });

  test('a DeliveryError of another copy of the contract counts the same', async () => {
    const foreign = Object.assign(new Error('elsewhere'), { reason: 'rejected' });
    Object.defineProperty(foreign, Symbol.for('timelines-relay.delivery-error'), { value: true });
    expect(await attempt(() => Promise.reject(foreign))).toMatchObject({ class: 'permanent', error: 'elsewhere' });
  });

  test('any other error is a fault that is tried again, told with its place', async () => {
    const outcome = await attempt(async () => {
      throw new TypeError('x is not a function');
    });
    expect(outcome).toMatchObject({ class: 'transient', code: 'plugin.fault', fault: true });
    expect(outcome.error).toMatch(/^the plug-in failed: TypeError: x is not a function \(at send\.test\.ts:\d+:\d+\)$/);
  });

  test('a throw before any promise is no different', async () => {
    const outcome = await attempt(() => {
      throw new RangeError('at once');
    });
    expect(outcome).toMatchObject({ class: 'transient', fault: true });
  });

  test.each([['boom'], [42], [null], [undefined], [{ a: 1 }], [Symbol('s')], [Object.create(null)]])(
    '%p, which is no Error, is a fault',
    async (thing) => {
      expect(await attempt(() => Promise.reject(thing))).toMatchObject({ class: 'transient', fault: true, error: expect.any(String) });
    },
  );

  test('a thing that cannot even be read is a fault', async () => {
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
        has: () => {
          throw new Error('no');
        },
      },
    );
    expect(await attempt(() => Promise.reject(trap))).toMatchObject({ class: 'transient', fault: true });
    const late = (_: Message, { signal }: SendContext) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(trap)));
    expect(await attempt(late, { timeoutMs: 20 })).toMatchObject({ class: 'transient', code: 'TIMEOUT' });
  });

  test("an SDK's error about a broken network is no fault of the plug-in, and perhaps arrived", async () => {
    const outcome = await attempt(() =>
      Promise.reject(new Error('request failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) })),
    );
    expect(outcome).toMatchObject({ class: 'transient', code: 'ECONNRESET', perhaps: true });
    expect(outcome).not.toHaveProperty('fault');
  });
});

describe('time', () => {
  test('a plug-in that hangs and ignores its signal is cut off as perhaps told', async () => {
    const outcome = await attempt(() => new Promise(() => {}), { timeoutMs: 20 });
    expect(outcome).toMatchObject({ class: 'transient', code: 'TIMEOUT', perhaps: true, error: 'no result within 0.02 s' });
  });

  test('a plug-in that comes late, with success or error, changes nothing and harms nothing', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const late = Promise.withResolvers<void>();
    expect(await attempt(() => late.promise, { timeoutMs: 20 })).toMatchObject({ code: 'TIMEOUT' });
    late.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('a plug-in that heeds its signal is over at once, whatever it throws', async () => {
    const heeds = (_: Message, { signal }: SendContext) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    expect(await attempt(heeds, { timeoutMs: 20 })).toMatchObject({ class: 'transient', code: 'TIMEOUT', perhaps: true });
  });

  test('what was sent through the network is known exactly: nothing was written, or perhaps it arrived', async () => {
    const silent = await createReceiver(() => {});
    const wrote = await attempt((_, { request }) => request(silent.url, { body: 'x' }), { timeoutMs: 400 });
    expect(wrote).toMatchObject({ class: 'transient', code: 'TIMEOUT', perhaps: true });
    const network = createNetwork({ allowPrivate: true, timeoutMs: 5000, lookup: () => {} });
    const waiting = await attempt((_, { request }) => request('http://never.example/', { body: 'x' }), { timeoutMs: 20, network });
    expect(waiting).toMatchObject({ class: 'transient', code: 'TIMEOUT' });
    expect(waiting).not.toHaveProperty('perhaps');
    await network.close();
    await silent.close();
  });

  test('a request that forgets the signal, or brings one of its own, is ended with the attempt', async () => {
    const silent = await createReceiver(() => {});
    const own = new AbortController().signal;
    for (const run of [
      (_: Message, { request }: SendContext) => request(silent.url, { body: 'x' }),
      (_: Message, { request }: SendContext) => request(silent.url, { body: 'x', signal: own }),
      (_: Message, { fetch }: SendContext) => fetch(silent.url, { method: 'POST', body: 'x', signal: own }),
    ]) {
      expect(await attempt(run, { timeoutMs: 400 })).toMatchObject({ code: 'TIMEOUT', perhaps: true });
      await silent.allClosed();
    }
    await silent.close();
  });

  test('a 200 whose body drips past the deadline is a delivery', async () => {
    const drip = await createReceiver((_, response) => response.writeHead(200).write('x'));
    const outcome = await attempt(async (_, { request }) => ({ note: String((await request(drip.url, {})).status) }), { timeoutMs: 400 });
    expect(outcome).toMatchObject({ class: 'ok', note: '200' });
    await drip.close();
  });

  test('a verdict that comes just after the deadline still counts', async () => {
    const verdict = (_: Message, { signal }: SendContext) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AuthError('wrong password'))));
    expect(await attempt(verdict, { timeoutMs: 20 })).toMatchObject({ class: 'config', error: 'wrong password' });
  });

  test('a relay that stops ends the attempt, and one that has stopped begins none', async () => {
    const stopping = new AbortController();
    const running = attempt(() => new Promise(() => stopping.abort()), { signal: stopping.signal });
    expect(await running).toMatchObject({ class: 'transient', code: 'STOPPED', perhaps: true });
    const called: Message[] = [];
    const late = await attempt((message) => called.push(message), { signal: stopping.signal });
    expect(late).toEqual({ class: 'transient', startedAt: 1000, endedAt: 1000, code: 'STOPPED', error: 'the relay is stopping' });
    expect(called).toEqual([]);
  });
});

describe('the message', () => {
  test('cannot be written into, at any depth', async () => {
    const message = messageOf({ rendered: { blocks: [{ text: 'a' }] } });
    const writes: ((m: Writable) => unknown)[] = [
      (m) => (m.id = 'x'),
      (m) => (m.alert.workspace.name = 'x'),
      (m) => m.alert.workspace.tags.push('x'),
      (m) => (m.message.facts[0]!.value = 'x'),
      (m) => (m.rendered.blocks[0]!.text = 'x'),
      (m) => m.alerts.push({}),
    ];
    for (const write of writes) {
      const outcome = await attempt(async (given) => void write(given as unknown as Writable), {}, message);
      expect(outcome).toMatchObject({ class: 'transient', fault: true });
    }
    expect(message).toEqual(messageOf({ rendered: { blocks: [{ text: 'a' }] } }));
  });

  test('comes with the clock it was given', async () => {
    const outcome = await attempt(async (_, { now }) => ({ note: now().toISOString() }), { now: () => Date.UTC(2026, 10, 23) });
    expect(outcome.note).toBe('2026-11-23T00:00:00.000Z');
  });
});
