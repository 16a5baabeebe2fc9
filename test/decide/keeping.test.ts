// Quiet hours, limits and digests on the clock: what is kept, until when, and what comes of it.
import { expect, test } from 'vitest';
import type { QuietHours } from '../../src/rules/rules.ts';
import { destination, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const all = [0, 1, 2, 3, 4, 5, 6];
// The clocks of these tests are those of one day in UTC, so the night is in it twice: until seven and from twenty-two.
const nights: Record<string, QuietHours> = { nights: { from: 22 * 60, to: 7 * 60, days: all } };
const quiet = { during: 'nights', keep: true };
const down = (clock: string, shop: string) => eventAt(clock, 'disconnected', { workspaceId: shop });
const back = (clock: string, shop: string) => eventAt(clock, 'connected', { workspaceId: shop });
const one = (more: Parameters<typeof route>[2], rules: Parameters<typeof rulesOf>[1] = { quietHours: nights }) =>
  paper(rulesOf([route('down', ['ops'], { events: ['disconnected'], ...more })], rules));

test('what comes in quiet hours is one digest at their end, of what is still open, with a count of what came and went', () => {
  const world = one({ quiet });
  for (const shop of ['a', 'b', 'c']) world.send(down('03:00', shop));
  world.send(back('04:00', 'b'));
  world.until('08:00');
  expect(world.heard()).toEqual(['07:00 ops digest']);
  expect(world.deliveries()[0]?.details).toMatchObject({ keptBy: 'quiet', gone: 1 });
  expect(world.deliveries()[0]?.details.members).toHaveLength(2);
});

test('nothing is sent at the end of quiet hours where nothing is open any more', () => {
  const world = one({ quiet });
  world.send(down('03:00', 'a'));
  world.send(back('03:30', 'a'));
  world.until('12:00');
  expect(world.heard()).toEqual([]);
});

test('the end of a quiet window is outside it, its begin inside', () => {
  const world = one({ quiet });
  world.send(down('06:59', 'a'));
  world.send(down('07:00', 'b'));
  world.send(down('21:59', 'c'));
  world.send(down('22:00', 'd'));
  expect(world.heard()).toEqual(['07:00 ops digest', '07:00 ops alert', '21:59 ops alert']);
});

test('a hold that ends in quiet hours is kept; one that heals in its hold is not even counted', () => {
  const world = one({ quiet, holdMs: 10 * minute });
  world.send(down('03:00', 'a'));
  world.send(down('03:00', 'b'));
  world.send(back('03:05', 'b'));
  world.until('08:00');
  expect(world.heard()).toEqual(['07:00 ops digest']);
  expect(world.deliveries()[0]?.details.gone).toBeUndefined();
});

test('then: drop tells nobody, now or later', () => {
  const world = one({ quiet: { during: 'nights', keep: false } });
  world.send(down('03:00', 'a'));
  world.until('12:00');
  world.send(back('12:30', 'a'));
  expect(world.heard()).toEqual([]);
});

test('a destination that ignores quiet hours gets it at once, the others in the morning', () => {
  const rules = rulesOf([route('down', ['ops', 'boss'], { quiet })], { quietHours: nights });
  rules.destinations.boss = destination('boss', { ignoreQuietHours: true });
  const world = paper(rules);
  world.send(down('03:00', 'a'));
  world.until('08:00');
  expect(world.heard()).toEqual(['03:00 boss alert', '07:00 ops digest']);
});

test('quiet hours by the clock of the workspace', () => {
  const rules = rulesOf([route('down', ['ops'], { quiet })], { quietHours: { nights: { ...nights.nights!, timezone: 'workspace' } } });
  const world = paper(rules, {
    workspaces: [
      { id: 'madrid', timezone: 'Europe/Madrid' },
      { id: 'lima', timezone: 'America/Lima' },
    ],
  });
  world.send(down('05:30', 'madrid'));
  world.send(down('05:30', 'lima'));
  world.until('13:00');
  expect(world.heard()).toEqual(['06:00 ops digest', '12:00 ops digest']);
});

test('over the limit comes one digest when the oldest leaves the window; nothing is lost', () => {
  const world = one({ limit: { max: 2, perMs: 10 * minute } });
  world.send(down('10:00', 'a'));
  world.send(down('10:01', 'b'));
  world.send(down('10:02', 'c'));
  world.send(down('10:03', 'd'));
  world.until('11:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:01 ops alert', '10:10 ops digest']);
  expect(world.deliveries()[2]?.details).toMatchObject({ keptBy: 'limit', members: expect.objectContaining({ length: 2 }) });
});

