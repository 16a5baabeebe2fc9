// What a webhook means: every event the vendor documents in either shape, under each of its names.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/intake/parse.ts';
import type { Event } from '../../src/model.ts';
import { bytes, codeOf, eventOf, receivedAt, sample, samples } from './read.ts';

const january = { start: Date.UTC(2024, 0, 1), end: Date.UTC(2024, 0, 31, 23, 59, 59) };
const account = { id: '67890', phone: '+123456789', userId: '98765' };
const noon = Date.UTC(2024, 0, 1, 12);

describe('each sample of the vendor', () => {
  const meanings: Record<string, Partial<Event>> = {
    'api-calls-100': {
      type: 'api-calls-100',
      severity: 'critical',
      phase: 'firing',
      level: 1,
      incidentKey: 'api-calls:my-workspace:2024-02-01T00',
      period: january,
      usage: { resource: 'api-calls', used: 1_000_000, total: 1_000_000, percent: 100 },
    },
    connected: { type: 'connected', severity: 'info', phase: 'resolved', level: 0, incidentKey: 'wa:my-workspace:67890', account },
    disconnected: {
      type: 'disconnected',
      severity: 'critical',
      phase: 'firing',
      level: 1,
      incidentKey: 'wa:my-workspace:67890',
      account: { ...account, reason: '(logged out)' },
    },
    'messaging-100': {
      type: 'messaging-100',
      severity: 'critical',
      phase: 'firing',
      level: 2,
      incidentKey: 'messages:my-workspace:2024-02-01T00',
      period: january,
      usage: { resource: 'messages', used: 100_000, total: 100_000, percent: 100 },
    },
    'messaging-90': {
      type: 'messaging-90',
      severity: 'warning',
      phase: 'firing',
      level: 1,
      incidentKey: 'messages:my-workspace:2024-02-01T00',
      period: january,
      usage: { resource: 'messages', used: 90_000, total: 100_000, percent: 90 },
    },
    'overview-messaging-90': {
      type: 'messaging-90',
      severity: 'warning',
      phase: 'firing',
      level: 1,
      workspaceId: '12345',
      partner: '',
      incidentKey: 'messages:12345:2024-02-01T00',
      period: { end: Date.UTC(2024, 1, 1) },
      usage: { resource: 'messages', used: 9150, total: 10_000, percent: 91 },
      triggeredAt: receivedAt,
    },
    'seats-full': {
      type: 'seats-full',
      severity: 'warning',
      phase: 'firing',
      level: 1,
      incidentKey: 'seats:my-workspace',
      seats: { purchased: 10 },
    },
    'token-rotated': { type: 'token-rotated', severity: 'warning', phase: 'notice', level: 0 },
    'transactions-100': {
      type: 'transactions-100',
      severity: 'critical',
      phase: 'firing',
      level: 1,
      incidentKey: 'transactions:my-workspace:2024-02-01T00',
      period: january,
    },
  };
  const optional = ['account', 'usage', 'seats', 'period', 'incidentKey'] as const;

  test('is there to be read', () => {
    expect(readdirSync(samples).sort()).toEqual(Object.keys(meanings).map((name) => `${name}.json`));
  });

  test.each(Object.entries(meanings))('%s says what it says and nothing it does not', (name, meaning) => {
    const body = sample(name);
    const event = eventOf(body);
    expect(event).toMatchObject({
      id: 'e_1',
      proof: 'token',
      wireType: body.event_type,
      workspaceId: 'my-workspace',
      partner: 'partner_12345',
      triggeredAt: noon,
      receivedAt,
      ...meaning,
    });
    for (const field of optional) expect(event[field]).toEqual(meaning[field]);
    expect(event.dedupKey).toMatch(/^[0-9a-f]{64}$/);
  });

  test('comes back as the text it was', () => {
    const text = readFileSync(new URL('disconnected.json', samples), 'utf8');
    expect(parse(bytes(text), { id: 'e_1', proof: 'unsigned', receivedAt }).body).toBe(text);
  });
});

describe('names', () => {
  const type = (more: object): string => eventOf({ ...sample('messaging-100'), ...more }).type;

  test('of the other pages mean the same', () => {
    expect(type({ event_type: 'workspace:messaging_quota:90' })).toBe('messaging-90');
    expect(type({ event_type: 'workspace:messaging_quota:100' })).toBe('messaging-100');
    expect(eventOf({ ...sample('token-rotated'), event_type: 'api-token:rotated' }).type).toBe('token-rotated');
  });

  test('that say full at less than 100 % mean nearly full', () => {
    expect(type({ utilization_pct: 90 })).toBe('messaging-90');
    expect(type({ utilization_pct: 99.9 })).toBe('messaging-90');
    expect(type({ utilization_pct: 101 })).toBe('messaging-100');
    expect(type({ utilization_pct: undefined })).toBe('messaging-100');
    expect(type({ utilization_pct: '90' })).toBe('messaging-100');
  });

  test.each(['workspace:quota_near_full:api_calls', 'toString', '__proto__', 'WORKSPACE:SEATS_FULL'])(
    '%s, which nobody knows, is a notice with all that can be read',
    (event_type) => {
      const event = eventOf({ ...sample('api-calls-100'), ...sample('disconnected'), event_type });
      expect(event).toMatchObject({
        type: 'unknown',
        wireType: event_type,
        phase: 'notice',
        severity: 'warning',
        level: 0,
        account,
        usage: { resource: 'api-calls', percent: 100 },
      });
      expect(event).not.toHaveProperty('incidentKey');
    },
  );
});

