// What every page stands in: header with navigation, banner, main, footer. `reply.page` answers the whole of it, or only the main part where htmx asks,
// with what else may have changed; `reply.problem` the same for what went wrong, or a problem document for a program.
import type { FastifyReply, FastifyRequest } from 'fastify';
import packageJson from '../../../package.json' with { type: 'json' };
import { type ErrorCode, errorCodes } from '../../errors.ts';
import { hidePhones } from '../mask.ts';
import type { AdminParts, Api } from '../parts.ts';
import { problem, problemType } from '../problem.ts';
import type { Gate } from '../visits.ts';
import { assetPaths } from './assets.ts';
import type { PageLine } from './pages.ts';
import { createSayings } from './sayings.ts';
import { view } from './view.ts';

type Data = { title: string; [name: string]: unknown };

declare module 'fastify' {
  interface FastifyReply {
    page(view: string, data: Data): FastifyReply;
    /** `asked`: where no route was found, and nothing of the request is at hand. */
    problem(code: ErrorCode, detail?: string, asked?: FastifyRequest): FastifyReply;
    /** After a change: to the page that shows what came of it, and what that page says once. */
    seeOther(path: string, said?: string): FastifyReply;
  }
}

/** Nothing from elsewhere, nothing inline; a form goes nowhere but here. The referrer stays at home, or a browser would not say where a form comes from. */
export const policy = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
  vary: 'HX-Request',
};

export function answerInFrame(app: Api, parts: AdminParts, gate: Gate, pages: readonly PageLine[]): void {
  const sayings = createSayings();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(policy);
    done();
  });
  app.decorateReply('page', function (this: FastifyReply, name: string, data: Data) {
    return answer(this, this.request, name, data);
  });
  app.decorateReply('problem', function (this: FastifyReply, code: ErrorCode, detail?: string, asked?: FastifyRequest) {
    const request = asked ?? this.request;
    const said = problem(code, request.id, detail);
    this.code(said.status).headers(policy);
    if (said.status === 429) this.header('retry-after', 60);
    if (!readsPages(request)) return this.type(problemType).send(said);
    const again = said.status === 401 && gate.signs;
    // A form in a page keeps what was written in it, and says why it was refused.
    if (isForm(request)) {
      this.headers({ 'hx-retarget': 'find .sent', 'hx-reswap': 'outerHTML show:top', 'hx-push-url': 'false' }).type(html);
      const { csrf } = gate.visit(request.raw) ?? {};
      return this.send(
        view('refused', { ...said, title: titleOf(code), csrf, again, older: code === 'admin.no_form' && csrf !== undefined }),
      );
    }
    return answer(this, request, 'problem', { ...said, title: `${said.status}: ${titleOf(code)}`, again });
  });
  app.decorateReply('seeOther', function (this: FastifyReply, path: string, said?: string) {
    const to = said === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}said=${sayings.keep(said)}`;
    return this.redirect(to, 303);
  });

  function answer(reply: FastifyReply, request: FastifyRequest, name: string, data: Data): FastifyReply {
    const known = gate.visit(request.raw);
    const path = request.url.split('?')[0]!;
    const said = new URLSearchParams(request.url.split('?')[1]).get('said');
    const whole = !isPart(request);
    const text = view(
      whole ? 'frame' : 'part',
      {
        ...data,
        csrf: known?.csrf,
        frame: {
          title: data.title,
          said: said === null ? undefined : sayings.take(said),
          // A stranger is shown nothing of the relay.
          known: known !== undefined && { ...banner(parts), revision: parts.inForce.state().revision, version: packageJson.version },
          signedIn: known?.who === 'page',
          nav: pages.flatMap(({ at, nav }) => (nav === undefined ? [] : [{ at, nav, current: isAt(path, at) }])),
          assets: assetPaths(),
        },
      },
      name,
    );
    return reply.type(html).send(text);
  }
}

const html = 'text/html; charset=utf-8';

/** Where a page is restored from history htmx wants the whole of it. */
const isPart = ({ headers }: FastifyRequest): boolean =>
  headers['hx-request'] === 'true' && headers['hx-history-restore-request'] !== 'true';
/** A person fills in no schema. */
const titleOf = (code: ErrorCode): string => (code === 'admin.bad_request' ? 'What was filled in cannot be taken.' : errorCodes[code][1]);

/** As htmx sends one of the pages': what changes something, or the form by which a list is narrowed down. */
export const isForm = ({ method, headers }: FastifyRequest): boolean =>
  headers['hx-request'] === 'true' && headers['hx-target'] === 'main' && (method === 'POST' || headers['hx-trigger'] === 'filter');
const readsPages = ({ headers }: FastifyRequest): boolean =>
  headers.accept?.includes('text/html') === true || headers['hx-request'] === 'true';

const isAt = (path: string, at: string): boolean => path === at || (at !== '/' && path.startsWith(`${at}/`));

/** What does not work as it should, in the words the operator is told. */
function banner({ state, inForce }: AdminParts): { down: string; trouble: { text: string }[] } {
  const { down, degraded } = state();
  return {
    // Said even where there is none: mustache would look for it in the data of the page.
    down: down === undefined ? '' : inForce.mask(down),
    trouble: degraded.map(({ text }) => ({ text: hidePhones()(inForce.mask(text)) })),
  };
}
