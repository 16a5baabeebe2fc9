// The admin side of a relay as users run it: a process of its own, its store, its lanes, a receiver beside it.
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiver } from '../story/receiver.ts';
import { drop, type Running, sample, until, type World, post as webhook, world } from '../story/world.ts';
import { type Answer, ask, post } from './ask.ts';

const token = 'an-admin-token-of-more-than-32-bytes';
const signingSecret = 'whsec_c2lnbmluZy1zZWNyZXQtb2YtdGhpcy10ZXN0';
const headers = { authorization: `Bearer ${token}` };
const routes = (url: string, more = '') => `version: 1
timezone: UTC
workspaces: { file: workspaces.csv }
destinations:
  hook: { plugin: http, url: "${url}", signing_secret: "${signingSecret}", allow_private: yes }
  own: { plugin: http, url: "${url}own", signing_secret: "{{workspace.slot}}", allow_private: yes, if_empty: other }
  other: { plugin: http, url: "${url}other", allow_private: yes }
routes:
  - { name: down, events: [disconnected], send: [hook] }
fallback: { send: [other] }
operator: other
${more}`;

let target: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;
const answers: string[] = [];
const kept = async (answer: Promise<Answer>): Promise<Answer> => {
  answers.push((await answer).text);
  return answer;
};
const get = (path: string) => kept(ask(relay.adminPort, path, { headers }));
const change = (path: string, body: unknown) => kept(post(relay.adminPort, path, body, headers));
const figure = async (name: string) => Number(new RegExp(`^timelines_relay_${name} (.+)$`, 'm').exec((await get('/metrics')).text)?.[1]);

beforeAll(async () => {
  target = await receiver();
  stage = world(routes(target.url), { 'workspaces.csv': 'id,slot\nshop,a-secret-of-the-shop\n' });
  relay = await stage.start({ ADMIN_TOKEN: token, LOG_LEVEL: 'info' });
});
afterAll(async () => {
  await stage.close();
  target.close();
});

test('an event can be asked about: why it was told, to whom, and how that went', async () => {
  const { body } = await webhook(relay, drop('acme'));
  await until('its delivery', async () => (await get(`/api/v1/events/${body.id}`)).json().deliveries[0]?.state === 'delivered');
  const event = (await get(`/api/v1/events/${body.id}`)).json();
  expect(event).toMatchObject({
    id: body.id,
    type: 'disconnected',
    outcome: 'routed',
    workspace: 'acme',
    payload: { reason: '(logged out)' },
  });
  expect(event.trace.map((line: { gate: string }) => line.gate)).toEqual(expect.arrayContaining(['store', 'incident', 'match', 'deliver']));
  expect(event.deliveries).toMatchObject([{ destination: 'hook', route: 'down', attempts: [{ n: 1, class: 'ok' }] }]);
  expect((await get('/api/v1/incidents?open=true')).json().items).toMatchObject([{ event: body.id, open: true }]);
});

