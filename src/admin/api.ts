// What is behind the door: the API under /api/v1, each route from its zod schemas, and its description at /api/docs. A Fastify of its own that
// listens nowhere: the door hands it the requests it let in.
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ErrorCode, RelayError } from '../errors.ts';
import { auditRoutes } from './audit.ts';
import type { Who } from './auth.ts';
import { byZod } from './by-zod.ts';
import { configRoutes } from './config.ts';
import { curveRoutes } from './curves.ts';
import { deliveryRoutes } from './deliveries.ts';
import { destinationRoutes } from './destinations.ts';
import { docsRoutes } from './docs.ts';
import { eventRoutes } from './events.ts';
import { incidentRoutes } from './incidents.ts';
import { liveRoutes } from './live.ts';
import type { AdminParts, Api } from './parts.ts';
import { problem, problemType } from './problem.ts';
import { longestKey } from './questions.ts';
import { reportRoutes } from './reports.ts';
import { silenceRoutes } from './silences.ts';
import { answerUnchanged } from './unchanged.ts';
import type { Visits } from './visits.ts';
import { workspaceRoutes } from './workspaces.ts';

declare module 'fastify' {
  interface FastifyRequest {
    who: Who;
    /** Whether whoever asked may still look on. */
    welcome(): boolean;
  }
}

export async function buildApi(parts: AdminParts, visits: Visits): Promise<Api> {
  const app = Fastify({
    ...byZod,
    logger: false,
    genReqId: (raw) => visits.get(raw as Parameters<Visits['get']>[0])?.id ?? '',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: longestKey },
    frameworkErrors: (_error, request, reply) => void say(reply, problem('relay.bad_request', request.id)),
  }) as unknown as Api;
  app.decorateRequest('who', 'loopback');
  app.decorateRequest('welcome', () => true);
  app.addHook('onRequest', (request, reply, done) => {
    const visit = visits.get(request.raw);
    // Not by this door: nothing of it may be answered.
    if (visit === undefined) return void say(reply, problem('admin.refused', request.id));
    request.who = visit.who;
    request.welcome = visit.welcome;
    done();
  });
  readJsonOnly(app);
  answerUnchanged(app);
  app.setNotFoundHandler((request, reply) => say(reply, problem('relay.not_found', request.id)));
  app.setErrorHandler((error: Error, request, reply) => fail(parts, error, request, reply));
  await app.register(async (inner) => {
    for (const routes of apiRoutes) routes(inner as unknown as Api, parts);
  });
  docsRoutes(app, parts, apiRoutes);
  await app.ready();
  return app;
}

const apiRoutes = [
  eventRoutes,
  deliveryRoutes,
  incidentRoutes,
  silenceRoutes,
  destinationRoutes,
  configRoutes,
  liveRoutes,
  curveRoutes,
  reportRoutes,
  workspaceRoutes,
  auditRoutes,
];

const say = (reply: FastifyReply, said: ReturnType<typeof problem>) => reply.code(said.status).type(problemType).send(said);

/** A page elsewhere can have a browser post a form or text, but not JSON without asking first. */
function readJsonOnly(app: Api): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {});
    else parse(request, body as string, done);
  });
  app.addHook('onRequest', (request, reply, done) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads || /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) done();
    else say(reply, problem('admin.not_json', request.id));
  });
}

const codeOfFastify: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'admin.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'admin.not_json',
};

function fail(parts: AdminParts, error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof RelayError) return say(reply, problem(error.code, request.id, parts.inForce.mask(error.message)));
  if (hasZodFastifySchemaValidationErrors(error))
    return say(reply, problem('admin.bad_request', request.id, parts.inForce.mask(misfits(error))));
  const { code: found, statusCode = 500 } = error as FastifyError;
  const code = codeOfFastify[found] ?? (error instanceof SyntaxError || statusCode < 500 ? 'admin.bad_request' : 'relay.fault');
  if (code === 'relay.fault') parts.log.warn({ err: error, request: request.id, route: request.routeOptions.url }, 'admin.failed');
  return say(reply, problem(code, request.id));
}

/** `limit: Too big: expected number to be <=200`, one after the other. */
function misfits({ validation, validationContext }: Pick<FastifyError, 'validation' | 'validationContext'>): string {
  const where = { querystring: 'the query', body: 'the body', params: 'the address', headers: 'the headers' }[validationContext ?? 'body'];
  const each = (validation ?? []).map(({ instancePath, message }) => {
    const path = instancePath.slice(1).replaceAll('/', '.');
    return path === '' ? message : `${path}: ${message}`;
  });
  return `In ${where}: ${each.join('; ').replace(/\.$/, '')}. What may be asked is described at /api/docs.`.slice(0, 1000);
}
