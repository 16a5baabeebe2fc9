// The front door over real sockets: what each request is answered, and that nothing else happens.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { RelayError } from '../../src/errors.ts';
import { closeDoors, type Door, knock, openDoor } from './door.ts';
import { bytes, sample, samples } from './read.ts';
import { claimsAt, partnerId, partnerSecret, sign, signedHeaders } from './signing.ts';

afterEach(closeDoors);
const good = JSON.stringify(sample('disconnected'));
type Body = NonNullable<RequestInit['body']>;
type Answer = { status: number; body: Record<string, unknown>; headers: Headers };
async function post(url: string, headers: Record<string, string>, body: Body = good): Promise<Answer> {
  const reply = await fetch(url, {
    method: 'POST',
    headers,
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown>, headers: reply.headers };
}
const headers = (more: Record<string, string> = {}): Record<string, string> => ({ ...signedHeaders(Date.now()), ...more });
const unsigned = { 'content-type': 'application/json' };
const expectRefused = (door: Door, answer: Answer, status: number, code: string): void => {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(Object.keys(answer.body).sort()).toEqual(['code', 'message', 'request']);
  expect(door.accepted).toEqual([]);
};

describe('a signed webhook', () => {
  test.each(readdirSync(samples))('%s is handed on as it came and answered with its id', async (file) => {
    const door = await openDoor();
    const text = readFileSync(new URL(file, samples), 'utf8');
    const answer = await post(door.url, headers(), text);
    expect(answer).toMatchObject({ status: 200, body: { id: 'e_1', duplicate: false } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(door.accepted).toHaveLength(1);
    expect(door.accepted[0]).toMatchObject({ body: text, event: { id: 'e_1', proof: 'signature', partner: partnerId } });
    expect(JSON.stringify(door.accepted)).not.toContain('eyJ');
  });

  test('is answered only once it is accepted, with the id of the first where it is a duplicate', async () => {
    const accepted = Promise.withResolvers<{ id: string; duplicate: boolean }>();
    const arrived = Promise.withResolvers<void>();
    const door = await openDoor({
      accept() {
        arrived.resolve();
        return accepted.promise;
      },
    });
    let answered = false;
    const answer = post(door.url, headers()).finally(() => {
      answered = true;
    });
    await arrived.promise;
    await fetch(`http://127.0.0.1:${door.port}/healthz`);
    expect(answered).toBe(false);
    accepted.resolve({ id: 'e_first', duplicate: true });
    expect((await answer).body).toEqual({ id: 'e_first', duplicate: true });
  });

  test('may name its character set and its trailing slash', async () => {
    const door = await openDoor();
    for (const type of ['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])
      expect((await post(door.url, headers({ 'content-type': type }))).status).toBe(200);
    expect((await post(`${door.url}/`, headers())).status).toBe(200);
  });
});

describe('what cannot be verified gets 401 and goes no further:', () => {
  const now = Date.now();
  const at = (seconds: number) => Math.floor(now / 1000) + seconds;
  const withSignature = (signature: string, id = partnerId) => ({ ...unsigned, 'x-tl-partner-id': id, 'x-tl-signature': signature });
  test.each<[string, Record<string, string>, string?]>([
    ['an unsigned request', unsigned],
    ['a forged signature', withSignature(sign(claimsAt(now), 'guess'))],
    ['an expired one', withSignature(sign(claimsAt(now, { exp: at(-120) })))],
    ['one not yet valid', withSignature(sign(claimsAt(now, { nbf: at(120) })))],
    ['alg none', withSignature(sign(claimsAt(now), '', 'none'))],
    ['HS512', withSignature(sign(claimsAt(now), partnerSecret, 'HS512'))],
    ['one without exp', withSignature(sign({ partner_id: partnerId, nbf: at(0) }))],
    ['one without nbf', withSignature(sign({ partner_id: partnerId, exp: at(60) }))],
    ['a header that names another partner', withSignature(sign(claimsAt(now)), 'partner_2')],
    ['a claim that names another partner', withSignature(sign(claimsAt(now, { partner_id: 'partner_2' })))],
    ['a body that names another partner', signedHeaders(now), JSON.stringify({ ...sample('disconnected'), partner_id: 'partner_2' })],
  ])('%s', async (_what, sent, body = good) => {
    const door = await openDoor();
    expectRefused(door, await post(door.url, sent, body), 401, 'webhook.refused');
    expect(door.refused).toHaveLength(1);
    expect(door.refused[0]?.address).toBe('127.0.0.1');
    expect(door.refused[0]?.reason).not.toContain(sent['x-tl-signature'] ?? 'eyJ');
  });

  test('a right token with a wrong signature, while the token alone is enough', async () => {
    const door = await openDoor({ webhookToken: 'a-token' });
    expectRefused(door, await post(`${door.url}/a-token`, withSignature(sign(claimsAt(now), 'guess'))), 401, 'webhook.refused');
    expectRefused(door, await post(`${door.url}/a-tok`, unsigned), 401, 'webhook.refused');
    expect((await post(`${door.url}/a-token`, unsigned)).status).toBe(200);
    expect(door.accepted[0]?.event).toMatchObject({ proof: 'token', partner: partnerId });
  });

  test('before its body is read: a stranger who never sends the rest has his answer', async () => {
    const door = await openDoor();
    const head = 'POST /webhooks/timelinesai HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\n';
    expect(await knock(door.port, `${head}Content-Length: 2097152\r\n\r\n{`)).toMatch(/^HTTP\/1.1 401 /);
    expect(await knock(door.port, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`)).toMatch(/^HTTP\/1.1 401 /);
  });

  test('and a 2 MiB upload does not cost the stranger his answer', async () => {
    const door = await openDoor();
    for (let i = 0; i < 5; i++) expectRefused(door, await post(door.url, unsigned, 'x'.repeat(2 * 1024 * 1024)), 401, 'webhook.refused');
  });
});

test('both secrets of a rotation are taken, and what was told to allow all takes all', async () => {
  const rotating = await openDoor({ partners: () => [{ id: partnerId, secrets: ['new', 'old'] }] });
  expect((await post(rotating.url, signedHeaders(Date.now(), {}, 'old'))).status).toBe(200);
  expect((await post(rotating.url, signedHeaders(Date.now(), {}, 'new'))).status).toBe(200);
  const anyone = await openDoor({ partners: () => [], allowUnsigned: true });
  expect((await post(anyone.url, unsigned)).status).toBe(200);
  expect(anyone.accepted[0]?.event.proof).toBe('unsigned');
});

describe('a verified webhook of an unfit form', () => {
  const big = good.replace('{', `{"x":"${'x'.repeat(2 * 1024 * 1024)}",`);
  const stream = (text: string) => new Blob([text]).stream();

  test('larger than 1 MiB gets 413, with and without a length', async () => {
    const door = await openDoor();
    for (let i = 0; i < 5; i++) {
      expectRefused(door, await post(door.url, headers(), big), 413, 'webhook.too_large');
      const streamed = await post(door.url, headers(), stream(big));
      expectRefused(door, streamed, 413, 'webhook.too_large');
      // Hanging up in mid-upload would reset the connection, and the reset can overtake the answer.
      expect(streamed.headers.get('connection')).not.toBe('close');
    }
    const exact = `${good}${' '.repeat(1024 * 1024 - good.length)}`;
    expect((await post(door.url, headers(), exact)).status).toBe(200);
  });

  test.each<[string, Body, string]>([
    ['50 000 levels deep', `{"workspace_id":"a","event_type":"b","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'webhook.too_deep'],
    ['not UTF-8', Buffer.concat([bytes('{"workspace_id":"'), Buffer.from([0xff, 0xfe]), bytes('"}')]), 'webhook.not_json'],
    ['not JSON', 'event_type=x', 'webhook.not_json'],
    ['empty', '', 'webhook.not_json'],
    ['no event', '{"workspace_id":"a"}', 'webhook.no_event'],
  ])('%s gets 400', async (_what, body, code) => {
    const door = await openDoor();
    expectRefused(door, await post(door.url, headers(), body), 400, code);
    expect(door.refused).toEqual([]);
  });

  test.each<[string, Record<string, string>, Body]>([
    ['gzip', { 'content-encoding': 'gzip' }, gzipSync(good)],
    ['text/plain', { 'content-type': 'text/plain' }, good],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, good],
    ['another character set', { 'content-type': 'application/json; charset=utf-16' }, good],
    ['a JSON of another kind', { 'content-type': 'application/ld+json' }, good],
    ['something that begins like it', { 'content-type': 'application/jsonx' }, good],
  ])('as %s gets 415', async (_what, more, body) => {
    const door = await openDoor();
    expectRefused(door, await post(door.url, headers(more), body), 415, 'webhook.not_json_type');
  });

  test('answers hold no word of what was sent', async () => {
    const door = await openDoor({ webhookToken: 'canary-token' });
    const canary = { ...unsigned, 'x-tl-partner-id': 'canary-partner', 'x-tl-signature': 'canary-signature' };
    const reply = await fetch(`${door.url}/canary-token?canary=1`, { method: 'POST', headers: canary, body: '{"canary":1}' });
    expect((await reply.text()) + JSON.stringify([...reply.headers])).not.toContain('canary');
    for (const path of ['/canary', `/webhooks/timelinesai/canary/more`, `/webhooks/timelinesai/${'canary'.repeat(200)}`, '/%canary']) {
      const lost = await fetch(`http://127.0.0.1:${door.port}${path}`, { method: 'POST', headers: unsigned, body: '{}' });
      expect(lost.status).toBeGreaterThanOrEqual(400);
      expect(await lost.text()).not.toContain('canary');
    }
  });
});

describe('a flood from one address', () => {
  test('gets 429 from the 101st refusal of a minute on, while a genuine request from the same address still gets 200', async () => {
    let now = Date.now();
    const door = await openDoor({ now: () => now });
    const codes: number[] = [];
    for (let i = 0; i < 103; i++) codes.push((await post(door.url, unsigned, '{}')).status);
    expect(codes.indexOf(429)).toBe(100);
    expect(codes.slice(100)).toEqual([429, 429, 429]);
    expect((await post(door.url, unsigned, '{}')).headers.get('retry-after')).toBe('60');
    expect((await post(door.url, signedHeaders(now))).status).toBe(200);
    expect(door.refused).toHaveLength(104);
    now += 61_000;
    expect((await post(door.url, unsigned, '{}')).status).toBe(401);
  });
});

describe('an event that cannot be kept', () => {
  test.each([
    ['store.full', 503, '60'],
    ['store.busy', 503, '5'],
    ['relay.busy', 503, '5'],
    ['store.row', 500, null],
  ] as const)('%s is answered %i, to be sent again', async (code, status, retryAfter) => {
    const door = await openDoor({ accept: () => Promise.reject(new RelayError(code, 'writing to /secret/path')) });
    const answer = await post(door.url, headers());
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([status, code, retryAfter]);
    expect(JSON.stringify(answer.body)).not.toContain('/secret/path');
  });

  test('is not even read while the relay is not ready', async () => {
    const door = await openDoor({ ready: () => new RelayError('store.io', 'x') });
    const answer = await post(door.url, headers());
    expectRefused(door, answer, 503, 'store.io');
    expect(answer.headers.get('retry-after')).toBe('5');
    expectRefused(door, await post(door.url, unsigned), 401, 'webhook.refused');
  });

  test('because of a mistake of our own is answered 500 without its words, and told', async () => {
    const door = await openDoor({ accept: () => Promise.reject(new TypeError('inner words')) });
    const answer = await post(door.url, headers());
    expect([answer.status, answer.body.code]).toEqual([500, 'relay.fault']);
    expect(JSON.stringify(answer.body)).not.toContain('inner words');
    expect(String(door.faults[0])).toContain('inner words');
  });
});
