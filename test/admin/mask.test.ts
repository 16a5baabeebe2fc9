import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hidePhones, maskedBody, phoneInKey, readBody } from '../../src/admin/mask.ts';

test('the number of the event is hidden down to its last four digits, with or without its plus', () => {
  const hide = hidePhones('+34600123456');
  expect(hide('wa:acme:+34600123456')).toBe('wa:acme:+•••••••3456');
  expect(hide('34600123456 was logged out')).toBe('•••••••3456 was logged out');
});

test('whatever else is written like a phone number is hidden too', () => {
  expect(hidePhones()('call +44 20 7946 0958 or +1 (555) 010-9999')).toBe('call +•• •• •••• 0958 or +• (•••) •••-9999');
});

test.each(['+34600123456', '34600123456', '34 600 123 456', '+34 600-123-456', '346 00 12 34 56'])(
  'a number is hidden in a text as %s, whether it is known or not',
  (written) => {
    for (const hide of [hidePhones(), hidePhones('34600123456')]) expect(hide(`of ${written}, it said`).replaceAll(/\D/g, '')).toBe('3456');
    const key = `wa:acme:${written}`;
    if (!/^3\d\d /.test(written)) expect(hidePhones(phoneInKey(key))(key)).toMatch(/^wa:acme:.*•.*3.?456$/);
  },
);

test('ids, times and amounts stay as they are', () => {
  const text =
    'workspace 12345678901234567890, 100000 of 100000, 2026-11-23T09:00:00.000Z, 2026-11-23 09:00:00, 192.168.100.200:8080, e_01M8E0';
  expect(hidePhones('+34600123456')(text)).toBe(text);
});

test('no text that holds an international number still holds it afterwards', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 1_000_000, max: 999_999_999_999_999 }), (before, after, number) => {
      expect(hidePhones(`+${number}`)(`${before} +${number} ${after}`)).not.toContain(String(number));
    }),
  );
});

test('a masked body hides numbers by their name and by their look, at any depth, and keeps the rest', () => {
  const body = JSON.stringify({
    phone_number_e164: '+34600123456',
    whatsapp_account_id: 67890,
    data: { jid: '34600999888@s.whatsapp.net', note: 'call +34600777666', list: [{ phone: 34600555444 }] },
    utilization_pct: 90.5,
  });
  const masked = JSON.stringify(maskedBody(body, '+34600123456'));
  expect(masked).not.toMatch(/34600\d{6}/);
  expect(JSON.parse(masked)).toMatchObject({
    phone_number_e164: '+•••••••3456',
    whatsapp_account_id: 67890,
    data: { list: [{ phone: '•••••••5444' }] },
    utilization_pct: 90.5,
  });
});

test('a masked body holds no secret that is known', () => {
  const body = JSON.stringify({ reason: 'it said "sekret"', list: [{ x: 'sekret' }] });
  expect(JSON.stringify(maskedBody(body, undefined, (text) => text.replaceAll('sekret', '•••')))).not.toContain('sekret');
});

test('an id of twenty digits comes out with the digits it was written with', () => {
  const body = '{"workspace_id":12345678901234567890,"n":1e3,"t":1.10}';
  expect(JSON.stringify(readBody(body))).toBe(body);
  expect(JSON.stringify(maskedBody(body))).toBe(body);
});

test('a body with __proto__ or a broken one does no harm', () => {
  maskedBody('{"__proto__":{"polluted":1}}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(maskedBody('{"a":')).toBeUndefined();
});

test('a number that stands in an incident key for want of an id is known as one, an id is not', () => {
  expect(phoneInKey('wa:acme:34600123456')).toBe('34600123456');
  expect(phoneInKey('wa:acme:+34600123456')).toBe('+34600123456');
  for (const key of [
    'wa:acme:34600123456@s.whatsapp.net',
    'wa:acme:tel:+34600123456',
    'wa:acme:(+34) 600-123-456',
    'wa:acme:0034600123456',
  ])
    expect(hidePhones(phoneInKey(key))(key).replaceAll(/\D/g, ''), key).toBe('3456');
  for (const key of ['wa:acme:67890', 'messages:acme:2026-12-01T00', 'seats:34600123456', undefined])
    expect(phoneInKey(key)).toBeUndefined();
});
