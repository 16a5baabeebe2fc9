// The side door: its own listener, /healthz and /readyz for anyone, all else for those who may come in. What is behind it is loaded by the first
// request, for most relays are looked at seldom and idle memory is dear. app.ts opens it last.
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ulid } from 'ulid';
import { answerHealth } from '../health.ts';
import { createListener } from '../intake/listener.ts';
import { createAuth, type Who } from './auth.ts';
import type { AdminParts, Whole } from './parts.ts';
import { problem, problemType } from './problem.ts';

/** What the door knows of a request that it let in. */
export type Visits = { get(request: IncomingMessage): { id: string; who: Who } | undefined };

export async function serveAdmin(whole: Whole): Promise<{ port: number; stop(): Promise<void> }> {
  const { settings, log, ticker } = whole;
  const { app, drain, draining } = createListener({ fault: (error) => log.error({ error: String(error) }, 'admin.failed') });
  const wired = once(async () => (await import('./wiring.ts')).wire(whole));
  await answerHealth(app, { state: whole.state });
  openDoor(app, {
    token: settings.adminToken,
    parts: wired,
    draining,
    now: ticker.now,
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

export type Doorway = {
  token: string | undefined;
  /** Asked for with the first request that is let in. */
  parts(): Promise<AdminParts>;
  /** From then on answers close their connections. */
  draining(): boolean;
  now(): number;
  /** Hears why the rest could not be loaded. */
  warn(error: unknown): void;
};

export function openDoor(app: FastifyInstance, { token, parts, draining, now, warn }: Doorway): void {
  const admit = createAuth(token);
  const visits = new WeakMap<IncomingMessage, { id: string; who: Who }>();
  const api = once(async () => (await import('./api.ts')).buildApi(await parts(), visits));
  const metrics = once(async () => (await import('./metrics.ts')).createMetrics(await parts()));

  /** The request's id, or undefined where it was refused and has its answer. */
  const letIn = (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    // Of its own, because the log of many runs is searched by it; Fastify counts from 1.
    const id = `r_${ulid()}`;
    const { method = 'GET', headers, socket } = request.raw;
    const admission = admit({ address: socket.remoteAddress, method, headers }, now());
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').header('x-request-id', id);
    if (admission.ok) {
      visits.set(request.raw, { id, who: admission.who });
      return id;
    }
    const said = problem(admission.code, id, admission.detail);
    if (said.status === 401) reply.header('www-authenticate', 'Bearer realm="timelines-relay"');
    if (said.status === 429) reply.header('retry-after', 60);
    reply.code(said.status).type(problemType).send(said);
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
      api()
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
