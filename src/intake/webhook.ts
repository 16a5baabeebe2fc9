// The front door: POST /webhooks/timelinesai. Verifies on headers alone, reads and parses the body, hands the event to `accept` and answers
// 200 only when that has settled. Every answer is short: a code, its meaning, no word of what was sent.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, errorCodes, RelayError } from '../errors.ts';
import type { Event } from '../model.ts';
import { parse } from './parse.ts';
import { countRefusals } from './refusals.ts';
import { type Partner, type ProofContext, type Verdict, verify } from './verify.ts';

export type WebhookParts = {
  /** The same objects until they change. */
  partners(): readonly Partner[];
  webhookToken?: string;
  allowUnsigned: boolean;
  /** Settles once the event is on disk; rejects with the RelayError to answer. */
  accept(event: Event, body: string): Promise<{ id: string; duplicate: boolean }>;
  /** Hears of each request that could not be verified. */
  refused(reason: string, address: string): void;
  /** Hears the code of every answer but 200, for the figures. */
  answered?(code: ErrorCode): void;
  /** Whether the relay takes events now, or why not. */
  ready(): true | RelayError;
  now(): number;
  /** `e_` and a ULID. */
  newId(): string;
};

const maxBodyBytes = 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    verdict: Extract<Verdict, { ok: true }> | null;
  }
}

export async function receiveWebhooks(app: FastifyInstance, parts: WebhookParts): Promise<void> {
  // In a scope of its own: reading bodies as bytes is for these routes alone.
  await app.register(async (door) => {
    const refusals = countRefusals();
    const context: ProofContext = {
      get partners() {
        return parts.partners();
      },
      ...(parts.webhookToken !== undefined && { webhookToken: parts.webhookToken }),
      allowUnsigned: parts.allowUnsigned,
    };

    const refuseWith = (request: FastifyRequest, reply: FastifyReply, code: ErrorCode): FastifyReply => {
      parts.answered?.(code);
      return answer(request, reply, code);
    };
    const refuse = (request: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply => {
      const address = request.socket.remoteAddress ?? '';
      parts.refused(reason, address);
      return refuseWith(request, reply, refusals.add(address, parts.now()) ? 'webhook.too_many_refused' : 'webhook.refused');
    };

    door.decorateRequest('verdict', null);
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) =>
      done(null, body),
    );

    door.addHook('onRequest', (request, reply, done) => {
      const { token } = request.params as { token?: string };
      const verdict = verify({ headers: request.headers, ...(token && { token }) }, context, parts.now());
      if (!verdict.ok) return void refuse(request, reply, verdict.reason);
      request.verdict = verdict;
      const ready = parts.ready();
      const code = ready === true ? unfitHeaders(request.headers) : ready.code;
      if (code) return void refuseWith(request, reply, code);
      done();
    });

    const receive = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const { proof, partner } = request.verdict!;
      const bytes = (request.body as Buffer | undefined) ?? new Uint8Array();
      try {
        const { event, body } = parse(bytes, {
          id: parts.newId(),
          proof,
          ...(partner !== undefined && { partner }),
          receivedAt: parts.now(),
        });
        const { id, duplicate } = await parts.accept(event, body);
        return { id, duplicate };
      } catch (error) {
        if (!(error instanceof RelayError)) throw error;
        return error.code === 'webhook.refused' ? refuse(request, reply, error.message) : refuseWith(request, reply, error.code);
      }
    };
    door.post('/webhooks/timelinesai', receive);
    door.post('/webhooks/timelinesai/:token', receive);

    door.setErrorHandler((error: { code?: string }, request, reply) => {
      // Fastify would hang up in the middle of a body it will not read, and the reset can overtake the answer; Node reads it away within requestTimeout.
      reply.removeHeader('connection');
      const code = codeOfFastify[error.code ?? ''];
      if (!code) throw error;
      return refuseWith(request, reply, code);
    });
  });
}

const codeOfFastify: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'webhook.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'webhook.not_json_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'webhook.not_json',
  ECONNRESET: 'webhook.not_json',
};

/** application/json in UTF-8, not compressed: a small gzip can be a large body. */
function unfitHeaders(headers: FastifyRequest['headers']): ErrorCode | undefined {
  const type = headers['content-type'] ?? '';
  if (type !== 'application/json' && !/^application\/json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i.test(type)) return 'webhook.not_json_type';
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') return 'webhook.not_json_type';
  if (Number(headers['content-length']) > maxBodyBytes) return 'webhook.too_large';
  return undefined;
}

const retryAfter: Partial<Record<ErrorCode, number>> = { 'webhook.too_many_refused': 60, 'store.full': 60 };

function answer(request: FastifyRequest, reply: FastifyReply, code: ErrorCode): FastifyReply {
  const [status, message] = errorCodes[code];
  reply.code(status);
  if (status === 503 || status === 429) reply.header('retry-after', retryAfter[code] ?? 5);
  return reply.send({ code, message, request: request.id });
}
