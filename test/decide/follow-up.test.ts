// Reminders and escalations on the clock, and what somebody's taking it does to them.
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const down = (clock: string) => eventAt(clock, 'disconnected', { workspaceId: 'a' });
const back = (clock: string) => eventAt(clock, 'connected', { workspaceId: 'a' });
const file = (more: Parameters<typeof route>[2], rules: Partial<Rules> = {}) =>
  rulesOf([route('down', ['ops'], { events: ['disconnected'], ...more })], rules);
const escalate = [
  { afterMs: 15 * minute, send: [{ to: 'mail' }] },
  { afterMs: hour, send: [{ to: 'boss' }, { to: 'ops' }] },
];

test('a reminder comes so long after the last message, and no more often than at_most', () => {
  const world = paper(file({ repeat: { everyMs: hour, atMost: 2 } }));
  world.send(down('10:00'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '11:00 ops reminder', '12:00 ops reminder']);
  expect(world.deliveries().map(({ details }) => details.reminder)).toEqual([undefined, 1, 2]);
});

test('nobody is reminded of what is over', () => {
  const world = paper(file({ repeat: { everyMs: hour, atMost: 3 } }));
  world.send(down('10:00'));
  world.send(back('11:30'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '11:00 ops reminder', '11:30 ops resolved']);
});

test('a reminder that is still on its way does not come after the end of what it reminds of, nor after a raise', () => {
  const waiting = { fate: ({ kind }: Delivery) => (kind === 'reminder' ? 'pending' : 'delivered') } as const;
  const world = paper(file({ repeat: { everyMs: hour, atMost: 3 } }), waiting);
  world.send(down('10:00'));
  world.send(back('12:30'));
  expect(world.heard()).toEqual(['10:00 ops alert', '12:30 ops resolved']);
  const raised = paper(rulesOf([route('used', ['ops'], { repeat: { everyMs: hour, atMost: 3 } })]), waiting);
  raised.send(eventAt('10:00', 'messaging-90'));
  raised.send(eventAt('11:30', 'messaging-100'));
  expect(raised.heard()).toEqual(['10:00 ops alert', '11:30 ops alert']);
  const timed = paper(file({ repeat: { everyMs: hour, atMost: 3 }, closesAfterMs: 90 * minute }), waiting);
  timed.send(down('10:00'));
  timed.until('12:00');
  expect(timed.heard()).toEqual(['10:00 ops alert']);
});

test('a new drop is reminded of by its own time, not by that of the one before', () => {
  const world = paper(file({ repeat: { everyMs: hour, atMost: 3 }, holdMs: 20 * minute }));
  world.send(down('10:00'));
  world.send(back('10:50'));
  world.send(down('11:15'));
  world.until('12:40');
  expect(world.heard()).toEqual(['10:20 ops alert', '10:50 ops resolved', '11:35 ops alert', '12:35 ops reminder']);
});

