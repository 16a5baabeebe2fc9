// Silences on the clock: what they stop, what they never stop, and what is told at their end.
import { expect, test } from 'vitest';
import type { QuietHours, Silence, Where } from '../../src/rules/rules.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const down = (clock: string, shop = 'shop') => eventAt(clock, 'disconnected', { workspaceId: shop });
const back = (clock: string, shop = 'shop') => eventAt(clock, 'connected', { workspaceId: shop });
const silence = (until: string, where: Where = { workspace: ['shop'] }, more: Partial<Silence> = {}): Silence => ({
  ...{ id: `s_${until}`, where, until: at(until), reason: 'moving house', by: 'ann' },
  ...more,
});
const told = (more: Parameters<typeof route>[2] = {}, rules: Parameters<typeof rulesOf>[1] = {}) =>
  world(rulesOf([route('down', ['ops'], { events: ['disconnected'], ...more })], rules));

function world(rules: Parameters<typeof paper>[0], options: Parameters<typeof paper>[1] = {}) {
  const stage = paper(rules, options);
  return {
    ...stage,
    silence: (clock: string, one: Silence) => {
      stage.until(clock);
      stage.put({ kind: 'silence', silence: one }, at(clock));
    },
    unsilence: (clock: string, id: string) => {
      stage.until(clock);
      stage.put({ kind: 'unsilence', id, by: 'ann' }, at(clock));
      stage.until(clock);
    },
    reload: (clock: string, next: typeof rules) => {
      stage.until(clock);
      stage.use(next);
      stage.put({ kind: 'silences' }, at(clock));
      stage.until(clock);
    },
    cell: (name: string) => stage.memory.cell(name),
    leftovers: () =>
      [
        ...['s_12:00', 's_13:00', 's_14:00'].flatMap((id) => [`silenced:${id}`, `silenced:0:${id}`, `silenced:1:${id}`]),
        'silences:file',
      ].filter((name) => stage.memory.cell(name) !== undefined),
  };
}

test('nobody hears of what a silence covers, and the trace says who asked for that, why and until when', () => {
  const stage = world(rulesOf([route('down', ['ops']), route('audit', ['billing'])]));
  stage.silence('09:00', silence('12:00'));
  const event = down('10:00');
  stage.send(event);
  stage.send(down('10:01', 'another'));
  stage.until('11:59');
  expect(stage.heard()).toEqual(['10:01 ops alert', '10:01 billing alert']);
  expect(stage.lines(event)).toEqual(
    expect.arrayContaining([
      'match: down: yes',
      'silence: down: silenced until 2026-11-23 12:00:00 by ann (moving house); told then if it is still so',
      'silence: audit: silenced until 2026-11-23 12:00:00 by ann (moving house); told then if it is still so',
    ]),
  );
  expect(stage.memory.incident('wa:shop:1')?.routes.down).toMatchObject({ state: 'silenced', until: at('12:00'), silence: 's_12:00' });
  expect(JSON.parse(stage.cell('silenced:s_12:00') ?? '')).toMatchObject({ muted: 2 });
});

test('at the end of a silence what is still open is told, once, and nothing is left behind', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  stage.until('20:00');
  expect(stage.heard()).toEqual(['12:00 ops alert']);
  expect(stage.leftovers()).toEqual([]);
  expect(stage.timers().filter(({ kind }) => kind === 'silence')).toEqual([]);
  stage.send(back('21:00'));
  expect(stage.heard()).toEqual(['12:00 ops alert', '21:00 ops resolved']);
});

test('what comes back within a silence nobody hears of, then or later', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  const end = back('10:30');
  stage.send(end);
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
  expect(stage.lines(end)).toContain('silence: down: back after 30 min, while it was silenced: nobody hears of it');
});

test('a silence never stops the recovery of what was told before it', () => {
  const stage = told();
  stage.send(down('08:00'));
  stage.silence('09:00', silence('12:00'));
  stage.send(back('10:00'));
  expect(stage.heard()).toEqual(['08:00 ops alert', '10:00 ops resolved']);
});