test('the figures count what happened', async () => {
  await webhook(relay, sample('seats-full'));
  await webhook(relay, sample('seats-full'));
  await fetch(`${relay.url}/webhooks/timelinesai`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  expect(await figure('events_total{type="disconnected",outcome="routed"}')).toBe(1);
  expect(await figure('events_total{type="seats-full",outcome="unrouted"}')).toBe(1);
  expect(await figure('events_total{type="seats-full",outcome="duplicate"}')).toBe(1);
  expect(await figure('webhooks_refused_total{code="webhook.refused"}')).toBe(1);
  await until('the attempts', async () => (await figure('attempts_total{destination="other",class="ok"}')) >= 1);
  expect(await figure('attempt_seconds_count{destination="hook"}')).toBeGreaterThanOrEqual(1);
  expect(await figure('ledger_commit_seconds_count')).toBeGreaterThan(0);
  expect(await figure('destination_health{destination="hook",health="ok"}')).toBe(1);
  expect(await figure('rules_ok')).toBe(1);
  expect(await figure('free_bytes')).toBeGreaterThan(0);
  await until('nothing to be open', async () => (await figure('deliveries_open{state="pending"}')) === 0);
});

test('a test message arrives as such, signed, and nothing of it is stored', async () => {
  const before = (await get('/api/v1/deliveries')).json().items.length;
  const answer = (await change('/api/v1/destinations/hook/test', { event: 'messaging-100', reason: 'is it heard?' })).json();
  expect(answer).toEqual({ class: 'ok', ms: expect.any(Number), headline: expect.stringMatching(/./) });
  const arrival = target.taken.find((one) => one.body.kind === 'test');
  expect(arrival?.body).toMatchObject({
    destination: 'hook',
    route: 'test',
    alert: { type: 'messaging-100' },
    message: { headline: answer.headline },
  });
  expect(arrival?.headers['webhook-signature']).toMatch(/^v1,/);
  expect((await get('/api/v1/deliveries')).json().items).toHaveLength(before);
});

test('a destination whose fields come from the table is tested for a workspace of it', async () => {
  expect((await change('/api/v1/destinations/own/test', {})).json()).toMatchObject({
    status: 400,
    detail: expect.stringContaining('workspace'),
  });
  expect((await change('/api/v1/destinations/own/test', { workspace: 'shop' })).json()).toMatchObject({ class: 'ok' });
  expect(target.taken.at(-1)?.body).toMatchObject({
    kind: 'test',
    destination: 'own',
    alert: { workspace: { id: 'shop', slot: 'a-secret-of-the-shop' } },
  });
});

test('health, which anybody may ask for, says no number and no secret of why somebody paused a destination', async () => {
  const reason = `+34600556677 asked, and ${signingSecret} is old`;
  expect((await change('/api/v1/destinations/other/pause', { for: '1h', by: 'Ann +34600556677', reason })).status).toBe(200);
  for (const port of [relay.port, relay.adminPort]) {
    const { text } = await ask(port, '/readyz');
    expect(text).toContain('destination.paused');
    expect(text).not.toMatch(/34600556677|whsec_/);
  }
  await change('/api/v1/destinations/other/resume', { reason: 'done' });
});

test('a test that fails says how', async () => {
  target.answer(() => 500);
  expect((await change('/api/v1/destinations/hook/test', {})).json()).toMatchObject({
    class: 'transient',
    code: 'HTTP 500',
    error: expect.any(String),
  });
  target.answer(() => 200);
});

test('a destination that refuses everything is shown as held, and resuming it sends what waits', async () => {
  target.answer((arrival) => (arrival.body.destination === 'hook' ? 401 : 200));
  await webhook(relay, drop('held-one'));
  const hook = async () => (await get('/api/v1/destinations')).json().items.find((one: { name: string }) => one.name === 'hook');
  await until('the hold', async () => (await hook()).health === 'held');
  expect(await hook()).toMatchObject({ health: 'held', reason: expect.stringContaining('401'), last_class: 'config' });
  expect(await figure('destination_health{destination="hook",health="held"}')).toBe(1);
  const ready = (await ask(relay.adminPort, '/readyz')).json();
  expect(ready).toMatchObject({ status: 'degraded', degraded: [{ code: 'destination.held', destination: 'hook' }] });
  const { body } = await webhook(relay, drop('held-two'));
  target.answer(() => 200);
  expect((await change('/api/v1/destinations/hook/resume', { reason: 'the key is right again' })).json()).toEqual({ resumed: true });
  await until('what waited', () => target.taken.some((one) => one.body.alert?.id === body.id));
  expect((await change('/api/v1/destinations/hook/resume', {})).json()).toEqual({ resumed: false });
});

test('a pause that the target asked for is ended by a resume too', async () => {
  target.answer((arrival) => (arrival.body.destination === 'hook' ? 429 : 200));
  await webhook(relay, drop('paused-one'));
  const hook = async () => (await get('/api/v1/destinations')).json().items.find((one: { name: string }) => one.name === 'hook');
  await until('the pause', async () => (await hook()).health === 'paused');
  const { body } = await webhook(relay, drop('paused-two'));
  target.answer(() => 200);
  const began = performance.now();
  expect((await change('/api/v1/destinations/hook/resume', { reason: 'they raised the limit' })).json()).toEqual({ resumed: true });
  expect((await hook()).health).toBe('ok');
  await until('what waited', () => target.taken.some((one) => one.body.alert?.id === body.id));
  // By itself it would have gone on after 30 s.
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('what died is sent again under a new id, with the reason in the log', async () => {
  target.answer((arrival) => (arrival.body.destination === 'hook' ? 400 : 200));
  const { body } = await webhook(relay, drop('dead-one'));
  const dead = await until(
    'its death',
    async () => (await get('/api/v1/deliveries?state=dead')).json().items[0] as { id: string } | undefined,
  );
  expect(dead).toMatchObject({ event: body.id, destination: 'hook', last_class: 'permanent' });
  expect(await figure('deliveries_dead_total{destination="hook"}')).toBe(1);
  target.answer(() => 200);
  const { created } = (await change('/api/v1/deliveries/replay', { ids: [dead.id], reason: 'they mended it' })).json();
  await until('the replay', () => target.taken.some((one) => one.id === created[0]));
  expect((await get(`/api/v1/deliveries/${created[0]}`)).json()).toMatchObject({ replay_of: dead.id, replay_reason: 'they mended it' });
  const line = relay
    .log()
    .split('\n')
    .find((one) => one.includes('admin.changed') && one.includes('"replay"'));
  expect(JSON.parse(line!)).toMatchObject({ what: 'replay', who: 'token', why: 'they mended it', created });
});

test('a bad file is refused with its mistakes and changes nothing; a text is judged without being saved', async () => {
  const { revision } = (await get('/api/v1/config')).json();
  const slip = routes(target.url, 'rotues: []\n');
  const judged = (await change('/api/v1/config/check', { routes: slip })).json();
  expect(judged).toMatchObject({
    ok: false,
    mistakes: [{ file: 'routes.yaml', line: 12, column: 1, fix: 'routes: []' }],
    warnings: [{ code: 'secret', line: 5 }],
  });
  stage.file('routes.yaml', slip);
  const answer = await change('/api/v1/config/reload', { reason: 'try' });
  expect(answer.status).toBe(422);
  expect(answer.json()).toMatchObject({ code: 'rules.bad', mistakes: [{ file: 'routes.yaml', line: 12, column: 1 }] });
  expect((await get('/api/v1/config')).json()).toMatchObject({ revision, mistakes: [{ line: 12 }] });
  expect(await figure('rules_ok')).toBe(0);
  stage.file('routes.yaml', routes(target.url, 'quiet_source: 2d\n'));
  const good = (await change('/api/v1/config/reload', {})).json();
  expect(good).toMatchObject({ ok: true, mistakes: [] });
  expect(good.revision).not.toBe(revision);
  expect((await get('/api/v1/config')).json()).toMatchObject({ revision: good.revision, from: 'file', mistakes: [] });
  expect(await figure('rules_ok')).toBe(1);
});

test('no answer of all these and no line of the log holds a secret or a whole phone number', () => {
  for (const text of [...answers, relay.log()]) {
    for (const planted of [token, signingSecret, 'story-secret-not-real', '+123456789']) expect(text).not.toContain(planted);
  }
});

test('the relay ends cleanly on SIGTERM although its side door still waits for someone', async () => {
  const slow = connect(relay.adminPort, '127.0.0.1');
  const cut = new Promise((resolve) => slow.on('close', resolve).on('error', () => {}));
  await new Promise<void>((resolve) => slow.on('connect', resolve));
  const head = `POST /api/v1/config/check HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n`;
  slow.write(`${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"routes":`);
  const seen = target.arrived.length;
  target.answer(() => 'silence');
  const unheard = change('/api/v1/destinations/hook/test', {}).catch(() => 'cut off');
  await until('the test message', () => target.arrived.length > seen);
  expect(await stage.stop(relay)).toBe(0);
  expect(await unheard).toBe('cut off');
  await cut;
});
