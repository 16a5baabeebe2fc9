// Relay, ledger and everything that asks, against the double of the Partner API: real threads, sockets and files, and a clock that can be set on.
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAsking } from '../../src/asking/asking.ts';
import { createConfirming } from '../../src/asking/confirm.ts';
import { systemTicker, type Ticker } from '../../src/clock.ts';
import type { Lanes } from '../../src/deliver/lanes.ts';
import { idMaker } from '../../src/ids.ts';
import type { InForce } from '../../src/in-force/in-force.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Event, EventType } from '../../src/model.ts';
import { createRelay } from '../../src/relay.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { openReader } from '../../src/store/reader.ts';
import { destination, route, rulesOf } from '../decide/paper.ts';
import { fleetNumber, partnerApiDouble } from '../partner-api/double.ts';

const minute = 60_000;
const hour = 60 * minute;
const told = (more: Parameters<typeof route>[2] = {}): Rules =>
  rulesOf([route('down', ['ops'], { events: ['disconnected'], ...more })], { destinations: { ops: destination('ops') } });

async function world(rules: Rules, { table = [] as string[], credentials = true } = {}) {
  let ahead = 0;
  const ticker: Ticker = { now: () => Date.now() + ahead, elapsed: systemTicker.elapsed, after: systemTicker.after };
  const { now } = ticker;
  const double = await partnerApiDouble({ now });
  const dir = mkdtempSync(join(tmpdir(), 'relay-asking-'));
  const url = `sqlite:${join(dir, 'relay.db')}`;
  const ledger = await openLedger({ url, owner: 'test', now, broken: () => {} });
  ledger.rules(rules);
  const lanes = { put: () => {}, due: () => {}, takeBack: () => undefined, lane: () => ({}) } as unknown as Lanes;
  const whoIs = (id = '') => ({ workspace: { id }, reach: { ops: 'at-ops' } });
  const logged: string[] = [];
  const say = (fields: object, text = '') => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const log = { debug: say, info: say, warn: say, error: say };
  const newId = idMaker();
  const asking = await openAsking({
    credentials: { url: double.url, partnerId: 'partner_12345', secrets: ['double-secret-not-real'] },
    settings: { databaseUrl: url, proxy: {} },
    ...{ ticker, log },
    relay: () => relay,
    workspaces: () => ({ size: table.length, ids: () => table, find: (id) => ({ id }) }),
    kept: async (key) => (await ledger.do({ do: 'get', key })).value,
    keep: (key, value) => ledger.do({ do: 'put', key, value }).then(() => {}),
    newId: () => newId('e'),
  });
  const relay = createRelay({
    ...{ ledger, log, now, startedAt: now(), random: Math.random, lanes: () => lanes },
    inForce: { rules: () => rules, whoIs, maxAgeMs: () => hour } as unknown as InForce,
    confirming: createConfirming({
      rules: () => rules,
      ...(credentials && { ask: asking.confirm }),
      failed: (error) => say({}, String(error)),
    }),
    attempt: async () => ({ class: 'ok', startedAt: now(), endedAt: now() }),
  });
  const reader = await openReader(url);
  onTestFinished(async () => {
    await asking.close();
    await reader.close();
    await ledger.close();
    double.close();
    rmSync(dir, { recursive: true });
  });

  const event = (type: EventType, workspaceId: string, account: Event['account'] = { id: '1' }, at = now()): Event => ({
    ...{ id: newId('e'), partner: 'partner_12345', proof: 'signature', type, wireType: type, workspaceId, account },
    ...(type === 'connected' ? { severity: 'info', phase: 'resolved', level: 0 } : { severity: 'critical', phase: 'firing', level: 1 }),
    ...{ incidentKey: `wa:${workspaceId}:${account!.id}`, triggeredAt: at, receivedAt: now() },
    dedupKey: hash('sha256', String(Math.random())),
  });
  return {
    ...{ double, asking, ledger, relay, logged, now, reader },
    pass: (ms: number) => {
      ahead += ms;
    },
    send: (type: EventType, workspaceId: string, account?: Event['account'], at?: number) =>
      relay.accept(event(type, workspaceId, account, at), '{}'),
    /** `ops alert`, oldest first, without what was cancelled. */
    heard: async () =>
      (await reader.deliveries({})).items
        .filter(({ state }) => state !== 'cancelled')
        .map(({ destination: name, kind, details }) => `${name} ${kind}${details.unconfirmed ? ' unconfirmed' : ''}`)
        .reverse(),
    events: async () => (await reader.events({})).items.map(({ event: one }) => one).reverse(),
    open: async () => (await reader.incidents({ open: true })).items.map(({ key }) => key),
    /** Deliveries get through: the end of what was never attempted is cancelled with it. */
    deliver: async () => {
      for (const one of await relay.claim('ops', 100)) await relay.deliver(one);
      await relay.recorded(5000);
    },
    until: async (holds: () => Promise<boolean> | boolean) => {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
    },
  };
}

