// The ends of what a digest told, gathered for ten minutes into one answer to it; and the end of anything that was kept.
import type { Delivery, Details } from '../delivery.ts';
import { cell, type Draft } from './draft.ts';
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

export function endKeeping(draft: Draft, name: string, route: string, late: Pick<Details, 'lateMs'>): void {
  if (name.startsWith(prefix)) tellEnds(draft, name, late);
  else flush(draft, name, route, late);
}

function endsOf(draft: Draft, name: string): End[] {
  const text = cell(draft, name);
  return text === undefined ? [] : (JSON.parse(text) as End[]);
}

function tellEnds(draft: Draft, name: string, late: Pick<Details, 'lateMs'>): void {
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
      ...late,
      ...(ends.length === 1 ? {} : { members: ends.map(({ event }) => event), began: ends.map((one) => one.since) }),
    },
    receivedAt: draft.clock.now,
  });
}
