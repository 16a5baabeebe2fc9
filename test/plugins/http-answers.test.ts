// What each answer to the http plug-in means to the relay, and where it may not go.
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { answerWith, createReceiver } from '../outgoing/receiver.ts';
import { answered, clock, http, options, post, receiver, sending } from './http-world.ts';
import { messageOf } from './messages.ts';
import { createSending } from './sending.ts';

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

  test.each([
    [404, 'permanent'],
    [410, 'permanent'],
    [401, 'config'],
    [403, 'config'],
    [500, 'transient'],
  ])('%i where the table fills in the path: what is not there is wrong for one workspace, not for all', async (status, expected) => {
    const ofTable = createSending(http, 'under-test', () => clock.now, ['url']);
    receiver.answer(answerWith(status, {}, 'because'));
    const outcome = await ofTable.send(options(), messageOf());
    expect(outcome).toMatchObject({ class: expected, code: `HTTP ${status}`, error: `the receiver answered HTTP ${status}: because` });
    await ofTable.close();
  });

  test.each([404, 410])('%i where the table fills in a header and not the path: it is wrong for all', async (status) => {
    const ofTable = createSending(http, 'under-test', () => clock.now, ['headers']);
    receiver.answer(answerWith(status, {}, 'because'));
    expect(await ofTable.send(options(), messageOf())).toMatchObject({ class: 'config', code: `HTTP ${status}` });
    await ofTable.close();
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
    const page = answerWith(500, {}, `<html>\n\t<h1>Bad\u0007 day</h1>${'x '.repeat(5000)}`);
    const { error } = await answered(page);
    expect(error).toMatch(/^the receiver answered HTTP 500: <html> <h1>Bad day<\/h1>(x )+…$/);
    expect(error!.length).toBeLessThan(350);
    const redirect = await answered(answerWith(302, { location: 'https://elsewhere.example/x?token=SECRET' }));
    expect(redirect.error).toContain('a redirect to https://elsewhere.example/x; redirects are not followed, write the final address');
  });

  test('it is cut between words, for nobody would know the first half of a secret', async () => {
    const { error } = await answered(answerWith(500, {}, `${'x '.repeat(140)}key=s3cret-that-is-cut-in-two`));
    expect(error).toMatch(/x …$/);
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
