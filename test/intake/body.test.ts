// Bodies that are no webhook, or try to be more than one.
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/intake/parse.ts';
import { bytes, codeFor, codeOf, eventOf, receivedAt, sample, samples } from './read.ts';

describe('a body', () => {
  test.each([
    ['nothing', '', 'webhook.not_json'],
    ['half of one', '{"event_type":', 'webhook.not_json'],
    ['a list', '[]', 'webhook.not_json'],
    ['null', 'null', 'webhook.not_json'],
    ['two objects', '{}{}', 'webhook.not_json'],
    ['no event type', { workspace_id: 'a' }, 'webhook.no_event'],
    ['no workspace', { event_type: 'workspace:seats_full' }, 'webhook.no_event'],
    ['an empty workspace', { event_type: 'workspace:seats_full', workspace_id: ' ' }, 'webhook.no_event'],
    ['an endless workspace', { event_type: 'workspace:seats_full', workspace_id: 'x'.repeat(257) }, 'webhook.no_event'],
    ['a workspace that is no id', { event_type: 'workspace:seats_full', workspace_id: ['a'] }, 'webhook.no_event'],
    ['data that is no object', { event_type: 'workspace:seats_full', data: 'x' }, 'webhook.no_event'],
  ])('of %s is refused by code', (_what, body, code) => expect(codeFor(body)).toBe(code));

  test('that is not UTF-8 is refused, also in the middle of a text, and the next one is not', () => {
    const bad = Buffer.concat([bytes('{"event_type":"workspace:seats_full","workspace_id":"a'), Buffer.from([0xff]), bytes('"}')]);
    expect(codeOf(() => parse(bad, { id: 'e_1', proof: 'token', receivedAt }))).toBe('webhook.not_json');
    expect(codeOf(() => parse(Buffer.from([0x7b, 0xc3]), { id: 'e_1', proof: 'token', receivedAt }))).toBe('webhook.not_json');
    expect(eventOf({ ...sample('seats-full'), workspace_id: 'ünïcode' }).workspaceId).toBe('ünïcode');
  });

  test('may begin with a byte order mark', () => {
    const { event, body } = parse(bytes(`\ufeff${JSON.stringify(sample('seats-full'))}`), { id: 'e_1', proof: 'token', receivedAt });
    expect(event.type).toBe('seats-full');
    expect(body[0]).toBe('{');
  });

  test('may be 64 levels deep and not one more; brackets in a text are no levels', () => {
    const deep = (levels: number) =>
      `{"event_type":"workspace:seats_full","workspace_id":"a","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(codeFor(deep(64))).toBeUndefined();
    expect(codeFor(deep(65))).toBe('webhook.too_deep');
    expect(codeFor(deep(50_000))).toBe('webhook.too_deep');
    expect(codeFor('['.repeat(1_000_000))).toBe('webhook.too_deep');
    expect(codeFor({ ...sample('seats-full'), x: `${'['.repeat(500)}"\\"${'{'.repeat(500)}` })).toBeUndefined();
  });

  test('with __proto__ in it changes nothing but itself', () => {
    const poison = '{"__proto__":{"workspace_id":"p","polluted":1},"constructor":{"prototype":{"polluted":1}}';
    expect(codeFor(`${poison},"event_type":"workspace:seats_full"}`)).toBe('webhook.no_event');
    expect(codeFor(`{"event_type":"workspace:seats_full","data":${poison}}}`)).toBe('webhook.no_event');
    expect(eventOf(`${poison},"event_type":"workspace:seats_full","workspace_id":"a"}`).workspaceId).toBe('a');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('says what its last copy of a doubled key says', () => {
    expect(eventOf('{"event_type":"workspace:seats_full","workspace_id":"a","workspace_id":"b"}').workspaceId).toBe('b');
  });
});

test('whatever JSON comes, it is an event or a coded refusal', () => {
  const known = [
    'event_type',
    'workspace_id',
    'triggered_at',
    'current_period_end',
    'utilization_pct',
    'whatsapp_account_id',
    'partner_id',
    'data',
  ];
  const junk = fc.jsonValue();
  const value = fc.oneof(
    junk,
    fc.constantFrom(...readdirSync(samples).map((file) => sample(file.replace('.json', '')).event_type as string)),
    fc.string(),
  );
  const body = fc.oneof(junk, fc.dictionary(fc.oneof(fc.constantFrom(...known), fc.string()), value));
  fc.assert(
    fc.property(body, (any) => {
      const code = codeFor(any);
      expect(code === undefined || (typeof code === 'string' && code.startsWith('webhook.'))).toBe(true);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (any) =>
      String(codeOf(() => parse(any, { id: 'e_1', proof: 'token', receivedAt }))).startsWith('webhook.'),
    ),
  );
});
