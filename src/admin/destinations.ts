// Destinations of the API: how each one is, a test message, and ending a hold by hand.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LaneState } from '../deliver/lane-state.ts';
import { RelayError } from '../errors.ts';
import { type EventType, eventTypes } from '../model.ts';
import type { Rules } from '../rules/rules.ts';
import { destinationItem, problemAnswer, testOutcome } from './answers.ts';
import { changed } from './changed.ts';
import type { AdminParts, Api, TestOutcome } from './parts.ts';
import { byName, filterName, why } from './questions.ts';
import { iso } from './show.ts';

export function destinationRoutes(app: Api, parts: AdminParts): void {
  app.get(
    '/api/v1/destinations',
    {
      schema: {
        summary: 'Every destination of the file and how it is',
        tags: ['destinations'],
        response: { 200: z.object({ items: z.array(destinationItem) }), default: problemAnswer },
      },
    },
    () => ({ items: showDestinations(parts) }),
  );

  app.post(
    '/api/v1/destinations/:name/test',
    {
      schema: {
        summary: 'Sends one test message now, past the queue, and answers what came of it',
        tags: ['destinations'],
        params: byName,
        body: z.strictObject({
          event: z.enum(eventTypes).default('disconnected').describe('whose words are sent'),
          workspace: filterName.describe('whose row of the table fills the fields of the destination'),
          reason: why.optional(),
        }),
        response: { 200: testOutcome, default: problemAnswer },
      },
    },
    (request) => tryOut(parts, request, { name: request.params.name, ...request.body }),
  );

  app.post(
    '/api/v1/destinations/:name/resume',
    {
      schema: {
        summary: 'Ends a hold, a pause or an outage by hand: what is due goes out at once',
        tags: ['destinations'],
        params: byName,
        body: z.strictObject({ reason: why.optional() }),
        response: { 200: z.object({ resumed: z.boolean().describe('false: nothing held it') }), default: problemAnswer },
      },
    },
    async (request) => ({ resumed: await resume(parts, request, { name: request.params.name, ...request.body }) }),
  );
}

export const showDestinations = ({ lanes, inForce }: Pick<AdminParts, 'lanes' | 'inForce'>): ReturnType<typeof showDestination> =>
  lanes().flatMap((lane) => showDestination(lane, inForce.rules(), inForce.mask));

type Trying = { name: string; event: EventType; workspace?: string | undefined; reason?: string | undefined };

export async function tryOut(parts: AdminParts, request: FastifyRequest, { name, event, workspace, reason }: Trying): Promise<TestOutcome> {
  mustBeKnown(parts, name);
  const outcome = await parts.sendTest({ destination: name, event, ...(workspace !== undefined && { workspace }) });
  await changed(parts, request, { what: 'test', destination: name, event, class: outcome.class }, reason);
  return outcome;
}

export async function resume(
  parts: AdminParts,
  request: FastifyRequest,
  { name, reason }: { name: string; reason?: string | undefined },
): Promise<boolean> {
  mustBeKnown(parts, name);
  const resumed = parts.resume(name);
  await changed(parts, request, { what: 'resume', destination: name, resumed }, reason);
  return resumed;
}

function mustBeKnown({ inForce }: AdminParts, name: string): void {
  if (Object.hasOwn(inForce.rules().destinations, name)) return;
  throw new RelayError('admin.not_found', 'routes.yaml has no destination of this name; GET /api/v1/destinations lists them.');
}

/** Nothing of the options: half of them are secrets. */
function showDestination(lane: LaneState, rules: Rules, mask: (text: string) => string): z.output<typeof destinationItem>[] {
  const destination = rules.destinations[lane.name];
  // Its lane may outlive it by what still runs.
  if (destination === undefined) return [];
  const { name, health, since, until, reason, waiting, running, slots, lastClass, lastError, counts } = lane;
  return [
    {
      name,
      plugin: destination.plugin,
      health,
      since: iso(since),
      ...(until !== undefined && { until: iso(until) }),
      ...(reason !== undefined && { reason: mask(reason) }),
      waiting,
      running,
      slots,
      ...(lastClass !== undefined && { last_class: lastClass }),
      ...(lastError !== undefined && { last_error: mask(lastError) }),
      counts: { ...counts } as Record<string, number>,
      ...(destination.ifItFails !== undefined && { if_it_fails: destination.ifItFails }),
      ...(rules.operator === name && { operator: true as const }),
    },
  ];
}
