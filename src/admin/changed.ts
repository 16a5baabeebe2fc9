// One line for every change made by the admin side: who, what, why, under the id of the request that asked for it. In the log at once, and in the audit
// before the answer; a line that could not be kept there is told in the log, and the answer is that of the change, for it was made.
import type { FastifyRequest } from 'fastify';
import type { AdminParts } from './parts.ts';

/** `by`: the name that somebody gave. What it is about stands in `incident`, `destination`, `event` or `id`. */
export async function changed(
  { log, audit }: Pick<AdminParts, 'log' | 'audit'>,
  request: Pick<FastifyRequest, 'who' | 'id'>,
  { what, by, ...facts }: { what: string; by?: string | undefined; [fact: string]: unknown },
  why?: string,
): Promise<void> {
  const { who, id } = request;
  log.info({ what, ...(by !== undefined && { by }), ...facts, who, why: why ?? 'no reason given', request: id }, 'admin.changed');
  await audit({ what, who, by, facts, why, request: id });
}
