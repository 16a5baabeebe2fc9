// What happens now, as a stream over a real socket: for programs at /api/v1/live, for the pages at /live.
import { get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { createLive, type Live } from '../../src/live.ts';
import { eventAt } from '../decide/paper.ts';
import { openPages, type Stage, token } from './pages/stage.ts';

const opened: (Stage & { live: Live })[] = [];
async function open(options: Parameters<typeof openPages>[0] & { most?: number; room?: number } = {}) {
  const { most = 50, room = 200, ...more } = options;
  const live = createLive({ now: () => Date.parse('2026-11-23T09:10:00Z'), most, room });
  // The clock of the stage is the one that the streams wait by.
  const parts = { live } as NonNullable<typeof more.parts>;
  const stage = Object.assign(await openPages({ ...more, parts }), { live });
  stage.parts.ticker = stage.clock;
  opened.push(stage);
  return stage;
}
afterEach(async () => {
  for (const { live, ...stage } of opened.splice(0)) {
    live.close();
    await stage.close();
  }
});

async function listen(stage: Stage, path: string, headers: Record<string, string> = {}) {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${stage.url}${path}`, { headers: { cookie: stage.cookies(), ...headers }, agent: false }, resolve).on('error', reject);
  });
  let text = '';
  let ended = false;
  reply.on('data', (chunk) => {
    text += chunk;
  });
  reply.on('close', () => {
    ended = true;
  });
  const heard = (what: string | RegExp) => vi.waitFor(() => expect(text).toMatch(what), { timeout: 10_000, interval: 5 });
  if (reply.statusCode === 200) await heard(/^retry: 5000\n\n/);
  return { reply, text: () => text, heard, end: () => vi.waitFor(() => expect(ended).toBe(true), { timeout: 10_000, interval: 5 }) };
}

const event = eventAt('09:10', 'disconnected', { id: 'e_1', workspaceId: 'acme' });
const input = { kind: 'event' as const, event, workspace: { id: 'acme' }, reach: {} };
const down = { ...{ workspaceId: 'acme', type: 'disconnected' as const, severity: 'critical' as const, level: 1, open: true } };
const decided = {
  ...{ did: 'decide' as const, eventId: 'e_1', outcome: 'routed' as const, leased: [], waiting: [], recall: [] },
  turned: [{ ...down, key: 'wa:acme:+34600111222', phone: '+34600111222' }],
};

test('an event, what it opened, a message that arrived and new files are told as data, with no number in them', async () => {
  const stage = await open();
  const stream = await listen(stage, '/api/v1/live');
  expect(stream.reply.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  stage.live.did({ do: 'decide', input, body: '{}' }, decided);
  stage.live.settled({ id: 'd_1', destination: 'ops', eventId: 'e_1', incidentKey: 'wa:acme:+34600111222' } as never, 'delivered');
  stage.live.publish({ kind: 'rules', revision: 'r2' });
  await stage.clock.advance(500);
  await stream.heard('event: rules');
  const told = [...stream.text().matchAll(/^event: (\w+)\ndata: (.+)\n\n/gm)].map(([, name, data]) => [name, JSON.parse(data!)]);
  const at = '2026-11-23T09:10:00.000Z';
  expect(told).toEqual([
    ['event', { kind: 'event', id: 'e_1', type: 'disconnected', severity: 'critical', workspace: 'acme', outcome: 'routed', at }],
    [
      'incident',
      {
        kind: 'incident',
        key: expect.stringMatching(/^wa:acme:\+•+1222$/),
        workspace: 'acme',
        type: 'disconnected',
        severity: 'critical',
        level: 1,
        open: true,
        at,
      },
    ],
    [
      'delivery',
      { kind: 'delivery', id: 'd_1', destination: 'ops', state: 'delivered', event: 'e_1', incident: expect.stringMatching(/•1222$/), at },
    ],
    ['rules', { kind: 'rules', revision: 'r2', at }],
  ]);
  expect(stream.text()).not.toContain('34600111222');
});

test('for the pages each is a line that is escaped, and one `changed` follows them all', async () => {
  const stage = await open();
  const stream = await listen(stage, '/live');
  const hostile = '<img src=x>\n\nevent: changed';
  stage.live.publish({ kind: 'event', id: 'e_1', type: 'disconnected', severity: 'critical', workspace: hostile, outcome: 'routed' });
  stage.live.publish({ kind: 'notice', code: 'rules.bad', subject: 'sekret.yaml' });
  await stage.clock.advance(500);
  await stream.heard(/event: changed\ndata: \{\}\n\n$/);
  expect(stream.text().match(/^event: /gm)).toHaveLength(2);
  expect(stream.text()).toContain('&lt;img src&#x3D;x&gt;');
  expect(stream.text()).not.toContain('sekret');
});

test('one who does not read in time hears how many were lost, and costs no more memory', async () => {
  const stage = await open({ room: 3 });
  const stream = await listen(stage, '/api/v1/live');
  for (const revision of ['1', '2', '3', '4', '5']) stage.live.publish({ kind: 'rules', revision });
  await stage.clock.advance(500);
  await stream.heard('"revision":"5"');
  expect(stream.text()).toContain('event: missed\ndata: {"missed":2}\n\n');
  expect(stream.text()).not.toContain('"revision":"2"');
});

test('a quiet stream is kept alive, and ends with its next beat for whoever has signed out', async () => {
  const stage = await open({ token });
  expect((await stage.get('/live', { headers: { accept: 'text/event-stream' } })).status).toBe(401);
  await stage.signIn();
  const stream = await listen(stage, '/live');
  await stage.clock.advance(15_000);
  await stream.heard(/\n\n:\n\n$/);
  await stage.submit('/', '/sign-out');
  await stage.clock.advance(15_000);
  await stream.end();
});

test('whoever signed out hears nothing more of what happens, not even until the next beat', async () => {
  const stage = await open({ token });
  await stage.signIn();
  const stream = await listen(stage, '/live');
  await stage.submit('/', '/sign-out');
  stage.live.publish({ kind: 'rules', revision: 'secret-revision' });
  await stage.clock.advance(500);
  await stream.end();
  expect(stream.text()).not.toContain('event:');
});

test('HEAD says what a stream would be, and takes the place of none', async () => {
  const stage = await open({ most: 1 });
  for (const path of ['/live', '/api/v1/live', '/live', '/api/v1/live']) {
    const { status, headers } = await stage.get(path, { method: 'HEAD' });
    expect({ status, type: headers['content-type'] }, path).toEqual({ status: 200, type: 'text/event-stream; charset=utf-8' });
  }
  expect((await listen(stage, '/api/v1/live')).reply.statusCode).toBe(200);
});

test('every stream ends when the relay stops, and no other begins', async () => {
  const stage = await open();
  const streams = [await listen(stage, '/live'), await listen(stage, '/api/v1/live')];
  stage.live.close();
  for (const one of streams) await one.end();
  expect((await stage.get('/api/v1/live')).json()).toMatchObject({ status: 503, code: 'admin.too_many_watch' });
});

test('more than so many streams are not served, and one that ends makes room', async () => {
  const stage = await open({ most: 1 });
  const first = await listen(stage, '/live');
  expect((await stage.get('/live')).status).toBe(503);
  first.reply.destroy();
  await vi.waitFor(async () => {
    const next = await listen(stage, '/live');
    expect(next.reply.statusCode).toBe(200);
  });
});

test('the store answers which incident opened, rose or ended with an event, and none that was only counted', async () => {
  const stage = await open();
  const turned = async (clock: string, type: 'messaging-90' | 'messaging-100' | 'disconnected' | 'connected') => {
    const happened = eventAt(clock, type, { id: stage.stored.ids('e') });
    const decide = { do: 'decide' as const, input: { kind: 'event' as const, event: happened, workspace: { id: 'shop' }, reach: {} } };
    const [done] = await stage.stored.commit([decide], happened.receivedAt);
    return done?.did === 'decide' ? done.turned?.map(({ key, open: isOpen, level }) => [key, isOpen, level]) : done;
  };
  const quota = 'messages:shop:2026-12-01T00';
  expect(await turned('09:01', 'messaging-90')).toEqual([[quota, true, 1]]);
  expect(await turned('09:02', 'messaging-90')).toBeUndefined();
  expect(await turned('09:03', 'messaging-100')).toEqual([[quota, true, 2]]);
  expect(await turned('09:04', 'disconnected')).toEqual([['wa:shop:1', true, 1]]);
  expect(await turned('09:05', 'connected')).toEqual([['wa:shop:1', false, 1]]);
});
