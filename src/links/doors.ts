// /ack/… and /list/… on the webhook listener, where no sign-in is asked for: the signature in the address is the key, and before it was checked
// nothing is read or looked up. Who looks changes nothing: mail scanners follow every link. The pages are loaded with the first one asked for.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Reads } from '../admin/reads.ts';
import type { Audit } from '../audit.ts';
import type { InForce } from '../in-force/in-force.ts';
import type { Taking } from '../ledger/acknowledge.ts';
import type { Incident } from '../model.ts';
import type { Logger } from '../plugin.ts';
import { type LinkKind, readToken } from './links.ts';
import type { Page } from './page.ts';

export type LinkParts = {
  /** What links are signed with; undefined = this relay never made one. */
  key: string | undefined;
  read: Pick<Reads, 'delivery' | 'incident' | 'members'>;
  acknowledge(taking: Taking): Promise<Incident | undefined>;
  audit: Audit;
  inForce: Pick<InForce, 'whoIs' | 'rules'>;
  now(): number;
  log: Logger;
};

const pages = () => import('./answer.ts');

declare module 'fastify' {
  interface FastifyRequest {
    /** The delivery that the link names. */
    linked: string;
  }
}

export async function serveLinks(app: FastifyInstance, parts: LinkParts): Promise<void> {
  // In a scope of its own: a form without fields is all that these routes read.
  await app.register(async (door) => {
    door.decorateRequest('linked', '');
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4096 }, (_request, _body, done) => done(null, undefined));

    const signedFor = (kind: LinkKind) => async (request: FastifyRequest, reply: FastifyReply) => {
      const { token } = request.params as { token: string };
      const delivery = parts.key === undefined ? undefined : readToken(parts.key, kind, token);
      if (delivery === undefined) return say(reply, (await pages()).wrong());
      request.linked = delivery;
    };
    const answering = (answer: (request: FastifyRequest) => Promise<Page>) => async (request: FastifyRequest, reply: FastifyReply) => {
      try {
        return say(reply, await answer(request));
      } catch (error) {
        parts.log.warn({ delivery: request.linked, error: String(error) }, 'link.failed');
        return say(reply, (await pages()).failed(error));
      }
    };

    door.get('/ack/:token', {
      onRequest: signedFor('ack'),
      handler: answering(async ({ linked }) => (await pages()).ask(linked, parts)),
    });
    door.post('/ack/:token', {
      onRequest: signedFor('ack'),
      handler: answering(async ({ linked }) => (await pages()).take(linked, parts)),
    });
    door.get('/list/:token', {
      onRequest: signedFor('list'),
      handler: answering(async ({ linked, query }) =>
        (await pages()).list(linked, (query as { format?: unknown }).format === 'csv', parts),
      ),
    });
  });
}

const say = (reply: FastifyReply, { status, headers, text }: Page): FastifyReply => reply.code(status).headers(headers).send(text);
