// Incidents of the API: what is wrong now, and what was; taking one on, and closing one.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import type { Incident } from '../model.ts';
import { incidentItem, page, problemAnswer } from './answers.ts';
import { changed } from './changed.ts';
import type { AdminParts, Api } from './parts.ts';
import { filterName, longestKey, paging, why, yesNo } from './questions.ts';
import { showIncident } from './show.ts';

export function incidentRoutes(app: Api, parts: AdminParts): void {
  const { read, inForce } = parts;

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
      const { items, next } = await read.incidents(request.query);
      return { items: items.map((one) => showIncident(one, inForce.mask)), next };
    },
  );

  app.get(
    '/api/v1/incidents/:key',
    {
      schema: {
        summary: 'One incident: since when, how bad, who was told, who has it',
        tags: ['incidents'],
        params: byKey,
        response: { 200: incidentItem, default: problemAnswer },
      },
    },
    async (request) => showIncident(await findIncident(parts, request.params.key), inForce.mask),
  );

  app.post(
    '/api/v1/incidents/:key/acknowledge',
    {
      schema: {
        summary: "Takes an open incident on: no reminder and no escalation for its route's ack_for",
        tags: ['incidents'],
        params: byKey,
        body: z.strictObject({
          by: z.string().trim().min(1).max(100).default('the API').describe('who has it; stands on pages and in traces'),
          reason: why.optional(),
        }),
        response: { 200: incidentItem, default: problemAnswer },
      },
    },
    (request) => takeOn(parts, request, { key: request.params.key, ...request.body }),
  );

  app.post(
    '/api/v1/incidents/:key/close',
    {
      schema: {
        summary: 'Closes an open incident that nothing else will end; who was told of it hears that it was closed, by whom and why',
        tags: ['incidents'],
        params: byKey,
        body: z.strictObject({
          by: z.string().trim().min(1).max(100).default('the API').describe('who closes it; stands in the message, on pages and in traces'),
          reason: why.describe('stands in the message, on pages, in traces and in the log'),
        }),
        response: { 200: incidentItem, default: problemAnswer },
      },
    },
    (request) => closeIt(parts, request, { key: request.params.key, ...request.body }),
  );
}

export async function takeOn(
  parts: AdminParts,
  request: FastifyRequest,
  { key: asked, by, reason }: { key: string; by: string; reason?: string | undefined },
): Promise<ReturnType<typeof showIncident>> {
  const { key, openedAt } = await findIncident(parts, asked);
  const incident = await parts.acknowledge({ incidentKey: key, by, openedAt, ...(reason === undefined ? {} : { reason }) });
  if (incident === undefined) throw notThere();
  if (!incident.open || incident.openedAt !== openedAt)
    throw new RelayError(
      'incident.over',
      'The incident is over, so there is nothing left to take on; GET /incidents?open=true has those that are not.',
    );
  const shown = showIncident(incident, parts.inForce.mask);
  await changed(parts, request, { what: 'acknowledge', incident: shown.key, by, until: shown.acknowledged?.until }, reason);
  return shown;
}

export async function closeIt(
  parts: AdminParts,
  request: FastifyRequest,
  { key: asked, by, reason }: { key: string; by: string; reason: string },
): Promise<ReturnType<typeof showIncident>> {
  const { key, workspaceId, openedAt, open } = await findIncident(parts, asked);
  const incident = open ? await parts.close({ incidentKey: key, workspaceId, by, reason, openedAt }) : undefined;
  // Somebody else may have closed it in the same moment, and their words were told.
  if (incident?.openedAt !== openedAt || incident.closed?.by !== by || incident.closed.reason !== reason)
    throw new RelayError(
      'incident.over',
      'The incident is over, so there is nothing left to close; GET /incidents?open=true has those that are not.',
    );
  const shown = showIncident(incident, parts.inForce.mask);
  await changed(parts, request, { what: 'close', incident: shown.key, by }, reason);
  return shown;
}

export const byKey = z.strictObject({ key: z.string().min(1).max(longestKey).describe('as the list has it, URL-encoded') });

/** By its key, or by the key as it is shown, with all but the last digits of a number hidden: for a reader has no other. */
export async function findIncident({ read, inForce }: AdminParts, key: string): Promise<Incident> {
  const known = await read.incident(key);
  if (known !== undefined) return known;
  const [, workspace] = key.includes('•') ? (/^wa:(.+):[^:]+$/.exec(key) ?? []) : [];
  if (workspace === undefined) throw notThere();
  const shownSo = (one: Incident) => showIncident(one, inForce.mask).key === key;
  let fitting = await fittingOnes(read, { open: true, workspace }, shownSo);
  if (fitting.length === 0) fitting = await fittingOnes(read, { open: false, workspace }, shownSo, mostPagesOver);
  if (fitting.length > 1)
    throw new RelayError('admin.bad_request', 'More than one number of this workspace ends so: ask by the whole key.');
  if (fitting[0] === undefined) throw notThere();
  return fitting[0];
}

/** Of what is over, the latest: each number and each period has one. */
const mostPagesOver = 10;

async function fittingOnes(
  read: AdminParts['read'],
  filter: { open: boolean; workspace: string },
  fits: (one: Incident) => boolean,
  mostPages = Number.POSITIVE_INFINITY,
): Promise<Incident[]> {
  const fitting: Incident[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const { items, next } = await read.incidents({ ...filter, limit: 200, cursor });
    fitting.push(...items.filter(fits));
    cursor = next;
    pages += 1;
  } while (cursor !== undefined && pages < mostPages);
  return fitting;
}

const notThere = () => new RelayError('admin.not_found', 'There is no incident with this key; retention may have removed it.');
