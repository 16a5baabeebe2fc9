// confirm: what the Partner API says at the end of a hold decides whether anybody is told. The asking itself is held by test/asking.test.ts.
import { expect, test } from 'vitest';
import { createConfirming } from '../../src/asking/confirm.ts';
import type { Timer } from '../../src/model.ts';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], holdMs: 300_000, confirm: true })]);
const due: Timer = {
  name: 'hold:wa:shop:1:down',
  dueAt: at('10:05'),
  kind: 'hold',
  workspaceId: 'shop',
  incidentKey: 'wa:shop:1',
  route: 'down',
};

function answered(confirmed: 'up' | 'down' | 'unknown') {
  const world = paper(rules);
  const drop = eventAt('10:00', 'disconnected');
  world.send(drop);
  const timer = world.timers().find(({ kind }) => kind === 'hold')!;
  world.put({ kind: 'timer', timer, workspace: { id: 'shop' }, reach: { ops: 'at-ops' }, confirmed }, timer.dueAt);
  return { world, drop };
}

test('confirm: connected again tells nobody, and the incident is over', () => {
  const { world, drop } = answered('up');
  expect(world.heard()).toEqual([]);
  expect(world.memory.incident('wa:shop:1')).toMatchObject({ open: false, endedAt: at('10:05') });
  expect(world.lines(drop)).toContain('hold: down: the Partner API says it is connected again: nobody hears of it');
});

test('confirm: still down is told', () => {
  const { world, drop } = answered('down');
  expect(world.heard()).toEqual(['10:05 ops alert']);
  expect(world.deliveries()[0]?.details.unconfirmed).toBeUndefined();
  expect(world.lines(drop)).toContain('hold: down: the Partner API says it is not connected');
});

test('confirm: where it cannot be asked the message goes out, and says that it is unconfirmed', () => {
  const { world } = answered('unknown');
  expect(world.heard()).toEqual(['10:05 ops alert']);
  expect(world.deliveries()[0]?.details.unconfirmed).toBe(true);
});

test('confirm: only the hold of a route that asks waits for the answer; a look-up that fails counts as not known', async () => {
  const failing = Promise.withResolvers<'up'>();
  const decided = Promise.withResolvers<string>();
  const confirming = createConfirming({ rules: () => rules, ask: () => failing.promise, failed: decided.reject });
  const other: Timer = { ...due, name: 'hold:wa:shop:1:other', route: 'other' };
  const ready = confirming.setAside([due, other], async (timer, confirmed) => decided.resolve(`${timer.name} ${confirmed}`));
  expect(ready).toEqual([other]);
  failing.reject(new Error('HTTP 503'));
  expect(await decided.promise).toBe('hold:wa:shop:1:down unknown');
});

test('confirm: without credentials nobody is asked, and it is told unconfirmed', async () => {
  const decided = Promise.withResolvers<string>();
  const confirming = createConfirming({ rules: () => rules, failed: decided.reject });
  expect(confirming.setAside([due], async (_, confirmed) => decided.resolve(confirmed))).toEqual([]);
  expect(await decided.promise).toBe('unknown');
});
