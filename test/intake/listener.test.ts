// The limits of a listener, its end, and the two questions an orchestrator asks it.
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { RelayError } from '../../src/errors.ts';
import { createListener } from '../../src/intake/listener.ts';
import { closeDoors, knock, openDoor } from './door.ts';
import { sample } from './read.ts';
import { signedHeaders } from './signing.ts';

afterEach(closeDoors);
const webhook = () => ({ method: 'POST', headers: signedHeaders(Date.now()), body: JSON.stringify(sample('connected')) });

describe('a listener', () => {
  test('bounds how long a request may take, how large and how many, so that a slow stranger holds nothing for long', async () => {
    const { listener } = await openDoor();
    const server = listener.app.server as Server;
    expect(server).toMatchObject({
      requestTimeout: 15_000,
      headersTimeout: 10_000,
      timeout: 30_000,
      keepAliveTimeout: 72_000,
      maxConnections: 4096,
    });
    expect(listener.app.initialConfig).toMatchObject({ bodyLimit: 1024 * 1024 });
    // How often Node looks for requests past these limits; it keeps the timer to itself.
    const looks = Object.getOwnPropertySymbols(server).find((symbol) => symbol.description === 'http.server.connectionsCheckingInterval');
    expect(Reflect.get(server, looks ?? '')).toMatchObject({ _idleTimeout: 2000 });
  });

  test('cuts a connection that falls silent before its request is whole', async () => {
    const { port } = await openDoor({}, { connectionTimeout: 50 });
    expect(await knock(port, 'POST /webhooks/timelinesai HTTP/1.1\r\nHost: re')).toBe('');
  });

  test('answers what is no HTTP shortly and hangs up', async () => {
    const { port } = await openDoor();
    expect(await knock(port, 'canary\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    expect(await knock(port, `GET / HTTP/1.1\r\nHost: relay\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });

  test('believes no proxy header about who is calling', async () => {
    const door = await openDoor();
    await fetch(door.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
      body: '{}',
    });
    expect(door.refused).toMatchObject([{ address: '127.0.0.1' }]);
  });
});

describe('a draining listener', () => {
  test('keeps connections open until then, and closes each with its answer from then on', async () => {
    const door = await openDoor();
    expect((await fetch(door.url, webhook())).headers.get('connection')).toBe('keep-alive');
    door.listener.drain();
    expect(door.listener.draining()).toBe(true);
    for (const path of ['/healthz', '/nothing'])
      expect((await fetch(`http://127.0.0.1:${door.port}${path}`)).headers.get('connection')).toBe('close');
  });

  test('answers new webhooks 503 and finishes the one it has', async () => {
    const finished = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const door = await openDoor({
      ready: () => (door.listener.draining() ? new RelayError('relay.draining', 'stopping') : true),
      accept: async (event) => {
        inside.resolve();
        await finished.promise;
        return { id: event.id, duplicate: false };
      },
    });
    const first = fetch(door.url, webhook());
    await inside.promise;
    door.listener.drain();
    const second = await fetch(door.url, webhook());
    expect([second.status, second.headers.get('connection'), second.headers.get('retry-after')]).toEqual([503, 'close', '5']);
    expect(await second.json()).toMatchObject({ code: 'relay.draining' });
    finished.resolve();
    expect([(await first).status, (await first).headers.get('connection')]).toEqual([200, 'close']);
  });

  test('lets go of connections nobody uses', async () => {
    const door = await openDoor();
    const socket = connect(door.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write('GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    door.listener.drain();
    await closed;
  });
});

describe('a closing listener', () => {
  test('waits for nobody who is still sending what was refused, and for the answer to whoever is not', async () => {
    const answered = Promise.withResolvers<{ id: string; duplicate: boolean }>();
    const inside = Promise.withResolvers<void>();
    const door = await openDoor({
      accept() {
        inside.resolve();
        return answered.promise;
      },
    });
    const slow = connect(door.port, '127.0.0.1');
    slow.write('POST /webhooks/timelinesai HTTP/1.1\r\nHost: relay\r\nContent-Length: 2000000\r\n\r\n{');
    await new Promise((resolve) => slow.once('data', resolve));
    const cut = new Promise((resolve) => slow.on('close', resolve));
    slow.on('error', () => {});
    const request = fetch(door.url, webhook());
    await inside.promise;
    const closed = door.listener.app.close();
    answered.resolve({ id: 'e_1', duplicate: false });
    expect((await request).status).toBe(200);
    await cut;
    await closed;
  });

  test('lets a connection go as soon as a refused body has been read away', async () => {
    const door = await openDoor();
    const reply = await fetch(door.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(8 * 1024 * 1024),
    });
    expect(reply.status).toBe(401);
    await door.listener.app.close();
  });

  test('that never opened closes too', async () => {
    await createListener().app.close();
  });
});

describe('health', () => {
  test('is alive as long as it answers, and ready with a list of what is not as it should be', async () => {
    const door = await openDoor();
    const ask = async (path: string) => {
      const reply = await fetch(`http://127.0.0.1:${door.port}${path}`);
      return [reply.status, await reply.json()];
    };
    expect(await ask('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await ask('/readyz')).toEqual([200, { status: 'ok', degraded: [] }]);
    const degraded = [{ code: 'rules.bad', subject: 'routes.yaml', text: 'line 3' }];
    door.health = { degraded };
    expect(await ask('/readyz')).toEqual([200, { status: 'degraded', degraded }]);
    door.health = { down: 'draining', degraded };
    expect(await ask('/readyz')).toEqual([503, { status: 'down', reason: 'draining', degraded }]);
    expect(await ask('/healthz')).toEqual([200, { status: 'ok' }]);
  });
});
