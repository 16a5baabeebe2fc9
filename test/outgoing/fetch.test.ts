// The network's fetch, for SDKs: Node's own, with the same guard and the same words.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { answerWith } from './receiver.ts';
import { failure, network, receiver } from './world.ts';

describe('fetch', () => {
  test('gives a real Response, and sends what it was given', async () => {
    const { url, requests } = await receiver(answerWith(200, { 'content-type': 'application/json' }, '{"ok":true}'));
    const response = await network().fetch(new Request(url, { method: 'POST', headers: { 'x-a': 'b' }, body: 'text' }));
    expect(response).toBeInstanceOf(Response);
    expect(await response.json()).toEqual({ ok: true });
    expect(requests[0]).toMatchObject({ method: 'POST', body: 'text', headers: { 'x-a': 'b', 'accept-encoding': 'identity' } });
    const form = new FormData();
    form.set('name', 'value');
    await network().fetch(url, { method: 'POST', body: form });
    expect(requests[1]?.body).toContain('value');
  });

  test('refuses a reply that comes packed, for it could unpack to any size', async () => {
    const { url } = await receiver(answerWith(200, { 'content-encoding': 'gzip' }, 'x'));
    expect(await failure(network().fetch(url))).toMatchObject({ reason: 'transient', perhaps: true });
  });

  test('ends a reply larger than a megabyte', async () => {
    const { url } = await receiver(answerWith(200, {}, 'x'.repeat(2_000_000)));
    const response = await network().fetch(url);
    await expect(response.text()).rejects.toThrow();
  });

  test('is bounded in time as a whole, the body too', async () => {
    const silent = await receiver(() => {});
    expect(await failure(network({ timeoutMs: 60 }).fetch(silent.url))).toMatchObject({ code: 'TIMEOUT', perhaps: true });
    const drip = await receiver((_, response) => response.writeHead(200).write('x'));
    const response = await network({ timeoutMs: 60 }).fetch(drip.url);
    await expect(response.text()).rejects.toThrow();
  });

  test('is broken off when its caller says so, also after garbage was collected', async () => {
    const silent = await receiver(() => {});
    const caller = new AbortController();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const broken = failure(network().fetch(silent.url, { signal: caller.signal }));
    await vi.waitFor(() => expect(silent.requests).toHaveLength(1));
    collect();
    caller.abort();
    // By itself it would end as too late, after five seconds.
    expect(await broken).toMatchObject({ code: 'ABORTED', perhaps: true });
  });

  test('fails in the same words as a request', async () => {
    const gone = await receiver();
    await gone.close();
    expect(await failure(network().fetch(gone.url))).toMatchObject({ reason: 'transient', code: 'ECONNREFUSED', perhaps: false });
    const cut = await receiver((request) => request.socket.destroy());
    expect(await failure(network().fetch(cut.url, { method: 'POST', body: 'x' }))).toMatchObject({ reason: 'transient', perhaps: true });
    expect(await failure(network().fetch(cut.url, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'ABORTED', perhaps: false });
  });
});
