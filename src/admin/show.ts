// Stored things as answers: times in RFC 3339, names in snake_case, phone numbers down to their last four digits, known secrets masked. Pure.
import type { z } from 'zod';
import type { Attempt, Delivery } from '../delivery.ts';
import type { Event, Incident } from '../model.ts';
import type { EventDetail, StoredEvent } from '../store/reader.ts';
import type { attempt, deliveryDetail, deliveryItem, eventDetail, eventItem, incidentItem } from './answers.ts';
import { type Hide, hidePhones, maskedBody, phoneInKey, readBody } from './mask.ts';

export const iso = (at: number): string => new Date(at).toISOString();
export const isoIf = (at: number | undefined): string | undefined => (at === undefined ? undefined : iso(at));

/** How texts are told: `mask` knows the secrets, `phone` is the number the event is about. */
const teller = (mask: Hide, phone?: string): Hide => {
  const hide = hidePhones(phone);
  return (text) => hide(mask(text));
};

type Shown = z.output<typeof eventItem>;

export const showEvent = ({ event, outcome }: StoredEvent, mask: Hide): Shown => {
  const { id, type, wire_type, severity, phase, level, ...more } = showFacts(event, mask);
  return { id, type, wire_type, severity, phase, ...(level !== undefined && { level }), outcome: outcome as Shown['outcome'], ...more };
};

function showFacts(event: Event, mask: Hide): Omit<Shown, 'outcome'> {
  const { account, partner, incidentKey, level } = event;
  const tell = teller(mask, account?.phone);
  return {
    id: event.id,
    type: event.type,
    wire_type: tell(event.wireType),
    severity: event.severity,
    phase: event.phase,
    ...(level > 0 && { level }),
    workspace: event.workspaceId,
    account: account && {
      id: account.id && tell(account.id),
      phone: account.phone && tell(account.phone),
      user_id: account.userId,
      reason: account.reason && tell(account.reason),
    },
    incident: incidentKey && tell(incidentKey),
    ...(partner !== '' && { partner }),
    proof: event.proof,
    triggered_at: iso(event.triggeredAt),
    received_at: iso(event.receivedAt),
  };
}

export function showEventDetail(found: EventDetail, payload: 'masked' | 'full', mask: Hide): z.output<typeof eventDetail> {
  const { event, body } = found;
  const phone = event.account?.phone;
  const tell = teller(mask, phone);
  const { usage, seats, period } = event;
  return {
    ...showEvent(found, mask),
    ...(usage && { usage: { ...usage } }),
    ...(seats && { seats: { ...seats } }),
    ...(period && { period: { start: isoIf(period.start), end: iso(period.end) } }),
    trace: found.trace.map(({ at, gate, text }) => ({ at: iso(at), gate, text: tell(text) })),
    deliveries: found.deliveries.map((one) => showDeliveryDetail(one.delivery, one.attempts, mask, phone)),
    ...(body !== undefined && { payload: payload === 'full' ? readBody(body) : maskedBody(body, phone, mask) }),
  };
}

export function showDelivery(delivery: Delivery, mask: Hide, phone = phoneInKey(delivery.incidentKey)): z.output<typeof deliveryItem> {
  const tell = teller(mask, phone);
  const { state, lastError } = delivery;
  return {
    id: delivery.id,
    event: delivery.eventId,
    incident: delivery.incidentKey && tell(delivery.incidentKey),
    destination: delivery.destination,
    target: withoutQuery(tell(delivery.target)),
    route: delivery.route,
    kind: delivery.kind,
    level: delivery.level,
    state,
    template: delivery.template,
    follows: delivery.follows,
    replay_of: delivery.replayOf,
    created_at: iso(delivery.createdAt),
    received_at: iso(delivery.receivedAt),
    ...(state === 'pending' && { next_attempt_at: iso(delivery.runAt) }),
    ended_at: isoIf(delivery.endedAt),
    attempt_count: delivery.attempts,
    last_class: delivery.lastClass,
    last_error: lastError && tell(lastError),
  };
}

export function showDeliveryDetail(
  delivery: Delivery,
  attempts: readonly Attempt[],
  mask: Hide,
  phone = phoneInKey(delivery.incidentKey),
  members?: readonly Event[],
): z.output<typeof deliveryDetail> {
  const tell = teller(mask, phone);
  const { receipt, details } = delivery;
  return {
    ...showDelivery(delivery, mask, phone),
    attempts: attempts.map((one) => showAttempt(one, tell)),
    alerts: members?.map((event) => showFacts(event, mask)),
    alert_count: members && details.members?.length,
    receipt: receipt && Object.fromEntries(Object.entries(receipt).map(([name, value]) => [name, tell(value)])),
    replay_reason: details.replayReason && tell(details.replayReason),
    instead_of: details.insteadOf,
    relay: details.relay && { code: details.relay.code, subject: details.relay.subject, text: tell(details.relay.text) },
  };
}

function showAttempt({ n, startedAt, endedAt, code, error, perhaps, ...one }: Attempt, tell: Hide): z.output<typeof attempt> {
  return { n, started_at: iso(startedAt), ended_at: iso(endedAt), class: one.class, code, error: error && tell(error), perhaps };
}

export function showIncident(incident: Incident, mask: Hide): z.output<typeof incidentItem> {
  const tell = teller(mask, incident.phone);
  const taken = incident.acknowledged;
  return {
    key: tell(incident.key),
    workspace: incident.workspaceId,
    type: incident.type,
    severity: incident.severity,
    level: incident.level,
    open: incident.open,
    opened_at: iso(incident.openedAt),
    received_at: iso(incident.receivedAt),
    changed_at: iso(incident.changedAt),
    ended_at: isoIf(incident.endedAt),
    ended_by: incident.endedBy,
    event: incident.eventId,
    count: incident.count,
    acknowledged: taken && {
      ...{ at: iso(taken.at), until: iso(taken.until), by: tell(taken.by) },
      reason: taken.reason && tell(taken.reason),
    },
    closed: incident.closed && { by: tell(incident.closed.by), reason: tell(incident.closed.reason) },
    phone: incident.phone && tell(incident.phone),
    routes: Object.entries(incident.routes).map(([route, { state, until, eventId }]) => ({
      route,
      state,
      until: isoIf(until),
      event: eventId,
    })),
    told: incident.told.map(({ destination, target, route, level, delivery }) => ({
      destination,
      target: withoutQuery(tell(target)),
      route,
      level,
      delivery,
    })),
  };
}

/** Where a target is an address, its query and fragment are nobody's business: tokens travel there. */
const withoutQuery = (target: string): string => (target.includes('://') ? target.replace(/[?#].*$/s, '?…') : target);