test('the window of a limit slides, its end is outside it, and a digest counts one', () => {
  const world = one({ limit: { max: 2, perMs: 10 * minute } });
  for (const [clock, shop] of [
    ['10:00', 'a'],
    ['10:05', 'b'],
    ['10:06', 'c'],
  ] as const)
    world.send(down(clock, shop));
  // At 10:10 the first is out of it and the digest is in: with the one of 10:05 it is full until 10:15, and by the next digest until 10:20.
  world.send(down('10:12', 'd'));
  world.send(down('10:15', 'e'));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:05 ops alert', '10:10 ops digest', '10:15 ops digest', '10:20 ops digest']);
});

test('a hold that was cancelled does not count against a limit', () => {
  const world = one({ limit: { max: 1, perMs: hour }, holdMs: 5 * minute });
  world.send(down('10:00', 'a'));
  world.send(back('10:02', 'a'));
  world.send(down('10:10', 'b'));
  world.until('10:30');
  expect(world.heard()).toEqual(['10:15 ops alert']);
});

test('a limit by workspace, and one by segment, counts each apart', () => {
  const byWorkspace = one({ limit: { max: 1, perMs: hour, by: 'workspace' } });
  byWorkspace.send(down('10:00', 'a'));
  byWorkspace.send(down('10:01', 'b'));
  expect(byWorkspace.heard()).toEqual(['10:00 ops alert', '10:01 ops alert']);
  const rules = rulesOf([route('down', ['ops'], { limit: { max: 1, perMs: hour, by: 'segment' } })]);
  const bySegment = paper(rules, { workspaces: [{ id: 'a', tags: ['vip'] }, { id: 'b' }, { id: 'c', tags: ['vip'] }] });
  for (const shop of ['a', 'b', 'c']) bySegment.send(down('10:00', shop));
  expect(bySegment.heard()).toEqual(['10:00 ops alert', '10:00 ops alert']);
});

test('a digest every so long begins with its first item and holds each incident once, at its present level', () => {
  const world = paper(rulesOf([route('quota', ['ops'], { digest: { everyMs: 30 * minute } })]));
  world.send(eventAt('10:00', 'messaging-90', { workspaceId: 'a' }));
  world.send(eventAt('10:10', 'messaging-100', { workspaceId: 'a' }));
  world.send(eventAt('10:20', 'seats-full', { workspaceId: 'b' }));
  world.send(eventAt('10:31', 'seats-full', { workspaceId: 'c' }));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:30 ops digest', '11:01 ops digest']);
  expect(world.deliveries()[0]).toMatchObject({ level: 2, details: { members: expect.objectContaining({ length: 2 }) } });
});

test('a digest at a clock time comes at the next one, and leaves out what the destination knows by then', () => {
  const world = paper(
    rulesOf([
      route('nearly', ['ops'], { events: ['messaging-90'], digest: { at: 9 * 60 } }),
      route('used-up', ['ops'], { events: ['messaging-100'] }),
    ]),
  );
  world.send(eventAt('08:00', 'messaging-90', { workspaceId: 'a' }));
  world.send(eventAt('08:30', 'messaging-100', { workspaceId: 'a' }));
  world.until('23:00');
  expect(world.heard()).toEqual(['08:30 ops alert']);
});

