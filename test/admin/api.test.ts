import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import type { Event } from '../../src/model.ts';
import { virtualClock } from '../clock.ts';
import { eventAt, route, rulesOf } from '../decide/paper.ts';
import { type Answer, ask, post } from './ask.ts';
import { type Line, openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const token = 'a-token-of-more-than-thirty-two-bytes';
const signed = { authorization: `Bearer ${token}` };
const phone = '+34600111222';
const rules = rulesOf([
  route('down', ['ops', 'billing'], { events: ['disconnected'] }),
  route('quota', ['ops'], { events: ['messaging-90', 'messaging-100'] }),
]);
const clock = virtualClock(Date.parse('2026-11-23T12:00:00Z'));
const problem = (status: number, code: string) => ({ status, code, request: expect.any(String), title: expect.any(String) });

let stored: Stored;
let parts: AdminParts;
let lines: Line[];
let open: { port: number; close(): Promise<void> };
let guarded: { port: number; close(): Promise<void> };
let drop: Event;
let unknown: Event;
const get = (path: string, headers?: Record<string, string>): Promise<Answer> => ask(open.port, path, headers ? { headers } : {});

beforeAll(async () => {
  stored = await openStored(rules, clock);
  const event = (clockTime: string, type: Event['type'], more: Partial<Event> = {}) =>
    eventAt(clockTime, type, { id: stored.ids('e'), ...more });
  drop = event('09:00', 'disconnected', { wireType: 'whatsapp_account:disconnected' });
  const body = `{"event_type":"whatsapp_account:disconnected","phone_number_e164":"${phone}","whatsapp_account_id":12345678901234567890}`;
  const [one, other] = await stored.accept(drop, body);
  await stored.settle(one!, { code: 'HTTP 200' }, { state: 'delivered', receipt: { id: 'm1' } }, Date.parse('2026-11-23T09:00:01Z'));
  const failed = { class: 'transient' as const, code: 'HTTP 503', error: `${phone} not taken: HTTP 503`, perhaps: true };
  await stored.settle(other!, failed, { state: 'dead' }, Date.parse('2026-11-23T09:00:02Z'));
  for (let n = 10; n < 40; n++) await stored.accept(event(`10:${n}`, 'messaging-90', { workspaceId: `ws-${n}` }));
  unknown = event('11:00', 'unknown', { workspaceId: 'odd', wireType: 'workspace:suspended' });
  await stored.accept(unknown, '{"event_type":"workspace:suspended","note":"call +34600999888"}');
  ({ parts, lines } = someParts({
    read: stored.reads.read,
    replay: (ids, reason) => stored.replay(ids, reason, clock.now()),
    inForce: {
      rules: () => rules,
      state: () => ({ revision: 'r1', from: 'file', since: clock.now(), degraded: [], mistakes: [], warnings: [] }),
      mask: (text: string) => text.replaceAll('sekret', '•••'),
    } as unknown as AdminParts['inForce'],
    now: clock.now,
  }));
  open = await openListener({ parts: () => parts });
  guarded = await openListener({ token, parts: () => parts });
});
afterAll(async () => {
  await Promise.all([open.close(), guarded.close()]);
  await stored.close();
});

describe('events', () => {
  test('the list has the latest first, page after page, each event once', async () => {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const answer = await get(`/api/v1/events?limit=10${next === undefined ? '' : `&cursor=${encodeURIComponent(next)}`}`);
      expect(answer.status).toBe(200);
      expect(answer.json().items.length).toBeLessThanOrEqual(10);
      seen.push(...answer.json().items.map((one: { received_at: string; id: string }) => `${one.received_at} ${one.id}`));
      next = answer.json().next;
    } while (next !== undefined);
    expect(seen).toHaveLength(32);
    expect(new Set(seen).size).toBe(32);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  test('each filter narrows it', async () => {
    const found = async (query: string) => (await get(`/api/v1/events?${query}`)).json().items.map((one: { id: string }) => one.id);
    expect(await found('workspace=shop')).toEqual([drop.id]);
    expect(await found('type=disconnected')).toEqual([drop.id]);
    expect(await found('type=unknown')).toEqual([unknown.id]);
    expect(await found('phone=1222')).toEqual([drop.id]);
    expect(await found(`phone=${encodeURIComponent(phone)}`)).toEqual([drop.id]);
    expect(await found('phone=%2B34699911222')).toEqual([]);
    expect(await found('outcome=unrouted')).toEqual([unknown.id]);
    expect(await found('since=2026-11-23T10:59:00Z')).toEqual([unknown.id]);
    expect(await found('until=2026-11-23T10:05:00%2B01:00')).toEqual([drop.id]);
    expect(await found('since=2026-11-23T12:00:00Z')).toEqual([]);
  });

  test('one event tells how it was understood, why it was told, to whom and how that went', async () => {
    const answer = (await get(`/api/v1/events/${drop.id}`)).json();
    expect(answer).toMatchObject({
      id: drop.id,
      type: 'disconnected',
      wire_type: 'whatsapp_account:disconnected',
      severity: 'critical',
      phase: 'firing',
      level: 1,
      outcome: 'routed',
      workspace: 'shop',
      account: { id: '1', phone: '+•••••••1222' },
      incident: 'wa:shop:1',
      received_at: '2026-11-23T09:00:00.000Z',
    });
    expect(answer.trace.length).toBeGreaterThan(3);
    expect(answer.trace).toContainEqual({ at: '2026-11-23T09:00:00.000Z', gate: 'match', text: 'down: yes' });
    const byName = Object.fromEntries(answer.deliveries.map((one: { destination: string }) => [one.destination, one]));
    expect(byName.ops).toMatchObject({
      state: 'delivered',
      route: 'down',
      kind: 'alert',
      receipt: { id: 'm1' },
      attempts: [{ n: 1, class: 'ok' }],
    });
    expect(byName.billing).toMatchObject({
      state: 'dead',
      last_class: 'transient',
      attempts: [{ n: 1, class: 'transient', code: 'HTTP 503', error: '+•••••••1222 not taken: HTTP 503', perhaps: true }],
    });
  });

  test('a question that is none is told without a secret that was in it', async () => {
    for (const query of ['sekret=1', 'since=sekret', 'type=sekret'])
      expect((await get(`/api/v1/events?${query}`)).text).not.toContain('sekret');
  });

  test('a cursor that this list never gave is told, and is not the end of it', async () => {
    const { next } = (await get('/api/v1/deliveries?limit=1')).json();
    const made = (...place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');
    for (const cursor of [next, made('NaN', 'e_1'), made(null, null), made({}, []), made('', ''), made('1e999', 'x'), made(1), 'x'])
      for (const list of ['events', 'audit'])
        expect((await get(`/api/v1/${list}?cursor=${cursor}`)).json(), `${list} ${cursor}`).toMatchObject(
          problem(400, 'admin.bad_request'),
        );
  });

  test('an id that is not there is told as such', async () => {
    expect((await get('/api/v1/events/e_none')).json()).toMatchObject(problem(404, 'admin.not_found'));
  });

  test('the payload is shown with its phone numbers hidden, and its other digits as they were', async () => {
    const answer = await get(`/api/v1/events/${drop.id}`);
    expect(answer.text).not.toContain('600111222');
    expect(answer.text).toContain('12345678901234567890');
    expect((await get(`/api/v1/events/${unknown.id}`)).json().payload.note).toBe('call +•••••••9888');
  });

  test('the whole payload is given only with ADMIN_TOKEN, and that is logged', async () => {
    expect((await get(`/api/v1/events/${drop.id}?payload=full`)).json()).toMatchObject(problem(403, 'admin.needs_token'));
    const answer = await ask(guarded.port, `/api/v1/events/${drop.id}?payload=full`, { headers: signed });
    expect(answer.json().payload.phone_number_e164).toBe(phone);
    expect(lines).toContainEqual({
      level: 'info',
      message: 'admin.payload_shown',
      event: drop.id,
      who: 'token',
      request: answer.headers['x-request-id'],
    });
  });
});

describe('deliveries', () => {
  test('the list can be narrowed to what died', async () => {
    const { items } = (await get('/api/v1/deliveries?state=dead')).json();
    expect(items).toMatchObject([{ destination: 'billing', event: drop.id, state: 'dead', attempt_count: 1 }]);
    expect((await get('/api/v1/deliveries?destination=billing&class=transient&route=down')).json().items).toHaveLength(1);
    expect((await get(`/api/v1/deliveries?event=${drop.id}`)).json().items).toHaveLength(2);
    expect((await get('/api/v1/deliveries?destination=nobody')).json().items).toEqual([]);
  });

  test('pages follow each other without a gap', async () => {
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const answer = (await get(`/api/v1/deliveries?limit=7${next === undefined ? '' : `&cursor=${encodeURIComponent(next)}`}`)).json();
      ids.push(...answer.items.map((one: { id: string }) => one.id));
      next = answer.next;
    } while (next !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(33);
  });

  test('one tells its attempts, and of its target no secret and no query', async () => {
    const [{ id }] = (await get('/api/v1/deliveries?state=dead')).json().items;
    const answer = await get(`/api/v1/deliveries/${id}`);
    expect(answer.json()).toMatchObject({ id, attempts: [{ n: 1, class: 'transient' }] });
    expect(answer.text).not.toMatch(/sekret|key=/);
    expect((await get('/api/v1/deliveries/d_none')).json()).toMatchObject(problem(404, 'admin.not_found'));
  });

  test('a replay needs a reason, and either ids or a filter', async () => {
    const wrong = async (body: unknown) => (await post(open.port, '/api/v1/deliveries/replay', body)).json();
    expect(await wrong({ ids: ['d_1'] })).toMatchObject({
      ...problem(400, 'admin.bad_request'),
      detail: expect.stringContaining('reason'),
    });
    expect(await wrong({ reason: 'x' })).toMatchObject({ detail: expect.stringContaining('either ids or filter') });
    expect(await wrong({ reason: 'x', ids: ['d_1'], filter: {} })).toMatchObject({
      detail: expect.stringContaining('either ids or filter'),
    });
  });

  test('a dry run counts what died and sends nothing', async () => {
    const answer = await post(open.port, '/api/v1/deliveries/replay', {
      filter: { destination: 'billing' },
      reason: 'they are back',
      dry_run: true,
    });
    expect(answer.json()).toEqual({ matched: 1, created: [], refused: [] });
    expect((await get('/api/v1/deliveries?destination=billing')).json().items).toHaveLength(1);
  });

  test('a replay makes a new delivery of the old one, and the log says who and why', async () => {
    const before = (await get('/api/v1/deliveries?state=dead')).json().items[0];
    const answer = await post(open.port, '/api/v1/deliveries/replay', { filter: { destination: 'billing' }, reason: 'they are back' });
    const { matched, created, refused } = answer.json();
    expect({ matched, refused }).toEqual({ matched: 1, refused: [] });
    expect((await get(`/api/v1/deliveries/${created[0]}`)).json()).toMatchObject({
      replay_of: before.id,
      state: 'pending',
      attempt_count: 0,
      replay_reason: 'they are back',
    });
    expect(lines).toContainEqual({
      level: 'info',
      message: 'admin.changed',
      what: 'replay',
      who: 'loopback',
      why: 'they are back',
      matched: 1,
      created,
      refused: 0,
      request: answer.headers['x-request-id'],
    });
  });

  test('a filter does not match what was sent again already, so that calling twice sends once', async () => {
    const body = { filter: { destination: 'billing' }, reason: 'once more' };
    expect((await post(open.port, '/api/v1/deliveries/replay', body)).json()).toEqual({ matched: 0, created: [], refused: [] });
    const dead = async (replayed: boolean) => (await get(`/api/v1/deliveries?state=dead&replayed=${replayed}`)).json().items.length;
    expect([await dead(true), await dead(false)]).toEqual([1, 0]);
  });

  test('what cannot be replayed is said for each id', async () => {
    const answer = (await post(open.port, '/api/v1/deliveries/replay', { ids: ['d_none', 'd_none'], reason: 'try' })).json();
    expect(answer).toMatchObject({ matched: 1, created: [], refused: [{ id: 'd_none', reason: expect.any(String) }] });
  });
});

describe('incidents', () => {
  test('the open ones can be told from the rest, with who was told', async () => {
    const { items } = (await get('/api/v1/incidents?open=true&workspace=shop')).json();
    expect(items).toMatchObject([
      { key: 'wa:shop:1', type: 'disconnected', open: true, phone: '+•••••••1222', event: drop.id, opened_at: '2026-11-23T09:00:00.000Z' },
    ]);
    expect(items[0].told.map((one: { destination: string }) => one.destination).sort()).toEqual(['billing', 'ops']);
    expect((await get('/api/v1/incidents?open=false')).json().items).toEqual([]);
  });

  test('pages follow each other without a gap', async () => {
    const first = (await get('/api/v1/incidents?limit=20')).json();
    const second = (await get(`/api/v1/incidents?limit=20&cursor=${encodeURIComponent(first.next)}`)).json();
    expect(new Set([...first.items, ...second.items].map((one) => one.key)).size).toBe(31);
    expect(second.next).toBeUndefined();
  });
});

test('a cursor that is none is told as such, and does not fail the relay', async () => {
  for (const list of ['events', 'deliveries', 'incidents']) {
    expect((await get(`/api/v1/${list}?cursor=${encodeURIComponent("'; DROP TABLE events; --")}`)).json(), list).toMatchObject(
      problem(400, 'admin.bad_request'),
    );
  }
});

test('no answer holds the whole number or a known secret unless it was asked for', async () => {
  const texts = await Promise.all(
    ['/api/v1/events?limit=200', '/api/v1/deliveries?limit=200', '/api/v1/incidents?limit=200', `/api/v1/events/${drop.id}`].map(
      async (path) => (await get(path)).text,
    ),
  );
  for (const text of texts) expect(text).not.toMatch(/600111222|sekret/);
});
