// limit: what its tests in limit.yaml cannot say, the trace.
import { expect, test } from 'vitest';
import { eventAt, paper, route, rulesOf } from '../decide/paper.ts';

test('limit: whoever asks why nothing came reads until when it is kept, and why', () => {
  const world = paper(rulesOf([route('down', ['ops'], { limit: { max: 1, perMs: 600_000 } })]));
  world.send(eventAt('10:00', 'disconnected', { workspaceId: 'a' }));
  const second = eventAt('10:01', 'disconnected', { workspaceId: 'b' });
  world.send(second);
  expect(world.lines(second).at(-1)).toBe(
    'limit: down: kept until 2026-11-23 10:10:00 (limit 1 per 10 min), then told in one digest if it is still so',
  );
  world.until('10:10');
  expect(world.lines(second).at(-1)).toBe('limit: down: ops, in a digest of 1');
  expect(world.deliveries().at(-1)).toMatchObject({ kind: 'digest', details: { keptBy: 'limit', members: [second.id] } });
});
