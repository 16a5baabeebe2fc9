// Certificates: a wrong one is wrong for every message, and nothing is ever sent past it.
import { describe, expect, test } from 'vitest';
import { failure, network, pem, receiver } from './world.ts';

describe('TLS', () => {
  test('with a trusted certificate goes through', async () => {
    const { url } = await receiver(undefined, { key: pem('key'), cert: pem('local') });
    expect((await network({ ca: pem('local') }).request(url, {})).status).toBe(200);
  });

  test.each<[string, 'local' | 'elsewhere' | 'expired', 'elsewhere' | 'expired' | undefined, RegExp]>([
    ['made by nobody', 'local', undefined, /SELF_SIGNED/],
    ['of another name', 'elsewhere', 'elsewhere', /ALTNAME/],
    ['out of date', 'expired', 'expired', /EXPIRED/],
  ])('with a certificate %s is a matter of configuration, and nothing is sent', async (_, cert, ca, code) => {
    const { url, requests } = await receiver(undefined, { key: pem('key'), cert: pem(cert) });
    const net = network({ ca: ca && pem(ca) });
    for (const attempt of [net.request(url, { body: 'x' }), net.fetch(url, { method: 'POST', body: 'x' })]) {
      expect(await failure(attempt)).toMatchObject({ reason: 'auth', code: expect.stringMatching(code), perhaps: false });
    }
    expect(requests).toHaveLength(0);
  });

  test('on a port that speaks none is a matter of configuration, and never goes on without', async () => {
    const { url, requests } = await receiver();
    expect(await failure(network().request(url.replace('http:', 'https:'), {}))).toMatchObject({ reason: 'auth' });
    expect(requests).toHaveLength(0);
  });
});
