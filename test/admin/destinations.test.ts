import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import type { LaneState } from '../../src/deliver/lane-state.ts';
import { destination, rulesOf } from '../decide/paper.ts';
import { ask, post } from './ask.ts';
import { type Line, openListener, someParts } from './doorway.ts';

const since = Date.parse('2026-11-23T09:00:00Z');
const ops: LaneState = {
  name: 'ops',
  health: 'held',
  since,
  reason: 'HTTP 401 for key sekret',
  waiting: 3,
  running: 0,
  slots: 1,
  counts: { config: 1 },
  lastClass: 'config',
};
const leaving: LaneState = { name: 'removed', health: 'ok', since, waiting: 0, running: 1, slots: 1, counts: {} };
const rules = rulesOf([], {
  destinations: {
    ops: destination('ops', { ifItFails: 'boss', options: { url: 'https://ops.example/sekret' } }),
    boss: destination('boss'),
  },
});
const mistake = { file: 'routes.yaml', line: 3, column: 5, level: 'error' as const, text: 'unknown key', found: 'rotues:', fix: 'routes:' };
const bad = { ok: false, mistakes: [mistake], warnings: [], text: 'routes.yaml:3:5  unknown key' };
const good = { ok: true, mistakes: [], warnings: [], text: '', revision: 'r2' };

let lines: Line[];
let listener: { port: number; close(): Promise<void> };
let asked: unknown[] = [];
let onDisk: typeof bad | typeof good = good;

beforeAll(async () => {
  const made = someParts({
    lanes: () => [ops, leaving],
    inForce: {
      rules: () => rules,
      state: () => ({
        revision: 'r1',
        from: 'last-good',
        since,
        degraded: [{ code: 'rules.bad', subject: 'routes.yaml', text: 'has mistakes' }],
        mistakes: [mistake],
        warnings: [],
      }),
      reload: async () => onDisk,
      mask: (text: string) => text.replaceAll('sekret', '•••'),
    } as unknown as AdminParts['inForce'],
    judgeRoutes: async (text) => (text === 'good' ? good : bad),
    sendTest: async (question) => {
      asked.push(question);
      return { class: 'ok', ms: 12, headline: 'Test' };
    },
    resume: (name) => {
      asked.push(name);
      return name === 'ops';
    },
  });
  ({ lines } = made);
  listener = await openListener({ parts: () => made.parts });
});
afterAll(() => listener.close());
const get = async (path: string) => (await ask(listener.port, path)).json();

test('destinations are listed with their health and figures, and nothing of their options', async () => {
  const answer = await ask(listener.port, '/api/v1/destinations');
  expect(answer.json()).toEqual({
    items: [
      {
        name: 'ops',
        plugin: 'http',
        health: 'held',
        since: '2026-11-23T09:00:00.000Z',
        reason: 'HTTP 401 for key •••',
        waiting: 3,
        running: 0,
        slots: 1,
        last_class: 'config',
        counts: { config: 1 },
        if_it_fails: 'boss',
      },
    ],
  });
  expect(answer.text).not.toContain('sekret');
});

test('a test message is sent for the event that was named, and logged', async () => {
  asked = [];
  const answer = await post(listener.port, '/api/v1/destinations/ops/test', {
    event: 'messaging-100',
    workspace: 'shop',
    reason: 'new channel',
  });
  expect(answer.json()).toEqual({ class: 'ok', ms: 12, headline: 'Test' });
  await post(listener.port, '/api/v1/destinations/ops/test', {});
  expect(asked).toEqual([
    { destination: 'ops', event: 'messaging-100', workspace: 'shop' },
    { destination: 'ops', event: 'disconnected' },
  ]);
  expect(lines).toContainEqual(
    expect.objectContaining({ message: 'admin.changed', what: 'test', destination: 'ops', who: 'loopback', why: 'new channel' }),
  );
});

test('a destination that is not in the file gets no test and cannot be resumed', async () => {
  asked = [];
  for (const name of ['nobody', '__proto__', 'constructor']) {
    for (const what of ['test', 'resume'])
      expect((await post(listener.port, `/api/v1/destinations/${name}/${what}`, {})).json()).toMatchObject({
        status: 404,
        code: 'admin.not_found',
      });
  }
  expect(asked).toEqual([]);
});

test('resuming says whether anything held it', async () => {
  expect((await post(listener.port, '/api/v1/destinations/ops/resume', { reason: 'key renewed' })).json()).toEqual({ resumed: true });
  expect((await post(listener.port, '/api/v1/destinations/boss/resume', {})).json()).toEqual({ resumed: false });
  expect(lines).toContainEqual(expect.objectContaining({ what: 'resume', destination: 'ops', resumed: true, why: 'key renewed' }));
  expect(lines).toContainEqual(expect.objectContaining({ what: 'resume', destination: 'boss', resumed: false, why: 'no reason given' }));
});

test('a body may be left out where nothing need be said', async () => {
  const answer = await ask(listener.port, '/api/v1/destinations/ops/resume', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.json()).toEqual({ resumed: true });
});

test('the state of the files says what is in force and what is wrong', async () => {
  expect(await get('/api/v1/config')).toEqual({
    revision: 'r1',
    from: 'last-good',
    since: '2026-11-23T09:00:00.000Z',
    degraded: [{ code: 'rules.bad', subject: 'routes.yaml', text: 'has mistakes' }],
    mistakes: [mistake],
    warnings: [],
  });
});

test('a reload answers the new revision, or 422 with every mistake', async () => {
  onDisk = good;
  expect((await post(listener.port, '/api/v1/config/reload', { reason: 'new route' })).json()).toEqual(good);
  onDisk = bad;
  const answer = await post(listener.port, '/api/v1/config/reload', {});
  expect(answer.status).toBe(422);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.json()).toMatchObject({ code: 'rules.bad', mistakes: [mistake], text: bad.text, request: expect.any(String) });
  expect(lines).toContainEqual(expect.objectContaining({ what: 'reload', ok: true, revision: 'r2', why: 'new route' }));
  expect(lines).toContainEqual(expect.objectContaining({ what: 'reload', ok: false }));
});

test('a text is judged without a change, also one with mistakes', async () => {
  expect((await post(listener.port, '/api/v1/config/check', { routes: 'good' })).json()).toEqual(good);
  const answer = await post(listener.port, '/api/v1/config/check', { routes: 'rotues:' });
  expect({ status: answer.status, ...answer.json() }).toEqual({ status: 200, ...bad });
});
