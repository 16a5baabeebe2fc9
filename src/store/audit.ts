// Lines of the audit: written, pruned after 400 days, and freed of a workspace that is to be forgotten. What was done stays told; of whom is not.
import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '../audit.ts';
import { inJson, type Mentions } from './mention.ts';
import { type Done, retention } from './store.ts';
import type { Turn } from './turn.ts';
import { without } from './without.ts';

export const addAudit = `INSERT INTO audit (id, at, what, who, by_name, subject, facts, why, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function writeAudit(
  { sql, clock }: Turn,
  { what, who, by, subject, facts, why, request }: AuditEntry,
): Extract<Done, { did: 'audit' }> {
  const id = clock.ids('d').replace('d_', 'a_');
  sql.addAudit.run(id, clock.now, what, who, by ?? null, subject ?? null, JSON.stringify(facts), why ?? null, request ?? null);
  return { did: 'audit', id };
}

export const dropOldAudit = 'DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)';
export const auditCutoff = (now: number): number => now - retention.auditMs;

export function prepareForgetAudit(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  return {
    naming: sql(`SELECT id, by_name, subject, facts, why FROM audit
      WHERE instr(coalesce(by_name, '') || coalesce(subject, '') || coalesce(why, ''), ?1) > 0 OR instr(facts, ?2) > 0`),
    blank: sql('UPDATE audit SET by_name = ?, subject = ?, facts = ?, why = ?, erased = 1 WHERE id = ?'),
  };
}

type Naming = { id: string; by_name: string | null; subject: string | null; facts: string; why: string | null };

/** Answers in how many lines it stood. */
export function forgetInAudit({ naming, blank }: ReturnType<typeof prepareForgetAudit>, mentions: Mentions): number {
  const written = (text: string | null) => (text !== null && mentions.written(text) ? null : text);
  let changed = 0;
  for (const { id, ...before } of naming.all(mentions.id, inJson(mentions.id)) as Naming[]) {
    const { subject, facts } = before;
    const after = {
      by_name: written(before.by_name),
      subject: subject !== null && mentions.told(subject) ? null : subject,
      facts: without(facts, { mentions }) === facts ? facts : '{}',
      why: written(before.why),
    };
    if (Object.entries(after).every(([name, text]) => text === before[name as keyof typeof after])) continue;
    blank.run(after.by_name, after.subject, after.facts, after.why, id);
    changed += 1;
  }
  return changed;
}
