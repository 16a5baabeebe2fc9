// Incidents: the list, and one of them with what each route is doing about it, who was told, and the forms that take it on and close it.
import { z } from 'zod';
import { byKey, closeIt, findIncident, takeOn } from '../incidents.ts';
import type { AdminParts, Api } from '../parts.ts';
import { filterName, paging, why } from '../questions.ts';
import { blank } from './form.ts';
import { incidentCard } from './incident-card.ts';
import { silencesOf } from './silence-form.ts';
import { when, zoneOf } from './words.ts';

export function incidentPages(app: Api, parts: AdminParts): void {
  app.get(
    '/incidents',
    {
      schema: {
        querystring: z.object({ state: z.enum(['open', 'over', 'all']).default('open'), workspace: blank(filterName), ...paging }),
      },
    },
    async (request, reply) => {
      const { state, workspace, cursor, limit } = request.query;
      const now = parts.now();
      const zone = zoneOf(parts);
      const open = state === 'all' ? undefined : state === 'open';
      const { items, next } = await parts.read.incidents({ open, workspace, cursor, limit });
      const asked = new URLSearchParams({
        state,
        ...(workspace !== undefined && { workspace }),
        ...(next !== undefined && { cursor: next }),
      });
      return reply.page('incidents', {
        title: 'Incidents',
        states: states.map((one) => ({ ...one, chosen: one.state === state })),
        workspace,
        incidents: items.map((one) => incidentCard(one, parts, now, zone)),
        none: items.length === 0,
        only: state === 'all' ? undefined : state,
        more: next === undefined ? undefined : `/incidents?${asked}`,
      });
    },
  );

  app.get('/incidents/:key', { schema: { params: byKey } }, async (request, reply) => {
    const incident = await findIncident(parts, request.params.key);
    const now = parts.now();
    const zone = zoneOf(parts);
    const card = incidentCard(incident, parts, now, zone);
    return reply.page('incident', {
      title: `${card.what}: ${card.name}`,
      ...card,
      routes: Object.entries(incident.routes).map(([route, { state, until, reminders }]) => ({
        route,
        state: progress[state],
        until: until === undefined ? undefined : when(until, now, zone),
        reminders: reminders === undefined || reminders === 0 ? undefined : reminders,
      })),
      nobody: card.told.length === 0,
      action: `${card.to}/acknowledge`,
      closing: `${card.to}/close`,
      silencing: silencesOf({ workspace: incident.workspaceId, account: /^wa:.+:([^:]+)$/.exec(card.key)?.[1] }),
    });
  });

  app.post(
    '/incidents/:key/acknowledge',
    {
      schema: {
        params: byKey,
        body: z.object({ by: z.string().trim().min(1, { error: 'is missing' }).max(100), reason: blank(why.optional()) }),
      },
    },
    async (request, reply) => {
      const { by, reason } = request.body;
      const { key, acknowledged } = await takeOn(parts, request, { key: request.params.key, by, reason });
      const until = acknowledged && when(Date.parse(acknowledged.until), parts.now(), zoneOf(parts)).said;
      return reply.seeOther(
        `/incidents/${encodeURIComponent(key)}`,
        `${by} has it until ${until}: nobody is reminded and nothing escalates.`,
      );
    },
  );

  app.post(
    '/incidents/:key/close',
    { schema: { params: byKey, body: z.object({ by: z.string().trim().min(1, { error: 'is missing' }).max(100), reason: why }) } },
    async (request, reply) => {
      const { key } = await closeIt(parts, request, { key: request.params.key, ...request.body });
      return reply.seeOther(
        `/incidents/${encodeURIComponent(key)}`,
        'Closed: whoever was told of it hears that, with your name and reason.',
      );
    },
  );
}

const states = [
  { state: 'open', label: 'Open' },
  { state: 'over', label: 'Over' },
  { state: 'all', label: 'All' },
];

const progress = {
  held: 'waits whether it heals',
  silenced: 'silenced',
  kept: 'kept for a digest',
  unstable: 'unstable: told once',
  told: 'told',
  cancelled: 'cancelled',
} as const;
