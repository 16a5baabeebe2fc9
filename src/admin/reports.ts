// Reports of the API: one month, as JSON or as CSV.
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import { unpack } from '../report.ts';
import { reportNames } from '../reports/report.ts';
import { problemAnswer } from './answers.ts';
import type { AdminParts, Api } from './parts.ts';
import { filterName } from './questions.ts';

const reportAnswer = z.object({
  report: z.enum(reportNames),
  month: z.string(),
  timezone: z.string(),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  complete: z.boolean().describe('the month is over, and the relay kept a store from its beginning'),
  kept_since: z.iso.datetime().optional(),
  count: z.int().describe('rows'),
  totals: z.record(z.string(), z.number()).describe('what all rows come to'),
  rows: z.array(z.record(z.string(), z.unknown())).describe('docs/reports.md has the fields of each report'),
});

export const monthName = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'is a month such as 2026-11' });

export function reportRoutes(app: Api, { read, inForce, audit, now, log }: AdminParts): void {
  app.get(
    '/api/v1/reports/:name',
    {
      schema: {
        summary: 'What happened in a month: usage, connected numbers, downtime, alerts, or the security log',
        tags: ['reports'],
        params: z.strictObject({ name: z.enum(reportNames) }),
        querystring: z.strictObject({
          month: monthName.describe('by the clocks of routes.yaml'),
          workspace: filterName,
          format: z.enum(['json', 'csv']).optional().describe('else by the Accept header'),
          phones: z.enum(['masked', 'full']).default('masked').describe('full needs ADMIN_TOKEN'),
        }),
        response: { 200: z.union([reportAnswer, z.string()]), default: problemAnswer },
      },
    },
    async (request, reply) => {
      const { month, workspace, format, phones } = request.query;
      const { name } = request.params;
      if (phones === 'full' && request.who !== 'token')
        throw new RelayError('admin.needs_token', 'Whole phone numbers: set ADMIN_TOKEN and ask with it, or leave phones=full out.');
      const csv = format === 'csv' || (format === undefined && /\btext\/csv\b/i.test(request.headers.accept ?? ''));
      reply.type(csv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8');
      // Seconds of work for nothing.
      if (request.method === 'HEAD') return reply.send('');
      const { timezone } = inForce.rules();
      const made = await read.report({
        ...{ name, month, workspace, timezone, now: now(), showPhones: phones === 'full', as: csv ? 'csv' : 'json' },
      });
      if (phones === 'full') {
        const { who, id } = request;
        log.info({ report: name, month, who, request: id }, 'admin.phones_shown');
        await audit({ what: 'phones-shown', who, facts: { report: name, month }, request: id });
      }
      const { heads: _, cells: __, pieces, ...answer } = made;
      const failed = (error: unknown) => log.warn({ err: error, request: request.id, report: name }, 'admin.failed');
      if (csv)
        return reply
          .header('content-disposition', `attachment; filename="${name}-${month}.csv"`)
          .send(pieces.length === 1 ? inForce.mask(unpack(pieces[0]!)) : inPieces(pieces, inForce.mask, { failed }));
      const masked = (piece: string): string =>
        JSON.stringify(JSON.parse(`[${piece}]`), (_key, value) => maskedValue(value, inForce.mask)).slice(1, -1);
      if (pieces.length <= 1) return { ...answer, rows: JSON.parse(`[${pieces.map(unpack).map(masked).join('')}]`) };
      const begin = `${JSON.stringify(answer).slice(0, -1)},"rows":[`;
      return reply.send(inPieces(pieces, masked, { begin, between: ',', end: ']}', failed }));
    },
  );
}

/** Names too: downtime is counted by what the source gave as its reason. */
function maskedValue(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [mask(name), one]));
}

type Around = {
  begin?: string;
  between?: string;
  end?: string;
  /** Too late for an answer: the connection is cut. */
  failed(error: unknown): void;
};

/** So that webhooks come in between: all of a large house at once would hold them up for half a second. To its schema a stream is the text that it
 * holds. */
const inPieces = (pieces: Uint8Array[], told: (piece: string) => string, around: Around): string =>
  Readable.from(oneByOne(pieces, told, around)) as unknown as string;

async function* oneByOne(pieces: Uint8Array[], told: (piece: string) => string, { begin = '', between = '', end = '', failed }: Around) {
  yield begin;
  for (let before = ''; pieces.length > 0; before = between) {
    // What was sent on is kept no longer, however slowly somebody reads.
    yield `${before}${tried(pieces.shift()!)}`;
    await setImmediate();
  }
  yield end;

  function tried(piece: Uint8Array): string {
    try {
      return told(unpack(piece));
    } catch (error) {
      failed(error);
      throw error;
    }
  }
}
