// The audit by filter, the latest line first.
import { type Kysely, sql } from 'kysely';
import type { AuditEntry, AuditLine } from '../audit.ts';
import { cursorOf, pageOf, readTimeCursor } from './read-page.ts';
import type { AuditFilter, Page } from './reader.ts';
import type { AuditRow, Schema } from './schema.ts';

export async function readAudit(db: Kysely<Schema>, filter: AuditFilter): Promise<Page<AuditLine>> {
  const { what, who, subject, since, until, cursor, limit = 50 } = filter;
  let query = db.selectFrom('audit').selectAll();
  if (what !== undefined) query = query.where('what', '=', what);
  if (who !== undefined) query = query.where(({ eb, or }) => or([eb('who', '=', who), sql<boolean>`lower(by_name) = lower(${who})`]));
  if (subject !== undefined) query = query.where(sql<boolean>`instr(lower(subject), lower(${subject})) > 0`);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  if (cursor !== undefined) {
    const [at, id] = readTimeCursor(cursor);
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(at, id)));
  }
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const { items, next } = pageOf(rows, limit, (last) => cursorOf(last.at, last.id));
  return { items: items.map(lineOf), ...(next === undefined ? {} : { next }) };
}

const lineOf = ({ id, at, what, who, by_name, subject, facts, why, request, erased }: AuditRow): AuditLine => ({
  ...{ id, at, what, who: who as AuditEntry['who'], facts: JSON.parse(facts) as AuditEntry['facts'] },
  ...(by_name !== null && { by: by_name }),
  ...(subject !== null && { subject }),
  ...(why !== null && { why }),
  ...(request !== null && { request }),
  ...(erased === 1 && { erased: true as const }),
});
