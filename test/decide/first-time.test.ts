// Routes that ask whether a number is connected for the first time.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from './paper.ts';

const week = 8 * 86_400_000;
const later = (event: ReturnType<typeof eventAt>) => ({
  ...event,
  receivedAt: event.receivedAt + week,
  triggeredAt: event.triggeredAt + week,
});
const welcome = route('welcome', ['owner'], { where: { firstTime: true } });
const again = route('again', ['ops'], { where: { firstTime: false } });
const other = { account: { id: '7', phone: '+7' } };

test('where first_time is yes or no, a connect is one or the other, and nothing else is either', () => {
  const world = paper(rulesOf([welcome, again]));
  const early = eventAt('10:00', 'connected');
  world.send(early);
  expect(world.lines(early)).toContain('match: welcome: no, this number is not known to be connected for the first time');
  const first = later(eventAt('10:01', 'connected', other));
  world.send(first);
  expect(world.lines(first)).toContain('match: again: no, this number is connected for the first time');
  world.send(later(eventAt('10:02', 'connected', other)));
  const drop = later(eventAt('10:03', 'disconnected', { account: { id: '8', phone: '+8' } }));
  world.send(drop);
  expect(world.lines(drop)).toContain('match: welcome: no, it is no connect, so neither the first nor a later one');
  expect(world.heard()).toEqual(['10:00 ops notice', '10:01 owner notice', '10:02 ops notice', '10:03 catch-all alert']);
});

test('a number that was down before is no new one', () => {
  const world = paper(rulesOf([welcome]));
  world.send(eventAt('10:00', 'token-rotated'));
  world.send(later(eventAt('10:01', 'disconnected', other)));
  world.send(later(eventAt('10:30', 'connected', other)));
  expect(world.heard()).not.toContain('10:30 owner notice');
});

test('`except` leaves out first connects, and never what cannot be one', () => {
  const world = paper(rulesOf([route('rest', ['ops'], { except: [{ firstTime: true }] }), route('all', ['mail'])]));
  world.send(eventAt('10:00', 'connected'));
  world.send(later(eventAt('10:01', 'connected', other)));
  world.send(later(eventAt('10:02', 'token-rotated')));
  expect(world.heard().filter((one) => one.includes('ops'))).toEqual(['10:00 ops notice', '10:02 ops notice']);
});
