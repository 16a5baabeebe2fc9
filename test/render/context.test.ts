import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Delivery, DeliveryKind, Details } from '../../src/delivery.ts';
import { parse } from '../../src/intake/parse.ts';
import type { Event } from '../../src/model.ts';
import { alertView, maskPhone } from '../../src/render/context.ts';
import { sampleDelivery } from '../../src/render/samples.ts';

const folder = new URL('../events/', import.meta.url);
const receivedAt = Date.parse('2024-01-01T12:00:01.500Z');

function eventOf(file: string): Event {
  return parse(readFileSync(new URL(`${file}.json`, folder)), { id: 'e_1', proof: 'signature', receivedAt }).event;
}

function viewOf(
  file: string,
  kind: DeliveryKind,
  details: Details = {},
  changes: { event?: Partial<Event>; level?: number; showPhone?: boolean } = {},
) {
  const event = { ...eventOf(file), ...changes.event };
  const delivery: Delivery = { ...sampleDelivery(kind, event), details, level: changes.level ?? event.level };
  return alertView({ delivery, event, workspace: { id: event.workspaceId }, showPhone: changes.showPhone ?? false });
}

const common = {
  id: 'e_1',
  workspace: { id: 'my-workspace' },
  triggered_at: '2024-01-01T12:00:00.000Z',
  received_at: '2024-01-01T12:00:01.500Z',
  partner_id: 'partner_12345',
};
const period = { start: '2024-01-01T00:00:00.000Z', end: '2024-01-31T23:59:59.000Z' };
const account = { id: '67890', phone: '+•••••6789', user_id: '98765' };

const expected: Record<string, [kind: DeliveryKind, view: object]> = {
  'messaging-90': [
    'alert',
    {
      ...common,
      key: 'messages:my-workspace:2024-02-01T00',
      type: 'messaging-90',
      wire_type: 'workspace:quota_near_full:messaging',
      phase: 'firing',
      level: 1,
      severity: 'warning',
      usage: { resource: 'messages', used: 90000, total: 100000, left: 10000, percent: 90 },
      period,
    },
  ],
  'messaging-100': [
    'alert',
    {
      ...common,
      key: 'messages:my-workspace:2024-02-01T00',
      type: 'messaging-100',
      wire_type: 'workspace:quota_full:messaging',
      phase: 'firing',
      level: 2,
      severity: 'critical',
      usage: { resource: 'messages', used: 100000, total: 100000, left: 0, percent: 100 },
      period,
    },
  ],
  'transactions-100': [
    'alert',
    {
      ...common,
      key: 'transactions:my-workspace:2024-02-01T00',
      type: 'transactions-100',
      wire_type: 'workspace:quota_full:transactions',
      phase: 'firing',
      level: 1,
      severity: 'critical',
      period,
    },
  ],
  'api-calls-100': [
    'alert',
    {
      ...common,
      key: 'api-calls:my-workspace:2024-02-01T00',
      type: 'api-calls-100',
      wire_type: 'workspace:quota_full:api_calls',
      phase: 'firing',
      level: 1,
      severity: 'critical',
      usage: { resource: 'api-calls', used: 1000000, total: 1000000, left: 0, percent: 100 },
      period,
    },
  ],
  'seats-full': [
    'alert',
    {
      ...common,
      key: 'seats:my-workspace',
      type: 'seats-full',
      wire_type: 'workspace:seats_full',
      phase: 'firing',
      level: 1,
      severity: 'warning',
      seats: { purchased: 10 },
    },
  ],
  disconnected: [
    'alert',
    {
      ...common,
      key: 'wa:my-workspace:67890',
      type: 'disconnected',
      wire_type: 'whatsapp_account:disconnected',
      phase: 'firing',
      level: 1,
      severity: 'critical',
      account: { ...account, reason: '(logged out)', since: '2024-01-01T12:00:00.000Z' },
    },
  ],
  connected: [
    'notice',
    {
      ...common,
      key: 'wa:my-workspace:67890',
      type: 'connected',
      wire_type: 'whatsapp_account:connected',
      phase: 'notice',
      severity: 'info',
      first_time: false,
      account,
    },
  ],
  'token-rotated': [
    'notice',
    {
      ...common,
      type: 'token-rotated',
      wire_type: 'api_token:rotated',
      phase: 'notice',
      severity: 'warning',
    },
  ],
  'overview-messaging-90': [
    'alert',
    {
      id: 'e_1',
      key: 'messages:12345:2024-02-01T00',
      type: 'messaging-90',
      wire_type: 'workspace:messaging_quota:90',
      phase: 'firing',
      level: 1,
      severity: 'warning',
      workspace: { id: '12345' },
      usage: { resource: 'messages', used: 9150, total: 10000, left: 850, percent: 91 },
      period: { end: '2024-02-01T00:00:00.000Z' },
      triggered_at: '2024-01-01T12:00:01.500Z',
      received_at: '2024-01-01T12:00:01.500Z',
    },
  ],
};

