// One HTTP listener with the limits of a door that strangers can reach, and a way to close it gently. app.ts makes two: webhooks and admin.
import type { Server } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { errorCodes } from '../errors.ts';

export type ListenerOptions = {
  /** Default 1 MiB. */
  bodyLimit?: number;
  /** Silence after which a connection is cut, for listeners that keep streams open. */
  connectionTimeout?: number;
  maxConnections?: number;
  /** Hears of an error nobody foresaw; the caller of the listener gets 500 and no word of it. */
  fault?(error: unknown): void;
  /** How it is told what no route answers; else as JSON with its code. */
  say?(reply: FastifyReply, code: Unanswered): void;
};
type Unanswered = 'relay.bad_request' | 'relay.not_found' | 'relay.fault';
export type Listener = {
  app: FastifyInstance;
  /** From now on every answer closes its connection, so that the sender's next request goes elsewhere. */
  drain(): void;
  draining(): boolean;
};

export function createListener(options: ListenerOptions = {}): Listener {
  const { bodyLimit = 1024 * 1024, connectionTimeout = 30_000, maxConnections = 4096, fault, say = answer } = options;
  let draining = false;
  const app = Fastify({
    // Logging a request would write the webhook token with its address; what is worth telling is told by those who decide.
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    // A proxy's word on addresses is believed by nobody here: only failed verifications are counted by address.
    trustProxy: false,
    bodyLimit,
    connectionTimeout,
    requestTimeout: 15_000,
    keepAliveTimeout: 72_000,
    // Node looks for late requests only so often, so the limits hold to within this.
    http: { headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 2000, maxHeaderSize: 16 * 1024 },
    // A token pasted with a slash behind it must not silence the source.
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    clientErrorHandler: (error, socket) => {
      if (socket.writable)
        socket.write(`HTTP/1.1 ${clientFaults[error.code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      socket.destroySoon();
    },
    frameworkErrors: (_error, _request, reply) => say(reply as FastifyReply, 'relay.bad_request'),
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.setNotFoundHandler((_request, reply) => say(reply, 'relay.not_found'));
  app.setErrorHandler((error, _request, reply) => {
    fault?.(error);
    say(reply, 'relay.fault');
  });
  const server = app.server as Server;
  server.maxConnections = maxConnections;
  const drain = (): void => {
    draining = true;
    server.closeIdleConnections();
  };
  app.addHook('preClose', (done) => {
    drain();
    if (!server.listening) return done();
    // A connection whose refused body is still being read away falls idle later, and would then keep the server open for as long as it may idle.
    const whenIdle = setInterval(() => server.closeIdleConnections(), 50);
    const anyway = setTimeout(() => server.closeAllConnections(), lastWordsMs);
    server.once('close', () => {
      clearInterval(whenIdle);
      clearTimeout(anyway);
    });
    done();
  });
  return { app, drain, draining: () => draining };
}

/** How long a closing listener lets a request finish. */
const lastWordsMs = 1000;

/** The routes of these doors have no schemas, and Fastify's compilers for them would cost 8 MB at rest. The API brings its own. */
const noSchemas = () => () => {
  throw new Error('this listener has no schema compiler');
};

const clientFaults: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** No word of what was asked: an address may hold the webhook token. */
function answer(reply: FastifyReply, code: Unanswered): void {
  const [status, message] = errorCodes[code];
  reply.code(status).send({ code, message, request: reply.request.id });
}
