// When a webhook says it happened, in all the notations the vendor uses.
import { describe, expect, test } from 'vitest';
import { eventOf, receivedAt, sample } from './read.ts';

const noon = Date.UTC(2024, 0, 1, 12);

describe('times', () => {
  const at = (triggered_at: unknown) => eventOf({ ...sample('seats-full'), triggered_at }, Date.UTC(2026, 10, 23)).triggeredAt;

  test.each([
    ['2026-06-01T00:00:00Z', Date.UTC(2026, 5, 1)],
    ['2026-06-01T00:00:00.250Z', Date.UTC(2026, 5, 1, 0, 0, 0, 250)],
    ['2026-06-01T00:00:00.123456Z', Date.UTC(2026, 5, 1, 0, 0, 0, 123)],
    ['2026-06-01T03:00:00+03:00', Date.UTC(2026, 5, 1)],
    ['2026-05-31T14:30:00-09:30', Date.UTC(2026, 5, 1)],
    ['2026-06-01 00:00:00 +0300', Date.UTC(2026, 4, 31, 21)],
    ['2026-06-01 00:00:00', Date.UTC(2026, 5, 1)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-06-01', Date.UTC(2026, 5, 1)],
  ])('%s is read', (text, time) => expect(at(text)).toBe(time));

  test.each([
    'yesterday',
    '1',
    '',
    null,
    5,
    {},
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-06-01T00:00:00Zebra',
    `2026-06-01T00:00:00.${'0'.repeat(1000)}Z`,
    undefined,
  ])('%j is no time, and the receive time stands in', (text) => expect(at(text)).toBe(Date.UTC(2026, 10, 23)));

  test('more than five minutes ahead are not believed, yet two copies are still one', () => {
    const body = { ...sample('seats-full'), triggered_at: '2024-01-01T12:10:00Z' };
    expect(eventOf(body, noon + 300_000).triggeredAt).toBe(noon + 600_000);
    expect(eventOf(body, noon + 299_999).triggeredAt).toBe(noon + 299_999);
    expect(eventOf(body, noon).dedupKey).toBe(eventOf(body, noon + 1000).dedupKey);
  });

  test('of a rotation and of a disconnect come from their own fields', () => {
    expect(eventOf({ ...sample('token-rotated'), rotated_at: '2023-12-31T00:00:00Z' }).triggeredAt).toBe(Date.UTC(2023, 11, 31));
    const { triggered_at: _gone, ...rest } = sample('disconnected');
    expect(eventOf({ ...rest, disconnected_at: '2023-12-31T00:00:00Z' }).triggeredAt).toBe(Date.UTC(2023, 11, 31));
    expect(eventOf({ ...rest, event_type: 'whatsapp_account:connected' }).triggeredAt).toBe(receivedAt);
  });

  test('of a period end make one key in both notations the vendor uses, and none without an end', () => {
    const key = (current_period_end: unknown) => eventOf({ ...sample('messaging-90'), current_period_end }).incidentKey;
    expect(key('2026-11-30T23:59:59Z')).toBe('messages:my-workspace:2026-12-01T00');
    expect(key('2026-12-01 03:00:00 +0300')).toBe('messages:my-workspace:2026-12-01T00');
    expect(key('soon')).toBe('messages:my-workspace');
    // How a program writes that there is none.
    expect(key('9999-12-31T23:59:59Z')).toBe('messages:my-workspace');
    expect(eventOf({ ...sample('messaging-90'), current_period_end: 'soon' })).not.toHaveProperty('period');
  });
});