test('every sample has its shape here', () => {
  expect(Object.keys(expected).sort()).toEqual(
    readdirSync(folder)
      .map((name) => name.replace('.json', ''))
      .sort(),
  );
});

test.each(Object.entries(expected))(
  '%s is posted in exactly its documented shape, with nothing null and nothing invented',
  (file, [kind, view]) => {
    const details: Details = kind === 'notice' && file === 'connected' ? { firstTime: false } : {};
    expect(viewOf(file, kind, details)).toStrictEqual(view);
  },
);

test('a recovery carries when the problem began and ended, and the level that was told', () => {
  const since = Date.parse('2024-01-01T11:46:00Z');
  const endedAt = Date.parse('2024-01-01T12:00:00Z');
  const { first_time: _, ...notice } = expected.connected![1] as Record<string, unknown>;
  expect(viewOf('connected', 'resolved', { since, endedAt }, { level: 1 })).toStrictEqual({
    ...notice,
    phase: 'resolved',
    level: 1,
    account: { ...account, since: '2024-01-01T11:46:00.000Z' },
    resolved_at: '2024-01-01T12:00:00.000Z',
  });
});

test('the workspace has the columns of the table beside it, and nothing for an empty one', () => {
  const event = eventOf('seats-full');
  const workspace = JSON.parse(
    '{"id":"x","name":"Acme Ltd","tags":["vip"],"owner_email":"ann@acme.example","empty":"","list":["a","b"],"__proto__":"bad"}',
  );
  const view = alertView({ delivery: sampleDelivery('alert', event), event, workspace, showPhone: false }).workspace;
  expect(view).toStrictEqual({ id: 'my-workspace', name: 'Acme Ltd', tags: ['vip'], owner_email: 'ann@acme.example', list: ['a', 'b'] });
});

test('a usage above its quota leaves nothing, not less than nothing', () => {
  expect(
    viewOf('messaging-100', 'alert', {}, { event: { usage: { resource: 'messages', used: 120, total: 100, percent: 120 } } }).usage?.left,
  ).toBe(0);
});

test('the trace link is there only where the pages have an address', () => {
  const event = eventOf('disconnected');
  const parts = { delivery: sampleDelivery('alert', event), event, workspace: { id: 'my-workspace' }, showPhone: false };
  expect(alertView({ ...parts, adminUrl: 'https://relay.example/admin/' }).trace_url).toBe('https://relay.example/admin/events/e_1');
  expect('trace_url' in alertView(parts)).toBe(false);
});

test('what is over has no link to take it on', () => {
  const event = eventOf('disconnected');
  const parts = { event, workspace: { id: 'my-workspace' }, showPhone: false, acknowledgeUrl: 'https://relay.example/ack/x' };
  expect(alertView({ ...parts, delivery: sampleDelivery('reminder', event) }).acknowledge_url).toBe('https://relay.example/ack/x');
  expect('acknowledge_url' in alertView({ ...parts, delivery: sampleDelivery('resolved', event) })).toBe(false);
});

test.each([
  ['+123456789', '+•••••6789'],
  ['+49 170 1234567', '+•• ••• •••4567'],
  ['1234', '1234'],
  ['', ''],
])('of the phone number %s the last four digits are shown', (phone, masked) => {
  expect(maskPhone(phone)).toBe(masked);
});

test('without show_phone the number stands nowhere, not in a key made of it, an account id or a reason', () => {
  const phone = '+4915112345678';
  const event = {
    account: { id: '4915112345678@s.whatsapp.net', phone, reason: `number ${phone} logged out` },
    incidentKey: `wa:my-workspace:${phone}`,
  };
  const hidden = viewOf('disconnected', 'alert', {}, { event });
  expect(JSON.stringify(hidden)).not.toContain('15112345678');
  expect(hidden.key).toMatch(/^wa:my-workspace:\+•+5678~[0-9a-f]{4}$/);
  const other = viewOf(
    'disconnected',
    'alert',
    {},
    { event: { account: { phone: '+4915199995678' }, incidentKey: 'wa:my-workspace:+4915199995678' } },
  );
  expect(other.key).not.toBe(hidden.key);
  const shown = viewOf('disconnected', 'alert', {}, { event, showPhone: true });
  expect(shown.account?.phone).toBe(phone);
  expect(shown.key).toBe(event.incidentKey);
});
