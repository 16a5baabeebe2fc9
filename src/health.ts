// /healthz and /readyz, the same on both listeners: whether the process lives, and whether a webhook sent now would be kept.
import type { FastifyInstance } from 'fastify';
import type { RelayNotice } from './delivery.ts';

export type Health = {
  /** Why no event can be taken, if so: draining, or the store cannot be written. */
  down?: string;
  /** What works less well than it should while events are taken: a bad file, a broken plug-in, a held destination. */
  degraded: readonly RelayNotice[];
};

export async function answerHealth(app: FastifyInstance, parts: { state(): Health }): Promise<void> {
  // Never about destinations: restarting the relay mends no Slack.
  app.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', (_request, reply) => {
    const { down, degraded } = parts.state();
    const status = down === undefined ? (degraded.length > 0 ? 'degraded' : 'ok') : 'down';
    reply.code(down === undefined ? 200 : 503).header('cache-control', 'no-store');
    return reply.send({ status, ...(down !== undefined && { reason: down }), degraded });
  });
}
