import { expect, test } from 'vitest';
import { at, destination, eventAt, paper, route, rulesOf } from './paper.ts';

const down = (more = {}) => route('down', ['ops', 'owner'], { events: ['disconnected'], ...more });

test('a drop that heals within its hold is told to nobody, and the trace says so', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 })]));
  const drop = eventAt('10:00', 'disconnected');
  const back = eventAt('10:04', 'connected');
  world.send(drop);
  world.send(back);
  world.until('12:00');
  expect(world.heard()).toEqual([]);
  expect(world.lines(drop)).toContain('hold: down: cancelled, it was over after 4 min');
  expect(world.lines(back)).toContain('hold: down: back after 4 min, within its hold: nobody hears of it');
});

test('a drop that outlasts its hold is told once, and its end goes to exactly those who were told', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:20', 'connected'));
  expect(world.heard()).toEqual(['10:05 ops alert', '10:05 owner alert', '10:20 ops resolved', '10:20 owner resolved']);
});

test('a late drop still waits half a minute, so that a recovery on its way can cancel it', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 })]));
  world.send(eventAt('10:10', 'disconnected', { triggered: '10:00' }));
  world.send(eventAt('10:10:20', 'connected', { triggered: '10:01' }));
  world.until('11:00');
  expect(world.heard()).toEqual([]);
});

test('a second problem while held updates the words and not the deadline', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 })]));
  world.send(eventAt('10:00', 'disconnected'));
  const again = eventAt('10:03', 'disconnected', { account: { reason: 'banned' } });
  world.send(again);
  world.until('10:06');
  expect(world.heard()).toEqual(['10:05 ops alert', '10:05 owner alert']);
  expect(world.deliveries().map((one) => one.eventId)).toEqual([again.id, again.id]);
});

test('after a cancelled hold a new drop starts a full hold', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:04', 'connected'));
  world.send(eventAt('10:06', 'disconnected'));
  world.until('11:00');
  expect(world.heard()).toEqual(['10:11 ops alert', '10:11 owner alert']);
});

test('the same webhook twice has one effect and answers the first id', () => {
  const world = paper(rulesOf([down()]));
  const first = eventAt('10:00', 'disconnected');
  world.send(first);
  const second = world.send({ ...first, id: 'e_other' });
  expect(second).toMatchObject({ outcome: 'duplicate', duplicateOf: first.id, deliveries: [] });
  expect(world.heard()).toHaveLength(2);
});

test('the same problem again at another time is counted and not sent', () => {
  const world = paper(rulesOf([down()]));
  world.send(eventAt('10:00', 'disconnected'));
  expect(world.send(eventAt('10:01', 'disconnected')).outcome).toBe('counted');
  expect(world.heard()).toHaveLength(2);
  expect(world.memory.incident('wa:shop:1')?.count).toBe(2);
});

test('a problem older than the last recovery of its key is recorded and not sent, even where the recovery came first', () => {
  const world = paper(rulesOf([down()]));
  world.send(eventAt('10:05', 'connected'));
  expect(world.send(eventAt('10:06', 'disconnected', { triggered: '10:00' })).outcome).toBe('stale');
  expect(world.heard()).toEqual([]);
});

test('a recovery older than the open problem is stale; at equal times the later received wins', () => {
  const world = paper(rulesOf([down()]));
  world.send(eventAt('10:10', 'disconnected'));
  expect(world.send(eventAt('10:11', 'connected', { triggered: '10:05' })).outcome).toBe('stale');
  world.send(eventAt('10:12', 'connected', { triggered: '10:10' }));
  expect(world.heard().slice(2)).toEqual(['10:12 ops resolved', '10:12 owner resolved']);
});

