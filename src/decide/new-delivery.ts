// Everything that is sent goes through here, and so through the last gate before delivering: in a storm it is a line of one summary.
import type { Delivery } from '../delivery.ts';
import { addDelivery, type Sending } from './add-delivery.ts';
import type { Draft } from './draft.ts';
import { passStorm } from './storm.ts';

/** `folded`: nothing was made; the id is that of the message that will end the storm. */
export type Made = Delivery & { folded?: true };

export function newDelivery(draft: Draft, from: Sending): Made {
  // A destination may have words of its own, unless the route or the send entry named others.
  const story = from.template ?? (from.kind === 'relay' ? undefined : draft.rules.destinations[from.destination]?.template);
  const sending = { ...from, ...(story === undefined ? {} : { template: story }) };
  return passStorm(draft, sending, () => addDelivery(draft, sending));
}

/** The story that the route named: what goes to another destination instead takes that along, and not the first one's own. */
export const routeStory = (draft: Draft, { destination, template }: Delivery): Pick<Delivery, 'template'> =>
  template === undefined || template === draft.rules.destinations[destination]?.template ? {} : { template };
