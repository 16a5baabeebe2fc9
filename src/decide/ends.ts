// The ends of what a digest told, gathered for ten minutes into one answer to it; and the end of anything that was kept.
import type { Delivery } from '../model.ts';
import type { Draft } from './draft.ts';
import { flush, flushOf } from './keep.ts';
import { newDelivery } from './new-delivery.ts';

const gatherMs = 10 * 60_000;
const prefix = 'ends:';

type End = { event: string; since: number; endedAt: number };

export function keepEnd(draft: Draft, digest: Delivery, end: End): void {
  const name = `${prefix}${digest.id}`;
  const before = endsOf(draft, name);
  if (before.length === 0) draft.decision.timers.set.push(flushOf(name, digest.route, draft.clock.now + gatherMs));
  draft.decision.cells[name] = JSON.stringify([...before, end]);
}

export function endKeeping(draft: Draft, name: string, route: string): void {
  if (name.startsWith(prefix)) tellEnds(draft, name);
  else flush(draft, name, route);
}

function endsOf(draft: Draft, name: string): End[] {
  const text = Object.hasOwn(draft.decision.cells, name) ? draft.decision.cells[name] : draft.memory.cell(name);
  return text === null || text === undefined ? [] : (JSON.parse(text) as End[]);
}

function tellEnds(draft: Draft, name: string): void {
  const ends = endsOf(draft, name);
  draft.decision.cells[name] = null;
  const digest = draft.memory.delivery(name.slice(prefix.length));
  const last = ends.at(-1);
  if (last === undefined || digest === undefined || digest.state === 'dead' || digest.state === 'cancelled') return;
  const { id, destination, target, route, level, template } = digest;
  if (draft.rules.destinations[destination] === undefined) return;
  newDelivery(draft, {
    eventId: last.event,
    ...{ destination, target, route, level },
    kind: 'resolved',
    follows: id,
    ...(template === undefined ? {} : { template }),
    // An answer and no edit: what else the digest tells of may still be so.
    details: {
      whenResolved: 'thread',
      since: last.since,
      endedAt: last.endedAt,
      ...(ends.length === 1 ? {} : { members: ends.map(({ event }) => event) }),
    },
    receivedAt: draft.clock.now,
  });
}
