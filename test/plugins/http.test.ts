// The http plug-in against a real receiver: what it posts, how it signs, and what each answer means.
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import plugin from '../../plugins/http.ts';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { checkOptions, pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import type { PluginDefinition } from '../../src/plugin.ts';
import { answerWith, createReceiver, type Receiver, type Script } from '../outgoing/receiver.ts';
import { pluginContract } from './contract.ts';
import { everyMessage, messageOf } from './messages.ts';
import { createSending } from './sending.ts';

let receiver: Receiver;
let refusing: Receiver;
let cutting: Receiver;
let silent: Receiver;
const clock = { now: Date.UTC(2026, 10, 23, 9, 0, 0) };
const sending = createSending(plugin as PluginDefinition, 'under-test', () => clock.now);
beforeAll(async () => {
  receiver = await createReceiver();
  refusing = await createReceiver(answerWith(403, {}, 'go away'));
  cutting = await createReceiver((request) => request.socket.destroy());
  silent = await createReceiver(() => {});
});
afterEach(() => {
  receiver.answer(answerWith(200));
  receiver.requests.length = 0;
});
afterAll(async () => {
  await sending.close();
  await Promise.all([receiver, refusing, cutting, silent].map((one) => one.close()));
});

const options = (more: Record<string, unknown> = {}) => ({ url: receiver.url, allow_private: 'yes', ...more });
const post = async (more: Record<string, unknown> = {}, message = messageOf()) => {
  const outcome = await sending.send(options(more), message);
  return { outcome, request: receiver.requests.at(-1)! };
};
const answered = async (script: Script, more: Record<string, unknown> = {}): Promise<Outcome> => {
  receiver.answer(script);
  return (await post(more)).outcome;
};

const secretive = (url: string) => ({
  url: `${url}?key=SECRET`,
  allow_private: 'yes',
  signing_secret: 'SECRET',
  headers: { authorization: 'SECRET' },
});
pluginContract({
  plugin: plugin as PluginDefinition,
  file: fileURLToPath(new URL('../../plugins/http.ts', import.meta.url)),
  options: () => secretive(receiver.url),
  failing: () => [
    secretive(refusing.url),
    secretive(cutting.url),
    secretive('http://127.0.0.1:1/SECRET'),
    secretive('http://nobody.invalid/SECRET'),
    { ...secretive(receiver.url), allow_private: 'no' },
    { ...secretive(receiver.url), headers: { authorization: 'SECRET\n' } },
  ],
  silent: () => secretive(silent.url),
});

describe('what it posts', () => {
  test('is the message, its keys in the order of the docs, with the webhook as it came', async () => {
    const event = '{\n  "workspace_id": 12345678901234567890, "a": 1.0, "b": "\\u00e9"\n}';
    const message = messageOf({ event });
    const { request } = await post({}, message);
    expect(request.method).toBe('POST');
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.body).toContain(`"event":${event}}`);
    expect(Object.keys(JSON.parse(request.body))).toEqual([
      'id',
      'kind',
      'destination',
      'route',
      'at',
      'alert',
      'alerts',
      'message',
      'event',
    ]);
    const { id, kind, destination, route, at, alert, alerts, message: words } = message;
    expect(JSON.parse(request.body)).toEqual({ id, kind, destination, route, at, alert, alerts, message: words, event: JSON.parse(event) });
  });

  test('has no key for what there is not', async () => {
    const relay = everyMessage.find(([name]) => name.endsWith(' as relay'))![1];
    const { request } = await post({}, relay);
    expect(Object.keys(JSON.parse(request.body))).toEqual(['id', 'kind', 'destination', 'route', 'at', 'alerts', 'message']);
  });

  test('is valid JSON for every sample, as every kind', async () => {
    for (const [name, message] of everyMessage) {
      const { request } = await post({}, message);
      expect({ name, kind: JSON.parse(request.body).kind }).toEqual({ name, kind: message.kind });
    }
  });

  test('is the tree of `body` where there is one, as JSON', async () => {
    const { request } = await post({ body: { text: '{{message.headline}}' } }, messageOf({ rendered: { text: 'Acme "Ltd"' } }));
    expect(request.body).toBe('{"text":"Acme \\"Ltd\\""}');
    expect(request.headers['content-type']).toBe('application/json');
  });

  test('is the text of `body` where it is text, as text', async () => {
    const { request } = await post({ body: '{{message.headline}}' }, messageOf({ rendered: 'Acme "Ltd"' }));
    expect(request.body).toBe('Acme "Ltd"');
    expect(request.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('goes by the method and with the headers of the options, a content type of theirs included', async () => {
    const { request } = await post({ method: 'put', headers: { 'X-Team': 'ops', 'Content-Type': 'application/vnd.acme+json' } });
    expect(request).toMatchObject({ method: 'PUT', headers: { 'x-team': 'ops', 'content-type': 'application/vnd.acme+json' } });
  });

  test('is nothing by GET and DELETE, where only the call counts', async () => {
    for (const method of ['GET', 'DELETE']) {
      const { outcome, request } = await post({ method });
      expect(outcome.class).toBe('ok');
      expect(request).toMatchObject({ method, body: '' });
    }
  });

  test('says who sends it', async () => {
    expect((await post()).request.headers['user-agent']).toBe('timelines-relay/0.1.0');
  });
});

describe('what a receiver can trust', () => {
  const signed = (key: Buffer, headers: Record<string, unknown>, body: string) =>
    `v1,${createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64')}`;

  test.each([
    ['base64 after whsec_', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')],
    ['any other text', 'correct horse', Buffer.from('correct horse')],
  ])('is the signature, with a secret that is %s', async (_, signing_secret, key) => {
    const { request } = await post({ signing_secret });
    expect(request.headers['webhook-signature']).toBe(signed(key, request.headers, request.body));
  });

  test('is one signature by the book', async () => {
    // The example of the Standard Webhooks specification.
    clock.now = 1614265330_000;
    const body = { rendered: '{"test": 2432232314}', id: 'msg_p5jXN8AQM9LWM0D4loKWxJek' };
    const { request } = await post({ signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, messageOf(body));
    expect(request.headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    clock.now = Date.UTC(2026, 10, 23, 9, 0, 0);
  });

  test('is the id, the same on every attempt, while time and signature are fresh', async () => {
    const first = (await post({ signing_secret: 'x' })).request;
    clock.now += 600_000;
    const second = (await post({ signing_secret: 'x' }, messageOf({ attempt: 2 }))).request;
    for (const header of ['webhook-id', 'idempotency-key']) {
      expect(first.headers[header]).toBe(messageOf().id);
      expect(second.headers[header]).toBe(messageOf().id);
    }
    expect(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp'])).toBe(600);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  test('is no signature where there is no secret', async () => {
    const { headers } = (await post()).request;
    expect(headers).not.toHaveProperty('webhook-signature');
    expect(headers).toMatchObject({ 'webhook-id': messageOf().id, 'webhook-timestamp': '1795425000' });
  });
});

describe('what an answer means', () => {
  test.each<[number, Record<string, string>, Partial<Outcome>]>([
    [200, {}, { class: 'ok' }],
    [202, {}, { class: 'ok' }],
    [204, {}, { class: 'ok' }],
    [299, {}, { class: 'ok' }],
    [302, { location: 'https://elsewhere.example/x?token=SECRET' }, { class: 'config', code: 'HTTP 302' }],
    [304, {}, { class: 'config' }],
    [400, {}, { class: 'permanent', code: 'HTTP 400' }],
    [401, {}, { class: 'config', code: 'HTTP 401' }],
    [403, {}, { class: 'config' }],
    [404, {}, { class: 'config' }],
    [405, {}, { class: 'config' }],
    [407, {}, { class: 'config' }],
    [408, {}, { class: 'transient' }],
    [410, {}, { class: 'config' }],
    [413, {}, { class: 'permanent' }],
    [415, {}, { class: 'permanent' }],
    [422, {}, { class: 'permanent' }],
    [425, {}, { class: 'transient' }],
    [429, { 'retry-after': '3' }, { class: 'rate-limited', retryAfterMs: 3000 }],
    [429, { 'retry-after': '0.5' }, { class: 'rate-limited', retryAfterMs: 500 }],
    [
      429,
      { 'retry-after': 'Mon, 23 Nov 2026 09:00:30 GMT', date: 'Mon, 23 Nov 2026 09:00:00 GMT' },
      { class: 'rate-limited', retryAfterMs: 30_000 },
    ],
    [429, { 'retry-after': 'Mon, 23 Nov 2020 09:00:00 GMT' }, { class: 'rate-limited', retryAfterMs: 0 }],
    [429, { 'retry-after': '99999999' }, { class: 'rate-limited', retryAfterMs: 3_600_000 }],
    [500, {}, { class: 'transient', code: 'HTTP 500' }],
    [502, {}, { class: 'transient' }],
    [503, {}, { class: 'transient' }],
    [503, { 'retry-after': '7' }, { class: 'rate-limited', retryAfterMs: 7000 }],
    [504, {}, { class: 'transient' }],
    [520, {}, { class: 'transient' }],
  ])('%i %j', async (status, headers, expected) => {
    const outcome = await answered(answerWith(status, headers, status === 204 || status === 304 ? '' : 'because'));
    expect(outcome).toMatchObject(expected);
    expect(outcome.error ?? '').not.toContain('SECRET');
    expect(receiver.requests).toHaveLength(1);
  });

  test.each(['', '-5', 'soon', '5 minutes', '1e9', '0x10', 'NaN', 'Tue, 99', '9'.repeat(400)])(
    '429 with Retry-After %j leaves the pause to the lane',
    async (value) => {
      const outcome = await answered(answerWith(429, { 'retry-after': value }));
      expect(outcome.class).toBe('rate-limited');
      expect(outcome).not.toHaveProperty('retryAfterMs');
    },
  );

  test('its text is shown to a person in one line, a redirect with where to', async () => {
    const page = answerWith(500, {}, `<html>\n\t<h1>Bad\u0007 day</h1>${'x'.repeat(5000)}`);
    const { error } = await answered(page);
    expect(error).toMatch(/^the receiver answered HTTP 500: <html> <h1>Bad day<\/h1>x+$/);
    expect(error!.length).toBeLessThan(350);
    const redirect = await answered(answerWith(302, { location: 'https://elsewhere.example/x?token=SECRET' }));
    expect(redirect.error).toContain('a redirect to https://elsewhere.example/x; redirects are not followed, write the final address');
  });

  test('`success` says which statuses count, in a list or in one line', async () => {
    for (const success of [['200', '404-410'], '200, 404-410', [200, '404 - 410']]) {
      expect(await answered(answerWith(200), { success })).toMatchObject({ class: 'ok' });
      expect(await answered(answerWith(410), { success })).toMatchObject({ class: 'ok' });
      expect(await answered(answerWith(201), { success })).toMatchObject({ class: 'permanent', error: 'the receiver answered HTTP 201' });
      expect(await answered(answerWith(411), { success })).toMatchObject({ class: 'permanent' });
    }
  });

  test('none in time is a timeout, and perhaps it arrived', async () => {
    receiver.answer(() => {});
    expect(await sending.send(options(), messageOf(), 50)).toMatchObject({ class: 'transient', code: 'TIMEOUT', perhaps: true });
  });
});

describe('private addresses', () => {
  test('are refused unless allow_private says yes', async () => {
    for (const allow_private of [undefined, 'no', 'false', false]) {
      const outcome = await sending.send({ url: receiver.url, ...(allow_private === undefined ? {} : { allow_private }) }, messageOf());
      expect(outcome).toMatchObject({ class: 'config', code: 'outgoing.refused', error: expect.stringContaining('allow_private') });
    }
    expect(receiver.requests).toHaveLength(0);
    for (const allow_private of ['yes', 'true', true]) expect((await post({ allow_private })).outcome.class).toBe('ok');
  });

  test('are refused by check too, which sends nothing', async () => {
    await expect(sending.check({ url: receiver.url })).rejects.toMatchObject({ reason: 'auth', code: 'outgoing.refused' });
    expect(await sending.check(options())).toEqual({ ok: true, detail: `127.0.0.1:${receiver.port} is 127.0.0.1` });
    expect(receiver.requests).toHaveLength(0);
  });

  test('are not reached by way of a redirect', async () => {
    const canary = await createReceiver();
    expect(await answered(answerWith(307, { location: canary.url }))).toMatchObject({ class: 'config' });
    expect(await answered(answerWith(302, { location: 'http://169.254.169.254/latest/meta-data/' }))).toMatchObject({ class: 'config' });
    expect(canary.connections()).toBe(0);
    expect(receiver.requests).toHaveLength(2);
    await canary.close();
  });
});

describe('options that cannot work are refused when the file is read', () => {
  const url = 'https://hooks.example/in';
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['no url', {}, 'url', /.*/],
    ['a url of another kind', { url: 'ftp://hooks.example/' }, 'url', /https:\/\/ or http:\/\//],
    ['a password in the url', { url: 'https://me:SECRET@hooks.example/' }, 'url', /authorization header/],
    ['an unknown method', { url, method: 'SHOUT' }, 'method', /POST/],
    ['a header name with a space', { url, headers: { 'x y': 'a' } }, 'headers.x y', /.*/],
    ['a header of the relay itself', { url, headers: { 'Webhook-Id': 'a' } }, 'headers.Webhook-Id', /.*/],
    ['a line break in a header', { url, headers: { x: 'a\r\nb: c' } }, 'headers.x', /no header may hold/],
    ['JSON written as text', { url, body: '{"text": "{{message.headline}}"}' }, 'body', /write it as a tree/],
    ['a signing secret that is no base64', { url, signing_secret: 'whsec_!!' }, 'signing_secret', /base64/],
    ['neither yes nor no', { url, allow_private: 'perhaps' }, 'allow_private', /.*/],
    ['a status that is none', { url, success: '2xx' }, 'success.0', /200 or 200-299/],
  ])('%s', async (_, given, path, message) => {
    const checked = await checkOptions(plugin as PluginDefinition, given);
    const issues = 'issues' in checked ? checked.issues : [];
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.map((issue) => issue.message).join()).toMatch(message);
    expect(JSON.stringify(issues)).not.toContain('SECRET');
  });

  test('and text that only begins like JSON is text', async () => {
    for (const body of ['[{{workspace.name}}] is down', '{{message.headline}}', '[INFO] down']) {
      expect(await checkOptions(plugin as PluginDefinition, { url, body })).toHaveProperty('value');
    }
  });

  test('its secret is known as one', () => {
    expect(pluginInfo(plugin as PluginDefinition)).toMatchObject({ secrets: ['signing_secret'], templates: ['body'] });
  });
});

test('duplicates count by address and method, and the target tells neither path nor query', () => {
  const target = (given: Record<string, unknown>) =>
    plugin.target!(plugin.options.parse({ url: 'https://hooks.example/in/SECRET?k=SECRET', ...given }));
  expect(target({})).toMatch(/^https:\/\/hooks\.example\/#[0-9a-f]{16}$/);
  expect(target({ signing_secret: 'x' })).toBe(target({}));
  expect(target({ method: 'PUT' })).toBe(`PUT ${target({})}`);
  expect(target({ url: 'https://hooks.example/in/OTHER?k=SECRET' })).not.toBe(target({}));
});
