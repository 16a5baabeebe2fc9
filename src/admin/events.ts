// Events of the API: the list, and one event with the reason of everything that was decided about it.
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import { eventDetail, eventItem, eventOutcome, eventType, problemAnswer, searched } from './answers.ts';
import type { AdminParts, Api } from './parts.ts';
import { byId, filterName, paging, phonePart, window } from './questions.ts';
import { isoIf, showEvent, showEventDetail } from './show.ts';

/** What a digest tells of stands with the delivery. */
const none = { from: 0, limit: 0 };

export function eventRoutes(app: Api, parts: AdminParts): void {
  const { read, inForce } = parts;

  app.get(
    '/api/v1/events',
    {
      schema: {
        summary: 'Events, the latest first',
        tags: ['events'],
        querystring: z.strictObject({
          workspace: filterName,
          type: eventType.optional(),
          outcome: eventOutcome.optional(),
          phone: phonePart,
          ...window,
          ...paging,
        }),
        response: { 200: searched(eventItem), default: problemAnswer },
      },
    },
    async (request) => {
      const { items, next, lookedTo } = await read.events(request.query);
      return { items: items.map((one) => showEvent(one, inForce.mask)), next, looked_to: isoIf(lookedTo) };
    },
  );

  app.get(
    '/api/v1/events/:id',
    {
      schema: {
        summary: 'One event: as received, as understood, the trace of every decision, its deliveries and their attempts',
        tags: ['events'],
        params: byId,
        querystring: z.strictObject({
          payload: z.enum(['masked', 'full']).default('masked').describe('full shows phone numbers, and needs ADMIN_TOKEN'),
        }),
        response: { 200: eventDetail, default: problemAnswer },
      },
    },
    async (request) => {
      const { payload } = request.query;
      if (payload === 'full' && request.who !== 'token') {
        throw new RelayError(
          'admin.needs_token',
          'The whole payload holds phone numbers: set ADMIN_TOKEN and ask with it, or leave payload=full out.',
        );
      }
      const found = await read.event(request.params.id, none);
      if (found === undefined) throw new RelayError('admin.not_found', 'There is no event with this id; retention may have removed it.');
      if (payload === 'full') {
        const { who, id } = request;
        parts.log.info({ event: found.event.id, who, request: id }, 'admin.payload_shown');
        await parts.audit({ what: 'payload-shown', who, facts: { event: found.event.id }, request: id });
      }
      return showEventDetail(found, payload, inForce.mask);
    },
  );
}