test('a person who ends a silence early has what is still open told at once', () => {
  const stage = told();
  const one = silence('12:00', { workspace: ['*'] });
  stage.silence('09:00', one);
  for (let n = 0; n < 60; n++) stage.send(down('10:00', `shop-${n}`));
  stage.send(back('10:30', 'shop-7'));
  stage.unsilence('11:00', one.id);
  expect(stage.heard()).toHaveLength(59);
  expect(new Set(stage.heard())).toEqual(new Set(['11:00 ops alert']));
  expect(stage.leftovers()).toEqual([]);
  stage.until('20:00');
  expect(stage.heard()).toHaveLength(59);
});

test('ending a silence that is not there changes nothing', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  stage.unsilence('11:00', 's_other');
  expect(stage.heard()).toEqual([]);
});

test('where several cover it, the one that ends last counts, and ending that leaves it to the next', () => {
  const stage = told();
  for (const until of ['12:00', '14:00', '13:00']) stage.silence('09:00', silence(until));
  const event = down('10:00');
  stage.send(event);
  stage.unsilence('11:00', 's_14:00');
  stage.until('12:59');
  expect(stage.heard()).toEqual([]);
  expect(stage.lines(event).filter((line) => line.startsWith('silence'))).toEqual([
    expect.stringContaining('until 2026-11-23 14:00:00'),
    expect.stringContaining('until 2026-11-23 13:00:00'),
  ]);
  stage.until('13:00');
  expect(stage.heard()).toEqual(['13:00 ops alert']);
});

test('one made while another is running carries on where that ends', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  stage.silence('11:00', silence('13:00'));
  stage.unsilence('12:30', 's_13:00');
  expect(stage.heard()).toEqual(['12:30 ops alert']);
});

test('a silence over is over to the millisecond, and covers nothing that comes then', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00'));
  stage.send(down('12:00'));
  expect(stage.heard()).toEqual(['12:00 ops alert']);
});

test('one that begins while a hold runs is looked at when the hold ends', () => {
  const stage = told({ holdMs: hour });
  const event = down('09:30');
  stage.send(event);
  stage.silence('10:00', silence('12:00'));
  stage.until('11:59');
  expect(stage.heard()).toEqual([]);
  stage.until('12:00');
  expect(stage.heard()).toEqual(['12:00 ops alert']);
});

test('a silence that ends within the hold leaves the hold its time', () => {
  const stage = told({ holdMs: 3 * hour });
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  stage.until('12:59');
  expect(stage.heard()).toEqual([]);
  stage.until('13:00');
  expect(stage.heard()).toEqual(['13:00 ops alert']);
});

test('a route that stops still stops where it is silenced, and the fallback does not step in', () => {
  const stage = world(rulesOf([route('first', ['ops'], { stop: true }), route('second', ['mail'])]));
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  stage.until('12:00');
  expect(stage.heard()).toEqual(['12:00 ops alert']);
});

test('the fallback is silenced too, and told at the end', () => {
  const stage = world(rulesOf([route('quota', ['ops'], { events: ['messaging-90'] })]));
  stage.silence('09:00', silence('12:00'));
  const event = down('10:00');
  stage.send(event);
  expect(stage.heard()).toEqual([]);
  expect(stage.lines(event)).toContainEqual(expect.stringContaining('silence: fallback: silenced until'));
  stage.until('12:00');
  expect(stage.heard()).toEqual(['12:00 catch-all alert']);
  stage.send(back('13:00'));
  expect(stage.heard()).toContain('13:00 catch-all resolved');
});

test('a notice that is silenced is not sent at all, and counted', () => {
  const stage = world(rulesOf([route('rotated', ['ops'])]));
  stage.silence('09:00', silence('12:00'));
  const event = eventAt('10:00', 'token-rotated');
  stage.send(event);
  expect(stage.cell('silenced:s_12:00')).toBe('{"muted":1,"items":[]}');
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
  expect(stage.lines(event)).toContain('silence: rotated: silenced until 2026-11-23 12:00:00 by ann (moving house): not sent');
  expect(stage.leftovers()).toEqual([]);
});

test('a raise within a silence stays silenced, and at its end only the present level is told', () => {
  const stage = world(
    rulesOf([route('nearly', ['ops'], { events: ['messaging-90'] }), route('up', ['ops', 'owner'], { events: ['messaging-100'] })]),
  );
  stage.silence('09:00', silence('12:00'));
  stage.send(eventAt('10:00', 'messaging-90'));
  stage.send(eventAt('10:30', 'messaging-100'));
  stage.until('20:00');
  expect(stage.heard()).toEqual(['12:00 ops alert', '12:00 owner alert']);
  expect(stage.deliveries().map(({ level }) => level)).toEqual([2, 2]);
});

