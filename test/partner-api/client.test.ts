import { expect, test } from 'vitest';
import { fleetNumber } from './double.ts';
import { clientAndDouble } from './world.ts';

const shop = { display_name: 'Shop Ltd', whatsapp_accounts: [fleetNumber(1), fleetNumber(2, { connected: false })] };

test('a workspace is read with its name and numbers, under a signed token and the name of the relay', async () => {
  const { api, double } = await clientAndDouble();
  double.fleet.set('my shop/1', shop);
  expect(await api.workspace('my shop/1')).toMatchObject({
    id: 'my shop/1',
    name: 'Shop Ltd',
    numbers: [
      { id: '1', phone: '+34600000001', userId: '42', connected: true, connectedAt: Date.parse('2026-01-15T10:00:00Z') },
      { id: '2', connected: false, status: 'disconnected' },
    ],
  });
  expect(double.asked[0]).toMatchObject({ id: 'my shop/1', agent: 'timelines-relay/0.0.0' });
});

test('each question has a token of its own, good for three minutes either way', async () => {
  const { api, double } = await clientAndDouble({ speed: 600 });
  for (const id of ['a', 'b']) double.fleet.set(id, shop);
  await api.workspace('a');
  await api.workspace('b');
  const [first, second] = double.asked.map(({ at, token }) => {
    const { nbf, exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { nbf: number; exp: number };
    expect(exp - nbf).toBe(360);
    expect(Math.abs((nbf + exp) / 2 - at / 1000)).toBeLessThan(60);
    return nbf;
  });
  expect(second).toBeGreaterThan(first!);
});

test('a workspace that is not there, or is another partner’s, is an answer and no error', async () => {
  const { api, double } = await clientAndDouble();
  expect(await api.workspace('nobody')).toBeUndefined();
  double.trouble(() => ({ status: 403, body: '{"error":"workspace_not_owned_by_partner","status":403}' }));
  expect(await api.workspace('theirs')).toBeUndefined();
});

test('however many questions wait, they go out one by one at five a second', async () => {
  const { api, double } = await clientAndDouble();
  const ids = Array.from({ length: 12 }, (_, at) => `w${at}`);
  for (const id of ids) double.fleet.set(id, shop);
  await Promise.all(ids.map((id) => api.workspace(id)));
  expect(double.asked).toHaveLength(12);
  // By the millisecond it is held in pace.test.ts: over a socket each may arrive a little late.
  expect(double.asked.at(-1)!.at - double.asked[0]!.at).toBeGreaterThanOrEqual(2000);
});

test('a question that an alert waits for goes before all that merely wait', async () => {
  const { api, double } = await clientAndDouble({ speed: 10 });
  const ids = Array.from({ length: 8 }, (_, at) => `w${at}`);
  const rest = ids.map((id) => api.workspace(id));
  const urgent = api.workspace('now', { urgent: true });
  await Promise.all([...rest, urgent]);
  expect(double.asked.findIndex(({ id }) => id === 'now')).toBeLessThanOrEqual(1);
});

test('an answer serves for a minute, and those who ask at once share one', async () => {
  const { api, double, ticker } = await clientAndDouble({ speed: 600 });
  double.fleet.set('a', shop);
  await Promise.all([api.workspace('a'), api.workspace('a')]);
  const askedAt = (await api.workspace('a'))!.askedAt;
  expect(double.asked).toHaveLength(1);
  while (ticker.now() < askedAt + 61_000) await new Promise((resolve) => setTimeout(resolve, 5));
  await api.workspace('a');
  expect(double.asked).toHaveLength(2);
});

test('an answer from before what it is asked for does not serve', async () => {
  const { api, double, ticker } = await clientAndDouble();
  double.fleet.set('a', shop);
  await api.workspace('a');
  await api.workspace('a', { notBefore: ticker.now() - 10_000 });
  expect(double.asked).toHaveLength(1);
  await api.workspace('a', { notBefore: ticker.now() + 1 });
  expect(double.asked).toHaveLength(2);
});

test('while the secret rotates the other one is tried, and stays the first to be used', async () => {
  const { api, double } = await clientAndDouble({ secrets: ['new-secret', 'old-secret'], secret: 'old-secret' });
  for (const id of ['a', 'b', 'c']) double.fleet.set(id, shop);
  expect(await api.workspace('a')).toMatchObject({ id: 'a' });
  expect(double.asked).toHaveLength(2);
  await api.workspace('b');
  expect(double.asked).toHaveLength(3);
  double.secret('new-secret');
  expect(await api.workspace('c')).toMatchObject({ id: 'c' });
});

test('refused credentials are told as such, without the token or the secret, and are not tried over and over', async () => {
  const { api, double } = await clientAndDouble({ secrets: ['a-wrong-secret'] });
  const error = await api.workspace('a').catch((one: Error) => one);
  expect(error).toMatchObject({ code: 'partner_api.refused' });
  expect(String(error)).toContain('HTTP 401 invalid_signature. Are PARTNER_ID and PARTNER_SECRET what TimelinesAI gave you?');
  expect(String(error)).not.toMatch(/a-wrong-secret|eyJ/);
  await expect(api.workspace('b')).rejects.toMatchObject({ code: 'partner_api.refused' });
  expect(double.asked).toHaveLength(1);
});

test('an address that is not the Partner API is told as such', async () => {
  const { api, double } = await clientAndDouble();
  double.trouble(() => 404);
  await expect(api.workspace('a')).rejects.toThrow('Is PARTNER_API_URL right?');
});

test('an answer about something else is refused, and odd fields spoil only themselves', async () => {
  const { api, double } = await clientAndDouble();
  double.trouble((id) => ({
    body: {
      other: '{"workspace_id":"elsewhere"}',
      list: '[1]',
      odd: `{"data":{"workspace_id":"odd","display_name":7,"whatsapp_accounts":[7,{"phone_number":"+1","connection_status":"Connected","connected_at":"soon"}]}}`,
    }[id]!,
  }));
  await expect(api.workspace('other')).rejects.toMatchObject({ code: 'partner_api.bad_answer' });
  await expect(api.workspace('list')).rejects.toMatchObject({ code: 'partner_api.bad_answer' });
  expect(await api.workspace('odd')).toMatchObject({ id: 'odd', numbers: [{ connected: false }, { phone: '+1', connected: true }] });
});

test.each([
  ['429 that says when', { status: 429, retryAfter: '2' } as const],
  ['503', 503],
  ['the wall’s 403', 403],
  ['cut off', 'cut' as const],
])('what passes is tried again: %s', async (_, trouble) => {
  const { api, double } = await clientAndDouble({ speed: 20 });
  double.fleet.set('a', shop);
  double.trouble((_id, count) => (count === 1 ? trouble : undefined));
  expect(await api.workspace('a')).toMatchObject({ id: 'a' });
  expect(double.asked).toHaveLength(2);
  const wait = typeof trouble === 'object' ? 2000 : 1000;
  expect(double.asked[1]!.at - double.asked[0]!.at).toBeGreaterThanOrEqual(wait);
});

test('a question whose time is short gives up soon, and one that has time does so in the end', async () => {
  const { api, double } = await clientAndDouble({ speed: 50 });
  double.trouble(() => 503);
  await expect(api.workspace('a', { urgent: true })).rejects.toMatchObject({ code: 'partner_api.no_answer' });
  expect(double.asked).toHaveLength(2);
  await expect(api.workspace('b')).rejects.toMatchObject({ code: 'partner_api.no_answer', message: 'asking the Partner API: HTTP 503' });
  expect(double.asked).toHaveLength(6);
});

test('a server that never answers is given up after the deadline, and a stop does not wait for it', async () => {
  const { api, double, stop } = await clientAndDouble({ requestMs: 100 });
  double.trouble(() => 'silence');
  await expect(api.workspace('a', { urgent: true })).rejects.toThrow(/no answer from 127.0.0.1:\d+: not within 0.1 s/);
  const waits = api.workspace('b');
  stop();
  await expect(waits).rejects.toMatchObject({ code: 'partner_api.no_answer' });
});
