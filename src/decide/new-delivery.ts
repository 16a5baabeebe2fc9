// A delivery as a decision makes it: not yet attempted, due at once, waiting where it follows another.
import type { Delivery } from '../delivery.ts';
import type { Draft } from './draft.ts';

export function newDelivery(
  draft: Draft,
  from: Pick<Delivery, 'destination' | 'target' | 'route' | 'kind' | 'level' | 'details' | 'receivedAt'> &
    Partial<Pick<Delivery, 'eventId' | 'incidentKey' | 'template' | 'follows'>>,
): Delivery {
  const delivery: Delivery = {
    ...from,
    id: draft.clock.ids('d'),
    state: from.follows === undefined ? 'pending' : 'waiting',
    createdAt: draft.clock.now,
    runAt: draft.clock.now,
    attempts: 0,
    claims: 0,
    starts: 0,
    generation: 0,
  };
  draft.decision.deliveries.push(delivery);
  return delivery;
}
