// The audit: who changed what, when and why, with filters, a link to what each line is about, and the same as CSV.
import { z } from 'zod';
import { auditFilter, auditNames } from '../audit.ts';
import { auditLabels, auditSentence, couldSayWhy } from '../audit-words.ts';
import type { AdminParts, Api } from '../parts.ts';
import { paging } from '../questions.ts';
import { asFields, stretch } from './clocks.ts';
import { blank } from './form.ts';
import { when, zoneOf } from './words.ts';

export function auditPage(app: Api, parts: AdminParts): void {
  const { what, who, subject } = auditFilter;
  const asked = z.object({
    ...{ what: blank(what), who: blank(who), subject: blank(subject), ...stretch(parts) },
    ...paging,
  });

  const filters = ['what', 'who', 'subject', 'since', 'until'] as const;

  app.get('/audit', { schema: { querystring: asked } }, async (request, reply) => {
    const { items, next } = await parts.read.audit(request.query);
    const given = new URLSearchParams(request.raw.url?.split('?')[1]);
    for (const [name, value] of [...given]) if (name === 'said' || value.trim() === '') given.delete(name);
    const csv = new URLSearchParams(given);
    for (const name of ['cursor', 'limit']) csv.delete(name);
    // The API's times are by no place's clocks.
    for (const name of ['since', 'until'] as const) {
      const at = request.query[name];
      if (at !== undefined) csv.set(name, new Date(at).toISOString());
    }
    csv.set('format', 'csv');
    if (next !== undefined) given.set('cursor', next);
    const now = parts.now();
    const names = auditNames(parts);
    return reply.page('audit', {
      title: 'Audit',
      narrowed: filters.some((name) => request.query[name] !== undefined),
      ...{ who: request.query.who ?? '', subject: request.query.subject ?? '' },
      ...asFields(parts, request.query),
      kinds: auditLabels().map((one) => ({ ...one, chosen: one.value === request.query.what })),
      lines: items.map((line) => ({
        ...masked(auditSentence(line, names)),
        ...{ when: when(line.at, now, zoneOf(parts)), way: line.who, request: line.request },
        why: line.why && parts.inForce.mask(line.why),
        noReason: line.why === undefined && couldSayWhy(line),
      })),
      none: items.length === 0,
      more: next === undefined ? undefined : `/audit?${given}`,
      csv: `/api/v1/audit?${csv}`,
    });
  });

  /** What was no secret when it was written may be one by now. */
  const masked = <T extends Record<string, string>>(texts: T): T =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parts.inForce.mask(text)])) as T;
}
