// Who may see a page, and which forms are heard: a form must come from a page of ours, which the browser says, and carry what only such a page knows.
import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../parts.ts';
import type { Gate } from '../visits.ts';
import { view } from './view.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For strangers too: the page to sign in at, and what it looks like. */
    open?: boolean;
  }
}

export function guard(app: Api, gate: Gate): void {
  app.decorateRequest('who', 'loopback');
  app.decorateRequest('welcome', () => true);
  app.addHook('onRequest', (request, reply, done) => {
    const visit = gate.visit(request.raw);
    const stranger = gate.stranger(request.raw);
    // Not by the door: nothing of it may be answered.
    if (visit === undefined && stranger === undefined) return void reply.problem('admin.refused');
    if (visit !== undefined) {
      request.who = visit.who;
      request.welcome = visit.welcome;
      return done();
    }
    if (request.routeOptions.config.open && gate.signs) return done();
    const { code, detail } = stranger!.refusal;
    if (!gate.signs || code !== 'admin.refused' || !reads(request)) return void reply.problem(code, detail);
    if (request.headers['hx-request'] === 'true') return void reply.code(401).header('hx-redirect', signInFor(request)).send('');
    if (request.headers['sec-fetch-site'] === 'cross-site') return void knockAgain(request, reply);
    reply.redirect(signInFor(request), 303);
  });

  app.addHook('preValidation', (request, reply, done) => {
    if (reads(request)) return done();
    const body = (request.body ?? {}) as { csrf?: unknown };
    const { csrf } = body;
    delete body.csrf;
    if (!gate.fromOwnPage(request.raw))
      return void reply.problem('admin.no_form', 'The browser says that a page of another origin sent this form.');
    // Nobody is signed in there yet, so there is nothing to tie it to.
    if (request.routeOptions.config.open) return done();
    const expected = gate.visit(request.raw)?.csrf;
    if (expected === undefined || typeof csrf !== 'string' || !same(csrf, expected)) return void reply.problem('admin.no_form');
    done();
  });
}

const reads = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';
const same = (one: string, other: string): boolean => timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));

/** An address of ours to go on to, whatever was asked for: `//elsewhere` would lead away. */
export const ownPath = (asked: string | undefined): string => (/^\/(?![/\\])[\x21-\x7e]*$/.test(asked ?? '') ? asked! : '/');

const signInFor = ({ url }: FastifyRequest): string => `/sign-in?to=${encodeURIComponent(ownPath(url))}`;

/** A browser that follows a link from elsewhere keeps a SameSite=Strict cookie back; asked once more from here it shows it. */
function knockAgain(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const to = ownPath(request.url);
  return reply.header('refresh', `0; url=${to}`).type('text/html; charset=utf-8').send(view('once-more', { to }));
}
