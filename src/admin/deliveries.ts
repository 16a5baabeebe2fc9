// Deliveries of the API: the list, one with its attempts, and sending again what died or was delivered.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import type { DeliveryFilter } from '../store/reader.ts';
import { deliveryDetail, deliveryItem, deliveryState, outcomeClass, problemAnswer, replayAnswer, searched } from './answers.ts';
import { changed } from './changed.ts';
import type { AdminParts, Api } from './parts.ts';
import { byId, filterName, paging, why, window, yesNo } from './questions.ts';
import { isoIf, showDelivery, showDeliveryDetail } from './show.ts';

/** More at once would bury a destination that has just come back. */
const mostReplayed = 1000;
/** As a page of a list: a storm may tell of thousands. */
export const mostAlerts = 200;

export function deliveryRoutes(app: Api, parts: AdminParts): void {
  const { read, inForce } = parts;

  app.get(
    '/api/v1/deliveries',
    {
      schema: {
        summary: 'Deliveries, the latest first',
        tags: ['deliveries'],
        querystring: z.strictObject({
          state: deliveryState.optional(),
          destination: filterName,
          event: filterName,
          route: filterName,
          class: outcomeClass.optional().describe('of the last attempt'),
          replayed: yesNo.optional().describe('whether it was sent again under another id'),
          ...window,
          ...paging,
        }),
        response: { 200: searched(deliveryItem), default: problemAnswer },
      },
    },
    async (request) => {
      const { items, next, lookedTo } = await read.deliveries(request.query);
      return { items: items.map((one) => showDelivery(one, inForce.mask)), next, looked_to: isoIf(lookedTo) };
    },
  );

  app.get(
    '/api/v1/deliveries/:id',
    {
      schema: {
        summary: 'One delivery with its attempts and receipt',
        tags: ['deliveries'],
        params: byId,
        querystring: z.strictObject({
          alerts_from: z.coerce
            .number()
            .int()
            .min(0)
            .default(0)
            .describe(
              'how many of a digest or storm are passed over: add 200 until alert_count is reached; those that are gone leave a gap',
            ),
        }),
        response: { 200: deliveryDetail, default: problemAnswer },
      },
    },
    async (request) => {
      const found = await read.delivery(request.params.id, { from: request.query.alerts_from, limit: mostAlerts });
      if (found === undefined) throw new RelayError('admin.not_found', 'There is no delivery with this id; retention may have removed it.');
      return showDeliveryDetail(found.delivery, found.attempts, inForce.mask, undefined, found.members);
    },
  );

  app.post(
    '/api/v1/deliveries/replay',
    {
      schema: {
        summary: 'Sends again what died or was delivered: the same words, a new id',
        tags: ['deliveries'],
        body: replayQuestion,
        response: { 200: replayAnswer, default: problemAnswer },
      },
    },
    (request) => sendAgain(parts, request, request.body),
  );
}

type Again = { ids?: string[] | undefined; filter?: Matching | undefined; reason: string; dry_run?: boolean };

export async function sendAgain(
  parts: AdminParts,
  request: FastifyRequest,
  { ids: named, filter, reason, dry_run = false }: Again,
): Promise<z.output<typeof replayAnswer>> {
  const { ids, more } = filter === undefined ? { ids: [...new Set(named)], more: false } : await matching(parts, filter);
  const done = dry_run || ids.length === 0 ? { created: [], refused: [] } : await parts.replay(ids, reason);
  if (!dry_run)
    await changed(parts, request, { what: 'replay', matched: ids.length, created: done.created, refused: done.refused.length }, reason);
  return { matched: ids.length, ...(more && { more: true as const }), ...done };
}

const replayQuestion = z
  .strictObject({
    ids: z.array(z.string().min(1).max(200)).min(1).max(mostReplayed).optional(),
    filter: z
      .strictObject({
        state: z.enum(['dead', 'delivered']).default('dead').describe('delivered ones go out a second time only when asked for'),
        destination: filterName,
        class: outcomeClass.optional(),
        ...window,
      })
      .optional(),
    reason: why.describe('stands in the message and in the log'),
    dry_run: z.boolean().default(false).describe('only counts what would be sent'),
  })
  .refine((body) => (body.ids === undefined) !== (body.filter === undefined), { error: 'needs either ids or filter' });

type Matching = Omit<DeliveryFilter, 'limit'>;

/** Those that were not sent again yet, as many as one call sends. */
export async function matching({ read }: Pick<AdminParts, 'read'>, filter: Matching): Promise<{ ids: string[]; more: boolean }> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    // What was sent again stays dead under its old id: without this a second call would send it a third time.
    const found = await read.deliveries({ ...filter, replayed: false, limit: 200, ...(cursor !== undefined && { cursor }) });
    ids.push(...found.items.map((one) => one.id));
    cursor = found.next;
  } while (cursor !== undefined && ids.length < mostReplayed);
  return { ids, more: cursor !== undefined };
}
