// Events: the list with its filters, and one event with its trace, its deliveries, how each message looks, and a form that sends a dead one again.
import { z } from 'zod';
import type { Delivery } from '../../delivery.ts';
import { RelayError } from '../../errors.ts';
import { english } from '../../links/words.ts';
import { eventTypes } from '../../model.ts';
import { eventOutcome, eventType } from '../answers.ts';
import { changed } from '../changed.ts';
import { mostAlerts } from '../deliveries.ts';
import type { AdminParts, Api } from '../parts.ts';
import { byId, filterName, paging, phonePart, why } from '../questions.ts';
import { showEvent, showEventDetail } from '../show.ts';
import { asFields, stretch } from './clocks.ts';
import { blank } from './form.ts';
import { lookOf } from './message-look.ts';
import { silencesOf } from './silence-form.ts';
import { toTheSecond, when, workspacePath, zoneOf } from './words.ts';

export function eventPages(app: Api, parts: AdminParts): void {
  const { read, inForce } = parts;
  const asked = z.object({
    workspace: blank(filterName),
    type: blank(eventType.optional()),
    outcome: blank(eventOutcome.optional()),
    phone: blank(phonePart),
    ...stretch(parts),
    ...paging,
  });

  app.get('/events', { schema: { querystring: asked } }, async (request, reply) => {
    const { items, next, lookedTo } = await read.events(request.query);
    const given = new URLSearchParams(request.raw.url?.split('?')[1]);
    const { workspace, phone, type, outcome } = request.query;
    const shown = { workspace, phone, ...asFields(parts, request.query) };
    given.delete('said');
    if (next !== undefined) given.set('cursor', next);
    const now = parts.now();
    return reply.page('events', {
      title: 'Events',
      ...shown,
      types: [...eventTypes, 'unknown' as const].map((one) => ({ value: one, label: english.what[one], chosen: one === type })),
      outcomes: eventOutcome.options.map((value) => ({ value, chosen: value === outcome })),
      events: items.map((one) => ({
        ...showEvent(one, inForce.mask),
        to: pathOf(one.event.id),
        workspaceTo: workspacePath(one.event.workspaceId),
        name: inForce.whoIs(one.event.workspaceId).workspace.name ?? one.event.workspaceId,
        what: english.what[one.event.type],
        came: when(one.event.receivedAt, now, zoneOf(parts)),
      })),
      none: items.length === 0,
      narrowed: filters.some((name) => request.query[name] !== undefined),
      lookedTo: lookedTo === undefined ? undefined : when(lookedTo, now, zoneOf(parts)),
      more: next === undefined ? undefined : `/events?${given}`,
    });
  });

  app.get('/events/:id', { schema: { params: byId } }, async (request, reply) => {
    const found = await find(request.params.id);
    const now = parts.now();
    const zone = zoneOf(parts);
    const { payload, trace, deliveries, ...shown } = showEventDetail(found, 'masked', inForce.mask);
    const looks = await Promise.all(found.deliveries.map((one) => lookOf(parts, one, found.event, found.body)));
    return reply.page('event', {
      title: `${english.what[found.event.type]}: ${found.event.workspaceId}`,
      ...shown,
      what: english.what[found.event.type],
      came: when(found.event.receivedAt, now, zone),
      said: when(found.event.triggeredAt, now, zone),
      workspaceTo: workspacePath(found.event.workspaceId),
      named: inForce.whoIs(found.event.workspaceId).workspace.name,
      incidentTo: shown.incident === undefined ? undefined : `/incidents/${encodeURIComponent(shown.incident)}`,
      silencing: silencesOf({ workspace: shown.workspace, account: shown.account?.id }),
      normalised: linesOf(shown),
      payload: payload === undefined ? undefined : linesOf(payload),
      trace: trace.map(({ at, ...line }) => ({ ...line, came: toTheSecond(Date.parse(at), now, zone) })),
      noDelivery: deliveries.length === 0,
      deliveries: deliveries.map((one, at) => ({
        ...one,
        mark: one.state === 'delivered' ? 'ok' : one.state === 'dead' ? 'critical' : 'info',
        untried: one.attempts.length === 0,
        attempts: one.attempts.map(({ started_at, ...more }) => ({ ...more, came: toTheSecond(Date.parse(started_at), now, zone) })),
        look: looks[at],
        cut: cutOf(found.deliveries[at]!.delivery),
        mail: 'html' in looks[at]! && looks[at].html !== undefined ? `${pathOf(found.event.id)}/mail/${one.id}` : undefined,
        replay: one.state === 'dead' ? `${pathOf(found.event.id)}/replay/${one.id}` : undefined,
      })),
    });
  });

  // A page of its own, in a frame of the event's, that may do nothing at all: no script, no form, nothing loaded.
  app.get('/events/:id/mail/:delivery', { schema: { params: byDelivery } }, async (request, reply) => {
    const { event, body, deliveries } = await find(request.params.id);
    const one = deliveries.find(({ delivery }) => delivery.id === request.params.delivery);
    const look = one && (await lookOf(parts, one, event, body));
    if (look === undefined || !('html' in look) || look.html === undefined)
      throw new RelayError('admin.not_found', 'There is no such mail to show.');
    return reply.header('content-security-policy', ofMail).type('text/html; charset=utf-8').send(look.html);
  });

  app.post('/events/:id/replay/:delivery', { schema: { params: byDelivery, body: z.object({ reason: why }) } }, async (request, reply) => {
    const { id, delivery } = request.params;
    const { deliveries } = await find(id);
    if (!deliveries.some((one) => one.delivery.id === delivery && one.delivery.state === 'dead'))
      throw new RelayError('admin.not_found', 'This event has no delivery of this id that died.');
    const { reason } = request.body;
    const { created, refused } = await parts.replay([delivery], reason);
    await changed(parts, request, { what: 'replay', event: id, matched: 1, created, refused: refused.length }, reason);
    const said =
      created.length > 0 ? `It is sent again as ${created[0]}.` : `It is not sent again: ${refused[0]?.reason ?? 'no reason given'}`;
    return reply.seeOther(pathOf(id), said);
  });

  async function find(id: string) {
    const found = await read.event(id, { from: 0, limit: mostAlerts });
    if (found === undefined) throw new RelayError('admin.not_found', 'There is no event with this id; retention may have removed it.');
    return found;
  }
}

/** What its look leaves out, where it tells of more than is read for it. */
function cutOf({ id, details }: Delivery) {
  const count = details.members?.length ?? 0;
  const most = mostAlerts;
  return count > most && { count, most, to: `/api/v1/deliveries/${encodeURIComponent(id)}?alerts_from=${most}` };
}

const filters = ['workspace', 'phone', 'type', 'outcome', 'since', 'until'] as const;
const byDelivery = byId.extend({ delivery: byId.shape.id });
const pathOf = (id: string): string => `/events/${encodeURIComponent(id)}`;
/** A view makes one line of a value: each line is a value of its own. */
const linesOf = (value: unknown): string[] => JSON.stringify(value, null, 2).split('\n');
const ofMail =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