test('whoever was told by a digest hears of the ends, gathered for ten minutes into one answer to it', () => {
  const world = one({ digest: { everyMs: 10 * minute } }, {});
  for (const shop of ['a', 'b', 'c']) world.send(down('10:00', shop));
  world.until('10:10');
  world.send(back('10:20', 'a'));
  world.send(back('10:25', 'b'));
  world.send(back('10:40', 'c'));
  world.until('11:00');
  expect(world.heard()).toEqual(['10:10 ops digest', '10:30 ops resolved', '10:50 ops resolved']);
  const [digest, ends, last] = world.deliveries();
  expect(ends).toMatchObject({ follows: digest!.id, details: { whenResolved: 'thread', members: expect.objectContaining({ length: 2 }) } });
  expect(ends?.details.began, 'how long each was so').toEqual(ends?.details.members?.map(() => expect.any(Number)));
  expect(last?.details.members).toBeUndefined();
});

test('a reload in the middle of a digest repeats nothing and forgets nothing; a route turned off cancels what it kept', () => {
  const file = (enabled: boolean) => rulesOf([route('down', ['ops'], { enabled, digest: { everyMs: 10 * minute } })]);
  const world = paper(file(true));
  world.send(down('10:00', 'a'));
  world.use(file(true));
  world.until('10:10');
  world.send(down('10:20', 'b'));
  world.use(file(false));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:10 ops digest']);
});

test('what is kept when its incident closes by time is told all the same', () => {
  const world = one({ digest: { everyMs: 4 * hour }, closesAfterMs: hour }, {});
  world.send(down('10:00', 'a'));
  world.until('16:00');
  expect(world.heard()).toEqual(['14:00 ops digest']);
});

test('a digest that falls due in quiet hours waits for their end', () => {
  const world = one({ quiet, digest: { everyMs: 3 * hour } });
  world.send(down('20:00', 'a'));
  expect(world.timers().map(({ dueAt }) => new Date(dueAt).toISOString())).toContain('2026-11-23T23:00:00.000Z');
  world.runTo(Date.parse('2026-11-24T12:00:00Z'));
  expect(world.heard()).toEqual(['07:00 ops digest']);
});

test('what goes to nobody is kept for nobody, and is told to nobody', () => {
  const world = paper(
    rulesOf([route('down', [], { quiet, limit: { max: 1, perMs: hour }, digest: { everyMs: hour } })], { quietHours: nights }),
  );
  const drop = down('03:00', 'a');
  world.send(drop);
  world.send(back('04:00', 'a'));
  expect(world.heard()).toEqual([]);
  expect(world.lines(drop)).toContain('deliver: down: nobody, on purpose');
});

test('who has no address is told of to the operator at once, and not when the digest is due', () => {
  const rules = rulesOf([route('down', ['owner'], { digest: { everyMs: hour } })]);
  const world = paper(rules, { reach: () => ({ ops: 'x', owner: '', boss: 'y', 'catch-all': 'z' }) });
  world.send(down('10:00', 'a'));
  world.until('12:00');
  expect(world.heard()).toEqual(['10:00 boss relay']);
});

test('a digest that falls due while the relay is away says that it is late', () => {
  const world = one({ digest: { everyMs: 10 * minute } });
  world.send(down('10:00', 'a'));
  const [timer] = world.timers().filter(({ kind }) => kind === 'flush');
  world.put({ kind: 'timer', timer: timer!, workspace: { id: '' }, reach: {}, lateMs: 7 * minute }, timer!.dueAt + 7 * minute);
  expect(world.deliveries()[0]?.details).toMatchObject({ lateMs: 7 * minute });
});

test('of a digest that is not sent yet nothing is taken back because one of it is over: the others are still down', () => {
  const world = paper(rulesOf([route('down', ['ops'], { events: ['disconnected'], digest: { everyMs: 10 * minute } })]), {
    fate: () => 'pending',
  });
  for (const shop of ['a', 'b']) world.send(down('10:00', shop));
  world.until('10:10');
  world.send(back('10:11', 'a'));
  world.until('11:00');
  expect(world.heard()).toEqual(['10:10 ops digest', '10:21 ops resolved']);
});

test('where a digest cannot be delivered the next destination gets it, and hears of its ends', () => {
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], digest: { everyMs: 10 * minute } })]);
  rules.destinations.ops = destination('ops', { ifItFails: 'mail' });
  const world = paper(rules, { fate: ({ destination: name }) => (name === 'ops' ? 'dead' : 'delivered') });
  for (const shop of ['a', 'b']) world.send(down('10:00', shop));
  world.until('10:10');
  for (const shop of ['a', 'b']) world.send(back('10:20', shop));
  world.until('11:00');
  expect(world.heard().filter((one) => one.includes('mail'))).toEqual(['10:10 mail digest', '10:30 mail resolved']);
});

