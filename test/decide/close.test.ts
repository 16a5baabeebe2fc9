// A person closes an incident: who hears of it, in which order, and what comes after. The clock is the paper's.
import { expect, test } from 'vitest';
import type { Rules } from '../../src/rules/rules.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const key = 'wa:shop:1';
const period = 'messages:shop:2026-12-01T00';
const down = (more: Parameters<typeof route>[2] = {}) => route('down', ['ops'], { events: ['disconnected'], ...more });

function stage(rules: Rules, options: Parameters<typeof paper>[1] = {}) {
  const made = paper(rules, options);
  return {
    ...made,
    close: (clock: string, more: { key?: string; openedAt?: number; by?: string } = {}) => {
      made.runTo(at(clock));
      const { key: incidentKey = key, by = 'Ann', ...rest } = more;
      return made.put({ kind: 'close', incidentKey, by, reason: 'number given up', workspace: { id: 'shop' }, ...rest }, at(clock));
    },
    incident: (wanted = key) => made.memory.incident(wanted),
    /** What was not taken back, in order. */
    heard: () =>
      made
        .deliveries()
        .filter(({ state }) => state !== 'cancelled')
        .map(({ destination, kind, details }) => `${destination} ${kind}${details.closed === undefined ? '' : ' closed'}`),
  };
}

test('whoever was told hears once that it was closed, by whom and why; the real recovery is then nothing new, the next drop is', () => {
  const relay = stage(rulesOf([down(), route('all', ['billing'])]));
  const drop = eventAt('10:00', 'disconnected');
  relay.send(drop);
  const { standing } = relay.close('10:30');
  expect(standing).toMatchObject({
    open: false,
    endedBy: 'person',
    endedAt: at('10:30'),
    closed: { by: 'Ann', reason: 'number given up' },
  });
  const told = ['ops alert', 'billing alert', 'ops resolved closed', 'billing resolved closed'];
  expect(relay.heard()).toEqual(told);
  const end = relay.deliveries().at(-1)!;
  expect(end.details).toEqual({ since: at('10:00'), endedAt: at('10:30'), closed: { by: 'Ann', reason: 'number given up' } });
  expect(relay.lines(drop)).toContain('incident: closed by Ann after 30 min: number given up; that is no recovery');

  const back = eventAt('11:00', 'connected');
  expect(relay.send(back).outcome).toBe('counted');
  expect(relay.heard()).toEqual(told);
  expect(relay.lines(back)).toContain('incident: wa:shop:1 was closed by Ann (number given up): that it is over is nothing new');
  relay.send(eventAt('12:00', 'disconnected'));
  expect(relay.heard()).toEqual([...told, 'ops alert', 'billing alert']);
  expect(relay.incident()).toMatchObject({ open: true, openedAt: at('12:00') });
  expect(relay.incident()).not.toHaveProperty('closed');
});

test('a route that asks for recoveries and had nothing to do with it hears of the real one', () => {
  const relay = stage(rulesOf([down(), route('welcome', ['mail'], { events: ['connected'] })]));
  relay.send(eventAt('10:00', 'disconnected'));
  relay.close('10:30');
  expect(relay.send(eventAt('11:00', 'connected')).outcome).toBe('routed');
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed', 'mail notice']);
});

test('what is only held is dropped and nobody hears of it; what waits in a silence or for a digest neither', () => {
  const held = stage(rulesOf([down({ holdMs: hour })]));
  held.send(eventAt('10:00', 'disconnected'));
  const { appends } = held.close('10:10');
  expect(appends.flatMap(({ lines }) => lines.map(({ text }) => text))).toContain('down: cancelled, closed by Ann');
  expect(held.incident()?.routes.down?.state).toBe('cancelled');
  expect(held.timers()).toEqual([]);
  held.runTo(at('12:00'));
  expect(held.heard()).toEqual([]);
  expect(held.timers()).toEqual([]);

  const silent = stage(rulesOf([down()]));
  const where = { workspace: ['shop'] };
  silent.put({ kind: 'silence', silence: { id: 's_1', where, until: at('11:00'), reason: 'moving', by: 'ann' } }, at('09:00'));
  silent.send(eventAt('10:00', 'disconnected'));
  silent.close('10:10');
  silent.runTo(at('12:00'));
  expect(silent.heard()).toEqual([]);

  const digest = stage(rulesOf([down({ digest: { everyMs: hour } })]));
  digest.send(eventAt('10:00', 'disconnected'));
  digest.close('10:10');
  digest.runTo(at('12:00'));
  expect(digest.heard()).toEqual([]);
});

