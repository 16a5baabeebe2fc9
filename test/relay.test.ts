// relay.ts with a real ledger beneath it and destinations that have no lane, on a clock that a test moves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Lanes } from '../src/deliver/lanes.ts';
import type { Outcome } from '../src/deliver/outcome.ts';
import type { InForce } from '../src/in-force/in-force.ts';
import { openLedger } from '../src/ledger/ledger.ts';
import { createRelay } from '../src/relay.ts';
import type { Route } from '../src/rules/rules.ts';
import type { Work } from '../src/store/store.ts';
import { eventAt, route, rulesOf } from './decide/paper.ts';

const minute = 60_000;
const well = (now: number): Outcome => ({ class: 'ok', startedAt: now, endedAt: now });

/** A relay whose file no longer has the destination `ops`, of which the ledger still knows. `fails`: work that the store cannot do. */
async function withoutOps(attempt: (now: number) => Outcome, { more = {} as Partial<Route>, fails = (_: Work): boolean => false } = {}) {
  let now = eventAt('09:00', 'disconnected').receivedAt;
  const dir = mkdtempSync(join(tmpdir(), 'relay-story-'));
  const ledger = await openLedger({ url: `sqlite:${join(dir, 'relay.db')}`, owner: 'test', now: () => now, broken: () => {} });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(dir, { recursive: true });
  });
  // No file can have such quiet hours: whatever asks for them cannot be decided.
  ledger.rules(rulesOf([route('down', ['ops'], more)], { quietHours: { impossible: {} as never }, operator: 'ops' }));
  const lanes = { put: () => {}, due: () => {}, takeBack: () => undefined, lane: () => undefined } as unknown as Lanes;
  const logged: string[] = [];
  const say = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`);
  let attempts = 0;
  const relay = createRelay({
    ledger: { ...ledger, do: (work) => (fails(work) ? Promise.reject(new Error('the disk is full')) : ledger.do(work)) },
    lanes: () => lanes,
    inForce: { whoIs: (id = '') => ({ workspace: { id }, reach: { ops: 'at-ops' } }), maxAgeMs: () => 60 * minute } as unknown as InForce,
    confirming: { setAside: (due) => [...due] },
    attempt: async () => {
      attempts += 1;
      return attempt(now);
    },
    now: () => now,
    startedAt: now - 60 * minute,
    random: () => 0,
    log: { debug: say, info: say, warn: say },
  });
  return {
    relay,
    attempts: () => attempts,
    said: (what: string) => logged.filter((line) => line.startsWith(what)),
    jump: async (ms: number) => {
      now += ms;
      await relay.clockJumped(ms);
    },
    /** As the loop does it, but twice a minute. */
    pass: async (ms: number) => {
      for (const until = now + ms; now < until; now += minute / 2) {
        await relay.tick();
        await relay.recorded(1);
      }
    },
  };
}

test('what waits for a destination that is gone from the file is tried every five minutes, as for one that is held, and given up when it is too old', async () => {
  const { relay, attempts, pass } = await withoutOps((now) => ({ class: 'config', startedAt: now, endedAt: now, error: 'ops is gone' }));
  await relay.accept(eventAt('09:00', 'disconnected'), '{}');
  await pass(21 * minute);
  expect(attempts()).toBe(5);
  await pass(60 * minute);
  const tried = attempts();
  await pass(10 * minute);
  expect(attempts(), 'nothing is left to try').toBe(tried);
});

test('a clock that is set forward ends no lease: what is being sent is not sent a second time beside it', async () => {
  const { relay, attempts, jump, pass } = await withoutOps(well);
  await relay.accept(eventAt('09:00', 'disconnected'), '{}');
  expect(await relay.claim('ops', 1)).toHaveLength(1);
  await jump(30 * minute);
  await pass(minute / 2);
  expect(attempts()).toBe(0);
  await pass(2 * minute);
  expect(attempts(), 'it was lost after all').toBe(1);
});

/** One message was sent while nothing could be written of it. */
async function sentOnFullDisk() {
  let full = true;
  let tries = 0;
  const fails = (work: Work) => work.do === 'settle' && ++tries > 0 && full;
  const made = await withoutOps(well, { fails });
  await made.relay.accept(eventAt('09:00', 'disconnected'), '{}');
  await made.pass(minute / 2);
  expect(made.attempts()).toBe(1);
  const makeRoom = () => {
    full = false;
  };
  return { ...made, tries: () => tries, makeRoom };
}

test('an outcome that could not be written is tried again while its lease lasts, and the message is not sent twice', async () => {
  const { attempts, makeRoom, pass, said } = await sentOnFullDisk();
  makeRoom();
  await pass(10 * minute);
  expect(attempts(), 'what was sent is written').toBe(1);
  expect(said('outcome.not_written')).toHaveLength(1);
});

test('a clock that is set forward meanwhile takes no outcome with it', async () => {
  const { attempts, makeRoom, jump, pass } = await sentOnFullDisk();
  await jump(20 * minute);
  makeRoom();
  await pass(10 * minute);
  expect(attempts()).toBe(1);
});

test('an outcome that could not be written is tried once more at the end', async () => {
  const { relay, tries, makeRoom } = await sentOnFullDisk();
  const before = tries();
  makeRoom();
  await relay.recorded(1000);
  expect(tries()).toBe(before + 1);
});

test('where its lease runs out first it is sent again', async () => {
  const fails = (work: Work) => work.do === 'settle' && attempts() < 2;
  const { relay, attempts, pass } = await withoutOps(well, { fails });
  await relay.accept(eventAt('09:00', 'disconnected'), '{}');
  await pass(10 * minute);
  expect(attempts()).toBe(2);
});

const undecidable = { quiet: { during: 'impossible', keep: true } };

test('the operator hears of a timer that cannot be decided, as of an event', async () => {
  const { relay, pass, said } = await withoutOps(well, { more: { holdMs: minute, ...undecidable } });
  await relay.accept(eventAt('09:00', 'disconnected'), '{}');
  await pass(3 * minute);
  expect(said('operator.told')[0]).toContain('hold:wa:shop:1:down');
});

test('where the operator cannot be told either, the relay goes on', async () => {
  const fails = (work: Work) => work.do === 'decide' && work.input.kind === 'relay';
  const { relay, said } = await withoutOps(well, { more: undecidable, fails });
  await relay.accept(eventAt('09:00', 'disconnected'), '{}');
  await expect.poll(() => said('operator.not_told')).toHaveLength(1);
});
