// What would become of an event, decided on paper by the same decide as the relay's, as if nothing had come before it.
// Composition, for the command line and the pages.
import { rehearse } from '../decide/rehearsal.ts';
import type { Delivery } from '../delivery.ts';
import type { Event, TraceLine } from '../model.ts';
import type { EventDetail } from '../store/reader.ts';
import type { InForce } from './in-force.ts';

export type Received = { event: Event; body: string };

export type OnPaper = {
  /** As the store would have it at `now`. */
  detail: EventDetail;
  /** What its holds would add if nothing else came. */
  later: EventDetail;
};

export function onPaper({ event, body }: Received, inForce: Pick<InForce, 'rules' | 'whoIs'>, now: number): OnPaper {
  const stage = rehearse({
    rules: inForce.rules,
    workspace: (id) => inForce.whoIs(id).workspace,
    reach: ({ id }) => inForce.whoIs(id).reach,
    fate: () => 'pending',
  });
  const { outcome } = stage.put({ kind: 'event', event, ...inForce.whoIs(event.workspaceId) }, event.receivedAt);
  // What the relay says about itself is no part of the event's story.
  const soFar = () => ({ trace: stage.trace(event.id), deliveries: stage.deliveries().filter(({ kind }) => kind !== 'relay') });
  const detail = (trace: TraceLine[], deliveries: Delivery[]): EventDetail => ({
    ...{ event, body, trace, outcome: outcome! },
    deliveries: deliveries.map((delivery) => ({ delivery, attempts: [], ...membersOf(delivery) })),
  });
  const membersOf = ({ details: { members } }: Delivery) =>
    members === undefined ? {} : { members: members.flatMap((id) => stage.memory.event(id) ?? []) };
  stage.runTo(now);
  const { trace, deliveries } = soFar();
  const holds = stage.timers().filter(({ kind }) => kind === 'hold');
  stage.runTo(Math.max(now, ...holds.map(({ dueAt }) => dueAt)));
  const all = soFar();
  return { detail: detail(trace, deliveries), later: detail(all.trace.slice(trace.length), all.deliveries.slice(deliveries.length)) };
}