test('reminders and escalations stop, and the next people who were called hear of the close too', () => {
  const relay = stage(
    rulesOf([
      down({
        repeat: { everyMs: 10 * minute, atMost: 9 },
        escalate: [
          { afterMs: 15 * minute, send: [{ to: 'boss' }] },
          { afterMs: hour, send: [{ to: 'mail' }] },
        ],
      }),
    ]),
  );
  relay.send(eventAt('10:00', 'disconnected'));
  relay.close('10:18');
  relay.runTo(at('14:00'));
  expect(relay.heard()).toEqual(['ops alert', 'ops reminder', 'boss escalation', 'ops resolved closed', 'boss resolved closed']);
});

test('what was told in a digest is told alone that it was closed, as an answer to it', () => {
  const relay = stage(rulesOf([down({ digest: { everyMs: hour } })]));
  relay.send(eventAt('10:00', 'disconnected'));
  relay.send(eventAt('10:01', 'disconnected', { workspaceId: 'other' }));
  relay.close('11:30');
  const end = relay.deliveries().at(-1)!;
  expect(end).toMatchObject({ kind: 'resolved', incidentKey: key, details: { whenResolved: 'thread', closed: { by: 'Ann' } } });
  expect(end.details.members).toBeUndefined();
});

test('who was told that a number is unstable hears of the close at once, and its next drop is the first again', () => {
  const relay = stage(rulesOf([down({ flapping: { drops: 2, withinMs: hour } })]));
  for (const clock of ['10:00', '10:10']) relay.send(eventAt(clock, 'disconnected'));
  expect(relay.heard()).toEqual(['ops alert']);
  relay.send(eventAt('10:11', 'connected'));
  relay.send(eventAt('10:12', 'disconnected'));
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved', 'ops flapping']);
  relay.close('10:20');
  relay.runTo(at('13:00'));
  expect(relay.heard().at(-1)).toBe('ops resolved closed');
  relay.send(eventAt('13:01', 'disconnected'));
  expect(relay.heard().slice(3)).toEqual(['ops resolved closed', 'ops alert']);
});

test('within a period the same level stays closed, a higher one opens it anew with a message of its own, and its close ends that', () => {
  const relay = stage(rulesOf([route('quota', ['ops'], { events: ['messaging-90', 'messaging-100'] })]));
  relay.send(eventAt('10:00', 'messaging-90'));
  relay.close('10:10', { key: period });
  const again = eventAt('10:20', 'messaging-90');
  expect(relay.send(again).outcome).toBe('counted');
  expect(relay.lines(again).at(-1)).toBe(
    `incident: ${period} was closed by Ann (number given up) at level 1: counted, nothing is sent; a higher level opens it anew`,
  );
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed']);
  relay.send(eventAt('10:30', 'messaging-100'));
  expect(relay.incident(period)).toMatchObject({ open: true, level: 2 });
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed', 'ops alert']);
  expect(relay.deliveries().at(-1)).not.toHaveProperty('follows');
  relay.close('10:40', { key: period });
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed', 'ops alert', 'ops resolved closed']);
  for (const [clock, type] of [
    ['10:50', 'messaging-100'],
    ['10:55', 'messaging-90'],
  ] as const)
    expect(relay.send(eventAt(clock, type)).outcome).toBe('counted');
  expect(relay.heard()).toHaveLength(4);
});

test('seats that are full again after a close are told again, for they have no period', () => {
  const relay = stage(rulesOf([route('seats', ['ops'], { events: ['seats-full'] })]));
  relay.send(eventAt('10:00', 'seats-full'));
  relay.close('10:10', { key: 'seats:shop' });
  relay.send(eventAt('11:00', 'seats-full'));
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed', 'ops alert']);
});

test('a recovery under another account id is nothing new either; only the first is, what connects from then on is told as ever', () => {
  const number = (id: string) => ({ account: { id, phone: '+34600111222' } });
  for (const id of ['1', '2']) {
    const relay = stage(rulesOf([route('all', ['ops'])]));
    relay.send(eventAt('10:00', 'disconnected'));
    relay.close('10:30');
    const told = ['ops alert', 'ops resolved closed'];
    // Of before the drop: not its end.
    expect(relay.send(eventAt('10:35', 'connected', { triggered: '09:50', ...number(id) })).outcome, id).toBe('counted');
    const back = eventAt('11:00', 'connected', number(id));
    expect(relay.send(back).outcome, id).toBe('counted');
    expect(relay.lines(back)).toContain('incident: wa:shop:1 was closed by Ann (number given up): that it is over is nothing new');
    expect(relay.heard()).toEqual(told);
    expect(relay.send(eventAt('11:10', 'disconnected', { triggered: '10:50' })).outcome).toBe('stale');
    expect(relay.send(eventAt('12:00', 'connected', number(id))).outcome, id).toBe('routed');
    expect(relay.heard()).toEqual([...told, 'ops notice']);
    expect(relay.incident()?.closed).toMatchObject({ by: 'Ann', reason: 'number given up' });
    relay.send(eventAt('13:00', 'disconnected', number(id)));
    relay.send(eventAt('13:10', 'connected', number('3')));
    expect(relay.heard().slice(3)).toEqual(['ops alert', 'ops resolved']);
  }
});

