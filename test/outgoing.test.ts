// The guarded network against real sockets: what a request brings back, what it does not, and how it fails. More in outgoing/.
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createNetworks, type Lookup } from '../src/outgoing.ts';
import type { Reply } from '../src/plugin.ts';
import { answerWith, type Script } from './outgoing/receiver.ts';
import { closedAfter, failure, network, receiver } from './outgoing/world.ts';

describe('a request', () => {
  test('brings back status, headers in lower case and the text', async () => {
    const { url, requests } = await receiver(answerWith(201, { 'X-Thing': 'a', 'Content-Type': 'text/plain' }, 'grüße'));
    const reply = await network().request(`${url}?a=1`, { method: 'PUT', headers: { 'X-Mine': 'b' }, body: 'hé' });
    expect(reply).toMatchObject({ status: 201, text: 'grüße', headers: { 'x-thing': 'a' } });
    expect(requests).toMatchObject([{ method: 'PUT', path: '/hook?a=1', body: 'hé', headers: { 'x-mine': 'b', 'content-length': '3' } }]);
  });

  test('is a POST unless said otherwise, and asks for an unpacked reply', async () => {
    const { url, requests } = await receiver();
    await network().request(url, {});
    expect(requests[0]).toMatchObject({ method: 'POST', headers: { 'accept-encoding': 'identity', 'content-length': '0' } });
  });

  test('uses its connections again', async () => {
    const { url, connections, requests } = await receiver();
    const net = network();
    for (let n = 0; n < 20; n++) await net.request(url, { body: String(n) });
    expect(requests).toHaveLength(20);
    expect(connections()).toBeLessThanOrEqual(2);
  });

  test('does not follow a redirect, whatever its kind', async () => {
    const canary = await receiver();
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await receiver(answerWith(status, { location: canary.url }));
      expect((await network().request(url, { body: 'x' })).status).toBe(status);
      expect((await network().fetch(url, { method: 'POST', body: 'x' })).status).toBe(status);
    }
    const metadata = await receiver(answerWith(302, { location: 'http://169.254.169.254/latest/meta-data/' }));
    expect((await network().request(metadata.url, {})).status).toBe(302);
    expect(canary.connections()).toBe(0);
  });

  test('reads 64 KiB of a reply that goes on, keeps its status, and closes the connection', async () => {
    const { url, allClosed } = await receiver((_, response) => response.writeHead(200).write('x'.repeat(100_000)));
    const reply = await network({ timeoutMs: 60_000 }).request(url, {});
    expect(reply.status).toBe(200);
    expect(reply.text).toHaveLength(65_536);
    await allClosed();
  });

  test.each<[string, Script]>([
    ['shorter than it says', (_, response) => response.writeHead(200, { 'content-length': '100' }).write('cut', () => response.destroy())],
    ['that drips for ever', (_, response) => response.writeHead(200).write('cut')],
  ])('takes a 200 for a 200 with a reply %s', async (_, script) => {
    const { url, allClosed } = await receiver(script);
    expect(await network({ timeoutMs: 60 }).request(url, {})).toMatchObject({ status: 200, text: 'cut' });
    await allClosed();
  });

  test('that gets no answer within its time fails as perhaps received', async () => {
    const { url, requests, allClosed } = await receiver(() => {});
    const error = await failure(network({ timeoutMs: 60 }).request(url, { body: 'x' }));
    expect(error).toMatchObject({ reason: 'transient', code: 'TIMEOUT', perhaps: true });
    expect(requests).toHaveLength(1);
    await allClosed();
  });

  test('whose reply breaks off before its status fails as perhaps received', async () => {
    const { url } = await receiver((request) => request.socket.resetAndDestroy());
    expect(await failure(network().request(url, { body: 'x' }))).toMatchObject({ reason: 'transient', code: 'ECONNRESET', perhaps: true });
    const closed = await receiver((request) => request.socket.end());
    expect(await failure(network().request(closed.url, {}))).toMatchObject({ reason: 'transient', perhaps: true });
  });

  test('that was never written fails as not received', async () => {
    const gone = await receiver();
    await gone.close();
    const error = await failure(network().request(gone.url, { body: 'x' }));
    expect(error).toMatchObject({ reason: 'transient', code: 'ECONNREFUSED', perhaps: false });
    expect(error.message).toBe(`could not reach 127.0.0.1:${gone.port}: connection refused (ECONNREFUSED)`);
  });

  test('to an unknown name fails as not received', async () => {
    const nowhere: Lookup = (_, __, done) => done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
    const error = await failure(network({ lookup: nowhere }).request('https://nobody.example/x', {}));
    expect(error).toMatchObject({ reason: 'transient', code: 'ENOTFOUND', perhaps: false });
    expect(error.message).toContain('nobody.example:443');
  });

  test('whose answer is no HTTP fails as perhaps received', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('data', () => socket.end('220 mail.example ESMTP\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closedAfter({ close: () => new Promise((resolve) => server.close(resolve)) });
    const { port } = server.address() as { port: number };
    expect(await failure(network().request(`http://127.0.0.1:${port}/`, {}))).toMatchObject({ reason: 'transient', perhaps: true });
    for (const socket of sockets) socket.destroy();
  });

  test('with a header that cannot be written is rejected for good, before anything is sent', async () => {
    const { url, requests } = await receiver();
    for (const headers of [{ 'x-a': 'one\r\nx-b: two' }, { 'bad name': 'x' }, { 'x-a': '日本' }] as Record<string, string>[]) {
      expect(await failure(network().request(url, { headers }))).toMatchObject({ reason: 'rejected' });
    }
    expect(requests).toHaveLength(0);
  });

  test.each(['', 'nothing', 'ftp://example.com/', 'file:///etc/passwd', 'http://user:SECRET@example.com/', 'https://SECRET@example.com/'])(
    'to %j is rejected for good, and its secret not told',
    async (url) => {
      for (const attempt of [network().request(url, {}), network().fetch(url), network().resolve(url)]) {
        const error = await failure(attempt);
        expect(error.reason).toBe('rejected');
        expect(error.message).not.toContain('SECRET');
      }
    },
  );

  test('is ended by its signal, and says whether it was written', async () => {
    const waiting = await receiver(() => controller.abort());
    const controller = new AbortController();
    const error = await failure(network().request(waiting.url, { signal: controller.signal }));
    expect(error).toMatchObject({ reason: 'transient', code: 'ABORTED', perhaps: true });
    const early = await failure(network().request(waiting.url, { signal: AbortSignal.abort() }));
    expect(early).toMatchObject({ reason: 'transient', code: 'ABORTED', perhaps: false });
    expect(waiting.requests).toHaveLength(1);
  });

  test('that was given up while it was connecting is never written', async () => {
    const late = await receiver();
    const controller = new AbortController();
    const lookup: Lookup = (_, __, done) => {
      controller.abort();
      setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const net = network({ lookup });
    const url = `http://late.example:${late.port}/`;
    expect(await failure(net.request(url, { signal: controller.signal, body: 'first' }))).toMatchObject({
      code: 'ABORTED',
      perhaps: false,
    });
    await net.request(url, { body: 'second' });
    expect(late.requests.map(({ body }) => body)).toEqual(['second']);
  });

  test('names host and port in its failures, never path, query or headers', async () => {
    const gone = await receiver();
    await gone.close();
    const silent = await receiver(() => {});
    const cut = await receiver((request) => request.socket.destroy());
    for (const url of [gone.url, silent.url, cut.url, 'http://10.0.0.1/hook']) {
      const net = network({ timeoutMs: 60, allowPrivate: !url.includes('10.0.0.1') });
      for (const attempt of [
        net.request(`${url}/SECRET?token=SECRET`, { headers: { authorization: 'SECRET' }, body: 'SECRET' }),
        net.fetch(`${url}/SECRET?token=SECRET`, { method: 'POST', headers: { authorization: 'SECRET' }, body: 'SECRET' }),
      ]) {
        const error = await failure(attempt);
        expect(error.message).not.toContain('SECRET');
        expect(error.message).toContain(new URL(url).hostname);
      }
    }
  });

  test('after close fails as not received', async () => {
    const { url } = await receiver();
    const net = network();
    await net.request(url, {});
    await net.close();
    expect(await failure(net.request(url, {}))).toMatchObject({ reason: 'transient', perhaps: false });
  });
});

test('destinations with the same answer to allow_private share one network, the others have another', async () => {
  const networks = closedAfter(createNetworks({ timeoutMs: 5000 }));
  const { url } = await receiver();
  expect(networks.of(true)).toBe(networks.of(true));
  expect(((await networks.of(true).request(url, {})) as Reply).status).toBe(200);
  expect(await failure(networks.of(false).request(url, {}))).toMatchObject({ code: 'outgoing.refused' });
});
