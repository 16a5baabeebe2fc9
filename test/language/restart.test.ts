// restart: what fell due while the relay was away waits for what may be on its way too, and says that it is late. A real ledger, closed and opened again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createConfirming } from '../../src/asking/confirm.ts';
import type { Lanes } from '../../src/deliver/lanes.ts';
import type { InForce } from '../../src/in-force/in-force.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { createRelay } from '../../src/relay.ts';
import { openReader } from '../../src/store/reader.ts';
import { at, destination, eventAt, route, rulesOf } from '../decide/paper.ts';

const minute = 60_000;
const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], holdMs: 5 * minute })], {
  destinations: { ops: destination('ops') },
});

async function away() {
  const dir = mkdtempSync(join(tmpdir(), 'relay-restart-'));
  const url = `sqlite:${join(dir, 'relay.db')}`;
  let clock = at('10:00');
  const now = () => clock;
  const start = async (owner: string) => {
    const ledger = await openLedger({ url, owner, now, broken: () => {} });
    ledger.rules(rules);
    const whoIs = (id = '') => ({ workspace: { id }, reach: { ops: 'at-ops' } });
    const relay = createRelay({
      ...{ ledger, now, startedAt: clock, random: Math.random },
      log: { debug: () => {}, info: () => {}, warn: () => {} },
      lanes: () => ({ put: () => {}, due: () => {}, takeBack: () => undefined, lane: () => ({}) }) as unknown as Lanes,
      inForce: { rules: () => rules, whoIs, maxAgeMs: () => 86_400_000 } as unknown as InForce,
      confirming: createConfirming({ rules: () => rules, failed: () => {} }),
      attempt: async () => ({ class: 'ok', startedAt: clock, endedAt: clock }),
    });
    return { relay, ledger };
  };
  const before = await start('before');
  await before.relay.accept(eventAt('10:00', 'disconnected'), '{}');
  await before.ledger.close();
  clock = at('10:20');
  const { relay, ledger } = await start('after');
  const reader = await openReader(url);
  onTestFinished(async () => {
    await reader.close();
    await ledger.close();
    rmSync(dir, { recursive: true });
  });
  return {
    relay,
    tickAt: (time: string) => {
      clock = at(time);
      return relay.tick();
    },
    sent: async () => (await reader.deliveries({})).items.map(({ kind, details }) => ({ kind, lateMs: details.lateMs })),
  };
}

test('restart: a hold that ended meanwhile is told 30 seconds after the start, not before, and marked late', async () => {
  const { tickAt, sent } = await away();
  await tickAt('10:20');
  await tickAt('10:20:29');
  expect(await sent()).toEqual([]);
  await tickAt('10:20:30');
  expect(await sent()).toEqual([{ kind: 'alert', lateMs: 15.5 * minute }]);
});

test('restart: a recovery that comes within those 30 seconds ends it, and nobody hears', async () => {
  const { relay, tickAt, sent } = await away();
  await tickAt('10:20:10');
  await relay.accept(eventAt('10:20:10', 'connected'), '{}');
  await tickAt('10:21');
  expect(await sent()).toEqual([]);
});

test('restart: what falls due after it does not wait, and is not late', async () => {
  const { relay, tickAt, sent } = await away();
  await relay.accept(eventAt('10:20', 'disconnected', { workspaceId: 'other', triggered: '10:15' }), '{}');
  await tickAt('10:20:30');
  expect(await sent()).toEqual(expect.arrayContaining([{ kind: 'alert', lateMs: undefined }]));
  expect(await sent()).toHaveLength(2);
});
