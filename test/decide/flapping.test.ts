// A number that comes and goes: told once as unstable, mute while it lasts, and exactly one end for whoever heard of it.
import { expect, test } from 'vitest';
import type { Route, Rules } from '../../src/rules/rules.ts';
import { at, destination, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const flapping = { drops: 3, withinMs: hour };
const down = (clock: string, shop = 'a', triggered = clock) => eventAt(clock, 'disconnected', { workspaceId: shop, triggered });
const back = (clock: string, shop = 'a') => eventAt(clock, 'connected', { workspaceId: shop });
const file = (more: Partial<Route> = {}, others: Route[] = [], rules: Parameters<typeof rulesOf>[1] = {}) =>
  rulesOf([route('down', ['ops'], { events: ['disconnected'], flapping, ...more }), ...others], rules);
type World = ReturnType<typeof paper>;

/** Drops and comes back a minute later, once for each clock time. */
function bounce(world: World, ...clocks: string[]): void {
  for (const clock of clocks) {
    world.send(down(clock));
    world.send(back(new Date(at(clock) + minute).toISOString().slice(11, 19)));
  }
}
const everything = (world: World) => world.runTo(at('23:59'));

test('the drop that makes it so many is told as unstable, and then drops and recoveries are mute until the window passed without one', () => {
  const world = paper(file());
  bounce(world, '10:00', '10:10', '10:20', '10:30', '10:40');
  everything(world);
  expect(world.heard()).toEqual([
    '10:00 ops alert',
    '10:01 ops resolved',
    '10:10 ops alert',
    '10:11 ops resolved',
    '10:20 ops flapping',
    '11:40 ops resolved',
  ]);
  const [told, end] = world.deliveries().slice(-2);
  expect(told?.details.flaps).toEqual({ drops: 3, withinMs: hour });
  expect(end).toMatchObject({
    follows: told!.id,
    details: { since: at('10:00'), endedAt: at('10:41'), flaps: { drops: 5, withinMs: hour } },
  });
});

test('drops that healed within their hold count, and the one that makes it so many is told without waiting for its hold', () => {
  const world = paper(file({ holdMs: 5 * minute }));
  bounce(world, '10:00', '10:10', '10:20');
  everything(world);
  expect(world.heard()).toEqual(['10:20 ops flapping', '11:20 ops resolved']);
  expect(world.timers()).toEqual([]);
});

test('still down when the window has passed: a new alert, beside the old message, with an end of its own', () => {
  const world = paper(file());
  bounce(world, '10:00', '10:10', '10:20');
  world.send(down('10:30'));
  world.until('11:30');
  const [unstable, alert] = world.deliveries().slice(-2);
  expect(alert).toMatchObject({ kind: 'alert', follows: unstable!.id, details: { whenResolved: 'new', since: at('10:30') } });
  world.send(back('12:00'));
  everything(world);
  expect(world.heard().slice(4)).toEqual(['10:20 ops flapping', '11:30 ops alert', '12:00 ops resolved']);
  expect(world.deliveries().at(-1)?.follows).toBe(alert!.id);
});

test('the window slides: drops that are further apart are told one by one', () => {
  const world = paper(file());
  bounce(world, '10:00', '10:30', '11:00', '11:31');
  expect(world.heard().filter((line) => line.includes('flapping'))).toEqual([]);
  bounce(world, '11:45');
  expect(world.heard().at(-1)).toBe('11:45 ops flapping');
});

test('a drop said twice while it lasts counts once', () => {
  const world = paper(file());
  world.send(down('10:00'));
  world.send(down('10:01'));
  world.send(down('10:02'));
  world.send(back('10:03'));
  bounce(world, '10:10');
  expect(world.heard().filter((line) => line.includes('flapping'))).toEqual([]);
});

test('drops count at the time they happened: old ones that come all at once are not a number that is unstable now', () => {
  const world = paper(file());
  for (const [dropped, healed] of [
    ['06:00', '06:01'],
    ['07:30', '07:31'],
    ['09:30', '09:31'],
  ] as const) {
    world.send(down('10:00', 'a', dropped));
    world.send(eventAt('10:00', 'connected', { workspaceId: 'a', triggered: healed }));
  }
  expect(world.heard().filter((line) => line.includes('flapping'))).toEqual([]);
});

test('each number counts for itself, and on each route for itself', () => {
  const others = [route('log', ['billing'], { events: ['disconnected'] })];
  const world = paper(file({}, others));
  bounce(world, '10:00', '10:10');
  world.send(down('10:15', 'b'));
  bounce(world, '10:20', '10:30');
  everything(world);
  expect(world.heard().filter((line) => line.includes('10:15'))).toEqual(['10:15 ops alert', '10:15 billing alert']);
  expect(world.heard().filter((line) => line.includes('billing'))).toHaveLength(2 * 4 + 1);
  expect(world.heard().filter((line) => line.includes('10:3'))).toEqual(['10:30 billing alert', '10:31 billing resolved']);
});

test('whoever heard that it is unstable is not told of the next drop by a later route either', () => {
  const world = paper(file({}, [route('again', ['ops'], { events: ['disconnected'] })]));
  bounce(world, '10:00', '10:10', '10:20', '10:30');
  expect(world.heard().slice(4)).toEqual(['10:20 ops flapping']);
});

test('while it is unstable nobody is reminded and nobody else is called; what stays down starts both anew', () => {
  const world = paper(file({ repeat: { everyMs: 20 * minute, atMost: 1 }, escalate: [{ afterMs: 15 * minute, send: [{ to: 'boss' }] }] }));
  bounce(world, '10:00', '10:10');
  world.send(down('10:20'));
  world.until('11:19');
  expect(world.heard().slice(4)).toEqual(['10:20 ops flapping']);
  everything(world);
  expect(world.heard().slice(5)).toEqual(['11:20 ops alert', '11:35 boss escalation', '11:40 ops reminder']);
});

test('a reload in the middle changes nothing, and of a route that is gone or off the end is still told to those who heard', () => {
  const gone = rulesOf([route('other', ['billing'], { events: ['disconnected'] })]);
  for (const after of [file(), file({ enabled: false }), gone, file({ flapping: undefined as never })]) {
    const world = paper(file());
    bounce(world, '10:00', '10:10', '10:20');
    world.use(after);
    everything(world);
    expect(world.heard().slice(4)).toEqual(['10:20 ops flapping', '11:20 ops resolved']);
  }
});

test('only numbers come and go: a quota that fills again is told again', () => {
  const world = paper(file({ events: undefined as never, flapping: { drops: 2, withinMs: hour }, closesAfterMs: 5 * minute }));
  for (const clock of ['10:00', '10:10', '10:20']) world.send(eventAt(clock, 'seats-full', { workspaceId: 'a' }));
  expect(world.heard()).toEqual(['10:00 ops alert', '10:10 ops alert', '10:20 ops alert']);
});

test('of a route that is gone, off or for others while the number is down there is no new alert, and the end all the same', () => {
  for (const after of [rulesOf([]), file({ enabled: false }), file({ where: { workspace: ['b'] } })]) goneWhileDown(after);
});

function goneWhileDown(after: Rules): void {
  const world = paper(file());
  bounce(world, '10:00', '10:10');
  world.send(down('10:20'));
  world.use(after);
  world.until('12:00');
  world.send(back('12:30'));
  everything(world);
  expect(world.heard().slice(4)).toEqual(['10:20 ops flapping', '12:30 ops resolved']);
}

test('a relay that was away when the window had passed says that it is late', () => {
  const world = paper(file());
  bounce(world, '10:00', '10:10', '10:20');
  const timer = world.timers().find(({ kind }) => kind === 'steady')!;
  world.put({ kind: 'timer', timer, workspace: { id: 'a' }, reach: {}, lateMs: hour }, timer.dueAt + hour);
  expect(world.deliveries().at(-1)).toMatchObject({ kind: 'resolved', details: { lateMs: hour } });
});

test('a drop between the time it was due and the time it is decided keeps it unstable', () => {
  const world = paper(file());
  bounce(world, '10:00', '10:10', '10:20');
  const timer = world.timers().find(({ kind }) => kind === 'steady')!;
  bounce(world, '11:19');
  world.put({ kind: 'timer', timer, workspace: { id: 'a' }, reach: {} }, timer.dueAt);
  everything(world);
  expect(world.heard().slice(4)).toEqual(['10:20 ops flapping', '12:19 ops resolved']);
});

test('in quiet hours it is kept as any other message, and the number is told as unstable by its next drop after them', () => {
  const quietHours = { morning: { from: 10 * 60, to: 11 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const world = paper(file({ quiet: { during: 'morning', keep: true } }, [], { quietHours }));
  bounce(world, '10:10', '10:20', '10:30', '10:40');
  bounce(world, '11:05');
  everything(world);
  expect(world.heard()).toEqual(['11:05 ops flapping', '12:05 ops resolved']);
});

test('kept in quiet hours and still down at their end, it is in the digest, and its end is heard', () => {
  const quietHours = { morning: { from: 10 * 60, to: 11 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const world = paper(file({ quiet: { during: 'morning', keep: true } }, [], { quietHours }));
  bounce(world, '10:10', '10:20');
  world.send(down('10:30'));
  world.until('11:10');
  world.send(back('11:20'));
  everything(world);
  expect(world.heard()).toEqual(['11:00 ops digest', '11:30 ops resolved']);
});

test('a destination that ignores quiet hours hears at once, the others nothing of what came and went', () => {
  const quietHours = { morning: { from: 10 * 60, to: 12 * 60, days: [0, 1, 2, 3, 4, 5, 6] } };
  const rules = rulesOf([route('down', ['ops', 'boss'], { flapping, quiet: { during: 'morning', keep: true } })], { quietHours });
  rules.destinations.boss = destination('boss', { ignoreQuietHours: true });
  const world = paper(rules);
  bounce(world, '10:10', '10:20', '10:30', '10:40');
  everything(world);
  expect(world.heard().slice(4)).toEqual(['10:30 boss flapping', '11:40 boss resolved']);
  expect(world.heard().some((line) => line.includes('ops'))).toBe(false);
});

test('where the message cannot be delivered the next destination gets it, and hears the one end', () => {
  const rules = file();
  rules.destinations.ops = destination('ops', { ifItFails: 'mail' });
  const world = paper(rules, { fate: ({ destination: name, kind }) => (name === 'ops' && kind === 'flapping' ? 'dead' : 'delivered') });
  bounce(world, '10:00', '10:10', '10:20', '10:30');
  everything(world);
  expect(
    world
      .heard()
      .slice(4)
      .filter((line) => !line.includes('relay')),
  ).toEqual(['10:20 mail flapping', '11:30 mail resolved']);
});

test('never tried when the window has passed: neither "unstable" nor its end is sent', () => {
  const world = paper(file(), { fate: ({ kind }) => (kind === 'flapping' ? 'pending' : 'delivered') });
  bounce(world, '10:00', '10:10', '10:20');
  everything(world);
  expect(world.heard()).toHaveLength(4);
});

test('when_resolved: none holds for the end too; what closes by time is silent', () => {
  const none = paper(file({ whenResolved: 'none' }));
  bounce(none, '10:00', '10:10', '10:20');
  everything(none);
  expect(none.heard().filter((line) => line.includes('resolved'))).toEqual([]);
  const closed = paper(file({ closesAfterMs: 30 * minute }));
  bounce(closed, '10:00', '10:10');
  closed.send(down('10:20'));
  everything(closed);
  expect(closed.heard().slice(4)).toEqual(['10:20 ops flapping']);
});

test('the trace says which drop it was, that it was unstable, and why nobody heard', () => {
  const world = paper(file());
  bounce(world, '10:00', '10:10');
  const third = down('10:20');
  world.send(third);
  const healed = back('10:21');
  world.send(healed);
  const fourth = down('10:30');
  world.send(fourth);
  expect(world.lines(third)).toContain(
    'flapping: down: drop 3 within 1 h: unstable, told once and then mute until 1 h pass without a drop',
  );
  expect(world.lines(healed)).toContain('flapping: down: it was told as unstable, so nobody hears that it is back before it stays so');
  expect(world.lines(fourth)).toContain('flapping: down: drop 4 since it was told as unstable or before: mute until 1 h pass without one');
});

test('nothing is remembered of a number that kept still, whether it was unstable or not', () => {
  const world = paper(file());
  world.send(down('10:00', 'b'));
  world.send(back('10:01', 'b'));
  bounce(world, '10:00', '10:10', '10:20');
  for (const shop of ['a', 'b']) expect(world.memory.cell(`flaps:down:wa:${shop}:1`)).toBeDefined();
  everything(world);
  for (const shop of ['a', 'b']) expect(world.memory.cell(`flaps:down:wa:${shop}:1`)).toBeUndefined();
  expect(world.timers()).toEqual([]);
});