const fleet = (...numbers: ReturnType<typeof fleetNumber>[]) => ({ display_name: 'Shop Ltd', whatsapp_accounts: numbers });

test('confirm: connected again at the end of the hold, so nobody hears of it and the incident is over', async () => {
  const { double, send, pass, relay, heard, open, until } = await world(told({ holdMs: 2 * minute, confirm: true }));
  double.fleet.set('shop', fleet(fleetNumber(1)));
  await send('disconnected', 'shop');
  pass(3 * minute);
  await relay.tick();
  await until(async () => (await open()).length === 0);
  expect(await heard()).toEqual([]);
  expect(double.asked.map(({ id }) => id)).toEqual(['shop']);
});

test('confirm: new files in the middle of a hold ask nothing; it is asked once, at the end', async () => {
  const { double, send, pass, ledger, relay, heard, until } = await world(told({ holdMs: 10 * minute, confirm: true }));
  double.fleet.set('shop', fleet(fleetNumber(1, { connected: false })));
  await send('disconnected', 'shop');
  pass(minute);
  await ledger.do({ do: 'replan' });
  pass(minute);
  await relay.tick();
  // Put back for its end, whoever was asked meanwhile.
  await until(async () => (await ledger.do({ do: 'tick' })).timers.length === 0);
  expect(double.asked).toEqual([]);
  pass(9 * minute);
  await relay.tick();
  await until(async () => (await heard()).length > 0);
  expect(await heard()).toEqual(['ops alert']);
  expect(double.asked.map(({ id }) => id)).toEqual(['shop']);
});

test('confirm: a hold that new files make shorter than it has lasted is asked about at once', async () => {
  const rules = told({ holdMs: 10 * minute, confirm: true });
  const { double, send, pass, ledger, relay, heard, until } = await world(rules);
  double.fleet.set('shop', fleet(fleetNumber(1, { connected: false })));
  await send('disconnected', 'shop');
  pass(3 * minute);
  ledger.rules(told({ holdMs: 2 * minute, confirm: true }));
  await ledger.do({ do: 'replan' });
  await relay.tick();
  await relay.tick();
  await until(async () => (await heard()).length > 0);
  expect(await heard()).toEqual(['ops alert']);
  expect(double.asked.map(({ id }) => id)).toEqual(['shop']);
});

test('confirm: still down is told; two numbers of a workspace cost one question', async () => {
  const { double, send, pass, relay, heard, until } = await world(told({ holdMs: 2 * minute, confirm: true }));
  double.fleet.set('shop', fleet(fleetNumber(1, { connected: false })));
  await send('disconnected', 'shop');
  await send('disconnected', 'shop', { id: '2' });
  pass(3 * minute);
  await relay.tick();
  await until(async () => (await heard()).length === 2);
  expect(await heard()).toEqual(['ops alert', 'ops alert']);
  expect(double.asked).toHaveLength(1);
});

test('confirm: an API that never answers holds up no other timer, and is not waited for twice', async () => {
  const rules = told({ holdMs: 2 * minute, confirm: true });
  rules.routes.push(route('plain', ['ops'], { events: ['seats-full'], holdMs: 2 * minute }));
  const { double, send, pass, relay, heard, until } = await world(rules);
  double.trouble(() => 'silence');
  await send('disconnected', 'shop');
  await send('seats-full', 'shop', { id: 'seats' });
  pass(3 * minute);
  await relay.tick();
  expect(await heard()).toEqual(['ops alert']);
  // The timer that waits for its answer is due all the while.
  await relay.tick();
  await relay.tick();
  await until(async () => (await heard()).length === 2);
  expect(await heard()).toEqual(['ops alert', 'ops alert unconfirmed']);
  expect(double.asked).toHaveLength(1);
});

test('confirm without credentials: told at once, unconfirmed', async () => {
  const { double, send, pass, relay, heard, until } = await world(told({ holdMs: 2 * minute, confirm: true }), { credentials: false });
  await send('disconnected', 'shop');
  pass(3 * minute);
  await relay.tick();
  await until(async () => (await heard()).length === 1);
  expect(await heard()).toEqual(['ops alert unconfirmed']);
  expect(double.asked).toEqual([]);
});

test('the auditor ends what has been over for long, once, and those who were told hear it; younger ones are left alone', async () => {
  const { double, asking, send, pass, heard, open, events, until, deliver, logged } = await world(told());
  double.fleet.set('shop', fleet(fleetNumber(1, { connected_at: '2099-01-01T00:00:00Z' }), fleetNumber(2, { connected: false })));
  await send('disconnected', 'shop');
  await send('disconnected', 'shop', { id: '2' });
  await deliver();
  pass(2 * hour);
  await send('disconnected', 'young');
  await deliver();
  asking.audit();
  asking.audit();
  await until(() => logged.some((line) => line.startsWith('partner_api.audited')));
  expect((await open()).sort()).toEqual(['wa:shop:2', 'wa:young:1']);
  expect(await heard()).toEqual(['ops alert', 'ops alert', 'ops alert', 'ops resolved']);
  expect((await events()).at(-1)).toMatchObject({ type: 'connected', proof: 'asked', partner: 'partner_12345', account: { id: '1' } });
  expect(double.asked).toHaveLength(1);
});