test('a number linked anew under another account id is paired by its phone', () => {
  const world = paper(rulesOf([down()]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:09', 'connected', { account: { id: '2' } }));
  expect(world.heard().slice(2)).toEqual(['10:09 ops resolved', '10:09 owner resolved']);
});

test('another number of the same workspace is another incident', () => {
  const world = paper(rulesOf([down()]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:01', 'connected', { account: { id: '2', phone: '+4912' } }));
  expect(world.heard()).toHaveLength(2);
});

test('a raise is told as an update of the lower level; a lower level of an open incident is not sent', () => {
  const world = paper(rulesOf([route('quota', ['ops'], { events: ['messaging-*'] })]));
  world.send(eventAt('10:00', 'messaging-90'));
  world.send(eventAt('11:00', 'messaging-100'));
  expect(world.send(eventAt('11:01', 'messaging-90')).outcome).toBe('counted');
  const [first, second] = world.deliveries();
  expect(world.heard()).toEqual(['10:00 ops alert', '11:00 ops alert']);
  expect(second).toMatchObject({ follows: first?.id, level: 2 });
});

test('a raise takes the place of a lower message that was never attempted', () => {
  const world = paper(rulesOf([route('quota', ['ops'], { events: ['messaging-*'] })]), { fate: () => 'pending' });
  world.send(eventAt('10:00', 'messaging-90'));
  world.send(eventAt('11:00', 'messaging-100'));
  expect(world.deliveries().map((one) => `${one.level} ${one.state}`)).toEqual(['1 cancelled', '2 pending']);
});

test('an incident whose period is already over is told, then closed', () => {
  const world = paper(rulesOf([route('quota', ['ops'], { holdMs: 600_000 })]));
  world.send(eventAt('10:00', 'messaging-100', { period: { end: at('09:00') } }));
  expect(world.heard()).toEqual(['10:00 ops alert']);
  expect(world.memory.incident('messages:shop:2026-12-01T00')).toMatchObject({ open: false, endedBy: 'time' });
});

test('a quota incident ends silently with its period', () => {
  const world = paper(rulesOf([route('quota', ['ops'])]));
  world.send(eventAt('10:00', 'messaging-100', { period: { end: at('12:00') } }));
  world.until('13:00');
  expect(world.heard()).toEqual(['10:00 ops alert']);
  expect(world.memory.incident('messages:shop:2026-12-01T00')?.open).toBe(false);
});

test('every match sends, stop ends the search, and what matched nothing goes to fallback', () => {
  const rules = rulesOf([
    route('own', [], { where: { segment: ['internal'] }, stop: true }),
    route('rotated', ['mail'], { events: ['token-rotated'] }),
    route('audit', ['billing'], { events: ['token-*'] }),
  ]);
  const world = paper(rules);
  world.send(eventAt('10:00', 'token-rotated'));
  world.send(eventAt('10:01', 'token-rotated', { workspaceId: 'demo-1' }));
  world.send(eventAt('10:02', 'unknown', { wireType: 'workspace:suspended' }));
  expect(world.heard()).toEqual(['10:00 mail notice', '10:00 billing notice', '10:02 catch-all notice']);
});

test('a connected that nobody routes never goes to fallback', () => {
  const world = paper(rulesOf([down()]));
  world.send(eventAt('10:00', 'connected'));
  expect(world.heard()).toEqual([]);
});

test('a recovery is used up for the routes it served and a plain notice for the others', () => {
  const world = paper(rulesOf([down(), route('welcome', ['mail'], { events: ['connected'] })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:05', 'connected'));
  expect(world.heard().slice(2)).toEqual(['10:05 ops resolved', '10:05 owner resolved', '10:05 mail notice']);
});

test('one target reached by two routes gets one message, in the words of the earlier', () => {
  const rules = rulesOf([down(), route('all', ['owner', 'billing'])]);
  const world = paper(rules);
  const drop = eventAt('10:00', 'disconnected');
  world.send(drop);
  expect(world.heard()).toEqual(['10:00 ops alert', '10:00 owner alert', '10:00 billing alert']);
  expect(world.lines(drop)).toContain('deliver: all: owner was already told by down');
});

test('a target told at once is not told again when another route has waited out its hold', () => {
  const world = paper(rulesOf([route('vip', ['ops']), down({ holdMs: 300_000 })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.until('11:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:05 owner alert']);
});

test('an empty address goes to if_empty; with none the failure is told to the operator', () => {
  const rules = rulesOf([down()], {
    destinations: { ...rulesOf([]).destinations, owner: destination('owner', { ifEmpty: 'mail' }) },
  });
  const reach = { ops: '', owner: '', mail: 'at-mail', boss: 'at-boss' };
  const world = paper(rules, { reach: () => reach });
  world.send(eventAt('10:00', 'disconnected'));
  expect(world.heard()).toEqual(['10:00 boss relay', '10:00 mail alert']);
});

test('where, except and lacks: a missing field never matches and never excludes', () => {
  const rules = rulesOf([
    route('vip', ['ops'], { where: { segment: ['vip'] } }),
    route('rest', ['mail'], { except: [{ tag: ['vip'] }], where: { lacks: ['owner_email'] } }),
    route('off', ['owner'], { enabled: false }),
    route('named', ['billing'], { where: { columns: { city: ['mad*'] }, level: ['0'] } }),
  ]);
  const world = paper(rules, {
    workspaces: [
      { id: 'v', tags: ['VIP'] },
      { id: 'm', owner_email: 'a@b', city: 'Madrid' },
    ],
  });
  world.send(eventAt('10:00', 'token-rotated', { workspaceId: 'v' }));
  world.send(eventAt('10:01', 'token-rotated', { workspaceId: 'x' }));
  const excluded = eventAt('10:02', 'token-rotated', { workspaceId: 'm' });
  world.send(excluded);
  expect(world.heard()).toEqual(['10:00 ops notice', '10:01 mail notice', '10:02 catch-all notice']);
  expect(world.lines(excluded)).toEqual(
    expect.arrayContaining([
      'match: vip: no, the workspace is not in vip',
      'match: rest: no, it has owner_email',
      'match: off: no, it is turned off (enabled: no)',
      'match: named: no, it has no level',
    ]),
  );
});

test('percent compares and level matches', () => {
  const world = paper(rulesOf([route('high', ['ops'], { where: { percent: ['>=95'], level: ['1'] } })]));
  const usage = { resource: 'messages' as const, used: 97, total: 100, percent: 97 };
  world.send(eventAt('10:00', 'messaging-90', { usage }));
  world.send(eventAt('10:00', 'messaging-90', { workspaceId: 'other', usage: { ...usage, percent: 91 } }));
  expect(world.heard()).toEqual(['10:00 ops alert', '10:00 catch-all alert']);
});

test('a dead delivery goes to if_it_fails, its recovery follows there, and the operator hears of it', () => {
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'] })], {
    destinations: { ...rulesOf([]).destinations, ops: destination('ops', { ifItFails: 'mail' }) },
  });
  const world = paper(rules, { fate: (one) => (one.destination === 'ops' ? 'dead' : 'delivered') });
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:05', 'connected'));
  expect(world.heard()).toEqual(['10:00 mail alert', '10:00 boss relay', '10:05 mail resolved']);
});

test('a problem that never arrived anywhere has no end to tell', () => {
  const world = paper(rulesOf([route('down', ['ops'], { events: ['disconnected'] })]), {
    fate: (one) => (one.destination === 'ops' ? 'dead' : 'delivered'),
  });
  world.send(eventAt('10:00', 'disconnected'));
  const back = eventAt('10:05', 'connected');
  world.send(back);
  expect(world.heard()).toEqual(['10:00 boss relay']);
  expect(world.lines(back)).toContain('receipt: ops: it never heard of the problem (the message died), so not of its end');
});

test('a problem not yet attempted and its end are both cancelled; one that may have been heard goes out first', () => {
  const never = paper(rulesOf([down()]), { fate: () => 'pending' });
  never.send(eventAt('10:00', 'disconnected'));
  never.send(eventAt('10:05', 'connected'));
  expect(never.heard()).toEqual([]);
});

test('when_resolved none tells nobody of the end', () => {
  const world = paper(rulesOf([down({ whenResolved: 'none' })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:05', 'connected'));
  expect(world.heard()).toHaveLength(2);
});

test('a reload: what was not yet told follows the new file, what was told follows receipts', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 }), route('now', ['mail'], { events: ['disconnected'] })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.use(rulesOf([route('renamed', ['billing'], { events: ['disconnected'] })]));
  world.until('11:00');
  world.send(eventAt('11:30', 'connected'));
  expect(world.heard()).toEqual(['10:00 mail alert', '10:05 billing alert', '11:30 mail resolved', '11:30 billing resolved']);
});

test('a route turned off while it held: cancelled as route-off', () => {
  const world = paper(rulesOf([down({ holdMs: 300_000 })]));
  const drop = eventAt('10:00', 'disconnected');
  world.send(drop);
  world.use(rulesOf([down({ holdMs: 300_000, enabled: false })]));
  world.until('11:00');
  expect(world.heard()).toEqual([]);
  expect(world.lines(drop).at(-1)).toMatch(/route-off/);
});

test('the first connect ever of a number is first, but not in the first week of a store', () => {
  const world = paper(rulesOf([route('welcome', ['mail'], { events: ['connected'] })]));
  const week = 8 * 86_400_000;
  const later = (event: ReturnType<typeof eventAt>) => ({
    ...event,
    receivedAt: event.receivedAt + week,
    triggeredAt: event.triggeredAt + week,
  });
  world.send(eventAt('10:00', 'connected'));
  world.send(later(eventAt('10:01', 'connected', { account: { id: '7', phone: '+7' } })));
  world.send(later(eventAt('10:02', 'connected', { account: { id: '7', phone: '+7' } })));
  expect(world.deliveries().map((one) => one.details.firstTime)).toEqual([false, true, false]);
});

test('the same trouble is told to the operator once an hour, and never by the destination that is in trouble', () => {
  const world = paper(rulesOf([]));
  const reach = Object.fromEntries(['boss', 'catch-all'].map((name) => [name, `at-${name}`]));
  const held = { code: 'destination.held', subject: 'boss', text: 'it answers 401', destination: 'boss' };
  world.put({ kind: 'relay', notice: held, reach }, at('10:00'));
  world.put({ kind: 'relay', notice: held, reach }, at('10:30'));
  world.put({ kind: 'relay', notice: held, reach }, at('11:00'));
  expect(world.heard()).toEqual(['10:00 catch-all relay', '11:00 catch-all relay']);
});

test('a recovery is told in the story that told the problem', () => {
  const world = paper(rulesOf([route('down', [], { events: ['disconnected'], send: [{ to: 'ops', template: 'our-words' }] })]));
  world.send(eventAt('10:00', 'disconnected'));
  world.send(eventAt('10:05', 'connected'));
  expect(world.deliveries().map((one) => one.template)).toEqual(['our-words', 'our-words']);
});
