// The deliver gate: a send list becomes deliveries. Each target hears of an incident once at each level, whichever route and destination leads to it.
import type { DeliveryKind, Details } from '../delivery.ts';
import type { Event, Incident, Told } from '../model.ts';
import type { Reach, Send } from '../rules/rules.ts';
import { type Addressee, addressee, called } from './addressee.ts';
import { change, type Draft, type Say } from './draft.ts';
import { newDelivery } from './new-delivery.ts';
import { tellOperator } from './operator.ts';
import { unkeep } from './unkeep.ts';

export type Telling = {
  event: Event;
  reach: Reach;
  incident: Incident | undefined;
  route: string;
  sends: Send[];
  kind: DeliveryKind;
  details: Details;
};

export function deliver(draft: Draft, telling: Telling, say: Say): void {
  if (telling.sends.length === 0) say('deliver', `${telling.route}: nobody, on purpose`);
  for (const send of telling.sends) deliverTo(draft, telling, send, say);
}

function deliverTo(draft: Draft, telling: Telling, send: Send, say: Say): void {
  const { event, route } = telling;
  const to = addressee(draft, send.to, telling.reach, say);
  if (to === undefined) {
    say('deliver', `${route}: ${send.to} has no address for this workspace and no if_empty: not sent, the operator is told`);
    const text = `${route} names ${send.to}, but its options came out empty for workspace ${event.workspaceId}. Fill the workspaces table or give ${send.to} an if_empty.`;
    tellOperator(draft, { code: 'delivery.dead', subject: `${send.to} for ${event.workspaceId}`, text }, telling.reach);
    return;
  }
  for (const target of to.targets) deliverOne(draft, telling, send, to, target, say);
}

function deliverOne(draft: Draft, telling: Telling, send: Send, to: Addressee, target: string, say: Say): void {
  const { event, incident, route, kind } = telling;
  const name = called(to, target);
  const level = incident?.level ?? 0;
  const before = incident?.told.findLast((one) => one.target === target);
  const by = draft.told.get(target) ?? (before !== undefined && before.level >= level ? before.route : undefined);
  if (by !== undefined) {
    say('deliver', `${route}: ${name} was already told by ${by}`);
    return;
  }
  if (incident === undefined && unkeep(draft, event.id, target))
    say('digest', `${route}: ${name} hears of it now, so it is not kept for it`);
  const follows = before === undefined ? undefined : superseded(draft, before, say);
  const delivery = newDelivery(draft, {
    eventId: event.id,
    ...(incident === undefined ? {} : { incidentKey: incident.key }),
    destination: to.name,
    target,
    route,
    kind,
    level,
    ...(send.template === undefined ? {} : { template: send.template }),
    ...(follows === undefined ? {} : { follows }),
    details: telling.details,
    receivedAt: event.receivedAt,
  });
  draft.told.set(target, route);
  if (incident !== undefined) change(draft, incident).told.push({ target, destination: to.name, route, level, delivery: delivery.id });
  if (delivery.folded) return;
  say('deliver', `${route}: ${name}${follows === undefined ? '' : ', as an update of what it was told before'}`);
}

/** A raise takes the place of a lower message that no attempt was made for; one that may have been heard is followed. */
function superseded(draft: Draft, before: Told, say: Say): string | undefined {
  const earlier = draft.memory.delivery(before.delivery);
  // A message about several is not for one of them to take back or to write over.
  if (earlier?.kind === 'digest' || earlier?.kind === 'storm') return undefined;
  if (earlier === undefined || earlier.state === 'dead' || earlier.state === 'cancelled') return undefined;
  if (earlier.claims > 0) return earlier.id;
  draft.decision.cancel.push({ id: earlier.id, reason: 'raised before it was sent' });
  say('deliver', `${before.destination}: the lower level had not been sent yet and no longer is`);
  return undefined;
}
