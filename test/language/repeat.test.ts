// repeat: what its tests in repeat.yaml cannot say, a person who takes it and a message that did not arrive.
import { expect, test } from 'vitest';
import { at, eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const hour = 3_600_000;
const rules = rulesOf([route('down', ['ops', 'mail'], { repeat: { everyMs: hour, atMost: 2 }, ackForMs: 3 * hour })]);

test('repeat: nobody is reminded while somebody has it, and then the reminders that were left come', () => {
  const world = paper(rules);
  world.send(eventAt('10:00', 'disconnected'));
  world.until('11:30');
  world.put({ kind: 'acknowledge', incidentKey: 'wa:shop:1', by: 'Ann' }, at('11:30'));
  world.until('20:00');
  expect(world.heard().filter((line) => line.includes('ops'))).toEqual(['10:00 ops alert', '11:00 ops reminder', '14:30 ops reminder']);
});

test('repeat: whoever was not told is not reminded', () => {
  const world = paper(rules, { fate: ({ destination }) => (destination === 'mail' ? 'pending' : 'delivered') });
  world.send(eventAt('10:00', 'disconnected'));
  world.until('20:00');
  expect(world.heard()).toEqual(['10:00 ops alert', '10:00 mail alert', '11:00 ops reminder', '12:00 ops reminder']);
});