test('a higher level that happened before the close and comes late opens it anew, a lower or equal one stays closed', () => {
  for (const more of [{}, { period: undefined, incidentKey: 'messages:shop' }] as Parameters<typeof eventAt>[2][]) {
    const relay = stage(rulesOf([route('quota', ['ops'])]));
    relay.send(eventAt('10:00', 'messaging-90', more));
    relay.close('10:30', { key: more?.incidentKey ?? period });
    expect(['counted', 'stale']).toContain(relay.send(eventAt('10:31', 'messaging-90', { triggered: '10:20', ...more })).outcome);
    expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed']);
    expect(relay.send(eventAt('10:32', 'messaging-100', { triggered: '10:27', ...more })).outcome).toBe('routed');
    expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed', 'ops alert']);
  }
});

const late: [name: string, send: Parameters<typeof eventAt>, outcome: string][] = [
  ['a drop of before the close that comes late is stale', ['10:31', 'disconnected', { triggered: '10:20' }], 'stale'],
  ['a drop of the minute of the close is new, for clocks differ', ['10:31', 'disconnected', { triggered: '10:29:30' }], 'routed'],
  ['a recovery of before the close that comes late is nothing new', ['10:31', 'connected', { triggered: '10:20' }], 'counted'],
];
test.each(late)('%s', (_name, event, outcome) => {
  const relay = stage(rulesOf([down(), route('all', ['billing'])]));
  relay.send(eventAt('10:00', 'disconnected'));
  relay.close('10:30');
  expect(relay.send(eventAt(...event)).outcome).toBe(outcome);
});

test('what has not gone out yet is taken back together with its end; what died is told no end; when_resolved none is kept', () => {
  const waiting = stage(rulesOf([down()]), { fate: () => 'pending' });
  waiting.send(eventAt('10:00', 'disconnected'));
  waiting.close('10:10');
  expect(waiting.heard()).toEqual([]);
  const dead = stage(rulesOf([down()]), { fate: ({ destination }) => (destination === 'ops' ? 'dead' : 'delivered') });
  dead.send(eventAt('10:00', 'disconnected'));
  dead.close('10:10');
  expect(dead.heard().filter((one) => one.includes('closed'))).toEqual([]);
  const mute = stage(rulesOf([down({ whenResolved: 'none' })]));
  mute.send(eventAt('10:00', 'disconnected'));
  mute.close('10:10');
  expect(mute.heard()).toEqual(['ops alert']);
});

test('in quiet hours it waits for their end, as a recovery does', () => {
  const night = { night: { from: 22 * 60, to: 8 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const relay = stage(rulesOf([down({ quiet: { during: 'night', keep: true }, whenResolved: 'new' })], { quietHours: night }));
  relay.send(eventAt('21:00', 'disconnected'));
  relay.close('22:30');
  expect(relay.heard()).toEqual(['ops alert']);
  relay.runTo(at('22:30') + 10 * hour);
  expect(relay.heard()).toEqual(['ops alert', 'ops resolved closed']);
});

test('what is unknown, over, or another outage than the one that was meant is not closed', () => {
  const relay = stage(rulesOf([down()]));
  expect(relay.close('10:00')).toMatchObject({ incidents: [], deliveries: [] });
  relay.send(eventAt('10:00', 'disconnected'));
  relay.send(eventAt('10:10', 'connected'));
  expect(relay.close('10:11')).toMatchObject({ incidents: [], standing: { open: false, endedBy: 'recovery' } });
  relay.send(eventAt('10:20', 'disconnected'));
  expect(relay.close('10:25', { openedAt: at('10:00') })).toMatchObject({ incidents: [], standing: { open: true } });
  expect(relay.close('10:26', { openedAt: at('10:20') }).standing).toMatchObject({ open: false, closed: { by: 'Ann' } });
  expect(relay.close('10:27', { by: 'Bob' }).standing?.closed?.by).toBe('Ann');
});
