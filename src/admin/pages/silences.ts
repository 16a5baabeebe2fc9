// Silences: those in force, ending one, and making one, with a look at what it would have kept of the last week.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RelayError } from '../../errors.ts';
import { english } from '../../links/words.ts';
import { duration } from '../../rules/scalars.ts';
import { longestSilenceMs } from '../../rules/silences.ts';
import { mutedLastWeek } from '../muted.ts';
import type { AdminParts, Api } from '../parts.ts';
import { byId, why } from '../questions.ts';
import { showEvent } from '../show.ts';
import { type AskedSilence, endSilence, listSilences, makeSilence, readAsked, type ShownSilence } from '../silences.ts';
import { isForm } from './frame.ts';
import { type SilenceForm, silenceForm, whereOf } from './silence-form.ts';
import { when, zoneOf } from './words.ts';

export function silencePages(app: Api, parts: AdminParts): void {
  /** With a form that a link filled in, or an empty one. */
  app.get('/silences', { schema: { querystring: silenceForm } }, async (request, reply) =>
    reply.page('silences', await silencesPage(request.query)),
  );

  /** Whoever reads the page of a form anew. */
  app.get('/silences/preview', (_request, reply) => reply.redirect('/silences', 303));

  app.post('/silences/preview', { schema: { body: silenceForm } }, async (request, reply) => {
    const form = request.body;
    try {
      return reply.page('silences', { ...(await silencesPage(form)), preview: await preview(form) });
    } catch (error) {
      return refused(request, error, (data) => reply.code(400).page('silences', data));
    }
  });

  app.post('/silences', { schema: { body: silenceForm } }, async (request, reply) => {
    const form = request.body;
    let made: ShownSilence;
    try {
      made = await makeSilence(parts, request, asked(form));
    } catch (error) {
      return refused(request, error, (data) => reply.code(400).page('silences', data));
    }
    const until = when(Date.parse(made.until), parts.now(), zoneOf(parts)).said;
    return reply.seeOther('/silences', `Silent until ${until}: ${words(made)}.`);
  });

  app.post('/silences/:id/end', { schema: { params: byId, body: z.object({ reason: why }) } }, async (request, reply) => {
    const ended = await endSilence(parts, request, { id: request.params.id, reason: request.body.reason });
    return reply.seeOther('/silences', `Over: ${words(ended)}. What it kept and is still open is told now.`);
  });

  async function silencesPage(form: SilenceForm) {
    const now = parts.now();
    const zone = zoneOf(parts);
    const all = await listSilences(parts);
    return {
      title: 'Silences',
      silences: all.map((one) => ({
        ...{ words: words(one), reason: one.reason, by: one.by, muted: one.muted, line: one.line },
        until: when(Date.parse(one.until), now, zone),
        person: one.source === 'person' && { id: one.id, action: `/silences/${encodeURIComponent(one.id)}/end` },
      })),
      none: all.length === 0,
      form,
      zone,
      segments: Object.keys(parts.inForce.rules().segments).map((name) => ({ name, chosen: name === form.segment })),
    };
  }

  /** What was wrong stands over the form, which is as it was filled in; in a page that keeps its form it stands in it. */
  async function refused<T>(
    request: FastifyRequest<{ Body: SilenceForm }>,
    error: unknown,
    answer: (data: Awaited<ReturnType<typeof silencesPage>>) => T,
  ): Promise<T> {
    if (!(error instanceof RelayError) || error.code !== 'admin.bad_request' || isForm(request)) throw error;
    return answer({ ...(await silencesPage(request.body)), ...{ wrong: parts.inForce.mask(error.message) } });
  }

  async function preview(form: SilenceForm) {
    const { events, looked, since, whole } = await mutedLastWeek(parts, readAsked(parts, { by: 'somebody', ...asked(form) }));
    const now = parts.now();
    const zone = zoneOf(parts);
    return {
      count: events.length,
      one: events.length === 1,
      nothing: events.length === 0,
      looked,
      since: whole ? undefined : when(since, now, zone),
      events: events.slice(0, mostShown).map((stored) => {
        const { id, workspace, account } = showEvent(stored, parts.inForce.mask);
        const { name = workspace } = parts.inForce.whoIs(workspace).workspace;
        const what = stored.event.type === 'unknown' ? stored.event.wireType : english.what[stored.event.type];
        return { id, what, name, phone: account?.phone, came: when(stored.event.receivedAt, now, zone) };
      }),
      rest: events.length > mostShown ? events.length - mostShown : undefined,
    };
  }
}

const mostShown = 10;

/** A length as 2h, or the time of the end. */
function asked({ lasts = '', reason = '', by, ...conditions }: SilenceForm): AskedSilence {
  if (reason === '') throw new RelayError('admin.bad_request', 'The reason is missing: it stands in the trace of all that is kept.');
  if (lasts === '') throw new RelayError('admin.bad_request', 'How long is missing: write 2h, or a date and time.');
  const long = duration(1000, longestSilenceMs).safeParse(lasts);
  const end = long.success ? { for: long.data } : { until: lasts };
  return { where: whereOf(conditions), reason, by, ...end };
}

const words = ({ where }: Pick<ShownSilence, 'where'>): string =>
  Object.entries(where)
    .map(([key, values]) => `${key} ${[values].flat().join(' or ')}`)
    .join(', ');
