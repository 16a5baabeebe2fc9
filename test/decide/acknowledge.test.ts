import { expect, test } from 'vitest';
import type { Incident } from '../../src/model.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const hour = 3_600_000;
const rules = rulesOf([
  route('down', ['ops'], { events: ['disconnected'], ackForMs: 2 * hour }),
  route('audit', ['billing'], { events: ['disconnected'], ackForMs: 6 * hour }),
  route('quota', ['mail'], { events: ['messaging-90', 'messaging-100'], ackForMs: hour }),
]);
const key = 'wa:shop:1';

function stage(of = rules) {
  const made = paper(of);
  return {
    ...made,
    take: (clock: string, more: { key?: string; by?: string; reason?: string; openedAt?: number } = {}) => {
      const { key: incidentKey = key, by = 'Ann', ...rest } = more;
      return made.put({ kind: 'acknowledge', incidentKey, by, ...rest }, at(clock));
    },
    incident: (wanted = key): Incident | undefined => made.memory.incident(wanted),
  };
}

test('whoever takes an incident has it for the longest ack_for of the routes that told it', () => {
  const relay = stage();
  const drop = eventAt('10:00', 'disconnected');
  relay.send(drop);
  const { standing } = relay.take('10:05', { reason: 'on it' });
  expect(relay.incident()?.acknowledged).toEqual({ at: at('10:05'), until: at('16:05'), by: 'Ann', reason: 'on it' });
  expect(standing).toEqual(relay.incident());
  expect(relay.lines(drop).at(-1)).toBe('escalate: taken by Ann until 2026-11-23 16:05:00 (on it): no reminders, no escalation');
});

test('an incident that only the fallback told is taken for eight hours', () => {
  const relay = stage();
  relay.send(eventAt('10:00', 'seats-full'));
  relay.take('10:00', { key: 'seats:shop' });
  expect(relay.incident('seats:shop')?.acknowledged).toEqual({ at: at('10:00'), until: at('18:00'), by: 'Ann' });
});

test('a route that has not told it does not say for how long', () => {
  const relay = stage(
    rulesOf([
      route('down', ['ops'], { events: ['disconnected'], ackForMs: hour }),
      route('patient', ['mail'], { events: ['disconnected'], holdMs: hour, ackForMs: 20 * hour }),
    ]),
  );
  relay.send(eventAt('10:00', 'disconnected'));
  relay.take('10:05');
  expect(relay.incident()?.acknowledged?.until).toBe(at('11:05'));
});

test('taken again it lasts longer, by the name of whoever took it last', () => {
  const relay = stage();
  relay.send(eventAt('10:00', 'disconnected'));
  relay.take('10:05', { reason: 'on it' });
  relay.take('11:00', { by: 'Bob' });
  expect(relay.incident()?.acknowledged).toEqual({ at: at('11:00'), until: at('17:00'), by: 'Bob' });
});

test('taken again under a file that gives less time it does not end sooner', () => {
  const relay = stage();
  relay.send(eventAt('10:00', 'disconnected'));
  relay.take('10:05');
  relay.use(rulesOf([route('down', ['ops'], { events: ['disconnected'], ackForMs: 60_000 })]));
  relay.take('10:06');
  expect(relay.incident()?.acknowledged?.until).toBe(at('16:05'));
});

test('what is unknown cannot be taken, what is over is not changed', () => {
  const relay = stage();
  expect(relay.take('10:00', { key: 'wa:nobody:1' })).toMatchObject({ incidents: [], appends: [] });
  expect(relay.take('10:00', { key: 'wa:nobody:1' }).standing).toBeUndefined();
  relay.send(eventAt('10:00', 'disconnected'));
  relay.send(eventAt('10:10', 'connected'));
  expect(relay.take('10:11')).toMatchObject({ incidents: [], appends: [], standing: { open: false } });
  expect(relay.incident()?.acknowledged).toBeUndefined();
});

test('a raise ends it, a repeat of the same level does not', () => {
  const relay = stage();
  const period = 'messages:shop:2026-12-01T00';
  relay.send(eventAt('10:00', 'messaging-90'));
  relay.take('10:05', { key: period });
  relay.send(eventAt('10:10', 'messaging-90'));
  expect(relay.incident(period)?.acknowledged?.until).toBe(at('11:05'));
  relay.send(eventAt('10:20', 'messaging-100'));
  expect(relay.incident(period)?.acknowledged).toBeUndefined();
});

test('the next outage of the same number is taken by nobody yet', () => {
  const relay = stage();
  relay.send(eventAt('10:00', 'disconnected'));
  relay.take('10:05');
  relay.send(eventAt('10:10', 'connected'));
  relay.send(eventAt('10:20', 'disconnected'));
  expect(relay.incident()).toMatchObject({ open: true, openedAt: at('10:20') });
  expect(relay.incident()?.acknowledged).toBeUndefined();
});

test('whoever means the outage of before does not take the next one of the same number', () => {
  const relay = stage();
  relay.send(eventAt('10:00', 'disconnected'));
  relay.send(eventAt('10:10', 'connected'));
  relay.send(eventAt('10:20', 'disconnected'));
  expect(relay.take('10:25', { openedAt: at('10:00') })).toMatchObject({
    incidents: [],
    appends: [],
    standing: { open: true, openedAt: at('10:20') },
  });
  expect(relay.incident()?.acknowledged).toBeUndefined();
  expect(relay.take('10:26', { openedAt: at('10:20') }).standing?.acknowledged?.by).toBe('Ann');
});
