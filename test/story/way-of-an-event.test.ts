// From a signed webhook to a receiver, through a relay process as users run it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiver } from './receiver.ts';
import { back, drop, post, type Running, sample, signature, until, type World, world } from './world.ts';

let target: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;

const routes = (url: string) => `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${url}", allow_private: yes, show_phone: yes }
routes:
  - { name: held, events: [disconnected], where: { workspace: "held-*" }, hold: 2s, send: [hook] }
  - { name: everything, except: [{ workspace: "held-*" }], send: [hook] }
fallback: { send: [hook] }
operator: hook
`;

beforeAll(async () => {
  target = await receiver();
  stage = world(routes(target.url));
  relay = await stage.start();
});
afterAll(async () => {
  await stage.close();
  target.close();
});

const arrivals = (workspace: string) => target.arrived.filter((one) => one.body.alert?.workspace.id === workspace);

const names = [
  'api-calls-100',
  'connected',
  'disconnected',
  'messaging-100',
  'messaging-90',
  'overview-messaging-90',
  'seats-full',
  'token-rotated',
  'transactions-100',
];

for (const name of names) {
  test(`${name}: arrives once in the promised shape, and a repeat answers the first id and delivers nothing`, async () => {
    const workspace = `ws-${name}`;
    const body = sample(name);
    if ('data' in body) Object.assign(body.data as object, { workspace_id: workspace });
    else body.workspace_id = workspace;
    const first = await post(relay, body);
    expect(first).toEqual({ status: 200, body: { id: expect.stringMatching(/^e_[0-9A-Z]{26}$/), duplicate: false } });
    const [arrival] = await until('its message', () => arrivals(workspace).length > 0 && arrivals(workspace));
    expect(await post(relay, body)).toEqual({ status: 200, body: { id: first.body.id, duplicate: true } });
    const posted = arrival!.body;
    expect(posted.event).toEqual(body);
    expect(posted).toMatchObject({ destination: 'hook', route: 'everything', alert: { id: first.body.id } });
    const { id, at, message, event, ...rest } = posted as typeof posted & { at: string };
    expect(arrival!.headers).toMatchObject({ 'webhook-id': id, 'idempotency-key': id, 'content-type': 'application/json' });
    expect(id).toMatch(/^d_[0-9A-Z]{26}$/);
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(message.headline).not.toBe('');
    const alert = { ...rest.alert, id: 'ID', received_at: 'NOW' } as Record<string, unknown>;
    for (const key of ['triggered_at', 'trace_url']) if (name === 'overview-messaging-90') delete alert[key];
    expect({ ...rest, alert }).toMatchSnapshot();
    expect(arrivals(workspace)).toHaveLength(1);
  });
}

test('a drop that heals within its hold is told to nobody; one that does not is told once, then its end', async () => {
  await post(relay, drop('held-short'));
  await post(relay, drop('held-long'));
  await post(relay, back('held-short', Date.now() + 5));
  await until('the alert of the long one', () => arrivals('held-long').length === 1);
  await post(relay, back('held-long', Date.now() + 5));
  await until('its end', () => arrivals('held-long').length === 2);
  expect(arrivals('held-long').map((one) => one.body.kind)).toEqual(['alert', 'resolved']);
  expect(arrivals('held-short')).toEqual([]);
});

test('what cannot prove its origin is refused with 401 and leaves no trace', async () => {
  const before = target.arrived.length;
  const body = { ...sample('token-rotated'), workspace_id: 'forged' };
  const none = { 'x-tl-signature': `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.` };
  for (const headers of [
    { 'x-tl-signature': signature({ secret: 'another' }) },
    { 'x-tl-signature': '' },
    none,
    { 'x-tl-partner-id': 'someone' },
  ]) {
    expect(await post(relay, body, headers as Record<string, string>)).toMatchObject({ status: 401 });
  }
  expect(await post(relay, { ...body, partner_id: 'someone' })).toMatchObject({ status: 401 });
  expect(arrivals('forged')).toEqual([]);
  expect(target.arrived.length).toBe(before);
});

test('a 20-digit number arrives as it was sent', async () => {
  const text = JSON.stringify({ ...sample('token-rotated'), workspace_id: 'digits', note: 0 }).replace(
    '"note":0',
    '"note":12345678901234567890',
  );
  await post(relay, text);
  const arrival = await until('its message', () => arrivals('digits')[0]);
  expect(arrival.text).toContain('"note":12345678901234567890');
});

test('it is ready, and stops within eight seconds with exit 0', async () => {
  expect((await fetch(`${relay.url}/readyz`)).status).toBe(200);
  const began = Date.now();
  expect(await stage.stop(relay)).toBe(0);
  expect(Date.now() - began).toBeLessThan(8000);
});