describe('ids', () => {
  const digits = '12345678901234567890';

  test('keep every digit, flat and nested, as text and as number', () => {
    for (const id of [digits, `"${digits}"`]) {
      const flat = `{"event_type":"whatsapp_account:connected","workspace_id":${id},"whatsapp_account_id":${id},"user_id":${id},"partner_id":${id},"score":0.25}`;
      for (const body of [flat, `{"event_type":"whatsapp_account:connected","data":${flat}}`])
        expect(eventOf(body)).toMatchObject({
          workspaceId: digits,
          partner: digits,
          account: { id: digits, userId: digits },
          incidentKey: `wa:${digits}:${digits}`,
        });
    }
  });

  test('that only look alike as numbers are two', () => {
    const key = (id: string) => eventOf(`{"event_type":"workspace:seats_full","workspace_id":${id}}`).incidentKey;
    expect(key('12345678901234567890')).not.toBe(key('12345678901234567891'));
  });

  test('may be of any form the vendor shows', () => {
    expect(eventOf({ ...sample('seats-full'), workspace_id: 'ws_1234567890abcdef' }).workspaceId).toBe('ws_1234567890abcdef');
    expect(eventOf({ ...sample('seats-full'), workspace_id: 0 }).workspaceId).toBe('0');
    expect(eventOf({ ...sample('connected'), user_id: 'wa_abcdef123456' }).account?.userId).toBe('wa_abcdef123456');
  });

  test('of a number stand in for each other: the account id, else the phone', () => {
    const { whatsapp_account_id: _gone, ...rest } = sample('disconnected');
    expect(eventOf(rest).incidentKey).toBe('wa:my-workspace:+123456789');
    expect(eventOf({ ...rest, phone_number_e164: null }).incidentKey).toBe('wa:my-workspace:unknown');
  });

  test('of the partner are the signed ones, and the body may not say otherwise', () => {
    const read = (body: unknown, partner: string) => parse(bytes(body), { id: 'e_1', proof: 'signature', partner, receivedAt });
    expect(read(sample('seats-full'), 'partner_12345').event.partner).toBe('partner_12345');
    expect(read({ ...sample('seats-full'), partner_id: 77 }, '77').event.partner).toBe('77');
    expect(read(sample('overview-messaging-90'), 'partner_2').event.partner).toBe('partner_2');
    expect(codeOf(() => read(sample('seats-full'), 'partner_2'))).toBe('webhook.refused');
  });
});

describe('fields of a wrong type', () => {
  test('are as good as absent', () => {
    const wrong = eventOf({
      ...sample('messaging-90'),
      messaging_quota_total: '100000',
      utilization_pct: [],
      current_period_start: 1,
      reason: 5,
      partner_id: {},
    });
    expect(wrong).not.toHaveProperty('usage');
    expect(wrong).toMatchObject({ period: { end: january.end }, partner: '' });
    expect(eventOf({ ...sample('seats-full'), seats_purchased: -1 })).not.toHaveProperty('seats');
    expect(eventOf({ ...sample('connected'), reason: '(logged out)' }).account).not.toHaveProperty('reason');
  });

  test('never divide by nothing', () => {
    const usage = eventOf({ ...sample('api-calls-100'), api_calls_limit: 0 }).usage;
    expect(usage).toBeUndefined();
  });

  test('that are no count of anything are as good as absent', () => {
    for (const [used, limit] of [
      [1e307, 1e-300],
      [Number.MAX_VALUE, 1],
      [1, 1e300],
    ])
      expect(eventOf({ ...sample('api-calls-100'), api_calls_used: used, api_calls_limit: limit })).not.toHaveProperty('usage');
    expect(eventOf({ ...sample('seats-full'), seats_purchased: 1e300 })).not.toHaveProperty('seats');
  });

  test('that no database keeps are made keepable: NUL and half a character', () => {
    expect(eventOf('{"event_type":"workspace:seats_full","workspace_id":"a\\u0000b\\ud800"}').workspaceId).toBe('a\ufffdb\ufffd');
  });
});
