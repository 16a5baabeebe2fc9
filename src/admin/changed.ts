// One line in the log for every change made by the admin side: who, what, why, under the id of the request that asked for it.
import type { FastifyRequest } from 'fastify';
import type { AdminParts } from './parts.ts';

export async function changed(
  parts: AdminParts,
  request: FastifyRequest,
  what: { what: string; [fact: string]: unknown },
  why?: string,
): Promise<void> {
  parts.log.info({ ...what, who: request.who, why: why ?? 'no reason given', request: request.id }, 'admin.changed');
}
