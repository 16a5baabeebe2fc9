import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { buildApi } from '../../src/admin/api.ts';
import { type Answer, ask, post } from './ask.ts';
import { openListener, someParts } from './doorway.ts';

const token = 'a-token-of-more-than-thirty-two-bytes';
const authorization = `Bearer ${token}`;
const opened: { close(): Promise<void> }[] = [];

async function open(options: { token?: string; now?(): number; host?: string } = {}) {
  let loads = 0;
  const { parts, lines } = someParts();
  const listener = await openListener({
    ...options,
    parts: () => {
      loads++;
      return parts;
    },
  });
  opened.push(listener);
  return { ...listener, parts, lines, loads: () => loads };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const expectProblem = (answer: Answer, status: number, code: string) => {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.json()).toEqual({
    type: `urn:timelines-relay:error:${code}`,
    title: expect.any(String),
    status,
    code,
    detail: expect.any(String),
    request: expect.stringMatching(/^r_[0-9A-Z]{26}$/),
  });
  expect(answer.headers['x-request-id']).toBe(answer.json().request);
};

describe('without ADMIN_TOKEN', () => {
  test('this machine may ask', async () => {
    const { port } = await open();
    const answer = await ask(port, '/api/v1/config');
    expect(answer.status).toBe(200);
    expect(answer.json().revision).toBe('r1');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('another address of this machine counts as this machine', async () => {
    const { port } = await open({ host: '127.0.0.2' });
    expect((await ask(port, '/api/v1/config', { address: '127.0.0.2' })).status).toBe(200);
  });

  test('a name that a page has bound to this machine is refused', async () => {
    const { port } = await open();
    expectProblem(await ask(port, '/api/v1/config', { headers: { host: 'evil.example' } }), 401, 'admin.refused');
    expectProblem(await ask(port, '/metrics', { headers: { host: `evil.example:${port}` } }), 401, 'admin.refused');
  });

  test('a request from another machine is refused, whatever its Host says', async () => {
    const { app } = await open();
    for (const url of ['/api/v1/config', '/metrics', '/', '/api/docs']) {
      const answer = await app.inject({ url, remoteAddress: '203.0.113.9', headers: { host: 'localhost' } });
      expect(answer.statusCode, url).toBe(401);
      expect(answer.json().code).toBe('admin.refused');
    }
  });

  test('health is answered to anyone', async () => {
    const { app } = await open();
    for (const url of ['/healthz', '/readyz'])
      expect((await app.inject({ url, remoteAddress: '203.0.113.9', headers: { host: 'relay.example' } })).statusCode).toBe(200);
  });
});

describe('with ADMIN_TOKEN', () => {
  test('the token opens, and nothing else does', async () => {
    const { port } = await open({ token });
    expect((await ask(port, '/api/v1/config', { headers: { authorization } })).status).toBe(200);
    expectProblem(await ask(port, '/api/v1/config'), 401, 'admin.refused');
    const wrong = await ask(port, '/api/v1/config', { headers: { authorization: `${authorization}x` } });
    expectProblem(wrong, 401, 'admin.refused');
    expect(wrong.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(wrong.text).not.toContain(token);
  });

  test('a request from another machine may show it', async () => {
    const { app } = await open({ token });
    const answer = await app.inject({
      url: '/api/v1/config',
      remoteAddress: '203.0.113.9',
      headers: { host: 'relay.example', authorization },
    });
    expect(answer.statusCode).toBe(200);
  });

  test('guessing ends with 429, for the right token too, until a minute has passed', async () => {
    let now = 0;
    const { port } = await open({ token, now: () => now });
    const guess = () => ask(port, '/metrics', { headers: { authorization: 'Bearer guess' } });
    for (let n = 0; n < 10; n++) expectProblem(await guess(), 401, 'admin.refused');
    const locked = await guess();
    expectProblem(locked, 429, 'admin.locked');
    expect(locked.headers['retry-after']).toBe('60');
    expectProblem(await ask(port, '/metrics', { headers: { authorization } }), 429, 'admin.locked');
    now = 60_000;
    expect((await ask(port, '/metrics', { headers: { authorization } })).status).toBe(200);
  });
});

describe('what is behind the door', () => {
  test('is not loaded by those who are refused, nor by health checks', async () => {
    const { port, loads } = await open({ token });
    await ask(port, '/api/v1/config');
    await ask(port, '/metrics');
    await ask(port, '/healthz');
    expect(loads()).toBe(0);
    await ask(port, '/healthz', { headers: { authorization } });
    expect(loads()).toBe(0);
    await ask(port, '/api/v1/config', { headers: { authorization } });
    await ask(port, '/api/v1/config', { headers: { authorization } });
    expect(loads()).toBe(1);
  });

  test('is loaded once by many first requests at the same time', async () => {
    const { port, loads } = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(port, '/api/v1/config')));
    expect(answers.map((one) => one.status)).toEqual(Array(20).fill(200));
    expect(loads()).toBe(1);
  });

  test('answers nothing to a request that did not come by the door', async () => {
    const app = await buildApi(someParts().parts, { get: () => undefined });
    const answer = await app.inject('/api/v1/config');
    expect(answer.json()).toMatchObject({ status: 401, code: 'admin.refused' });
    await app.close();
  });

  test('can be loaded by a later request where the first one failed', async () => {
    const { parts } = someParts();
    let broken = true;
    const listener = await openListener({
      parts: () => {
        if (broken) throw new Error('the disk would not give it');
        return parts;
      },
    });
    opened.push(listener);
    const answer = await ask(listener.port, '/api/v1/config');
    expectProblem(answer, 500, 'relay.fault');
    expect(answer.text).not.toContain('disk');
    expect(listener.warnings).toHaveLength(1);
    broken = false;
    expect((await ask(listener.port, '/api/v1/config')).status).toBe(200);
  });

  test('takes its time to answer, though a connection on which nothing is said is cut sooner', async () => {
    const judged = Promise.withResolvers<never>();
    const { parts } = someParts({ judgeRoutes: () => judged.promise });
    const listener = await openListener({ parts: () => parts });
    opened.push(listener);
    await ask(listener.port, '/api/v1/config');
    listener.app.server.setTimeout(100);
    const answer = post(listener.port, '/api/v1/config/check', { routes: '' });
    // Each is cut after the time that the question is older than.
    for (let silent = 0; silent < 3; silent++)
      await new Promise<void>(
        (resolve) =>
          void connect(listener.port, '127.0.0.1')
            .on('close', () => resolve())
            .resume(),
      );
    judged.resolve({ ok: true, mistakes: [], warnings: [], text: '' } as never);
    expect((await answer).status).toBe(200);
  });

  test('closes its connections once the relay is stopping', async () => {
    const { port, drain } = await open();
    const keepAlive = { headers: { connection: 'keep-alive' } };
    expect((await ask(port, '/api/v1/config', keepAlive)).headers.connection).toBe('keep-alive');
    drain();
    expect((await ask(port, '/api/v1/config', keepAlive)).headers.connection).toBe('close');
  });
});

describe('whatever is sent', () => {
  test('an address that is not there is a problem document with the id of the request', async () => {
    const { port } = await open();
    expectProblem(await ask(port, '/nowhere'), 404, 'relay.not_found');
    for (const path of ['/api/v1/events/%zz', '/events/%ff', '/%', '/assets/..%2', '/api/docs/%c0%af'])
      expectProblem(await ask(port, path), 400, 'relay.bad_request');
    for (const method of ['PROPFIND', 'PURGE', 'M-SEARCH'])
      expectProblem(await ask(port, '/api/v1/events', { method }), 404, 'relay.not_found');
    for (const path of ['/', '/nowhere']) expectProblem(await ask(port, path, { method: 'QUERY' }), 400, 'admin.bad_request');
    expectProblem(
      await ask(port, '/api/v1/config', { method: 'PUT', headers: { 'content-type': 'application/json' } }),
      404,
      'relay.not_found',
    );
  });

  test('a change needs the content type application/json, so that no form of another page can ask for one', async () => {
    const { port } = await open();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', '']) {
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      expectProblem(await ask(port, '/api/v1/config/check', { method: 'POST', headers, body: '{"routes":""}' }), 415, 'admin.not_json');
    }
  });

  test('a change without a body needs it too, else a mere link could ask for one', async () => {
    const { port } = await open();
    expectProblem(await ask(port, '/api/v1/config/reload', { method: 'POST' }), 415, 'admin.not_json');
  });

  test('a body that is no JSON, or too large, or holds __proto__, is refused', async () => {
    const { port } = await open();
    const send = (body: string) =>
      ask(port, '/api/v1/config/check', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expectProblem(await send('{"routes":'), 400, 'admin.bad_request');
    expectProblem(await send('{"routes":"","__proto__":{"x":1}}'), 400, 'admin.bad_request');
    expectProblem(await send(`{"routes":"${'x'.repeat(1024 * 1024)}"}`), 413, 'admin.too_large');
  });

  test('what does not fit the schema is told by name, and not what was sent', async () => {
    const { port } = await open();
    const unknown = await post(port, '/api/v1/config/check', { routes: '', rotues: 'sekret' });
    expectProblem(unknown, 400, 'admin.bad_request');
    expect(unknown.json().detail).toContain('rotues');
    expect(unknown.text).not.toContain('sekret');
    const missing = await post(port, '/api/v1/config/check', {});
    expect(missing.json().detail).toMatch(/^In the body: routes: /);
    expect((await ask(port, '/api/v1/events?limit=1000')).json().detail).toMatch(/^In the query: limit: /);
    expect((await ask(port, '/api/v1/events?lmit=10')).json().detail).toContain('lmit');
    for (const phone of ['----', '((((', '12-3', '%25%25%25%25', '____', '1234%00', '1'.repeat(26)])
      expect((await ask(port, `/api/v1/events?phone=${phone}`)).json().detail).toMatch(/^In the query: phone: is a phone number/);
  });

  test('a fault of the relay is told by its code alone, and logged with the id that was answered', async () => {
    const { parts, lines } = someParts({
      judgeRoutes: async () => {
        throw new Error('a secret path /etc/relay');
      },
    });
    const listener = await openListener({ parts: () => parts });
    opened.push(listener);
    const answer = await post(listener.port, '/api/v1/config/check', { routes: '' });
    expectProblem(answer, 500, 'relay.fault');
    expect(answer.text).not.toContain('/etc/relay');
    expect(lines).toMatchObject([
      { level: 'warn', message: 'admin.failed', request: answer.json().request, route: '/api/v1/config/check' },
    ]);
  });

  test('garbage on the socket harms nobody', async () => {
    const { port } = await open();
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end('GARBAGE\r\n\r\n'));
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
      socket.resume();
    });
    expect((await ask(port, '/api/v1/config')).status).toBe(200);
  });
});
