// A delivery died: the next destination hears instead, the operator hears that it happened, and whoever waited behind it is set right.
import type { Delivery } from '../delivery.ts';
import type { Incident } from '../model.ts';
import { type Addressee, addressee, called } from './addressee.ts';
import type { Input } from './decision.ts';
import { change, type Draft, type Say, sayerFor } from './draft.ts';
import { newDelivery, routeStory } from './new-delivery.ts';
import { tellOperator } from './operator.ts';
import { mayGoElsewhere } from './storm.ts';

const maxDepth = 3;

export function decideUndelivered(draft: Draft, input: Extract<Input, { kind: 'undelivered' }>): void {
  const { delivery, reason, reach } = input;
  const say = sayerFor(draft, delivery.eventId);
  say('deliver', `${delivery.destination}: given up (${reason})`);
  const instead = failOver(draft, input, say);
  settleFollowers(draft, delivery, instead, say);
  // A relay's own message that cannot be delivered is in the log; telling the operator of it would go round in circles.
  if (delivery.kind === 'relay' && instead.length === 0) return;
  const text = `A message for ${delivery.destination} (route ${delivery.route}) could not be delivered: ${reason}. ${
    instead[0] === undefined ? 'Nobody was told instead.' : `${instead[0].destination} was told instead.`
  } Look at it with: npm run relay -- deliveries --id ${delivery.id}; send it again with: npm run relay -- replay ${delivery.id} --reason "…"`;
  tellOperator(draft, { code: 'delivery.dead', subject: delivery.destination, text, destination: delivery.destination }, reach);
}

/** A recovery does not fail over: who did not hear of the problem does not hear of its end. */
function failOver(draft: Draft, { delivery, reach }: Extract<Input, { kind: 'undelivered' }>, say: Say): Delivery[] {
  const next = draft.rules.destinations[delivery.destination]?.ifItFails;
  const before = delivery.details.insteadOf ?? [];
  if (next === undefined || delivery.kind === 'resolved' || before.length >= maxDepth) return [];
  if (delivery.kind === 'storm' && !mayGoElsewhere(draft, delivery)) return [];
  const to = addressee(draft, next, reach, say);
  if (to === undefined) return [];
  const known = delivery.incidentKey === undefined ? undefined : draft.memory.incident(delivery.incidentKey);
  return to.targets.flatMap((target) => (target === delivery.target ? [] : tellInstead(draft, delivery, known, to, target, say)));
}

function tellInstead(draft: Draft, delivery: Delivery, known: Incident | undefined, to: Addressee, target: string, say: Say): Delivery[] {
  const name = called(to, target);
  const before = delivery.details.insteadOf ?? [];
  const other = known?.told.findLast((one) => one.target === target && one.level >= delivery.level);
  if (other !== undefined) {
    say('deliver', `${name} (if_it_fails) was already told by ${other.route}`);
    return [];
  }
  const { eventId, incidentKey, route, kind, level } = delivery;
  const made = newDelivery(draft, {
    ...(eventId === undefined ? {} : { eventId }),
    ...(incidentKey === undefined ? {} : { incidentKey }),
    ...routeStory(draft, delivery),
    destination: to.name,
    target,
    route,
    kind,
    level,
    details: { ...delivery.details, insteadOf: [...before, delivery.destination] },
    // Its age counts anew: the first way used up the time, and this one has not been tried.
    receivedAt: draft.clock.now,
  });
  const told = { target, destination: to.name, route, delivery: made.id };
  if (known !== undefined) change(draft, known).told.push({ ...told, level });
  const { members = [], storm } = delivery.details;
  // What was over before a storm was has no end to follow.
  for (const event of members.slice(0, storm?.open)) {
    const member = memberOf(draft, event);
    if (member !== undefined) change(draft, member).told.push({ ...told, level: member.level });
  }
  say('deliver', `${route}: ${name} instead (if_it_fails)`);
  // What went into a storm's summary there is counted as over with the rest.
  return made.folded ? [] : [made];
}

/** What a digest tells of, so that its end finds the way. */
function memberOf(draft: Draft, eventId: string): Incident | undefined {
  const key = draft.memory.event(eventId)?.incidentKey;
  return key === undefined ? undefined : draft.memory.incident(key);
}

function settleFollowers(draft: Draft, dead: Delivery, instead: readonly Delivery[], say: Say): void {
  for (const follower of draft.memory.followers(dead.id)) {
    if (follower.kind !== 'resolved') {
      draft.decision.release.push(follower.id);
      continue;
    }
    draft.decision.cancel.push({ id: follower.id, reason: 'its problem never arrived' });
    if (instead.length === 0) say('receipt', `${dead.destination}: never heard of the problem, so not of its end`);
    const { eventId, incidentKey, route, kind, level, details, receivedAt } = follower;
    for (const { destination, target, id } of instead)
      newDelivery(draft, {
        ...(eventId === undefined ? {} : { eventId }),
        ...(incidentKey === undefined ? {} : { incidentKey }),
        ...routeStory(draft, follower),
        ...{ destination, target, route, kind, level },
        follows: id,
        details,
        receivedAt,
      });
  }
}
