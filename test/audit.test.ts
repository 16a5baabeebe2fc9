// What goes into the audit: no secret and no whole number, however it was written; and what becomes of a line that cannot be kept.
import { expect, test } from 'vitest';
import { type AuditEntry, type Change, createAudit, entryOf } from '../src/audit.ts';

const mask = (text: string) => text.replaceAll('sekret', '•••');
const change: Change = { what: 'silence', who: 'token' };
const whyOf = (why: string) => entryOf({ ...change, why }, mask).why;

test('planted secrets and whole numbers are in no field of a line, wherever somebody put them', () => {
  const planted = 'sekret of +34 600 111 222 and +34600111222';
  const facts = { id: planted, list: [planted, { deep: planted, [planted]: 1 }], incident: 'wa:shop:34600111222' };
  const entry = entryOf({ ...change, by: planted, why: planted, facts }, mask);
  expect(JSON.stringify(entry)).not.toMatch(/sekret|600 ?111/);
  expect(entry).toMatchObject({ by: '••• of +•• ••• ••1 222 and +•••••••1222', subject: 'wa:shop:•••••••1222' });
});

test('a number in a reason is hidden with its plus or without, but no date, id or address', () => {
  expect(whyOf('called 34600111222')).toBe('called •••••••1222');
  expect(whyOf('called 0034 600-111-222.')).toMatch(/^called [• -]+1-222\.$/);
  expect(whyOf('(34) 600 111 222')).not.toContain('600');
  for (const kept of [
    'from 2026-11-23 09:00 until 2026-11-23T17:30:00.000Z, 2026-11-23 2026-11-30',
    'e_01JADKXRWQ0000000000000000 at 192.168.100.200',
    'order 123456789',
    '550e8400-e29b-41d4-a716-446655440000',
  ])
    expect(whyOf(kept)).toBe(kept);
});

test('the subject is what the facts say it is about, and a long list is cut with a word on the rest', () => {
  expect(entryOf({ ...change, facts: { destination: 'ops', event: 'disconnected' } }, mask).subject).toBe('ops');
  expect(entryOf({ ...change, facts: { ok: true } }, mask)).not.toHaveProperty('subject');
  const { facts } = entryOf({ ...change, facts: { created: Array.from({ length: 1000 }, (_, n) => `d_${n}`), none: undefined } }, mask);
  expect(facts).toEqual({ created: [...Array.from({ length: 20 }, (_, n) => `d_${n}`), 'and 980 more'] });
});

test('a line that cannot be written is told in the log, and undoes nothing', async () => {
  const lines: object[] = [];
  const written: AuditEntry[] = [];
  let full = true;
  const audit = createAudit({
    write: async (entry) => {
      if (full) throw new Error('store.full: the disk is full');
      written.push(entry);
    },
    mask,
    log: { warn: (fields, message) => lines.push({ ...fields, message }) },
  });
  await audit({ ...change, request: 'r_1', facts: { id: 's_1' } });
  expect(lines).toEqual([
    { message: 'audit.not_written', what: 'silence', who: 'token', request: 'r_1', error: expect.stringContaining('full') },
  ]);
  full = false;
  await audit(change);
  expect(written).toHaveLength(1);
  expect(lines).toHaveLength(1);
});
