// /api/docs: the API as OpenAPI, and a plain page of it. Made from the same schemas when it is first asked for: the describing Fastify registers
// every route once more and never answers one.
import Fastify from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { escapeFor } from '../render/escape.ts';
import { byZod } from './by-zod.ts';
import type { AdminParts, Api } from './parts.ts';

type Routes = (app: Api, parts: AdminParts) => void;

export function docsRoutes(app: Api, parts: AdminParts, apiRoutes: readonly Routes[]): void {
  let made: Promise<Described> | undefined;
  const described = () => {
    made ??= describe(parts, apiRoutes);
    return made;
  };
  app.get('/api/docs/json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(await described())),
  );
  app.get('/api/docs', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
      .send(pageOf(await described())),
  );
}

type Operation = {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
};
export type Described = { info: { title: string; description?: string }; paths: Record<string, Record<string, Operation>> };

async function describe(parts: AdminParts, apiRoutes: readonly Routes[]): Promise<Described> {
  const { default: swagger } = await import('@fastify/swagger');
  const app = Fastify({ ...byZod, logger: false }) as unknown as Api;
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'timelines-relay admin API',
        version: '1',
        description:
          'Lists are in pages: `next` of one is `cursor` of the following; a search may end a page before it is full, and says in `looked_to` how far ' +
          'back it looked for this answer. Errors are problem documents (RFC 9457) with a stable `code`. ' +
          'A GET that is answered in JSON carries a weak ETag: asked again with it in If-None-Match, 304 says that nothing has changed (but for a report too long to be sent at once). ' +
          'A change needs the content type application/json. Without ADMIN_TOKEN only the machine itself may ask.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(async (inner) => {
    for (const routes of [...apiRoutes, besides]) routes(inner as unknown as Api, parts);
  });
  await app.ready();
  const document = app.swagger() as unknown as Described;
  await app.close();
  return document;
}

/** What the door and the listener answer themselves. */
const besides: Routes = (app) => {
  const text = (description: string) => ({ 200: z.string().describe(description) });
  const health = { 200: z.object({ status: z.string() }), 503: z.object({ status: z.string(), reason: z.string() }) };
  app.get(
    '/metrics',
    { schema: { summary: 'Figures for Prometheus', tags: ['health'], response: text('Prometheus text format') } },
    () => '',
  );
  app.get(
    '/healthz',
    { schema: { summary: 'Whether the process lives', tags: ['health'], security: [], response: { 200: health[200] } } },
    unheard,
  );
  app.get(
    '/readyz',
    { schema: { summary: 'Whether a webhook sent now would be kept', tags: ['health'], security: [], response: health } },
    unheard,
  );
  app.get('/api/docs', { schema: { summary: 'This description as a page', tags: ['docs'], response: text('HTML') } }, () => '');
  app.get(
    '/api/docs/json',
    { schema: { summary: 'This description as OpenAPI', tags: ['docs'], response: { 200: z.unknown() } } },
    () => ({}),
  );
};
const unheard = () => ({ status: 'ok' });

function pageOf({ info, paths }: Described): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary = '', parameters = [] }]) => {
      const asked = parameters
        .map(({ name, in: where }) => (where === 'query' ? `<code>${escapeFor.html(name)}</code>` : ''))
        .filter(Boolean);
      const what = `${escapeFor.html(summary)}${asked.length > 0 ? `<br><small>may ask for ${asked.join(' ')}</small>` : ''}`;
      return `<tr><td><b>${escapeFor.html(method.toUpperCase())}</b></td><td><code>${escapeFor.html(path)}</code></td><td>${what}</td></tr>`;
    }),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeFor.html(info.title)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.3rem .8rem .3rem 0;vertical-align:top}</style>
<h1>${escapeFor.html(info.title)}</h1><p>${escapeFor.html(info.description ?? '')}</p><p>The whole description: <a href="/api/docs/json">/api/docs/json</a> (OpenAPI).</p>
<table>${rows.join('\n')}</table></html>
`;
}
