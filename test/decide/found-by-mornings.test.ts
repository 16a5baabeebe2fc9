// What random mornings found: each is a story of its own now.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from './paper.ts';

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
