// Ends that are told later: those of a digest, gathered for ten minutes into one answer to it; and in quiet hours any other that would be a message
// of its own, singly. And the end of anything that was kept.
import type { Delivery, Details } from '../delivery.ts';
import type { Told } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import { cell, type Draft } from './draft.ts';
import { flush, flushOf } from './keep.ts';
import { newDelivery } from './new-delivery.ts';
import { allOf, dropAll, type Paged, withOne } from './pages.ts';
import { quietEnd } from './quiet.ts';

const gatherMs = 10 * 60_000;
const prefix = 'ends:';

/** `key`: of its incident, where it was told alone. */
type End = { event: string; key?: string; details: Details & { since: number } };

export const gathered = ({ clock }: Draft): number => clock.now + gatherMs;

/** An edit makes no sound. Whoever was called in at night is up, and what is still on its way brings its end along. */
export function waitsUntil(draft: Draft, route: Route | undefined, told: Told, problem: Delivery, form: string): number | undefined {
  if (route === undefined || told.escalated || problem.state !== 'delivered') return undefined;
  const { ignoreQuietHours, edits } = draft.rules.destinations[told.destination]!;
  if (ignoreQuietHours || (edits && form === 'update' && problem.receipt !== undefined)) return undefined;
  return quietEnd(draft, route, draft.at.workspace ?? { id: '' });
}

export function keepEnd(draft: Draft, problem: Delivery, end: End, until: number): void {
  const name = `${prefix}${problem.id}${end.key === undefined ? '' : `:${end.key}`}`;
  const before = endsOf(draft, name);
  if (before.items.length === 0) draft.decision.timers.set.push(flushOf(name, problem.route, until));
  draft.decision.cells[name] = JSON.stringify(withOne(draft, name, before, end));
}

export function endKeeping(draft: Draft, name: string, route: string, late: Pick<Details, 'lateMs'>): void {
  if (name.startsWith(prefix)) tellEnds(draft, name, late);
  else flush(draft, name, route, late);
}

function endsOf(draft: Draft, name: string): Paged<End> {
  const text = cell(draft, name);
  return text === undefined ? { items: [] } : (JSON.parse(text) as Paged<End>);
}

function tellEnds(draft: Draft, name: string, late: Pick<Details, 'lateMs'>): void {
  const paged = endsOf(draft, name);
  const ends = allOf(draft, name, paged);
  const problem = draft.memory.delivery(name.split(':')[1]!);
  const last = ends.at(-1);
  const to = problem && draft.rules.destinations[problem.destination];
  if (last === undefined || problem === undefined || to === undefined || problem.state === 'dead' || problem.state === 'cancelled') {
    dropAll(draft, name, paged);
    return;
  }
  const { id, destination, target, route, level, template } = problem;
  const ofMany = problem.kind === 'digest';
  const own = draft.rules.routes.find((one) => one.name === route);
  // By the file's clock, for a digest may be of many workspaces.
  const quiet = !ofMany || own === undefined || to.ignoreQuietHours ? undefined : quietEnd(draft, own, { id: '' });
  if (quiet !== undefined) {
    draft.decision.timers.set.push(flushOf(name, route, quiet));
    return;
  }
  dropAll(draft, name, paged);
  newDelivery(draft, {
    eventId: last.event,
    ...(last.key === undefined ? {} : { incidentKey: last.key }),
    ...{ destination, target, route, level },
    kind: 'resolved',
    follows: id,
    ...(template === undefined ? {} : { template }),
    details: {
      ...last.details,
      // An answer and no edit: what else the digest tells of may still be so.
      ...(ofMany ? { whenResolved: 'thread' as const } : {}),
      ...late,
      ...(ends.length === 1 ? {} : { members: ends.map(({ event }) => event), began: ends.map(({ details }) => details.since) }),
    },
    receivedAt: draft.clock.now,
  });
}
