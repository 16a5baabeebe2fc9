// Routes, tried: an edited text judged as one types, and who would hear of an event by it or by the file in force. Nothing is stored or sent.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { english } from '../../links/words.ts';
import { eventTypes } from '../../model.ts';
import type { Hide } from '../mask.ts';
import type { AdminParts, Api } from '../parts.ts';
import { filterName } from '../questions.ts';
import { blank } from './form.ts';
import { foundOf } from './found.ts';
import { type TryForm, tried, tryFields } from './tried.ts';
import { asWritten } from './view.ts';

/** A form sends the line ends of the web. */
const oneEnding = (text: string): string => text.replaceAll('\r\n', '\n');

const form = z.object({
  routes: z.string().default('').transform(oneEnding),
  by: z.enum(['running', 'edited']).default('edited'),
  ...tryFields,
});

export function routesTryPages(app: Api, parts: AdminParts): void {
  const running = () => parts.inForce.mask(parts.inForce.good().files.sources['routes.yaml'] ?? '');

  app.get('/routes/try', { schema: { querystring: z.object({ event: blank(filterName) }) } }, (request, reply) =>
    reply.page('routes-try', page(running(), { event: request.query.event }, 'running')),
  );
  /** Whoever reads the answer to a form anew. */
  app.get('/routes/check', (_request, reply) => reply.redirect('/routes/try', 303));

  app.post('/routes/check', { schema: { body: form } }, async (request, reply) => {
    const { routes, by, ...fields } = request.body;
    const judged = judgedOf(await parts.judgeRoutes(routes), parts.inForce.mask);
    if (asks(request, 'judged')) return reply.page('judged', { title: 'Try the routes', judged });
    return reply.page('routes-try', { ...page(routes, fields, by), judged });
  });

  app.post('/routes/try', { schema: { body: form } }, async (request, reply) => {
    const { routes, by, ...fields } = request.body;
    const { judgement, files } = await parts.imagine(by === 'edited' ? routes : undefined);
    const judged = by === 'edited' && judgedOf(judgement, parts.inForce.mask);
    const outcome = files === undefined ? { refused: true } : await tried(parts, fields, files);
    return reply.page('routes-try', {
      ...page(routes, fields, by),
      judged,
      outcome: { ...outcome, edited: by === 'edited', passedOver: by === 'running' && routes.trim() !== running().trim() },
    });
  });
}

/** Only that piece of the page, as a textarea that is being typed in does. */
const asks = ({ headers }: FastifyRequest, piece: string): boolean => headers['hx-request'] === 'true' && headers['hx-target'] === piece;

const judgedOf = ({ ok, mistakes, warnings }: Awaited<ReturnType<AdminParts['judgeRoutes']>>, mask: Hide) => {
  const all = [...mistakes, ...warnings];
  const errors = all.filter(({ level }) => level === 'error');
  const found = [...errors, ...all.filter(({ level }) => level !== 'error')];
  const count = errors.length;
  return { ok, count, one: count === 1, found: found.map((one) => foundOf(one, mask)) };
};

const page = (routes: string, fields: TryForm, by: 'running' | 'edited') => ({
  ...{ title: 'Try the routes', routes: asWritten(routes), form: fields, edited: by === 'edited' },
  types: [
    ...eventTypes.map((type) => ({ type, what: english.what[type], chosen: type === (fields.type ?? 'disconnected') })),
    { type: 'unknown', what: 'An event that nobody knows yet', chosen: fields.type === 'unknown' },
  ],
});
