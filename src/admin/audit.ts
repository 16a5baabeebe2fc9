// The audit of the API: who changed what, when and why, by filter, as JSON page by page or as CSV.
import { z } from 'zod';
import { auditWays } from '../audit.ts';
import { clockIsEnough, moment, realZone } from '../render/time.ts';
import { csvOf } from '../reports/csv.ts';
import type { AuditFilter, Page } from '../store/reader.ts';
import { page, problemAnswer } from './answers.ts';
import { type AuditNames, auditSentence, auditText } from './audit-words.ts';
import { hidePhones, phoneInKey } from './mask.ts';
import type { AdminParts, Api } from './parts.ts';
import { filterName, paging, window } from './questions.ts';
import { iso } from './show.ts';

const auditItem = z.object({
  id: z.string(),
  at: z.iso.datetime().describe('RFC 3339, UTC'),
  what: z.string().describe('acknowledge, silence, replay, …'),
  who: z.enum(auditWays).describe('how whoever did it came in'),
  by: z.string().optional().describe('the name that a person gave'),
  subject: z.string().optional().describe('incident, destination, event, id of a silence, report or address'),
  facts: z.record(z.string(), z.unknown()).describe('what more there is to say'),
  why: z.string().optional(),
  request: z.string().optional().describe('id of the request, also in the log'),
  erased: z.literal(true).optional().describe('it named a workspace that was forgotten'),
  text: z.string().describe('all of it in words, by the clocks of routes.yaml'),
});
export type ShownAudit = z.output<typeof auditItem>;

export const auditFilter = {
  what: filterName.describe('acknowledge, silence, replay, …'),
  who: filterName.describe('a name that somebody gave, or how they came in: token, loopback, page, link, files, signal, stranger'),
  subject: filterName.describe('a part of it'),
  ...window,
};

/** More than that is no table for a spreadsheet; the header `link` leads on. */
const mostRows = 10_000;

export function auditRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/audit',
    {
      schema: {
        summary: 'Who changed what, when and why, the latest first; kept for 400 days',
        tags: ['audit'],
        querystring: z.strictObject({
          ...auditFilter,
          format: z
            .enum(['json', 'csv'])
            .optional()
            .describe('else by the Accept header; a CSV has up to 10000 lines, whatever `limit` is'),
          ...paging,
        }),
        response: { 200: z.union([page(auditItem), z.string()]), default: problemAnswer },
      },
    },
    async (request, reply) => {
      const { format, ...filter } = request.query;
      if (format !== 'csv' && (format === 'json' || !/\btext\/csv\b/i.test(request.headers.accept ?? ''))) return showAudit(parts, filter);
      const { items, next } = await upTo(mostRows, (cursor) => showAudit(parts, { ...filter, limit: 500, cursor }), filter.cursor);
      if (next !== undefined) {
        const further = new URLSearchParams(request.raw.url?.split('?')[1]);
        further.set('cursor', next);
        reply.header('link', `</api/v1/audit?${further}>; rel="next"`);
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .send(csvOf(heads, items.map(cellsOf)));
    },
  );
}

const heads = ['time', 'text', 'why', 'what', 'who', 'by', 'subject', 'facts', 'request', 'id'];
const cellsOf = ({ at, text, why, what, who, by, subject, facts, request, id }: ShownAudit) => [
  ...[at, text, why, what, who, by, subject],
  ...[JSON.stringify(facts), request, id],
];

async function showAudit(parts: AdminParts, filter: AuditFilter): Promise<Page<ShownAudit>> {
  const { items, next } = await parts.read.audit(filter);
  const names = auditNames(parts);
  // What was no secret when it was written may be one by now.
  const tell = (text: string) => hidePhones(phoneInKey(text))(parts.inForce.mask(text));
  const shown = items.map((line) => {
    const text = auditText(auditSentence(line, names));
    const whole = { ...line, at: iso(line.at), text };
    return JSON.parse(JSON.stringify(whole), (_key, value) => (typeof value === 'string' ? tell(value) : value)) as ShownAudit;
  });
  return { items: shown, ...(next === undefined ? {} : { next }) };
}

/** The words of today for the names of then. */
export function auditNames({ inForce, now }: Pick<AdminParts, 'inForce' | 'now'>): AuditNames {
  const zone = realZone(inForce.rules().timezone);
  return {
    workspace: (id) => inForce.whoIs(id).workspace.name ?? id,
    time: (at, seenAt) => moment(at, zone, now(), 'en-GB', clockIsEnough(at, seenAt) ? 'clock' : 'minute'),
  };
}

async function upTo<T>(most: number, ask: (cursor: string | undefined) => Promise<Page<T>>, from: string | undefined): Promise<Page<T>> {
  const items: T[] = [];
  let next = from;
  do {
    const found = await ask(next);
    items.push(...found.items);
    next = found.next;
  } while (next !== undefined && items.length < most);
  return { items, ...(next === undefined ? {} : { next }) };
}