test('who is told at once begins the time of the next people, and the digest of the others does not begin it anew', () => {
  const rules = rulesOf([route('down', ['ops', 'boss'], { quiet, escalate: [{ afterMs: 5 * hour, send: [{ to: 'mail' }] }] })], {
    quietHours: nights,
  });
  rules.destinations.boss = destination('boss', { ignoreQuietHours: true });
  const world = paper(rules);
  world.send(down('03:00', 'a'));
  world.until('13:00');
  expect(world.heard()).toEqual(['03:00 boss alert', '07:00 ops digest', '08:00 mail escalation']);
});

test('a notice that one route keeps and a later one tells at once comes once, at once, to a target of both; others still get the digest', () => {
  const digest = { everyMs: 10 * minute };
  const world = paper(rulesOf([route('all', ['ops', 'owner'], { digest }), route('tokens', ['ops'], { events: ['token-rotated'] })]));
  const rotated = eventAt('08:00', 'token-rotated');
  world.send(rotated);
  world.send(eventAt('08:01', 'unknown'));
  world.until('09:00');
  expect(world.heard()).toEqual(['08:00 ops notice', '08:10 owner digest', '08:10 ops digest']);
  expect(world.deliveries().map(({ details }) => details.members?.length)).toEqual([undefined, 2, 1]);
  expect(world.lines(rotated)).toContain('digest: tokens: ops hears of it now, so it is not kept for it');
});

test('a notice that two routes keep for one target is in the digest of the first', () => {
  const world = paper(
    rulesOf([
      route('all', ['ops'], { digest: { everyMs: 10 * minute } }),
      route('again', ['ops', 'owner'], { digest: { everyMs: minute } }),
    ]),
  );
  world.send(eventAt('08:00', 'token-rotated'));
  world.until('09:00');
  expect(world.heard()).toEqual(['08:01 owner digest', '08:10 ops digest']);
});

test('what is kept, and each end of it, costs as much to write when thousands are kept as when there are few', () => {
  const world = one({ digest: { at: 11 * 60 } }, {});
  const shops = Array.from({ length: 2000 }, (_, n) => `shop-${1000 + n}`);
  const largest = (from: number, until: number, eventOf: (shop: string) => ReturnType<typeof eventAt>) =>
    Math.max(
      ...shops.slice(from, until).flatMap((shop) => Object.values(world.send(eventOf(shop)).cells).map((text) => text?.length ?? 0)),
    );
  const few = largest(0, 100, (shop) => down('10:00', shop));
  expect(largest(100, 2000, (shop) => down('10:01', shop))).toBeLessThan(few * 1.1);
  world.until('11:00');
  const fewEnds = largest(0, 100, (shop) => back('11:05', shop));
  expect(largest(100, 2000, (shop) => back('11:06', shop))).toBeLessThan(fewEnds * 1.1);
  world.until('11:30');
  expect(world.heard()).toEqual(['11:00 ops digest', '11:15 ops resolved']);
  for (const { details } of world.deliveries()) expect(new Set(details.members).size).toBe(2000);
  for (const name of ['kept:0:digest:down:', `ends:0:${world.deliveries()[0]!.id}`]) expect(world.memory.cell(name)).toBeUndefined();
});

test('two destinations of one channel are one reader of a digest, and what is in it is in it once', () => {
  const rules = rulesOf([route('down', ['ops', 'owner'], { events: ['disconnected'], digest: { at: 11 * 60 } })]);
  const world = paper(rules, { reach: () => ({ ops: 'one-channel', owner: 'one-channel' }) });
  for (const shop of ['a', 'b']) world.send(down('10:00', shop));
  world.until('11:00');
  expect(world.heard()).toEqual(['11:00 ops digest']);
  expect(world.deliveries()[0]?.details.members).toHaveLength(2);
});
