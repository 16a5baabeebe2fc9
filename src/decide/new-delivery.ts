// Everything that is sent goes through here, and so through the last gate before delivering: in a storm it is a line of one summary.
import type { Delivery } from '../delivery.ts';
import { addDelivery, type Sending } from './add-delivery.ts';
import type { Draft } from './draft.ts';
import { passStorm } from './storm.ts';

/** `folded`: nothing was made; the id is that of the message that will end the storm. */
export type Made = Delivery & { folded?: true };

export const newDelivery = (draft: Draft, sending: Sending): Made => passStorm(draft, sending, () => addDelivery(draft, sending));