test('a reminder waits for the end of quiet hours, an escalation does not', () => {
  const quietHours = { noon: { from: 12 * 60, to: 14 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const world = paper(
    file(
      {
        repeat: { everyMs: hour, atMost: 1 },
        quiet: { during: 'noon', keep: true },
        escalate: [{ afterMs: 90 * minute, send: [{ to: 'boss' }] }],
      },
      { quietHours },
    ),
  );
  world.send(down('11:30'));
  world.until('20:00');
  expect(world.heard()).toEqual(['11:30 ops alert', '13:00 boss escalation', '14:00 ops reminder']);
});

test('each step of an escalation is told once, counted from the first message, also to who knows; all hear of the end once', () => {
  const world = paper(file({ escalate, holdMs: 5 * minute }));
  world.send(down('10:00'));
  world.until('12:00');
  world.send(back('12:30'));
  expect(world.heard().slice(0, 4)).toEqual(['10:05 ops alert', '10:20 mail escalation', '11:05 boss escalation', '11:05 ops escalation']);
  expect(world.heard().slice(4).sort()).toEqual(['12:30 boss resolved', '12:30 mail resolved', '12:30 ops resolved']);
});

test('a digest begins the time of reminders and escalations', () => {
  const world = paper(file({ escalate: escalate.slice(0, 1), repeat: { everyMs: hour, atMost: 1 }, digest: { everyMs: 30 * minute } }));
  world.send(down('10:00'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:30 ops digest', '10:45 mail escalation', '11:30 ops reminder']);
});

test('what somebody took is neither reminded of nor escalated, until ack_for has passed', () => {
  const world = paper(file({ escalate, repeat: { everyMs: hour, atMost: 2 }, ackForMs: 3 * hour }));
  world.send(down('10:00'));
  world.until('10:05');
  world.put({ kind: 'acknowledge', incidentKey: 'wa:a:1', by: 'Ann' }, at('10:05'));
  world.until('23:00');
  expect(world.heard()).toEqual([
    '10:00 ops alert',
    '13:05 mail escalation',
    '13:05 ops reminder',
    '13:05 boss escalation',
    '13:05 ops escalation',
    '14:05 ops reminder',
  ]);
});

test('a step that falls due while somebody has it is told once their time has run out, and the trace says why both times', () => {
  const world = paper(file({ escalate: escalate.slice(0, 1), ackForMs: hour }));
  const drop = down('10:00');
  world.send(drop);
  world.put({ kind: 'acknowledge', incidentKey: 'wa:a:1', by: 'Ann' }, at('10:05'));
  world.until('10:20');
  expect(world.lines(drop).at(-1)).toBe('escalate: down: Ann has it, so nobody else is told before 2026-11-23 11:05:00');
  world.until('12:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '11:05 mail escalation']);
  expect(world.lines(drop).at(-1)).toBe('escalate: down: mail, for it is still so, and the time of Ann has run out');
});

test('taken again meanwhile, the step waits for the later end', () => {
  const world = paper(file({ escalate: escalate.slice(0, 1), ackForMs: hour }));
  world.send(down('10:00'));
  world.put({ kind: 'acknowledge', incidentKey: 'wa:a:1', by: 'Ann' }, at('10:05'));
  world.until('11:00');
  world.put({ kind: 'acknowledge', incidentKey: 'wa:a:1', by: 'Bob' }, at('11:00'));
  world.until('13:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '12:00 mail escalation']);
});

test('a step that waited for the end of an acknowledgement is not told of what is over by then', () => {
  const world = paper(file({ escalate, ackForMs: 3 * hour }));
  world.send(down('10:00'));
  world.put({ kind: 'acknowledge', incidentKey: 'wa:a:1', by: 'Ann' }, at('10:05'));
  world.send(back('12:00'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '12:00 ops resolved']);
});

test('a raise while somebody has it drops the steps of the lower level for good', () => {
  const world = paper(rulesOf([route('quota', ['ops'], { escalate: escalate.slice(0, 1), ackForMs: hour })]));
  world.send(eventAt('10:00', 'messaging-90', { workspaceId: 'a' }));
  world.put({ kind: 'acknowledge', incidentKey: 'messages:a:2026-12-01T00', by: 'Ann' }, at('10:01'));
  world.until('10:20');
  world.send(eventAt('10:30', 'messaging-100', { workspaceId: 'a' }));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:30 ops alert', '10:45 mail escalation']);
});

test('a raise ends an acknowledgement and begins the steps anew, at its level', () => {
  const world = paper(rulesOf([route('quota', ['ops'], { escalate: escalate.slice(0, 1) })]));
  world.send(eventAt('10:00', 'messaging-90', { workspaceId: 'a' }));
  world.put({ kind: 'acknowledge', incidentKey: 'messages:a:2026-12-01T00', by: 'Ann' }, at('10:01'));
  world.send(eventAt('10:10', 'messaging-100', { workspaceId: 'a' }));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:10 ops alert', '10:25 mail escalation']);
});
