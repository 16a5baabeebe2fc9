// The way in with ADMIN_TOKEN by a browser: the form, the session it begins, and its end.
import { z } from 'zod';
import type { AdminParts, Api } from '../parts.ts';
import { cookieName, sessionMs } from '../sessions.ts';
import type { Gate } from '../visits.ts';
import { ownPath } from './guard.ts';

export function signInPages(app: Api, parts: AdminParts, gate: Gate): void {
  const title = 'Sign in';

  app.get(
    '/sign-in',
    { schema: { querystring: z.object({ to: z.string().max(2000).optional() }) }, config: { open: true } },
    (request, reply) => {
      const to = ownPath(request.query.to);
      return gate.visit(request.raw) === undefined ? reply.page('sign-in', { title, to }) : reply.redirect(to, 303);
    },
  );

  app.post(
    '/sign-in',
    {
      schema: { body: z.object({ token: z.string().max(1000).default(''), to: z.string().max(2000).optional() }) },
      config: { open: true },
    },
    async (request, reply) => {
      const { token, to } = request.body;
      const answer = gate.signIn(request.raw, token.trim());
      const { remoteAddress: address } = request.raw.socket;
      if (!answer.ok) {
        parts.log.warn({ address, request: request.id, code: answer.code }, 'admin.not_signed_in');
        const locked = answer.code === 'admin.locked';
        return reply.code(locked ? 429 : 401).page('sign-in', { title, to: ownPath(to), ...(locked ? { locked } : { wrong: true }) });
      }
      parts.log.info({ address, request: request.id }, 'admin.signed_in');
      await parts.audit({ what: 'sign-in', who: 'page', facts: { address }, request: request.id });
      // What the browser calls us by, and not what a proxy in between does.
      const secure = request.headers.origin?.startsWith('https://') === true;
      return reply
        .setCookie(cookieName, answer.session, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: sessionMs / 1000 })
        .redirect(ownPath(to), 303);
    },
  );

  app.post('/sign-out', async (request, reply) => {
    gate.signOut(request.raw);
    parts.log.info({ request: request.id }, 'admin.signed_out');
    await parts.audit({ what: 'sign-out', who: request.who, request: request.id });
    return reply.clearCookie(cookieName, { path: '/' }).redirect(gate.signs ? '/sign-in' : '/', 303);
  });
}