test('after a downtime: what dropped opens an incident marked found, what came back ends its own, each once', async () => {
  const { double, asking, send, pass, now, heard, open, events, reader, deliver } = await world(told(), { table: ['quiet', 'unknown'] });
  await asking.catchUp(0);
  await send('disconnected', 'shop');
  await deliver();
  const heardUntil = now();
  pass(10 * minute);
  double.fleet.set('shop', fleet(fleetNumber(1)));
  double.fleet.set('quiet', fleet(fleetNumber(7, { connected: false })));
  await asking.catchUp(heardUntil);
  expect(await open()).toEqual(['wa:quiet:7']);
  expect(await heard()).toEqual(['ops alert', 'ops alert', 'ops resolved']);
  const found = (await events()).find(({ workspaceId }) => workspaceId === 'quiet')!;
  expect(found).toMatchObject({ type: 'disconnected', proof: 'asked', account: { id: '7', phone: '+34600000007' } });
  const trace = (await reader.event(found.id))!.trace.map(({ text }) => text);
  expect(trace).toContain('found by asking the Partner API, for no webhook said so');
  pass(2 * minute);
  await asking.catchUp(now() - 2 * minute);
  expect((await events()).length).toBe(3);
});

test('the first look tells nothing: who was down before is nobody’s news, until he was back and dropped again', async () => {
  const { double, asking, pass, now, open } = await world(told(), { table: ['shop'] });
  double.fleet.set('shop', fleet(fleetNumber(1, { connected: false }), fleetNumber(2)));
  await asking.catchUp(0);
  pass(hour);
  await asking.catchUp(now() - hour / 2);
  expect(await open()).toEqual([]);
  pass(hour);
  double.fleet.set(
    'shop',
    fleet(fleetNumber(1, { connected: false, connected_at: new Date(now() - 10 * minute).toISOString() }), fleetNumber(2)),
  );
  await asking.catchUp(now() - hour / 2);
  expect(await open()).toEqual(['wa:shop:1']);
});

test('a number that waits for its first link is not told of', async () => {
  const { double, asking, pass, now, open } = await world(told(), { table: ['shop'] });
  await asking.catchUp(0);
  pass(hour);
  const { connected_at: _, ...never } = fleetNumber(1, { connected: false, connection_status: 'pending' });
  double.fleet.set('shop', fleet(never));
  await asking.catchUp(now() - hour / 2);
  expect(await open()).toEqual([]);
  expect(double.asked.filter(({ id }) => id === 'shop')).toHaveLength(2);
});

test('an incident that was told and closed is not found again', async () => {
  const { double, asking, send, pass, now, relay, open, deliver } = await world(told({ closesAfterMs: hour }), { table: ['shop'] });
  double.fleet.set('shop', fleet(fleetNumber(1)));
  await asking.catchUp(0);
  await send('disconnected', 'shop');
  await deliver();
  pass(2 * hour);
  await relay.tick();
  expect(await open()).toEqual([]);
  double.fleet.set('shop', fleet(fleetNumber(1, { connected: false })));
  await asking.catchUp(now() - hour / 2);
  expect(await open()).toEqual([]);
});

test('a number that a person closed and that is still down is not found after a downtime; linked anew and lost again it is', async () => {
  const { double, asking, send, pass, now, relay, open, events } = await world(told(), { table: ['shop'] });
  double.fleet.set('shop', fleet(fleetNumber(1)));
  await asking.catchUp(0);
  const openedAt = now();
  await send('disconnected', 'shop', undefined, openedAt);
  const down = (connectedAt: number) =>
    double.fleet.set('shop', fleet(fleetNumber(1, { connected: false, connected_at: new Date(connectedAt).toISOString() })));
  down(now() - hour);
  pass(hour / 2);
  await relay.close({ incidentKey: 'wa:shop:1', workspaceId: 'shop', openedAt, by: 'Ann', reason: 'number given up' });
  pass(hour);
  await asking.catchUp(now() - hour / 4);
  expect([await open(), (await events()).length]).toEqual([[], 1]);
  down(now());
  pass(hour);
  await asking.catchUp(now() - hour / 4);
  expect(await open()).toEqual(['wa:shop:1']);
});

test('a restart within a minute asks nobody', async () => {
  const { double, asking, now } = await world(told(), { table: ['shop'] });
  await asking.catchUp(0);
  const before = double.asked.length;
  await asking.catchUp(now() - 30_000);
  expect(double.asked).toHaveLength(before);
});

test('a name that the table lacks is asked for once, and is there from then on', async () => {
  const { double, asking, until } = await world(told());
  double.fleet.set('shop', fleet());
  expect(asking.nameOf('shop')).toBeUndefined();
  expect(asking.nameOf('shop')).toBeUndefined();
  await until(() => asking.nameOf('shop') === 'Shop Ltd');
  expect(double.asked).toHaveLength(1);
});
