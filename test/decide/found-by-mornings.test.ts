// What random mornings found: each is a story of its own now.
import { expect, test } from 'vitest';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const down = (more: string[], rest: Parameters<typeof route>[2] = {}) =>
  route('down', ['ops', ...more], { events: ['disconnected'], ...rest });
const late = route('late', ['owner'], { events: ['disconnected'], holdMs: 10 * minute });

test('a hold whose route is gone by its end: whom another route now names hears of it, also where that route had told others before the reload', () => {
  const world = paper(rulesOf([down([]), late]));
  world.send(eventAt('08:00', 'disconnected'));
  world.use(rulesOf([down(['owner'])]));
  world.until('09:00');
  expect(world.heard()).toEqual(['08:00 ops alert', '08:10 owner alert']);
});

test('a hold whose route is gone by its end: the reminders of another route go on as they were', () => {
  const repeat = { everyMs: 7 * minute, atMost: 2 };
  const world = paper(rulesOf([down([], { repeat }), late]));
  world.send(eventAt('08:00', 'disconnected'));
  world.use(rulesOf([down(['owner'], { repeat })]));
  world.until('10:00');
  expect(world.heard().filter((line) => line.includes('ops'))).toEqual(['08:00 ops alert', '08:07 ops reminder', '08:14 ops reminder']);
});

test('nobody is reminded of what no attempt was made to tell: a recovery cancels that, and the reminder would stand alone', () => {
  const repeat = { everyMs: 7 * minute, atMost: 2 };
  const world = paper(rulesOf([down(['owner'], { repeat })]), {
    fate: ({ kind, destination }) => (kind === 'alert' && destination === 'owner' ? 'pending' : 'delivered'),
  });
  const drop = eventAt('08:00', 'disconnected');
  world.send(drop);
  world.send(eventAt('08:10', 'connected'));
  expect(world.heard()).toEqual(['08:00 ops alert', '08:07 ops reminder', '08:10 ops resolved']);
  expect(world.lines(drop)).toContain('repeat: down: owner has not been told yet, so there is nothing to remind it of');
});

test('a raise neither cancels nor edits the digest that told the lower level: it tells of others too, and the raise is a message of its own', () => {
  for (const fate of ['pending', 'delivered'] as const) {
    const digest = route('digest', ['billing'], { digest: { everyMs: 5 * minute } });
    const world = paper(rulesOf([digest, route('full', ['billing'], { events: ['messaging-100'] })]), { fate: () => fate });
    world.send(eventAt('08:00', 'messaging-90'));
    world.send(eventAt('08:01', 'disconnected'));
    world.send(eventAt('08:06', 'messaging-100'));
    expect(world.heard()).toEqual(['08:05 billing digest', '08:06 billing alert']);
    expect(world.deliveries().at(-1)!.follows).toBeUndefined();
  }
});

test('the end of a storm lists nothing as still open of which the reader heard only by what died: of that no end would follow', () => {
  const storm = { moreThan: 2, withinMs: 8 * minute };
  const digest = rulesOf([route('all', ['billing'], { digest: { everyMs: 5 * minute } })], { storm });
  let dies = false;
  const world = paper(digest, { fate: ({ kind }) => (kind === 'digest' ? 'pending' : kind === 'alert' && dies ? 'dead' : 'delivered') });
  world.send(eventAt('08:00', 'disconnected'));
  world.until('08:05');
  world.send(eventAt('08:06', 'connected'));
  world.use(rulesOf([route('now', ['billing'], { events: ['disconnected'] })], { storm }));
  dies = true;
  world.send(eventAt('08:06:10', 'disconnected'));
  dies = false;
  world.send(eventAt('08:06:20', 'disconnected', { workspaceId: 'other' }));
  world.until('08:40');
  const ending = world.deliveries().find(({ details }) => details.storm?.over)!;
  expect(ending.details.storm?.open).toBe(1);
});

test('a drop in a silence of a number that was told as unstable: who heard that hears of its end; still down at the end of that, it is told after the silence', () => {
  const flapping = { drops: 2, withinMs: 20 * minute };
  const silence = (until: string) => ({ id: 's', where: { workspace: ['shop'] }, until: at(until), reason: 'moving', by: 'ann' });
  const unstable = (until: string) => {
    const world = paper(rulesOf([down([], { flapping })]));
    world.send(eventAt('08:00', 'disconnected'));
    world.send(eventAt('08:02', 'connected'));
    world.send(eventAt('08:03', 'disconnected'));
    world.send(eventAt('08:05', 'connected'));
    world.put({ kind: 'silence', silence: silence(until) }, at('08:06'));
    world.send(eventAt('08:10', 'disconnected'));
    return world;
  };
  const before = ['08:00 ops alert', '08:02 ops resolved', '08:03 ops flapping'];
  const back = unstable('08:20');
  back.send(eventAt('08:25', 'connected'));
  back.until('09:30');
  expect(back.heard()).toEqual([...before, '08:30 ops resolved']);
  const still = unstable('08:40');
  still.until('09:30');
  still.send(eventAt('09:40', 'connected'));
  expect(still.heard()).toEqual([...before, '08:40 ops alert', '09:40 ops resolved']);
});

test('a number that was told as unstable by a route that is gone drops again: who heard that hears of its end, and whom the new file names hears of the drop', () => {
  const world = paper(rulesOf([down([], { flapping: { drops: 2, withinMs: 20 * minute } })]));
  world.send(eventAt('08:00', 'disconnected'));
  world.send(eventAt('08:02', 'connected'));
  world.send(eventAt('08:03', 'disconnected'));
  world.send(eventAt('08:05', 'connected'));
  world.use(rulesOf([route('renamed', ['ops', 'mail'], { events: ['disconnected'] })]));
  world.send(eventAt('08:10', 'disconnected'));
  world.until('09:00');
  world.send(eventAt('09:10', 'connected'));
  expect(world.heard()).toEqual([
    ...['08:00 ops alert', '08:02 ops resolved', '08:03 ops flapping'],
    ...['08:10 ops alert', '08:10 mail alert', '09:10 ops resolved', '09:10 mail resolved'],
  ]);
});

test('and where the new file names others, the end of what was told as unstable comes all the same', () => {
  const world = paper(rulesOf([down([], { flapping: { drops: 2, withinMs: 20 * minute } })]));
  world.send(eventAt('08:00', 'disconnected'));
  world.send(eventAt('08:02', 'connected'));
  world.send(eventAt('08:03', 'disconnected'));
  world.send(eventAt('08:05', 'connected'));
  world.use(rulesOf([route('renamed', ['mail'], { events: ['disconnected'] })]));
  world.send(eventAt('08:10', 'disconnected'));
  world.until('09:00');
  world.send(eventAt('09:10', 'connected'));
  expect(
    world
      .heard()
      .filter((line) => line.includes('ops'))
      .at(-1),
  ).toBe('09:10 ops resolved');
});
