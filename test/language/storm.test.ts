// storm: what its tests in storm.yaml cannot say, what stands in the summary and what it takes in.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from '../decide/paper.ts';

const storm = { moreThan: 2, withinMs: 300_000 };
const rules = rulesOf([route('all', ['ops'])], { storm });
const down = (clock: string, workspaceId: string) => eventAt(clock, 'disconnected', { workspaceId });

test('storm: one summary that is edited, with counts by event and by segment, and one ending with what is still open', () => {
  const workspaces = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, tags: id < 'e' ? ['vip'] : [] }));
  const world = paper(rules, { workspaces });
  for (const [n, id] of ['a', 'b', 'c', 'd'].entries()) world.send(down(`10:00:0${n}`, id));
  const seats = eventAt('10:00:05', 'seats-full', { workspaceId: 'e' });
  world.send(seats);
  world.send(eventAt('10:00:10', 'connected', { workspaceId: 'd' }));
  world.until('10:30');
  const [begin, edit, ending, ...more] = world.deliveries().filter(({ kind }) => kind === 'storm');
  expect(more).toEqual([]);
  expect(begin?.details).toMatchObject({ storm: { counts: { disconnected: 1 }, segments: { vip: 1 } } });
  expect(edit).toMatchObject({
    follows: begin?.id,
    details: { editOnly: true, gone: 1, storm: { counts: { disconnected: 2, 'seats-full': 1 }, segments: { vip: 2 } } },
  });
  expect(ending).toMatchObject({ follows: edit?.id, details: { storm: { over: true, open: 2 }, gone: 1 } });
  // What is over stands behind what is still open, so that each is listed somewhere.
  expect(ending?.details.members).toHaveLength(3);
  expect(ending?.details.members?.slice(0, 2)).toContain(seats.id);
});

test('storm: entering it folds in what was not sent there yet', () => {
  const world = paper(rules, { fate: ({ kind }) => (kind === 'storm' ? 'delivered' : 'pending') });
  for (const [n, id] of ['a', 'b', 'c'].entries()) world.send(down(`10:00:0${n}`, id));
  expect(world.deliveries().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'alert cancelled',
    'alert cancelled',
    'storm delivered',
  ]);
  expect(world.deliveries().at(-1)?.details.members).toHaveLength(3);
});

test('storm: what is open at the ending is resolved singly, beside it', () => {
  const world = paper(rules);
  for (const [n, id] of ['a', 'b', 'c', 'd'].entries()) world.send(down(`10:00:0${n}`, id));
  world.send(eventAt('11:00', 'connected', { workspaceId: 'c' }));
  world.send(eventAt('11:10', 'connected', { workspaceId: 'd' }));
  expect(world.heard().slice(-2)).toEqual(['11:00 ops resolved', '11:10 ops resolved']);
  const ending = world.deliveries().findLast(({ kind }) => kind === 'storm');
  for (const end of world.deliveries().slice(-2)) expect(end).toMatchObject({ follows: ending?.id, details: { whenResolved: 'new' } });
});
