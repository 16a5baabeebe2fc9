// The operator's pages, behind the door: HTML from the server, made smoother by htmx, usable without it. Loaded with the first page asked for.
//
// HOW A PAGE IS ADDED
// 1. `pages/workspaces.ts`: `export function workspacePages(app: Api, parts: AdminParts): void`, with routes as the API has them: what is asked as zod
//    schemas (questions.ts), what is read by `parts.read`, what is shown by show.ts. It answers with
//      return reply.page('workspaces', { title: 'Workspaces', … });            // the whole page, or its main part where htmx asks
//      return reply.seeOther('/workspaces', 'acme is silenced until 12:00');  // after a change; the text is shown once
//    and throws a RelayError where something is wrong: it becomes a page. A change is written to log and audit by changed(); its words are in audit-words.ts.
// 2. `pages/views/workspaces.mustache`: only what stands in <main>, beginning with its <h1>. Values are escaped; `{{{` is refused by a test. A form that
//    changes something is `<form method="post" action="…">{{> csrf}} … </form>`; its token is checked before the route is asked. No style and no script in
//    it, for the policy forbids both: classes are in assets/pages.css, `hx-…` attributes work, curves are drawn by a script of assets.ts. Rows of a list are
//    `<table class="cards">` with `data-label` in each cell: on a phone they become cards. Times are `{{> time}}` of `when(at, now, zone)` in words.ts.
// 3. A line in the table below. `nav` is its name in the header; without one it is only linked to.
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ErrorCode, RelayError } from '../../errors.ts';
import { byZod } from '../by-zod.ts';
import type { AdminParts, Api } from '../parts.ts';
import { longestKey } from '../questions.ts';
import type { Gate } from '../visits.ts';
import { assetRoutes } from './assets.ts';
import { auditPage } from './audit.ts';
import { destinationPages } from './destinations.ts';
import { eventPages } from './events.ts';
import { answerInFrame } from './frame.ts';
import { guard } from './guard.ts';
import { incidentPages } from './incidents.ts';
import { livePage } from './live.ts';
import { nowPage } from './now.ts';
import { reportPage } from './reports.ts';
import { routesPage } from './routes.ts';
import { routesTryPages } from './routes-try.ts';
import { signInPages } from './sign-in.ts';
import { silencePages } from './silences.ts';
import { workspacePages } from './workspaces.ts';

export type PageLine = { at: string; nav?: string; routes(app: Api, parts: AdminParts): void };

export const pages: readonly PageLine[] = [
  { at: '/', nav: 'Now', routes: nowPage },
  { at: '/incidents', nav: 'Incidents', routes: incidentPages },
  { at: '/events', nav: 'Events', routes: eventPages },
  { at: '/workspaces', nav: 'Workspaces', routes: workspacePages },
  { at: '/destinations', nav: 'Destinations', routes: destinationPages },
  { at: '/routes', nav: 'Routes', routes: routesPage },
  { at: '/routes/try', routes: routesTryPages },
  { at: '/silences', nav: 'Silences', routes: silencePages },
  { at: '/reports', nav: 'Reports', routes: reportPage },
  { at: '/live', routes: livePage },
  { at: '/audit', nav: 'Audit', routes: auditPage },
];

export async function buildPages(parts: AdminParts, gate: Gate): Promise<Api> {
  const app = Fastify({
    ...byZod,
    logger: false,
    genReqId: (raw) => (gate.visit(raw as FastifyRequest['raw']) ?? gate.stranger(raw as FastifyRequest['raw']))?.id ?? '',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: longestKey },
    frameworkErrors: (_error, request, reply) =>
      void (reply as FastifyReply).problem('relay.bad_request', undefined, request as FastifyRequest),
  }) as unknown as Api;
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  await app.register(cookie);
  answerInFrame(app, parts, gate, pages);
  guard(app, gate);
  app.setNotFoundHandler((_request, reply) => reply.problem('relay.not_found', 'There is no page at this address.'));
  app.setErrorHandler((error: Error, request, reply) => fail(parts, error, request, reply));
  assetRoutes(app);
  signInPages(app, parts, gate);
  for (const { routes } of pages) routes(app, parts);
  await app.ready();
  return app;
}

const codeOfFastify: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'admin.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'admin.no_form',
};

function fail(parts: AdminParts, error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof RelayError) return reply.problem(error.code, parts.inForce.mask(error.message));
  if (hasZodFastifySchemaValidationErrors(error)) {
    const said = (error.validation ?? []).map(({ instancePath, message }) => `${instancePath.slice(1)}: ${message}`);
    return reply.problem('admin.bad_request', parts.inForce.mask(said.join('; ')).slice(0, 500));
  }
  const { code: found, statusCode = 500 } = error as FastifyError;
  const code = codeOfFastify[found] ?? (statusCode < 500 ? 'admin.bad_request' : 'relay.fault');
  if (code === 'relay.fault') parts.log.warn({ err: error, request: request.id, route: request.routeOptions.url }, 'page.failed');
  return reply.problem(code);
}
