// Taking an incident on, and closing one, over the API.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AdminParts } from '../../src/admin/parts.ts';
import { acknowledge } from '../../src/ledger/acknowledge.ts';
import type { Done, Work } from '../../src/store/store.ts';
import { virtualClock } from '../clock.ts';
import { at, eventAt, route, rulesOf } from '../decide/paper.ts';
import { type Answer, ask, post } from './ask.ts';
import { type Line, openListener, someParts } from './doorway.ts';
import { openStored, type Stored } from './stored.ts';

const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], ackForMs: 3_600_000 })]);
let stored: Stored;
let door: { port: number; close(): Promise<void> };
let lines: Line[];
let parts: AdminParts;

beforeEach(async () => {
  const clock = virtualClock(at('10:00'));
  stored = await openStored(rules, clock);
  const work = async <W extends Work>(one: W) => (await stored.commit([one], clock.now()))[0] as Extract<Done, { did: W['do'] }>;
  ({ parts, lines } = someParts({
    read: stored.reads.read,
    acknowledge: (taking) => acknowledge({ do: work }, taking),
    close: async ({ workspaceId: id, ...closing }) =>
      (await work({ do: 'decide', input: { kind: 'close', ...closing, workspace: { id } } })).standing,
    now: clock.now,
  }));
  door = await openListener({ parts: () => parts });
  await stored.accept(eventAt('09:00', 'disconnected', { id: stored.ids('e') }));
});
afterEach(async () => {
  await door.close();
  await stored.close();
});

const of = (key: string) => `/api/v1/incidents/${encodeURIComponent(key)}`;
const take = (key: string, body: object = {}): Promise<Answer> => post(door.port, `${of(key)}/acknowledge`, body);
const numberWithoutId = (clock: string, phone: string) =>
  stored.accept(
    eventAt(clock, 'disconnected', {
      id: stored.ids('e'),
      account: { phone },
      incidentKey: `wa:shop:${phone}`,
      dedupKey: `${phone}${clock}`,
    }),
  );

test('an incident that is taken on says by whom, why and until when, and the log says who asked', async () => {
  const answer = await take('wa:shop:1', { by: 'Ann', reason: 'the client knows' });
  expect(answer.status).toBe(200);
  const acknowledged = { at: '2026-11-23T10:00:00.000Z', until: '2026-11-23T11:00:00.000Z', by: 'Ann', reason: 'the client knows' };
  expect(answer.json()).toMatchObject({ key: 'wa:shop:1', open: true, acknowledged });
  expect((await ask(door.port, of('wa:shop:1'))).json()).toMatchObject({ key: 'wa:shop:1', acknowledged });
  expect((await ask(door.port, '/api/v1/incidents?open=true')).json().items).toMatchObject([{ acknowledged }]);
  expect(lines).toMatchObject([
    { message: 'admin.changed', what: 'acknowledge', incident: 'wa:shop:1', by: 'Ann', why: 'the client knows', who: 'loopback' },
  ]);
});

test('without a name it is taken by the API, and one that nobody took says nothing of it', async () => {
  expect((await ask(door.port, of('wa:shop:1'))).json()).not.toHaveProperty('acknowledged');
  expect((await take('wa:shop:1')).json().acknowledged).toEqual({
    at: '2026-11-23T10:00:00.000Z',
    until: '2026-11-23T11:00:00.000Z',
    by: 'the API',
  });
});

test('what is not there is 404, what is over 409, and neither is logged as a change', async () => {
  expect((await ask(door.port, of('wa:nobody:1'))).json()).toMatchObject({ status: 404, code: 'admin.not_found' });
  expect((await take('wa:nobody:1')).json()).toMatchObject({ status: 404, code: 'admin.not_found' });
  await stored.accept(eventAt('09:30', 'connected', { id: stored.ids('e') }));
  expect((await take('wa:shop:1')).json()).toMatchObject({ status: 409, code: 'incident.over' });
  expect((await ask(door.port, of('wa:shop:1'))).json()).toMatchObject({ open: false });
  expect(lines).toEqual([]);
});

test('what the body may not hold is refused', async () => {
  for (const body of [{ by: '' }, { by: 'x'.repeat(101) }, { who: 'Ann' }, { reason: 5 }])
    expect((await take('wa:shop:1', body)).json()).toMatchObject({ status: 400, code: 'admin.bad_request' });
});

