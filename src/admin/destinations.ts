// Destinations of the API: how each one is, a test message, pausing it, and ending that or a hold by hand.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LaneState } from '../deliver/lane-state.ts';
import { RelayError } from '../errors.ts';
import { type EventType, eventTypes } from '../model.ts';
import { suggestion } from '../rules/nearest.ts';
import type { Rules } from '../rules/rules.ts';
import { duration } from '../rules/scalars.ts';
import { destinationItem, problemAnswer, testOutcome } from './answers.ts';
import { changed } from './changed.ts';
import { hidePhones } from './mask.ts';
import type { AdminParts, Api, TestOutcome } from './parts.ts';
import { byName, filterName, why } from './questions.ts';
import { iso } from './show.ts';
import { callers } from './silences.ts';

const longestPauseMs = 30 * 86_400_000;

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
    '/api/v1/destinations/:name/pause',
    {
      schema: {
        summary:
          'Sends nothing to it until it is resumed or the time is over: messages wait, if_it_fails does not take them, max_age still counts',
        tags: ['destinations'],
        params: byName,
        body: z.strictObject({
          reason: why.describe('stands on pages, in /readyz and in the log'),
          for: pauseLength.describe('30m, 2h, 1d; at most 30 days. Left out: until it is resumed'),
          by: z.string().trim().min(1).max(100).optional().describe('who wants it'),
        }),
        response: { 200: destinationItem, default: problemAnswer },
      },
    },
    async (request) => {
      const lane = await pause(parts, request, { name: request.params.name, ...request.body });
      return showDestination(lane, parts.inForce.rules(), parts.inForce.mask)[0]!;
    },
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

export type Pausing = { name: string; reason: string; for?: number | undefined; by?: string | undefined };

/** Paused anew it is by the words and for the time of whoever came last. */
export async function pause(parts: AdminParts, request: FastifyRequest, { name, reason, by, for: lasting }: Pausing): Promise<LaneState> {
  mustBeKnown(parts, name);
  const since = parts.now();
  const until = lasting === undefined ? undefined : since + lasting;
  const shut = { by: by ?? callers[request.who], reason, since, ...(until !== undefined && { until }) };
  await parts.pause(name, shut);
  await changed(
    parts,
    request,
    { what: 'pause', destination: name, by: shut.by, ...(until !== undefined && { until: iso(until) }) },
    reason,
  );
  const lane = parts.lanes().find((one) => one.name === name);
  if (lane === undefined) throw new RelayError('admin.not_found', 'The destination was taken out of routes.yaml meanwhile.');
  return lane;
}

/** As a silence. */
export const pauseLength = duration(1000, longestPauseMs).optional();

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
  const resumed = await parts.resume(name);
  await changed(parts, request, { what: 'resume', destination: name, resumed }, reason);
  return resumed;
}

function mustBeKnown({ inForce }: AdminParts, name: string): void {
  const { destinations } = inForce.rules();
  if (Object.hasOwn(destinations, name)) return;
  const meant = suggestion(name, Object.keys(destinations), 'There are');
  throw new RelayError('admin.not_found', `routes.yaml has no destination \`${name}\`.${meant}`);
}

/** Nothing of the options: half of them are secrets. */
function showDestination(lane: LaneState, rules: Rules, mask: (text: string) => string): z.output<typeof destinationItem>[] {
  const destination = rules.destinations[lane.name];
  // Its lane may outlive it by what still runs.
  if (destination === undefined) return [];
  const { name, health, since, until, reason, by, waiting, running, slots, lastClass, lastError, counts } = lane;
  return [
    {
      name,
      plugin: destination.plugin,
      health,
      since: iso(since),
      ...(until !== undefined && { until: iso(until) }),
      ...(reason !== undefined && { reason: hidePhones()(mask(reason)) }),
      ...(by !== undefined && { paused_by: hidePhones()(mask(by)) }),
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
