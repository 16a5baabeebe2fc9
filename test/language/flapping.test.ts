// flapping: what its tests in flapping.yaml cannot say, the words and what the end hangs on.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const hour = 3_600_000;
const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'], flapping: { drops: 3, withinMs: hour } })]);

test('flapping: it says how many drops within how long, and the one end answers that message', () => {
  const world = paper(rules);
  let last: ReturnType<typeof eventAt> | undefined;
  for (const clock of ['10:00', '10:10', '10:20', '10:30']) {
    world.send(eventAt(clock, 'disconnected'));
    last = eventAt(`${clock}:30`, 'connected');
    world.send(last);
  }
  world.until('12:00');
  expect(world.heard().slice(-2)).toEqual(['10:20 ops flapping', '11:30 ops resolved']);
  const [unstable, end] = world.deliveries().slice(-2);
  expect(end?.eventId).toBe(last?.id);
  expect(unstable?.details.flaps).toEqual({ drops: 3, withinMs: hour });
  expect(end).toMatchObject({ follows: unstable?.id, details: { flaps: { drops: 4, withinMs: hour } } });
});

test('flapping: a connect that is mute is used up, so no route hears of it as a notice', () => {
  const world = paper(rulesOf([{ ...rules.routes[0]!, events: ['disconnected', 'connected'] }]));
  for (const clock of ['10:00', '10:10', '10:20']) {
    world.send(eventAt(clock, 'disconnected'));
    world.send(eventAt(`${clock}:30`, 'connected'));
  }
  expect(world.heard().slice(-1)).toEqual(['10:20 ops flapping']);
});
