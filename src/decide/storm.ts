// The storm gate: past so many messages to one target within the window, one summary takes the place of the rest. Counted by target, for that is
// one reader. Its cost does not grow with the storm: a message reads and writes the head, and writes one cell of its own.
import type { Delivery, DeliveryKind } from '../delivery.ts';
import type { Event, Told } from '../model.ts';
import { addDelivery, deliveryOf, type Sending } from './add-delivery.ts';
import { change, type Draft, type Say, sayer, sayerFor } from './draft.ts';
import { segmentsOf } from './match.ts';
import { length } from './phrase.ts';
import { type Head, headOf, putHead, putMember, type Running, wakeStorm } from './storm-cells.ts';
import { followed, listed, summaryMs, summaryOf } from './storm-summary.ts';

/** Ends are not among them: each is told singly, to whoever heard of the problem. Nor is what the relay says about itself. */
const folding: readonly DeliveryKind[] = ['alert', 'notice', 'digest', 'flapping', 'reminder', 'escalation'];

export function passStorm(draft: Draft, sending: Sending, send: () => Delivery): Delivery & { folded?: true } {
  const { rules, clock } = draft;
  const { target, destination } = sending;
  const { storm } = rules;
  if (storm === undefined || !folding.includes(sending.kind) || rules.destinations[destination]?.storm !== true) return send();
  const known = headOf(draft, target);
  const head = known ?? { sent: [] };
  if (head.running === undefined) {
    head.sent = head.sent.filter(([at]) => clock.now < at + storm.withinMs);
    if (head.sent.length < storm.moreThan) {
      const delivery = send();
      head.sent.push([clock.now, delivery.id]);
      putHead(draft, target, head);
      if (known === undefined) wakeStorm(draft, target, clock.now + storm.withinMs);
      return delivery;
    }
    sayOf(draft, sending.eventId)(
      'storm',
      `${destination}: more than ${storm.moreThan} messages within ${length(storm.withinMs)}: a storm`,
    );
    begin(draft, sending, head, storm.withinMs);
    join(draft, sending, head.running!);
    tellBegin(draft, sending, head.running!);
  } else join(draft, sending, head.running);
  putHead(draft, target, head);
  return { ...deliveryOf(draft, sending, head.running!.ending), folded: true };
}

/** A recovery of what only a running summary told. Answers whether it was that. */
export function leaveStorm(draft: Draft, { target, destination, delivery }: Told, say: Say): boolean {
  const head = headOf(draft, target);
  if (head?.running?.ending !== delivery) return false;
  head.running.back += 1;
  putHead(draft, target, head);
  say('storm', `${destination}: was told of it only in the summary of a storm, which still runs: counted there as over`);
  return true;
}

/** A summary that died: of each storm the begin goes another way once, and the ending; else every half minute would be told there. */
export function mayGoElsewhere(draft: Draft, { target, follows, details }: Delivery): boolean {
  if (details.storm?.over || details.insteadOf !== undefined) return true;
  const head = headOf(draft, target);
  if (head?.running === undefined || follows !== undefined || head.running.elsewhere) return false;
  head.running.elsewhere = true;
  putHead(draft, target, head);
  return true;
}

/** What is not sent yet of the messages that led to it goes into it too. */
function begin(draft: Draft, { target, destination }: Sending, head: Head, withinMs: number): void {
  const { now, ids } = draft.clock;
  const slotMs = Math.max(1, Math.ceil(withinMs / 30));
  const running: Running = {
    ...{ since: now, destination, ending: ids('d'), latest: ids('d'), members: 0, back: 0, said: 0, level: 0 },
    ...{ counts: {}, segments: {}, slotMs, slots: [] },
  };
  const { sent } = head;
  head.running = running;
  head.sent = [];
  for (const [at, id] of sent) {
    const waiting = draft.memory.delivery(id);
    if (waiting?.state !== 'pending' || waiting.claims > 0) {
      countIn(running, at);
      continue;
    }
    draft.decision.cancel.push({ id, reason: 'in the summary of a storm instead' });
    join(draft, waiting, running, at);
    for (const key of keysOf(draft, waiting)) {
      const incident = draft.memory.incident(key);
      if (incident === undefined) continue;
      const changed = change(draft, incident);
      changed.told = changed.told.map((one) => (one.delivery === id && one.target === target ? { ...one, delivery: running.ending } : one));
    }
  }
  wakeStorm(draft, target, now + summaryMs);
}

function tellBegin(draft: Draft, sending: Sending, running: Running): void {
  const details = summaryOf(running, listed(draft, sending.target, running));
  running.said = running.members;
  addDelivery(draft, followed(draft, sending.target, running, { details, eventId: sending.eventId }), running.latest);
}

function join(draft: Draft, sending: Sending, running: Running, at = draft.clock.now): void {
  const { target, details, eventId, incidentKey, level } = sending;
  countIn(running, at);
  running.level = Math.max(running.level, level);
  for (const id of details.members ?? (eventId === undefined ? [] : [eventId])) {
    const event = eventOf(draft, id);
    const key = details.members === undefined ? incidentKey : event?.incidentKey;
    putMember(draft, target, running.members, { event: id, ...(key === undefined ? {} : { key }) });
    running.members += 1;
    sayOf(draft, id)('storm', `${sending.destination}: in the summary of the storm, as number ${running.members}`);
    if (event !== undefined) countKind(draft, running, event);
  }
}

function countKind(draft: Draft, { counts, segments }: Running, { type, wireType, workspaceId }: Event): void {
  const kind = type === 'unknown' ? wireType : type;
  counts[kind] = (counts[kind] ?? 0) + 1;
  const { workspace } = draft.at;
  for (const name of segmentsOf(draft.rules, workspace?.id === workspaceId ? workspace : { id: workspaceId }))
    segments[name] = (segments[name] ?? 0) + 1;
}

function countIn(running: Running, at: number): void {
  const begin = at - (at % running.slotMs);
  const last = running.slots.at(-1);
  if (last?.[0] === begin) last[1] += 1;
  else running.slots.push([begin, 1]);
}

const eventOf = (draft: Draft, id: string): Event | undefined => (draft.at.event?.id === id ? draft.at.event : draft.memory.event(id));

const sayOf = (draft: Draft, eventId: string | undefined): Say =>
  eventId !== undefined && eventId === draft.at.event?.id ? sayer(draft) : sayerFor(draft, eventId);

function keysOf(draft: Draft, { incidentKey, details }: Delivery): string[] {
  if (incidentKey !== undefined) return [incidentKey];
  return (details.members ?? []).flatMap((id) => eventOf(draft, id)?.incidentKey ?? []);
}
