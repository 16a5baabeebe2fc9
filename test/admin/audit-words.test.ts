// What a line of the audit says to a reader, for everything that is told in it.
import { expect, test } from 'vitest';
import { auditLabels, auditSentence, auditText } from '../../src/admin/audit-words.ts';
import type { AuditLine } from '../../src/audit.ts';

const names = {
  workspace: (id: string) => ({ acme: 'Acme Ltd' })[id] ?? id,
  time: (at: number) => new Date(at).toISOString().slice(11, 16),
};
const line = (what: string, facts: AuditLine['facts'] = {}, more: Partial<AuditLine> = {}): AuditLine => ({
  ...{ id: 'a_1', at: 0, what, who: 'token', by: 'Ann', facts },
  ...more,
});
const until = '2026-11-23T17:30:00.000Z';
const where = { tag: ['vip', 'gold'], workspace: 'acme' };

test.each([
  [line('acknowledge', { incident: 'wa:acme:1', until }), 'Ann took “number down: Acme Ltd” on until 17:30', '/incidents/wa%3Aacme%3A1'],
  [line('acknowledge', { incident: 'seats:a:b' }), 'Ann took “all seats taken: a:b” on', '/incidents/seats%3Aa%3Ab'],
  [
    line('close', { incident: 'messages:acme:2026-12-01T00' }),
    'Ann closed “messages running out: Acme Ltd”',
    '/incidents/messages%3Aacme%3A2026-12-01T00',
  ],
  [line('silence', { id: 's_1', where, until }), 'Ann silenced “tag vip or gold, workspace acme” until 17:30', '/silences'],
  [line('unsilence', { id: 's_1', where }), 'Ann ended the silence of “tag vip or gold, workspace acme”', '/silences'],
  [line('replay', { created: ['d_1'], refused: 0 }), 'Ann sent 1 message again', undefined],
  [line('replay', { created: ['d_1', 'and 980 more'], refused: 2 }), 'Ann sent 981 messages again; 2 could not be sent', undefined],
  [line('replay', { event: 'e_1', created: [], refused: 1 }), 'Ann sent 0 messages again of e_1; 1 could not be sent', '/events/e_1'],
  [line('test', { destination: 'o/p', class: 'ok' }), 'Ann sent a test to o/p: ok', '/destinations/o%2Fp'],
  [line('pause', { destination: 'ops', until }), 'Ann paused ops until 17:30', '/destinations/ops'],
  [line('resume', { destination: 'ops', resumed: true }), 'Ann resumed ops', '/destinations/ops'],
  [line('reload', { ok: false }), 'Ann had the files read anew, and they were refused', undefined],
  [line('forget', { deleted: { events: 1, audit: 1 } }), 'Ann deleted what was kept of a workspace, 2 rows', undefined],
  [line('sign-out'), 'Ann signed out', undefined],
  [
    line('files', { ok: false, mistakes: 1 }, { by: undefined, who: 'files' } as object),
    'The files on disk were refused: a mistake',
    undefined,
  ],
  [line('acknowledge', {}, { erased: true }), 'Ann took (erased) on', undefined],
  [line('moved', { destination: 'ops' }, { subject: 'ops' }), 'Ann did “moved” to ops', '/destinations/ops'],
  [line('constructor'), 'Ann did “constructor”', undefined],
])('%o', (given, text, to) => {
  const sentence = auditSentence(given, names);
  expect(auditText(sentence)).toBe(text);
  expect(sentence.to).toBe(to);
});

test('each kind that can be chosen has a name of its own', () => {
  const labels = auditLabels().map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
});