test('a raise that the silence is not about is told at once', () => {
  const stage = world(rulesOf([route('quota', ['ops'])]));
  stage.silence('09:00', silence('12:00', { level: ['1'] }));
  stage.send(eventAt('10:00', 'messaging-90'));
  stage.send(eventAt('10:30', 'messaging-100'));
  stage.until('20:00');
  expect(stage.heard()).toEqual(['10:30 ops alert']);
});

test('a second word on a silenced incident that the silence is not about ends its waiting', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00', { reason: ['*off*'] }));
  stage.send(eventAt('10:00', 'disconnected', { account: { id: '1', reason: 'phone off' } }));
  stage.send(eventAt('10:10', 'disconnected', { account: { id: '1', reason: 'phone off' } }));
  stage.until('10:15');
  expect(stage.heard()).toEqual([]);
  stage.send(eventAt('10:20', 'disconnected', { account: { id: '1', reason: 'banned' } }));
  stage.until('10:20');
  expect(stage.heard()).toEqual(['10:20 ops alert']);
});

test('what is kept for a digest and silenced by then is left out of it, and told when the silence ends', () => {
  const nights: Record<string, QuietHours> = { nights: { from: 22 * 60, to: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const rules = rulesOf([route('down', ['ops'], { quiet: { during: 'nights', keep: true } })], { quietHours: nights });
  const stage = world(rules, { workspaces: [{ id: 'shop', tags: ['vip'] }] });
  const event = down('03:00');
  stage.send(event);
  stage.send(down('03:00', 'another'));
  stage.silence('06:00', silence('12:00', { tag: ['vip'] }));
  stage.until('11:59');
  expect(stage.heard()).toEqual(['07:00 ops digest']);
  expect(stage.deliveries()[0]?.details.members).toHaveLength(1);
  expect(stage.deliveries()[0]?.details.gone).toBeUndefined();
  expect(stage.lines(event)).toContainEqual(expect.stringContaining('silence: down: silenced until 2026-11-23 12:00:00'));
  stage.until('12:00');
  expect(stage.heard()).toEqual(['07:00 ops digest', '12:00 ops alert']);
});

test('a notice kept for a digest and silenced by then is in none', () => {
  const stage = world(rulesOf([route('rotated', ['ops'], { digest: { at: 11 * 60 } })]));
  stage.send(eventAt('10:00', 'token-rotated'));
  stage.silence('10:30', silence('12:00'));
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
});

test('a digest of silenced ones comes with the next digest after the silence', () => {
  const stage = told({ digest: { everyMs: hour } });
  stage.silence('09:00', silence('12:00'));
  stage.send(down('10:00'));
  stage.until('20:00');
  expect(stage.heard()).toEqual(['13:00 ops digest']);
});

test('reminders and escalations wait for the end of a silence, also for one that a person brings about', () => {
  const escalate = [{ afterMs: 15 * minute, send: [{ to: 'boss' }] }];
  const stage = told({ repeat: { everyMs: hour, atMost: 3 }, escalate });
  const event = down('10:00');
  stage.send(event);
  stage.silence('10:05', silence('14:00'));
  stage.until('12:29');
  expect(stage.heard()).toEqual(['10:00 ops alert']);
  expect(stage.lines(event)).toEqual(
    expect.arrayContaining([
      'silence: down: the escalation waits, silenced until 2026-11-23 14:00:00 by ann (moving house)',
      'silence: down: the reminder waits, silenced until 2026-11-23 14:00:00 by ann (moving house)',
    ]),
  );
  stage.unsilence('12:30', 's_14:00');
  stage.until('13:30');
  expect(stage.heard()).toEqual(['10:00 ops alert', '12:30 boss escalation', '12:30 ops reminder', '13:30 ops reminder']);
});

test('reminders and escalations that waited are not sent for what was taken or is over', () => {
  const stage = told({ repeat: { everyMs: hour, atMost: 3 }, escalate: [{ afterMs: 15 * minute, send: [{ to: 'boss' }] }] });
  stage.send(down('10:00'));
  stage.send(down('10:00', 'other'));
  stage.silence('10:05', silence('12:00', { workspace: ['*'] }));
  stage.until('11:30');
  stage.put({ kind: 'acknowledge', incidentKey: 'wa:shop:1', by: 'bob' }, at('11:30'));
  stage.send(back('11:40', 'other'));
  stage.until('15:00');
  expect(stage.heard()).toEqual(['10:00 ops alert', '10:00 ops alert', '11:40 ops resolved']);
});

test('an early end does not hurry the escalation of the next incident, which the silence was not about', () => {
  const stage = told({ escalate: [{ afterMs: 15 * minute, send: [{ to: 'boss' }] }] });
  const dropped = (clock: string, reason: string) => eventAt(clock, 'disconnected', { account: { id: '1', reason } });
  stage.send(dropped('10:00', 'phone off'));
  stage.silence('10:05', silence('14:00', { reason: ['*off*'] }));
  stage.send(back('10:30'));
  stage.send(dropped('11:00', 'banned'));
  stage.unsilence('11:05', 's_14:00');
  stage.until('11:14');
  expect(stage.heard()).toEqual(['10:00 ops alert', '10:30 ops resolved', '11:00 ops alert']);
  stage.until('11:15');
  expect(stage.heard().at(-1)).toBe('11:15 boss escalation');
});

test('what closes by time within a silence nobody hears of', () => {
  const stage = told({ closesAfterMs: hour });
  stage.silence('09:00', silence('12:00'));
  const event = down('10:00');
  stage.send(event);
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
  expect(stage.lines(event)).toContain('silence: down: closed by time while it was silenced: nobody hears of it');
});

test('a quota period already over is closed in silence', () => {
  const stage = world(rulesOf([route('quota', ['ops'])]));
  stage.silence('09:00', silence('12:00'));
  const event = eventAt('10:00', 'messaging-90', { period: { end: at('08:00') } });
  stage.send(event);
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
  expect(stage.lines(event)).toContain('incident: its period is already over: closed');
});

test('at the end of a silence the file of now counts: a route that is off, or gone', () => {
  const off = told();
  const gone = told();
  for (const stage of [off, gone]) {
    stage.silence('09:00', silence('12:00'));
    stage.send(down('10:00'));
  }
  off.use(rulesOf([route('down', ['ops'], { enabled: false })]));
  gone.use(rulesOf([route('renamed', ['mail'])]));
  for (const stage of [off, gone]) stage.until('20:00');
  expect(off.heard()).toEqual([]);
  expect(gone.heard()).toEqual(['12:00 mail alert']);
});

test('a silence of the file counts like any other, and its going at a reload tells what is still open', () => {
  const rules = (silences: Silence[]) => rulesOf([route('down', ['ops'])], { silences });
  const kept = silence('14:00', { segment: ['internal'] });
  const stage = world(rules([silence('13:00'), kept]));
  stage.send(down('10:00'));
  stage.send(down('10:00', 'demo-1'));
  stage.reload('10:30', rules([silence('13:00'), kept]));
  expect(stage.heard()).toEqual([]);
  stage.reload('11:00', rules([kept]));
  expect(stage.heard()).toEqual(['11:00 ops alert']);
  stage.reload('11:30', rules([]));
  expect(stage.heard()).toEqual(['11:00 ops alert', '11:30 ops alert']);
  expect(stage.leftovers()).toEqual([]);
});

test('a segment changed in the file changes whom a silence covers from then on', () => {
  const rules = (ids: string[]) => rulesOf([route('down', ['ops'])], { segments: { internal: { ids } } });
  const stage = world(rules(['demo-*']));
  stage.silence('09:00', silence('12:00', { segment: ['internal'] }));
  stage.send(down('10:00', 'demo-1'));
  expect(stage.heard()).toEqual([]);
  stage.use(rules(['qa-*']));
  stage.send(down('10:30', 'demo-2'));
  expect(stage.heard()).toEqual(['10:30 ops alert']);
});

test.each<[string, Where, boolean]>([
  ['all keys that hold', { workspace: ['SHOP'], tag: ['v*'], phone: ['+34*'] }, true],
  ['one key that does not', { workspace: ['shop'], tag: ['gold'] }, false],
  ['a missing field', { columns: { region: ['*'] } }, false],
  ['the absence of a field', { lacks: ['region'] }, true],
  ['the first connect only', { firstTime: true }, false],
  ['anything but the first connect', { firstTime: false }, true],
])('a silence is about what its conditions say: %s', (_, where, silent) => {
  const stage = world(rulesOf([route('down', ['ops'])]), { workspaces: [{ id: 'shop', tags: ['vip'] }] });
  stage.silence('09:00', silence('12:00', where));
  stage.send(down('10:00'));
  expect(stage.heard().length === 0).toBe(silent);
});

test('a percentage is compared', () => {
  const stage = world(rulesOf([route('quota', ['ops'])]));
  stage.silence('09:00', silence('12:00', { percent: ['<95'] }));
  const usage = (percent: number) => ({ usage: { resource: 'messages' as const, used: percent, total: 100, percent } });
  stage.send(eventAt('10:00', 'messaging-90', { ...usage(91), workspaceId: 'low' }));
  stage.send(eventAt('10:00', 'messaging-90', { ...usage(96), workspaceId: 'high' }));
  expect(stage.deliveries()).toHaveLength(1);
});

test('a list that is written anew loses what is over', () => {
  const stage = told();
  stage.silence('09:00', silence('12:00'));
  stage.silence('13:00', silence('14:00'));
  expect(JSON.parse(stage.cell('silences') ?? '')).toMatchObject([{ id: 's_14:00' }]);
});

test('a recovery of what was silenced is used up, also for a route that hears of everything', () => {
  const stage = world(rulesOf([route('everything', ['ops'])]));
  stage.silence('09:00', silence('12:00', { reason: ['*off*'] }));
  stage.send(eventAt('10:00', 'disconnected', { account: { id: '1', reason: 'phone off' } }));
  stage.send(back('10:30'));
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
});

test('a lower level that was silenced is no longer waited for once a raise is told', () => {
  const stage = world(
    rulesOf([route('nearly', ['owner'], { events: ['messaging-90'] }), route('up', ['ops'], { events: ['messaging-100'] })]),
  );
  stage.silence('09:00', silence('12:00', { level: ['1'] }));
  stage.send(eventAt('10:00', 'messaging-90'));
  stage.send(eventAt('10:30', 'messaging-100'));
  stage.until('20:00');
  expect(stage.heard()).toEqual(['10:30 ops alert']);
  expect(stage.memory.incident('messages:shop:2026-12-01T00')?.routes.nearly?.state).toBe('cancelled');
});

test('who was told before the silence is not reminded or escalated anew when the others are told at its end', () => {
  const nights: Record<string, QuietHours> = { nights: { from: 22 * 60, to: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const escalate = [{ afterMs: 15 * minute, send: [{ to: 'mail' }] }];
  const rules = rulesOf([route('down', ['ops', 'boss'], { quiet: { during: 'nights', keep: true }, escalate })], { quietHours: nights });
  rules.destinations.boss = { ...rules.destinations.boss!, ignoreQuietHours: true };
  const stage = world(rules);
  stage.send(down('03:00'));
  stage.silence('06:00', silence('12:00'));
  stage.until('20:00');
  expect(stage.heard()).toEqual(['03:00 boss alert', '03:15 mail escalation', '12:00 ops alert']);
});

test('a fallback told at the end says only that the silence is over', () => {
  const stage = world(rulesOf([route('quota', ['ops'], { events: ['messaging-90'] })]));
  stage.silence('09:00', silence('12:00'));
  const event = down('10:00');
  stage.send(event);
  stage.until('12:00');
  expect(stage.lines(event)).toContain('silence: fallback: the silence is over, and it is still so');
  expect(stage.lines(event).join()).not.toContain('gone from the file');
});

test('what closed by time while it was kept, and is silenced when the digest is due, waits for nothing', () => {
  const stage = told({ digest: { at: 11 * 60 }, closesAfterMs: 20 * minute });
  stage.send(down('10:00'));
  stage.silence('10:30', silence('12:00'));
  stage.until('11:00');
  expect(stage.memory.incident('wa:shop:1')).toMatchObject({ open: false, routes: { down: { state: 'cancelled' } } });
  stage.until('20:00');
  expect(stage.heard()).toEqual([]);
});