test('a number that stands in the key can be asked for as it is shown, unless two end so', async () => {
  await numberWithoutId('09:10', '+34600551222');
  await numberWithoutId('09:20', '+34600119876');
  const { items } = (await ask(door.port, '/api/v1/incidents')).json();
  const shown = items.map(({ key }: { key: string }) => key);
  expect(shown).toContain('wa:shop:+•••••••1222');
  expect((await take('wa:shop:+•••••••1222', { by: 'Ann' })).json()).toMatchObject({
    key: 'wa:shop:+•••••••1222',
    acknowledged: { by: 'Ann' },
  });
  expect((await stored.reads.read.incident('wa:shop:+34600551222'))?.acknowledged?.by).toBe('Ann');
  expect((await take('wa:shop:+34600119876', { by: 'Bob' })).status).toBe(200);
  await numberWithoutId('09:40', '+34600221222');
  expect((await take('wa:shop:+•••••••1222')).json()).toMatchObject({ status: 400, detail: expect.stringContaining('the whole key') });
  expect((await take('wa:shop:+•••••••0000')).json()).toMatchObject({ status: 404 });
});

test('what is over is found by its key as it is shown too, where none that is open fits; two that are over and end so are told apart by the whole key', async () => {
  await numberWithoutId('09:10', '+34600551222');
  const shown = 'wa:shop:+•••••••1222';
  expect((await shut(shown, { by: 'Ann', reason: 'number given up' })).status).toBe(200);
  expect((await ask(door.port, of(shown))).json()).toMatchObject({ key: shown, open: false, closed: { by: 'Ann' } });
  expect((await take(shown)).json()).toMatchObject({ status: 409, code: 'incident.over' });
  await numberWithoutId('09:40', '+34600221222');
  expect((await ask(door.port, of(shown))).json()).toMatchObject({ key: shown, open: true });
  await shut(shown, { by: 'Ann', reason: 'this one too' });
  expect((await ask(door.port, of(shown))).json()).toMatchObject({ status: 400, detail: expect.stringContaining('the whole key') });
});

test('/api/docs describes it', async () => {
  const { paths } = (await ask(door.port, '/api/docs/json')).json();
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/v1/incidents/{key}', '/api/v1/incidents/{key}/acknowledge']));
});

const shut = (key: string, body: object): Promise<Answer> => post(door.port, `${of(key)}/close`, body);

test('an incident that is closed says by whom and why, whoever was told hears it, and the log says who asked', async () => {
  const answer = await shut('wa:shop:1', { by: 'Ann', reason: 'number given up' });
  expect(answer.status).toBe(200);
  const closed = {
    open: false,
    ended_by: 'person',
    ended_at: '2026-11-23T10:00:00.000Z',
    closed: { by: 'Ann', reason: 'number given up' },
  };
  expect(answer.json()).toMatchObject(closed);
  expect((await ask(door.port, of('wa:shop:1'))).json()).toMatchObject(closed);
  const { items } = (await ask(door.port, '/api/v1/deliveries?limit=1')).json();
  expect(items).toMatchObject([{ kind: 'resolved', state: 'waiting', destination: 'ops' }]);
  expect(lines).toMatchObject([
    { message: 'admin.changed', what: 'close', incident: 'wa:shop:1', by: 'Ann', why: 'number given up', who: 'loopback' },
  ]);
});

test('a close needs a reason, its number is hidden in answers, and without a name it is the API', async () => {
  expect((await shut('wa:shop:1', { by: 'Ann' })).json()).toMatchObject({ status: 400, code: 'admin.bad_request' });
  expect((await shut('wa:shop:1', { reason: '+34600111222 is given up' })).json().closed).toEqual({
    by: 'the API',
    reason: '+•••••••1222 is given up',
  });
});

test('what is over cannot be closed again, what is not there is 404, and neither is logged as a change', async () => {
  const reason = 'number given up';
  expect((await shut('wa:nobody:1', { reason })).json()).toMatchObject({ status: 404, code: 'admin.not_found' });
  await stored.accept(eventAt('09:30', 'connected', { id: stored.ids('e') }));
  expect((await shut('wa:shop:1', { reason })).json()).toMatchObject({ status: 409, code: 'incident.over' });
  expect(lines).toEqual([]);
});
