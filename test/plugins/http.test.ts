// The http plug-in against a real receiver: the contract, what it posts, how it signs. What answers mean: http-answers.test.ts.
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerWith, createReceiver, type Receiver } from '../outgoing/receiver.ts';
import { sayMany } from '../render/many.ts';
import { pluginContract } from './contract.ts';
import { clock, http, post, receiver } from './http-world.ts';
import { everyMessage, messageOf } from './messages.ts';

let refusing: Receiver;
let cutting: Receiver;
let silent: Receiver;
beforeAll(async () => {
  refusing = await createReceiver(answerWith(403, {}, 'go away'));
  cutting = await createReceiver((request) => request.socket.destroy());
  silent = await createReceiver(() => {});
});
afterAll(async () => {
  await Promise.all([refusing, cutting, silent].map((one) => one.close()));
});

const secretive = (url: string) => ({
  url: `${url}?key=SECRET`,
  allow_private: 'yes',
  signing_secret: 'SECRET',
  headers: { authorization: 'SECRET' },
});
pluginContract({
  plugin: http,
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

  test('of a digest holds all that it tells of, the worst as `alert`, and no webhook, for there were many', async () => {
    const { message } = sayMany('digest', { of: { 'messaging-90': 1, disconnected: 300 }, format: 'json', rawEvent: true });
    const { outcome, request } = await post({}, message);
    expect(outcome.class).toBe('ok');
    const body = JSON.parse(request.body);
    expect(Object.keys(body)).toEqual(['id', 'kind', 'destination', 'route', 'at', 'alert', 'alerts', 'message']);
    expect(body.alerts).toHaveLength(301);
    expect(body.alerts[0]).toEqual(body.alert);
    expect(body).toMatchObject({ kind: 'digest', alert: { type: 'disconnected', key: 'wa:ws-50', phase: 'firing' } });
    expect(body.alerts.at(-1)).toMatchObject({ type: 'messaging-90', usage: { percent: 90 } });
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
