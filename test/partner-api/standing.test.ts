import { expect, test } from 'vitest';
import type { NumberNow } from '../../src/partner-api/answer.ts';
import { hasDropped, standingOf, whoOf } from '../../src/partner-api/standing.ts';

const workspace = (...numbers: NumberNow[]) => ({ id: 'shop', askedAt: 0, numbers });
const up = { id: '1', phone: '+1', connected: true };
const down = { id: '1', phone: '+1', connected: false };

test.each([
  ['connected', workspace(up), { id: '1' }, 'up'],
  ['found by its phone', workspace(up), { phone: '+1' }, 'up'],
  ['not connected', workspace(down), { id: '1' }, 'down'],
  ['linked anew under another id, the same phone', workspace(down, { ...up, id: '2' }), { id: '1' }, 'up'],
  ['another number is connected', workspace(down, { id: '2', phone: '+2', connected: true }), { id: '1' }, 'down'],
  ['no longer listed', workspace(), { id: '1' }, 'down'],
  ['the answer does not speak of numbers', { id: 'shop', askedAt: 0 }, { id: '1' }, 'unknown'],
  ['the webhook named no number', workspace(up), whoOf('wa:shop:unknown', 'shop'), 'unknown'],
  ['a key made of a phone', workspace(up), whoOf('wa:shop:+1', 'shop'), 'up'],
] as const)('%s', (_, answer, who, standing) => {
  expect(standingOf(answer, who)).toBe(standing);
});

test('a number that waits for its first link has not dropped; one that was linked, heard of, or is called lost has', () => {
  const waiting = { id: '1', connected: false, status: 'pending' };
  expect(hasDropped(waiting, false)).toBe(false);
  expect(hasDropped(waiting, true)).toBe(true);
  expect(hasDropped({ ...waiting, connectedAt: 1 }, false)).toBe(true);
  expect(hasDropped({ ...waiting, status: 'logged out' }, false)).toBe(true);
  expect(hasDropped(up, true)).toBe(false);
});
