// escalate: what its tests in escalate.yaml cannot say, a person who takes it and a silence.
import { expect, test } from 'vitest';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const rules = rulesOf([route('down', ['ops'], { escalate: [{ afterMs: 30 * minute, send: [{ to: 'boss' }] }], ackForMs: 2 * hour })]);

test('escalate: nobody else is called in while somebody has it; still so when that time is over, they are', () => {
  const world = paper(rules);
  const drop = eventAt('10:00', 'disconnected');
  world.send(drop);
  world.put({ kind: 'acknowledge', incidentKey: 'wa:shop:1', by: 'Ann' }, at('10:10'));
  world.until('12:09');
  expect(world.heard()).toEqual(['10:00 ops alert']);
  expect(world.lines(drop).at(-1)).toBe('escalate: down: Ann has it, so nobody else is told before 2026-11-23 12:10:00');
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '12:10 boss escalation']);
});

test('escalate: what was taken and is over by then calls in nobody', () => {
  const world = paper(rules);
  world.send(eventAt('10:00', 'disconnected'));
  world.put({ kind: 'acknowledge', incidentKey: 'wa:shop:1', by: 'Ann' }, at('10:10'));
  world.send(eventAt('12:00', 'connected'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '12:00 ops resolved']);
});

test('escalate: a step that falls due in a silence waits for its end', () => {
  const world = paper(rules);
  world.send(eventAt('10:00', 'disconnected'));
  const silence = { id: 's_1', where: { workspace: ['shop'] }, until: at('11:00'), reason: 'a move', by: 'Ann' };
  world.put({ kind: 'silence', silence }, at('10:10'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '11:00 boss escalation']);
});
