// Requests by way of HTTP_PROXY and HTTPS_PROXY.
import { createServer as createProxy } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { answerWith } from './receiver.ts';
import { closedAfter, failure, network, pem, receiver } from './world.ts';

describe('a proxy', () => {
  test('carries what no_proxy does not name, with the whole address in the request line', async () => {
    const proxy = await receiver(answerWith(200, {}, 'by proxy'));
    const direct = await receiver(answerWith(200, {}, 'direct'));
    const net = network({ proxy: { http: new URL(proxy.url).origin, no: '127.0.0.1' } });
    expect((await net.request('http://hooks.example/in?a=1', { body: 'x' })).text).toBe('by proxy');
    expect(proxy.requests).toMatchObject([{ method: 'POST', path: 'http://hooks.example/in?a=1', body: 'x' }]);
    expect((await net.request(direct.url, {})).text).toBe('direct');
    expect(await (await net.fetch('http://hooks.example/in')).text()).toBe('by proxy');
    expect(await net.resolve('http://hooks.example/')).toEqual([]);
  });

  test('is a blind tunnel for https: the certificate is checked here, and the proxy learns host and port alone', async () => {
    const asked: string[] = [];
    const target = await receiver(answerWith(200, {}, 'through'), { key: pem('key'), cert: pem('local') });
    const proxy = createProxy((_, response) => response.writeHead(500).end());
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const onward = connect(target.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      socket.pipe(onward).pipe(socket);
      for (const side of [socket, onward]) side.on('error', () => {}).on('close', () => [socket, onward].map((one) => one.destroy()));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closedAfter({ close: () => new Promise((resolve) => proxy.close(resolve)) });
    const https = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const url = `https://localhost:${target.port}/SECRET`;
    expect((await network({ proxy: { https }, ca: pem('local') }).request(url, { body: 'x' })).text).toBe('through');
    expect(await failure(network({ proxy: { https } }).request(url, { body: 'x' }))).toMatchObject({ reason: 'auth' });
    expect(asked).toEqual([`localhost:${target.port}`, `localhost:${target.port}`]);
    expect(target.requests).toMatchObject([{ path: '/SECRET', body: 'x' }]);
  });

  test('that wants a password is a matter of configuration', async () => {
    const proxy = await receiver(answerWith(407));
    const net = network({ proxy: { http: new URL(proxy.url).origin } });
    expect(await failure(net.request('http://hooks.example/', {}))).toMatchObject({ reason: 'auth', code: 'PROXY 407' });
  });

  test('with an address that is none is a matter of configuration, told without its password', async () => {
    const error = await failure(network({ proxy: { http: 'user:SECRET@proxy' } }).request('http://hooks.example/', {}));
    expect(error.reason).toBe('auth');
    expect(error.message).not.toContain('SECRET');
  });

  test('is not used as a way around the guard', async () => {
    const proxy = await receiver();
    const net = network({ allowPrivate: false, proxy: { http: new URL(proxy.url).origin, https: new URL(proxy.url).origin } });
    for (const url of [
      'http://169.254.169.254/',
      'https://10.1.2.3/',
      'http://[::1]/',
      'http://localhost/',
      'http://metadata.google.internal/',
    ]) {
      expect(await failure(net.request(url, {}))).toMatchObject({ reason: 'auth', code: 'outgoing.refused' });
    }
    expect(proxy.connections()).toBe(0);
  });
});
