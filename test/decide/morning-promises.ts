// What a diary of mornings.ts must show, whatever happened. Each promise answers what is broken, or nothing. It looks at what went in and what came
// out; of the incidents only at when they opened and closed.
import type { Delivery } from '../../src/delivery.ts';
import { lostIn } from './morning-losses.ts';
import { eventsOf, isLive, type Spans, spansOf } from './morning-spans.ts';
import type { Diary } from './mornings.ts';

/** A message of its own kind about a number that flaps: its beginning and end are not those of one drop. */
const isUnsteady = ({ kind }: Delivery) => kind === 'flapping' || kind === 'storm';
const isFirst = ({ kind }: Delivery) => kind === 'alert' || kind === 'digest' || kind === 'notice';

export function brokenIn(diary: Diary, home: boolean): string | undefined {
  const spans = spansOf(diary);
  return strayEnd(diary, spans) ?? twice(diary, spans) ?? (home ? unended(diary, spans) : undefined) ?? lostIn(diary, spans);
}

/** Nobody hears of a recovery who did not hear of the problem. */
function strayEnd({ deliveries }: Diary, { begun, ended }: Spans): string | undefined {
  const byId = new Map(deliveries.map((one) => [one.id, one]));
  for (const end of deliveries) {
    if (end.kind !== 'resolved' || !isLive(end)) continue;
    const problem = byId.get(end.follows ?? '');
    if (problem === undefined) return `${end.id} ends nothing`;
    if (problem.target !== end.target || !isLive(problem))
      return `${end.id} tells ${end.target} the end of ${problem.id}, which it never heard`;
    if (isUnsteady(problem)) continue;
    const heard = new Set(eventsOf(problem).map((id) => begun.get(id)));
    const other = eventsOf(end).find((id) => !heard.has(ended.get(id)));
    if (other !== undefined) return `${end.id} tells ${end.target} that ${ended.get(other) ?? other} is over, but it heard of another`;
  }
  return undefined;
}

/** No target hears of one thing twice at one level, nor of one end twice. */
function twice({ entries, deliveries }: Diary, { begun, ended }: Spans): string | undefined {
  const levels = new Map(entries.map(({ event }) => [event.id, event.level]));
  const heard = new Set<string>();
  for (const one of deliveries) {
    const end = one.kind === 'resolved';
    if (!isLive(one) || !(end || isFirst(one)) || unsteadyFor(deliveries, one)) continue;
    for (const id of eventsOf(one)) {
      const what = end ? `the end of ${ended.get(id) ?? id}` : `${begun.get(id) ?? id} at level ${levels.get(id)}`;
      const line = `${one.target} hears twice of ${what}`;
      if (heard.has(line)) return line;
      heard.add(line);
    }
  }
  return undefined;
}

/** Whoever heard of a drop hears that it is over, now that all numbers are back. */
function unended({ deliveries }: Diary, spans: Spans): string | undefined {
  const { begun, ended } = spans;
  const told = new Set<string>();
  for (const one of deliveries)
    if (one.kind === 'resolved' && one.state !== 'cancelled') for (const id of eventsOf(one)) told.add(`${one.target} ${ended.get(id)}`);
  const over = new Set(ended.values());
  for (const one of deliveries) {
    if (one.state !== 'delivered' || one.kind === 'resolved' || one.kind === 'relay' || unsteadyFor(deliveries, one)) continue;
    for (const id of eventsOf(one)) {
      const span = begun.get(id);
      if (span === undefined || !over.has(span) || told.has(`${one.target} ${span}`)) continue;
      return `${one.target} heard of ${span} by ${one.id} (${one.kind}) and never of its end`;
    }
  }
  return unsteadyForEver(deliveries, spans);
}

/** That a number is unstable has an end of its own; so has each drop that was still open when a storm was over. */
function unsteadyForEver(deliveries: readonly Delivery[], { begun, ended }: Spans): string | undefined {
  const keyOf = (id: string) => begun.get(id)?.split(' ')[0];
  // An end told as one of a digest's stands under no key of its own.
  const keysOf = (end: Delivery) => [end.incidentKey, ...eventsOf(end).map((id) => ended.get(id)?.split(' ')[0])];
  const ends = deliveries.filter(({ kind, state }) => kind === 'resolved' && state !== 'cancelled');
  const hasEnd = (key: string | undefined, { target, createdAt }: Delivery) =>
    ends.some((end) => keysOf(end).includes(key) && end.target === target && end.createdAt >= createdAt);
  for (const one of deliveries) {
    if (one.state !== 'delivered') continue;
    const told = one.kind === 'flapping' ? [one.incidentKey] : one.details.storm?.over ? openIn(one).map(keyOf) : [];
    const never = told.find((key) => key?.startsWith('wa:') && !hasEnd(key, one));
    if (never !== undefined) return `${one.target} heard of ${never} by ${one.id} (${one.kind}) and never of its end`;
  }
  return undefined;
}

const openIn = ({ details: { members = [], storm } }: Delivery): string[] => members.slice(0, storm?.open);

/** Where a target was told that a number is unsteady, what it hears of single drops is held by the tests of that. */
const unsteadyFor = (deliveries: readonly Delivery[], { target }: Delivery): boolean =>
  deliveries.some((one) => isUnsteady(one) && one.target === target);
