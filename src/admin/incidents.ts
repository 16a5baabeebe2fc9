// Incidents of the API: what is wrong now, and what was.
import { z } from 'zod';
import { incidentItem, page, problemAnswer } from './answers.ts';
import type { AdminParts, Api } from './parts.ts';
import { filterName, paging, yesNo } from './questions.ts';
import { showIncident } from './show.ts';

export function incidentRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/incidents',
    {
      schema: {
        summary: 'Incidents, the latest first',
        tags: ['incidents'],
        querystring: z.strictObject({ open: yesNo.optional(), workspace: filterName, ...paging }),
        response: { 200: page(incidentItem), default: problemAnswer },
      },
    },
    async (request) => {
      const { items, next } = await parts.read.incidents(request.query);
      return { items: items.map((one) => showIncident(one, parts.inForce.mask)), next };
    },
  );
}
