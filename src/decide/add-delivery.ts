// A delivery as a decision makes it: not yet attempted, due at once, waiting where it follows another.
import type { Delivery } from '../delivery.ts';
import type { Draft } from './draft.ts';

export type Sending = Pick<Delivery, 'destination' | 'target' | 'route' | 'kind' | 'level' | 'details' | 'receivedAt'> &
  Partial<Pick<Delivery, 'eventId' | 'incidentKey' | 'template' | 'follows'>>;

export function addDelivery(draft: Draft, sending: Sending, id = draft.clock.ids('d')): Delivery {
  const delivery = deliveryOf(draft, sending, id);
  draft.decision.deliveries.push(delivery);
  return delivery;
}

export const deliveryOf = ({ clock }: Draft, sending: Sending, id: string): Delivery => ({
  ...sending,
  id,
  state: sending.follows === undefined ? 'pending' : 'waiting',
  createdAt: clock.now,
  runAt: clock.now,
  attempts: 0,
  claims: 0,
  starts: 0,
  generation: 0,
});
