// Destinations: how each one is, and of one of them all that is known, with a test message, a pause, an end to that or to its hold, and
// what died sent again.
import { z } from 'zod';
import { RelayError } from '../../errors.ts';
import { english } from '../../links/words.ts';
import { eventTypes } from '../../model.ts';
import { sendAgain } from '../deliveries.ts';
import { pause, pauseLength, resume, tryOut } from '../destinations.ts';
import type { AdminParts, Api } from '../parts.ts';
import { byName, filterName, why } from '../questions.ts';
import { deadCards, deadOf } from './dead.ts';
import { destinationCards } from './destination-card.ts';
import { blank } from './form.ts';
import { when, zoneOf } from './words.ts';

export function destinationPages(app: Api, parts: AdminParts): void {
  app.get('/destinations', async (_request, reply) => {
    const destinations = await destinationCards(parts, parts.now());
    return reply.page('destinations', { title: 'Destinations', destinations, noDestination: destinations.length === 0 });
  });

  app.get('/destinations/:name', { schema: { params: byName } }, async (request, reply) =>
    reply.page('destination', await one(request.params.name)),
  );

  app.post(
    '/destinations/:name/test',
    {
      schema: {
        params: byName,
        body: z.object({ event: z.enum(eventTypes), workspace: blank(filterName), reason: blank(why.optional()) }),
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { class: klass, code, error, ms, headline } = await tryOut(parts, request, { name, ...request.body });
      const said =
        klass === 'ok'
          ? `The test arrived after ${Math.round(ms)} ms: “${headline}”`
          : `The test did not arrive (${[klass, code].filter(Boolean).join(', ')}): ${parts.inForce.mask(error ?? 'no more is known')}`;
      return reply.seeOther(pathOf(name), said);
    },
  );

  app.post(
    '/destinations/:name/resume',
    { schema: { params: byName, body: z.object({ reason: blank(why.optional()) }) } },
    async (request, reply) => {
      const { name } = request.params;
      const resumed = await resume(parts, request, { name, reason: request.body.reason });
      return reply.seeOther(pathOf(name), resumed ? 'Resumed: what is due goes out now.' : 'Nothing held it.');
    },
  );

  app.post(
    '/destinations/:name/pause',
    {
      schema: {
        params: byName,
        body: z.object({ reason: why, lasts: blank(pauseLength), by: blank(z.string().trim().max(100).optional()) }),
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { reason, lasts, by } = request.body;
      const { until } = await pause(parts, request, { name, reason, by, for: lasts });
      const end = until === undefined ? 'it is resumed' : when(until, parts.now(), zoneOf(parts)).said;
      return reply.seeOther(pathOf(name), `Paused: what is for it waits until ${end}.`);
    },
  );

  app.post('/destinations/:name/replay', { schema: { params: byName, body: z.object({ reason: why }) } }, async (request, reply) => {
    const { name } = request.params;
    const filter = deadOf(name, parts.now());
    const { created, refused, more } = await sendAgain(parts, request, { filter, reason: request.body.reason });
    const said = [
      `Sent again: ${created.length}.`,
      refused.length > 0 && `Refused: ${refused.length}.`,
      more && 'There are more: once again.',
    ];
    return reply.seeOther(pathOf(name), said.filter(Boolean).join(' '));
  });

  async function one(name: string) {
    const card = (await destinationCards(parts, parts.now())).find((each) => each.name === name);
    if (card === undefined) throw new RelayError('admin.not_found', 'routes.yaml has no destination of this name.');
    const tally = Object.entries(card.counts).map(([outcome, count]) => ({ outcome, count }));
    return { ...card, title: name, tally, events, action: pathOf(name), dead: await deadCards(parts, name) };
  }
}

const pathOf = (name: string): string => `/destinations/${encodeURIComponent(name)}`;
const events = eventTypes.map((type) => ({ type, what: english.what[type], chosen: type === 'disconnected' }));
