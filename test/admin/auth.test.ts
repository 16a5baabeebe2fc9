import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Caller, createAuth } from '../../src/admin/auth.ts';

const token = 'a-token-of-more-than-thirty-two-bytes';
const from = (address: string, headers: Caller['headers'] = {}, method = 'GET'): Caller => ({ address, method, headers });
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const own = { host: 'localhost:8081' };

describe('without a token', () => {
  const admit = createAuth(undefined);

  test.each(['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1'])('a request from %s is let in', (address) => {
    expect(admit(from(address, own), 0)).toEqual({ ok: true, who: 'loopback' });
  });

  test.each(['10.0.0.5', '192.168.1.7', '203.0.113.9', '::ffff:10.0.0.5', '2001:db8::1', '127.0.0.1.example', ''])(
    'a request from "%s" is refused',
    (address) => {
      expect(admit(from(address, own), 0)).toMatchObject({ ok: false, code: 'admin.refused' });
    },
  );

  test.each(['localhost', 'LOCALHOST:8081', '127.0.0.1:8081', '[::1]', '[::1]:8081', '127.0.0.2'])('the Host %s is our own', (host) => {
    expect(admit(from('127.0.0.1', { host }), 0).ok).toBe(true);
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8081', 'evil.example:localhost', '10.0.0.5', '[::2]', ''])(
    'the Host "%s" is refused, so that no page can rebind its name to this machine',
    (host) => {
      expect(admit(from('127.0.0.1', { host }), 0)).toMatchObject({ ok: false, code: 'admin.refused' });
    },
  );

  test('a request without a Host header is refused', () => {
    expect(admit(from('127.0.0.1'), 0).ok).toBe(false);
  });

  test('a request that a proxy on this machine passed on is refused', () => {
    expect(admit(from('127.0.0.1', { ...own, 'x-forwarded-for': '203.0.113.9' }), 0).ok).toBe(false);
    expect(admit(from('127.0.0.1', { ...own, forwarded: 'for=203.0.113.9' }), 0).ok).toBe(false);
  });

  test('a change asked for by a page of another origin is refused, one of our own is not', () => {
    const changing = (headers: Caller['headers']) => admit(from('127.0.0.1', { ...own, ...headers }, 'POST'), 0).ok;
    expect(changing({ origin: 'http://evil.example' })).toBe(false);
    expect(changing({ origin: 'null' })).toBe(false);
    expect(changing({ 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(changing({ origin: 'http://localhost:8081', 'sec-fetch-site': 'same-origin' })).toBe(true);
  });

  test('a link from elsewhere may still open a page', () => {
    expect(admit(from('127.0.0.1', { ...own, 'sec-fetch-site': 'cross-site' }), 0).ok).toBe(true);
  });
});

describe('with a token', () => {
  test('whoever shows it is let in, from wherever and by whatever name', () => {
    const admit = createAuth(token);
    expect(admit(from('203.0.113.9', { ...bearer(token), host: 'relay.example' }), 0)).toEqual({ ok: true, who: 'token' });
    expect(admit(from('203.0.113.9', { authorization: `bearer  ${token} ` }), 0).ok).toBe(true);
  });

  test('this machine needs it too', () => {
    expect(createAuth(token)(from('127.0.0.1', own), 0)).toMatchObject({ ok: false, code: 'admin.refused' });
  });

  test('no other text is taken for it, of whatever length, and none makes the comparison throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text.trim() !== token);
        expect(createAuth(token)(from('10.0.0.1', bearer(text)), 0).ok).toBe(false);
      }),
    );
    for (const text of [token.slice(1), `${token}x`, '']) expect(createAuth(token)(from('10.0.0.1', bearer(text)), 0).ok).toBe(false);
    expect(createAuth(token)(from('10.0.0.1', { authorization: `Basic ${token}` }), 0).ok).toBe(false);
  });

  test('the answer to a wrong token holds neither of the two', () => {
    expect(JSON.stringify(createAuth(token)(from('10.0.0.1', bearer('a-guess')), 0))).not.toMatch(/a-guess|a-token/);
  });

  test('after ten wrong tokens within a minute an address is not heard, even with the right one, until the minute is over', () => {
    const admit = createAuth(token);
    for (let n = 0; n < 10; n++) expect(admit(from('10.0.0.1', bearer('wrong')), n * 1000)).toMatchObject({ code: 'admin.refused' });
    expect(admit(from('10.0.0.1', bearer('wrong')), 10_000)).toEqual({ ok: false, code: 'admin.locked' });
    expect(admit(from('10.0.0.1', bearer(token)), 59_999)).toEqual({ ok: false, code: 'admin.locked' });
    expect(admit(from('10.0.0.1', bearer(token)), 60_000).ok).toBe(true);
  });

  test('what comes during the lock does not lengthen it', () => {
    const admit = createAuth(token);
    for (let at = 0; at < 60_000; at += 100) admit(from('10.0.0.1', bearer('wrong')), at);
    expect(admit(from('10.0.0.1', bearer(token)), 60_000).ok).toBe(true);
  });

  test('each lock is told once when it begins, and no try of it again', () => {
    const locks: [string, number][] = [];
    const admit = createAuth(token, (...lock) => locks.push(lock));
    for (let n = 0; n < 9; n++) admit(from('10.0.0.1', bearer('wrong')), n);
    expect(locks).toEqual([]);
    for (let n = 9; n < 30; n++) admit(from('10.0.0.1', bearer(n === 20 ? token : 'wrong')), n);
    expect(locks).toEqual([['10.0.0.1', 9]]);
    admit(from('10.0.0.1', bearer(token)), 60_000);
    expect(locks).toHaveLength(1);
  });

  test('a guesser locks out nobody at another address', () => {
    const admit = createAuth(token);
    for (let n = 0; n < 20; n++) admit(from('10.0.0.1', bearer('wrong')), 0);
    expect(admit(from('10.0.0.2', bearer(token)), 0).ok).toBe(true);
  });

  test('requests without any token are refused but are no guesses', () => {
    const admit = createAuth(token);
    for (let n = 0; n < 50; n++) expect(admit(from('10.0.0.1'), 0)).toMatchObject({ code: 'admin.refused' });
    expect(admit(from('10.0.0.1', bearer(token)), 0).ok).toBe(true);
  });

  test('guesses from more addresses than can be remembered do not fill memory', () => {
    const admit = createAuth(token);
    for (let n = 0; n < 5000; n++) admit(from(`10.0.${n >> 8}.${n & 255}`, bearer('wrong')), n);
    for (let n = 0; n < 10; n++) admit(from('10.9.9.9', bearer('wrong')), 5000);
    expect(admit(from('10.9.9.9', bearer(token)), 5001)).toMatchObject({ code: 'admin.locked' });
  });
});
