// Sending again what was delivered or died: the same words to the same target under a new id, so that no receiver folds it into the first.
import type { Delivery } from '../delivery.ts';
import { addDelivery, isOpen } from './lease.ts';
import { deliveryOf } from './rows.ts';
import type { DeliveryRow } from './schema.ts';
import type { Done } from './store.ts';
import { noEffects, type Turn } from './turn.ts';

export function replay(turn: Turn, ids: string[], reason: string): Extract<Done, { did: 'replay' }> {
  const done: Extract<Done, { did: 'replay' }> = { did: 'replay', created: [], refused: [] };
  // Pending, whatever room there is: a thousand of them wait for their lanes like anything else.
  const patient: Turn = { ...turn, room: {} };
  for (const id of ids) {
    const row = turn.sql.delivery.get(id) as DeliveryRow | undefined;
    if (row === undefined) done.refused.push({ id, reason: 'there is no delivery with this id' });
    else if (isOpen(row.state)) done.refused.push({ id, reason: `it is ${row.state}: it still goes out by itself` });
    else {
      const again = copyOf(turn, deliveryOf(row), reason);
      addDelivery(patient, noEffects(), again);
      done.created.push(again.id);
    }
  }
  return done;
}

function copyOf({ clock }: Turn, of: Delivery, reason: string): Delivery {
  const again: Delivery = {
    id: clock.ids('d'),
    destination: of.destination,
    target: of.target,
    route: of.route,
    kind: of.kind,
    level: of.level,
    state: 'pending',
    details: { ...of.details, replayReason: reason },
    createdAt: clock.now,
    // Its age counts anew, else what died of age would die of it again.
    receivedAt: clock.now,
    runAt: clock.now,
    attempts: 0,
    claims: 0,
    starts: 0,
    generation: 0,
    replayOf: of.id,
  };
  if (of.eventId !== undefined) again.eventId = of.eventId;
  if (of.incidentKey !== undefined) again.incidentKey = of.incidentKey;
  if (of.template !== undefined) again.template = of.template;
  return again;
}
