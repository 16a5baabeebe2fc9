// digest: what its tests in digest.yaml cannot say, what stands in it.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const everyMs = 3_600_000;

test('digest: an incident stands in it once, by its latest words and at its present level, and those that are over are counted', () => {
  const world = paper(rulesOf([route('all', ['ops'], { digest: { everyMs } })]));
  world.send(eventAt('10:00', 'messaging-90', { workspaceId: 'a' }));
  const raise = eventAt('10:10', 'messaging-100', { workspaceId: 'a' });
  world.send(raise);
  world.send(eventAt('10:20', 'disconnected', { workspaceId: 'b' }));
  world.send(eventAt('10:30', 'connected', { workspaceId: 'b' }));
  world.until('11:00');
  expect(world.heard()).toEqual(['11:00 ops digest']);
  expect(world.deliveries()[0]).toMatchObject({ level: 2, details: { keptBy: 'digest', members: [raise.id], gone: 1 } });
});

test('digest: of two destinations each gets what it does not know by then', () => {
  const world = paper(
    rulesOf([
      route('soon', ['ops'], { events: ['seats-full'], holdMs: everyMs / 2 }),
      route('all', ['ops', 'mail'], { digest: { everyMs } }),
    ]),
  );
  const [seats, drop] = [eventAt('10:00', 'seats-full'), eventAt('10:10', 'disconnected')];
  world.send(seats);
  world.send(drop);
  world.until('11:00');
  expect(world.heard()).toEqual(['10:30 ops alert', '11:00 ops digest', '11:00 mail digest']);
  const [, ops, mail] = world.deliveries();
  expect([ops?.details.members, mail?.details.members]).toEqual([[drop.id], [seats.id, drop.id]]);
  expect(world.lines(seats)).toContain('digest: all: ops was already told by soon');
});
