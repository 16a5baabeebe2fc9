// What is said while a storm runs: a summary that is edited as it grows, and one ending. Whatever it swallowed is listed in both: a number that is
// told in no message of its own must be found behind these.
import type { Details } from '../delivery.ts';
import type { Timer } from '../model.ts';
import { addDelivery, type Sending } from './add-delivery.ts';
import { cell, type Draft, sayerFor } from './draft.ts';
import { length } from './phrase.ts';
import { dropMembers, headOf, type Member, membersOf, putHead, type Running, targetOf, wakeStorm } from './storm-cells.ts';

/** No reader needs it fresher, and every edit is a message to somebody's API. */
export const summaryMs = 30_000;
/** An update of tens of thousands every half minute would fill the disk: it lists the latest, and the ending all. */
export const mostListed = 5000;
const mostSegments = 5;

/** The timer of a target. */
export function stormTimer(draft: Draft, timer: Timer, late: Pick<Details, 'lateMs'>): void {
  const target = targetOf(timer);
  const head = headOf(draft, target);
  const { now } = draft.clock;
  const limit = draft.rules.storm;
  if (head === undefined) return;
  const { running } = head;
  if (running === undefined) {
    const last = head.sent.at(-1);
    if (limit === undefined || last === undefined || last[0] + limit.withinMs <= now) putHead(draft, target, null);
    else wakeStorm(draft, target, last[0] + limit.withinMs);
    return;
  }
  const off = limit === undefined || draft.rules.destinations[running.destination]?.storm !== true;
  if (!off) running.slots = running.slots.filter(([begin]) => now < begin + running.slotMs + limit.withinMs);
  if (off || sendsIn(running) * 2 < limit.moreThan) {
    endStorm(draft, target, running, late);
    return;
  }
  update(draft, target, running, late);
  putHead(draft, target, head);
  wakeStorm(draft, target, now + summaryMs);
}

export function summaryOf(running: Running, members: readonly Member[]): Details {
  const { counts, back } = running;
  const largest = Object.entries(running.segments)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostSegments);
  return {
    since: running.since,
    ...(back > 0 ? { gone: back } : {}),
    members: members.map(({ event }) => event),
    storm: { counts: { ...counts }, ...(largest.length === 0 ? {} : { segments: Object.fromEntries(largest) }) },
  };
}

export const listed = (draft: Draft, target: string, { members }: Running): Member[] =>
  latestOf(membersOf(draft, target, Math.max(0, members - mostListed), members));

/** The next message of a storm, behind the one before it. */
export function followed(
  { clock }: Draft,
  target: string,
  { destination, level }: Running,
  { details, eventId, follows }: { details: Details; eventId: string | undefined; follows?: string | undefined },
): Sending {
  return {
    ...{ destination, target, level, details, route: 'storm', kind: 'storm', receivedAt: clock.now },
    ...(eventId === undefined ? {} : { eventId }),
    ...(follows === undefined ? {} : { follows }),
  };
}

function update(draft: Draft, target: string, running: Running, late: Pick<Details, 'lateMs'>): void {
  const { members, back } = running;
  if (members + back === running.said) return;
  const before = draft.memory.delivery(running.latest);
  // What left no receipt cannot be edited, and one message more every half minute is what a storm is to prevent: it hears of the end.
  if (before?.state === 'delivered' && before.receipt === undefined) return;
  const now = listed(draft, target, running);
  const follows = takePlaceOf(draft, running);
  const details: Details = { ...summaryOf(running, now), ...(follows === undefined ? {} : { editOnly: true }), ...late };
  running.said = members + back;
  running.latest = addDelivery(draft, followed(draft, target, running, { details, eventId: now.at(-1)?.event, follows })).id;
}

/** A storm goes on and on where nothing can be delivered: what was not tried yet is replaced, so that one waits and not hundreds. */
function takePlaceOf(draft: Draft, { latest }: Running): string | undefined {
  const before = draft.memory.delivery(latest);
  if (before === undefined || before.state === 'dead' || before.state === 'cancelled') return undefined;
  if (before.claims > 0) return before.id;
  draft.decision.cancel.push({ id: before.id, reason: 'a newer summary of the storm took its place' });
  return before.follows;
}

function endStorm(draft: Draft, target: string, running: Running, late: Pick<Details, 'lateMs'>): void {
  const all = membersOf(draft, target, 0, running.members);
  putHead(draft, target, null);
  dropMembers(draft, target, running.members);
  if (draft.rules.destinations[running.destination] === undefined) return;
  const { open, over, notices } = standingOf(draft, target, running.ending, latestOf(all));
  const summary = summaryOf({ ...running, back: over.length }, [...open, ...over.map(({ member }) => member), ...notices]);
  const follows = takePlaceOf(draft, running);
  const last = all.at(-1)?.event;
  const details: Details = {
    ...summary,
    ...(over.length === 0 ? {} : { ended: over.map(({ at }) => at) }),
    storm: { ...summary.storm!, over: true, open: open.length },
    ...late,
  };
  addDelivery(draft, followed(draft, target, running, { details, eventId: last, follows }), running.ending);
  sayerFor(draft, last)(
    'storm',
    `${running.destination}: the storm is over after ${length(draft.clock.now - running.since)}; ${open.length} of ${open.length + over.length} are still open`,
  );
}

type Standing = { open: Member[]; over: { member: Member; at: number }[]; notices: Member[] };

function standingOf(draft: Draft, target: string, ending: string, members: readonly Member[]): Standing {
  const standing: Standing = { open: [], over: [], notices: [] };
  for (const member of members) {
    const { key } = member;
    if (key === undefined) standing.notices.push(member);
    else if (isOpen(draft, key, target, ending)) standing.open.push(member);
    else standing.over.push({ member, at: endOf(draft, key) });
  }
  return standing;
}

/** One that ended and began again is open, but of the new one this reader may not have heard: it would hear of no end either. */
function isOpen(draft: Draft, key: string, target: string, ending: string): boolean {
  const incident = draft.memory.incident(key);
  const arrives = (id: string) => id === ending || !['dead', 'cancelled', undefined].includes(draft.memory.delivery(id)?.state);
  return incident?.open === true && incident.told.some((one) => one.target === target && arrives(one.delivery));
}

/** Of one that began again, of the one that was told. */
function endOf(draft: Draft, key: string): number {
  const incident = draft.memory.incident(key);
  const recovered = Number(cell(draft, `recovered:${key}`) ?? draft.clock.now);
  return incident?.open === false ? (incident.endedAt ?? recovered) : recovered;
}

/** Each incident once, by its latest event: it may have been raised, or have come back, while the storm ran. */
function latestOf(members: readonly Member[]): Member[] {
  const latest = new Map<string, Member>();
  for (const member of members) {
    const name = member.key ?? member.event;
    latest.delete(name);
    latest.set(name, member);
  }
  return [...latest.values()];
}

const sendsIn = ({ slots }: Running): number => slots.reduce((sum, [, count]) => sum + count, 0);
