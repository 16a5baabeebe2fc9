// The side door: its own listener, /healthz and /readyz for anyone, all else for those who may come in. What is behind it is loaded by the first
// request, for most relays are looked at seldom and idle memory is dear. app.ts opens it last.
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerHealth } from '../health.ts';
import { createListener, type Listener } from '../intake/listener.ts';
import type { Lockout } from './lockouts.ts';
import type { AdminParts, Whole } from './parts.ts';
import { problem, problemType } from './problem.ts';
import { createVisits, newId, type Stranger } from './visits.ts';

export async function serveAdmin(whole: Whole): Promise<{ port: number; stop(): Promise<void> }> {
  const { settings, audit, log, ticker } = whole;
  const { app, drain, draining } = adminListener((error) => log.error({ error: String(error) }, 'admin.failed'));
  const wired = once(async () => (await import('./wiring.ts')).wire(whole));
  await answerHealth(app, { state: whole.state });
  openDoor(app, {
    token: settings.adminToken,
    adminUrl: settings.adminUrl,
    parts: wired,
    draining,
    now: ticker.now,
    lockedOut: (lockout) => {
      log.warn({ ...lockout }, 'admin.locked_out');
      void audit({ what: 'locked-out', who: 'stranger', facts: lockout });
    },
    warn: (error) => log.error({ error: String(error) }, 'admin.not_loaded'),
  });
  await app.listen({ port: settings.adminPort, host: settings.adminHost });
  return {
    port: (app.server.address() as AddressInfo).port,
    stop: async () => {
      drain();
      await app.close();
    },
  };
}

/** Also what comes to no route, for its address or method is none, is told by a problem document. */
export const adminListener = (fault?: (error: unknown) => void): Listener =>
  createListener({
    ...(fault && { fault }),
    say: (reply, code) => {
      const id = newId();
      const said = problem(code, id);
      reply
        .headers({ ...ofEvery, 'x-request-id': id })
        .code(said.status)
        .type(problemType)
        .send(said);
    },
  });

const ofEvery = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export type Doorway = {
  token: string | undefined;
  /** Where the pages are reached, if that is known. */
  adminUrl?: string | undefined;
  /** Asked for with the first request that is let in. */
  parts(): Promise<AdminParts>;
  /** From then on answers close their connections. */
  draining(): boolean;
  now(): number;
  /** Hears of an address that guesses, as far as that is worth telling. */
  lockedOut?(lockout: Lockout): void;
  /** Hears why the rest could not be loaded. */
  warn(error: unknown): void;
};

export function openDoor(app: FastifyInstance, { token, adminUrl, parts, draining, now, lockedOut, warn }: Doorway): void {
  const { meet, gate, visits } = createVisits({ token, adminUrl, now, ...(lockedOut && { lockedOut }) });
  const api = once(async () => (await import('./api.ts')).buildApi(await parts(), visits));
  const pages = once(async () => (await import('./pages/pages.ts')).buildPages(await parts(), gate));
  const metrics = once(async () => (await import('./metrics.ts')).createMetrics(await parts()));

  /** The request's id, or undefined where it was refused and has its answer. */
  const letIn = (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    const met = meet(request.raw);
    const { id } = 'visit' in met ? met.visit : met.stranger;
    reply.headers({ ...ofEvery, 'x-request-id': id });
    // Who stands at the door in silence is cut off sooner. A request that is injected has no real socket.
    if ('visit' in met) request.raw.socket.setTimeout?.(longestMs);
    if ('visit' in met || mayBeTold(request)) return id;
    refuse(reply, met.stranger);
    return undefined;
  };

  app.get('/metrics', {
    onRequest: (request, reply, done) => void (letIn(request, reply) !== undefined && done()),
    handler: async (_request, reply) => {
      const { contentType, text } = await metrics();
      return reply.type(contentType).send(await text());
    },
  });

  app.all('/*', {
    // Before the body is read: what is behind the door reads it, with limits of its own.
    onRequest: (request, reply) => {
      const id = letIn(request, reply);
      if (id === undefined) return;
      const headers = { ...reply.getHeaders(), ...(draining() && { connection: 'close' }) };
      reply.hijack();
      for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value as string);
      const behind = isOfApi(request) ? api() : pages();
      behind
        .then((inner) => inner.routing(request.raw, reply.raw))
        .catch((error: unknown) => {
          warn(error);
          if (reply.raw.headersSent) return void reply.raw.destroy();
          const said = problem('relay.fault', id);
          reply.raw.writeHead(said.status, { 'content-type': problemType }).end(JSON.stringify(said));
        });
    },
    handler: () => {},
  });
}

/** An erasure of a large store, or its longest report: as long as a command waits for it. */
const longestMs = 300_000;

const isOfApi = ({ url }: FastifyRequest): boolean => /^\/(api|metrics)([/?]|$)/.test(url);

/** People are told by a page, which needs its style; programs by a problem document, for which nothing has to be loaded. */
const mayBeTold = (request: FastifyRequest): boolean =>
  !isOfApi(request) &&
  (request.headers.accept?.includes('text/html') === true || request.url.startsWith('/assets/') || 'hx-request' in request.headers);

function refuse(reply: FastifyReply, { id, refusal }: Stranger): void {
  const said = problem(refusal.code, id, refusal.detail);
  if (said.status === 401) reply.header('www-authenticate', 'Bearer realm="timelines-relay"');
  if (said.status === 429) reply.header('retry-after', 60);
  reply.code(said.status).type(problemType).send(said);
}

/** Made by the first who asks; where that failed, the next one tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
