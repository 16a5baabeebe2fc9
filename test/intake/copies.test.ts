// When two webhooks are one: the key that a repeat is known by.
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventOf, receivedAt, sample, samples } from './read.ts';

describe('two copies of one webhook', () => {
  const names = readdirSync(samples).map((file) => file.replace('.json', ''));
  const timed = names.filter((name) => name !== 'overview-messaging-90');

  test('are one in whatever order their keys come and however their time is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...timed),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: -14, max: 14 }),
        fc.boolean(),
        (name, order, hours, nested) => {
          const body = sample(name);
          const shifted = (value: unknown): unknown => {
            const time = typeof value === 'string' && value.endsWith('Z') ? Date.parse(value) : Number.NaN;
            if (Number.isNaN(time)) return value;
            const local = new Date(time + hours * 3_600_000).toISOString().replace('T', ' ').slice(0, 19);
            return `${local} ${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}00`;
          };
          const entries = Object.entries(body).map(([key, value]) => [key, shifted(value)] as const);
          const other = Object.fromEntries(
            entries
              .map((entry) => [order.next().value, entry] as const)
              .sort(([a], [b]) => a - b)
              .map(([, entry]) => entry),
          );
          const { event_type, ...data } = other;
          const one = eventOf(body);
          const two = eventOf(nested ? { event_type, data } : other);
          expect([two.dedupKey, two.incidentKey, two.triggeredAt]).toEqual([one.dedupKey, one.incidentKey, one.triggeredAt]);
        },
      ),
    );
  });

  test('are one under the other name of the event', () => {
    expect(eventOf({ ...sample('token-rotated'), event_type: 'api-token:rotated' }).dedupKey).toBe(
      eventOf(sample('token-rotated')).dedupKey,
    );
  });

  test('without a time are one only byte for byte', () => {
    const body = sample('overview-messaging-90');
    expect(eventOf(body).dedupKey).toBe(eventOf(body, receivedAt + 60_000).dedupKey);
    expect(eventOf(body).dedupKey).not.toBe(eventOf(JSON.stringify(body, null, 1)).dedupKey);
  });

  test('that differ in partner, type, workspace, number or time are two', () => {
    const body = sample('disconnected');
    const keys = [
      body,
      { ...body, partner_id: 'other' },
      { ...body, event_type: 'whatsapp_account:connected' },
      { ...body, workspace_id: 'other' },
      { ...body, whatsapp_account_id: 1 },
      { ...body, triggered_at: '2024-01-01T12:00:01Z' },
      { ...body, partner_id: 'partner_12345my', workspace_id: '-workspace' },
    ].map((copy) => eventOf(copy).dedupKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('of an event nobody knows, or of a number without a name, are two if anything differs', () => {
    const { whatsapp_account_id: _id, phone_number_e164: _phone, ...nameless } = sample('disconnected');
    for (const body of [{ ...sample('seats-full'), event_type: 'workspace:new' }, nameless]) {
      expect(eventOf(body).dedupKey).toBe(eventOf(body).dedupKey);
      expect(eventOf(body).dedupKey).not.toBe(eventOf({ ...body, who: 'else' }).dedupKey);
    }
  });
});
