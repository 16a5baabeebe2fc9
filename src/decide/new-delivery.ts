// A delivery as a decision makes it: not yet attempted, due at once, waiting where it follows another.
import type { Delivery } from '../delivery.ts';
import type { Draft } from './draft.ts';

export function newDelivery(
  draft: Draft,
  from: Pick<Delivery, 'destination' | 'target' | 'route' | 'kind' | 'level' | 'details' | 'receivedAt'> &
    Partial<Pick<Delivery, 'eventId' | 'incidentKey' | 'template' | 'follows'>>,
): Delivery {
  const story = from.template ?? (from.kind === 'relay' ? undefined : draft.rules.destinations[from.destination]?.template);
  const delivery: Delivery = {
    ...from,
    ...(story === undefined ? {} : { template: story }),
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

/** The story that the route named: what goes to another destination instead takes that along, and not the first one's own. */
export const routeStory = (draft: Draft, { destination, template }: Delivery): Pick<Delivery, 'template'> =>
  template === undefined || template === draft.rules.destinations[destination]?.template ? {} : { template };
