// Silences of the API: those in force, making one and ending one. Those of silences.yaml are shown beside them and ended in the file.
import type { FastifyRequest } from 'fastify';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { Input } from '../decide/decision.ts';
import { silencesCell } from '../decide/silence.ts';
import { headName } from '../decide/silence-held.ts';
import { instant } from '../decide/wall.ts';
import { RelayError } from '../errors.ts';
import { maskPhone } from '../render/context.ts';
import type { Silence } from '../rules/rules.ts';
import { duration } from '../rules/scalars.ts';
import { longestSilenceMs, readSilence, silencesFile, writtenWhere } from '../rules/silences.ts';
import { problemAnswer, silenceItem } from './answers.ts';
import { changed } from './changed.ts';
import { hidePhones } from './mask.ts';
import type { AdminParts, Api } from './parts.ts';
import { byId, why } from './questions.ts';
import { iso } from './show.ts';

export function silenceRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/silences',
    {
      schema: {
        summary: 'Silences in force, the one that ends first first',
        tags: ['silences'],
        response: { 200: z.object({ items: z.array(silenceItem) }), default: problemAnswer },
      },
    },
    async () => ({ items: await listSilences(parts) }),
  );

  app.post(
    '/api/v1/silences',
    {
      schema: {
        summary: 'Silences what fits, for a while; recoveries of what was told go out all the same',
        tags: ['silences'],
        body: silenceQuestion,
        response: { 200: silenceItem, default: problemAnswer },
      },
    },
    (request) => makeSilence(parts, request, request.body),
  );

  app.delete(
    '/api/v1/silences/:id',
    {
      schema: {
        summary: 'Ends a silence; what it kept and is still open is told now',
        tags: ['silences'],
        params: byId,
        body: z.strictObject({ reason: why }),
        response: { 200: silenceItem, default: problemAnswer },
      },
    },
    (request) => endSilence(parts, request, { id: request.params.id, reason: request.body.reason }),
  );
}

export type ShownSilence = z.output<typeof silenceItem>;
/** `for`, in milliseconds, or `until`. */
export type AskedSilence = {
  where: Record<string, unknown>;
  until?: string | undefined;
  for?: number | undefined;
  reason: string;
  by?: string | undefined;
};

export async function listSilences(parts: AdminParts): Promise<ShownSilence[]> {
  const all = [...inFile(parts), ...(await ofPeople(parts))].sort((a, b) => a.until - b.until);
  return Promise.all(all.map((one) => show(parts, one)));
}

/** What it would be: nothing is silenced by it. Throws what is wrong, in words. */
export function readAsked(parts: AdminParts, { where, reason, by, until, for: lasting }: AskedSilence): Omit<Silence, 'id' | 'line'> {
  const now = parts.now();
  const { rules, columns } = parts.inForce.good();
  const read = readSilence(
    { where, reason, by, until: until ?? iso(now + lasting!) },
    { now, timezone: rules.timezone, instant, segments: Object.keys(rules.segments), columns },
  );
  if ('wrong' in read) throw new RelayError('admin.bad_request', read.wrong);
  return read;
}

export async function makeSilence(parts: AdminParts, request: FastifyRequest, asked: AskedSilence): Promise<ShownSilence> {
  const silence: Silence = { id: `s_${ulid()}`, ...readAsked(parts, { ...asked, by: asked.by ?? callers[request.who] }) };
  await parts.decide({ kind: 'silence', silence });
  const shown = await show(parts, silence);
  await changed(parts, request, { what: 'silence', by: asked.by, id: silence.id, where: shown.where, until: shown.until }, asked.reason);
  return shown;
}

export async function endSilence(
  parts: AdminParts,
  request: FastifyRequest,
  { id, reason }: { id: string; reason: string },
): Promise<ShownSilence> {
  const line = inFile(parts).find((one) => one.id === id)?.line;
  if (line !== undefined)
    throw new RelayError('silence.in_file', `It stands in ${silencesFile}, line ${line}: take it out there, and what is open is told.`);
  const silence = (await ofPeople(parts)).find((one) => one.id === id);
  if (silence === undefined) throw new RelayError('admin.not_found', 'There is no silence with this id, or it is over.');
  const shown = await show(parts, silence);
  await parts.decide({ kind: 'unsilence', id, by: callers[request.who], reason } satisfies Input);
  await changed(parts, request, { what: 'unsilence', id, where: shown.where }, reason);
  return shown;
}

/** Where nobody says a name. */
export const callers = { token: 'somebody with ADMIN_TOKEN', loopback: 'somebody on this machine', page: 'somebody at the pages' };

const value = z.union([z.string(), z.number(), z.boolean()]);
const silenceQuestion = z
  .strictObject({
    where: z.record(z.string(), z.union([value, z.array(value)])).describe('the conditions of a `where` in routes.yaml, at least one'),
    until: z.string().max(100).optional().describe('RFC 3339, or a date and time by the clocks of routes.yaml; 30 days ahead at most'),
    for: duration(1000, longestSilenceMs).optional().describe('in the place of until: 30m, 2h, 1d'),
    reason: why.describe('stands in the trace of everything it keeps, and in the log'),
    by: z.string().trim().min(1).max(200).optional().describe('who asks for it'),
  })
  .refine((body) => (body.until === undefined) !== (body.for === undefined), { error: 'needs either until or for' });

const inFile = ({ inForce, now }: AdminParts): Silence[] => inForce.rules().silences.filter(({ until }) => until > now());

async function ofPeople({ read, now }: AdminParts): Promise<Silence[]> {
  const all = JSON.parse((await read.cell(silencesCell)) ?? '[]') as Silence[];
  return all.filter(({ until }) => until > now());
}

async function show({ read, inForce }: AdminParts, silence: Silence): Promise<ShownSilence> {
  const { id, until, reason, by, line } = silence;
  const head = await read.cell(headName(id));
  const hide = (text: string) => hidePhones()(inForce.mask(text));
  const where = Object.entries(writtenWhere(silence.where)).map(([name, texts]) => {
    const shown = [texts].flat().map(name === 'phone' ? maskPhone : hide);
    return [name, shown.length === 1 ? shown[0]! : shown] as const;
  });
  return {
    id,
    source: line === undefined ? 'person' : 'file',
    where: Object.fromEntries(where),
    until: iso(until),
    reason: hide(reason),
    by: hide(by),
    ...(line !== undefined && { line }),
    muted: head === undefined ? 0 : (JSON.parse(head) as { muted: number }).muted,
  };
}
