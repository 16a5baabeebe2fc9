// A wall clock that is set, told from one that merely runs a little fast.
import { expect, test } from 'vitest';
import { watchDrift } from '../../src/chores/drift.ts';
import type { Timer } from '../../src/model.ts';
import { createRelay } from '../../src/relay.ts';
import type { Work } from '../../src/store/store.ts';
import { virtualClock } from '../clock.ts';

test('a clock that is set by more than five seconds is told once, forward and back', async () => {
  const clock = virtualClock();
  const jumped = watchDrift(clock);
  await clock.advance(3_600_000);
  expect(jumped()).toBe(0);
  clock.setWall(3_600_000);
  expect([jumped(), jumped()]).toEqual([3_600_000, 0]);
  clock.setWall(-90_000);
  expect([jumped(), jumped()]).toEqual([-90_000, 0]);
});

test('a clock that is mended in small steps is none of our business, however many there are', () => {
  const clock = virtualClock();
  const jumped = watchDrift(clock);
  for (let n = 0; n < 20; n++) {
    clock.setWall(4000);
    expect(jumped()).toBe(0);
  }
});

test.each([
  ['that was an hour ahead at the start', 0],
  ['that was an hour ahead for a moment', 3_600_000],
])('a clock %s and is set right holds no timer back', async (_, forward) => {
  const clock = virtualClock();
  const decided: string[] = [];
  let timers: Timer[] = [];
  const ledger = {
    do: async (work: Work) => {
      if (work.do === 'tick')
        return { did: 'tick', timers: timers.filter(({ dueAt }) => dueAt <= clock.now()), destinations: [], open: {} };
      if (work.do === 'decide' && work.input.kind === 'timer') decided.push(work.input.timer.name);
      return { did: work.do, leased: [], waiting: [], recall: [] };
    },
  };
  const relay = createRelay({
    ledger,
    lanes: () => ({ put() {}, due() {}, takeBack() {}, lane() {} }),
    inForce: { whoIs: () => ({ workspace: { id: 'acme' }, reach: {} }) },
    confirming: { setAside: (due: Timer[]) => due },
    now: clock.now,
    startedAt: clock.now(),
    random: () => 0,
    log: { debug() {}, info() {}, warn() {} },
  } as unknown as Parameters<typeof createRelay>[0]);
  const set = async (byMs: number) => {
    clock.setWall(byMs);
    await relay.clockJumped(byMs);
  };
  await clock.advance(120_000);
  await set(forward);
  await clock.advance(60_000);
  await set(-3_600_000);
  // A drop comes now, with a hold of five minutes.
  timers = [{ name: 'hold:wa:acme:1:down', dueAt: clock.now() + 300_000, kind: 'hold', workspaceId: 'acme', incidentKey: 'wa:acme:1' }];
  await clock.advance(301_000);
  await relay.tick();
  expect(decided).toEqual(['hold:wa:acme:1:down']);
});
