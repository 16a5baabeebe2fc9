// What is known of each number of one workspace, in order of time: when it was connected and when not. Pure. A number is known by its account id
// and by its phone, whichever a webhook names; two ids of one phone are one number.
import type { EventRecord, KeptRecord } from '../records.ts';

export type Span = { from: number; until: number };
export type Drop = { at: number; reason?: string };

export type Track = {
  workspace: string;
  phone?: string;
  accounts: string[];
  /** Connected and not, cut at the month's ends. Neither: nothing was heard of it yet. */
  up: Span[];
  down: Span[];
  /** Each announced disconnect within the month. */
  drops: Drop[];
  /** How it stands at the end. */
  connected: boolean;
};

export function tracksOf(records: readonly KeptRecord[], { from, until }: Span): Track[] {
  const events = records.filter((one): one is EventRecord => one.kind === 'number' && one.at < until).sort(byTime);
  return byNumber(events)
    .map((own) => trackOf(own, { from, until }))
    .sort((a, b) => compare(a.phone ?? a.accounts[0] ?? '', b.phone ?? b.accounts[0] ?? ''));
}

/** Of two at one time the later received holds; the same said twice is one. */
export function inOrder<T extends EventRecord>(events: readonly T[]): T[] {
  return firstOfEach(events.toSorted(byTime), ({ type, at, incidentKey = '' }) => `${type} ${at} ${incidentKey}`);
}

const byTime = (a: EventRecord, b: EventRecord): number => a.at - b.at || a.receivedAt - b.receivedAt || compare(a.id, b.id);

function firstOfEach<T>(items: readonly T[], wordsOf: (item: T) => string): T[] {
  const said = new Set<string>();
  return items.filter((item) => {
    const words = wordsOf(item);
    const first = !said.has(words);
    said.add(words);
    return first;
  });
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whatever shares an id or a phone with another is of the same number. */
function byNumber(events: readonly EventRecord[]): EventRecord[][] {
  const leader = new Map<string, string>();
  const find = (name: string): string => {
    let top = name;
    for (let up = leader.get(top); up !== undefined && up !== top; up = leader.get(top)) top = up;
    leader.set(name, top);
    return top;
  };
  for (const event of events) {
    const [first, ...others] = namesOf(event);
    for (const other of others) leader.set(find(other), find(first!));
  }
  const numbers = new Map<string, EventRecord[]>();
  for (const event of events) {
    const number = find(namesOf(event)[0]!);
    const own = numbers.get(number);
    if (own === undefined) numbers.set(number, [event]);
    else own.push(event);
  }
  return [...numbers.values()];
}

export function namesOf({ account, incidentKey = '' }: Pick<EventRecord, 'account' | 'incidentKey'>): string[] {
  const names = [
    ...(account?.id === undefined ? [] : [`id ${account.id}`]),
    ...(account?.phone === undefined ? [] : [`phone ${account.phone.replace(/\D/g, '')}`]),
  ];
  return names.length === 0 ? [`key ${incidentKey}`] : names;
}

function trackOf(events: readonly EventRecord[], { from, until }: Span): Track {
  const spans: { up: Span[]; down: Span[] } = { up: [], down: [] };
  const put = (state: 'up' | 'down', begin: number, end: number) => {
    if (end > Math.max(begin, from)) spans[state].push({ from: Math.max(begin, from), until: end });
  };
  // Said twice of one time it is one word, though one webhook call the number by its phone and the next by its id.
  const words = firstOfEach(events, ({ type, at }) => `${type} ${at}`);
  // What drops had been connected: of a number first heard of by its drop, since the month began.
  let state: 'up' | 'down' | undefined = events[0]?.type === 'disconnected' ? 'up' : undefined;
  let since = Math.min(from, events[0]?.at ?? from);
  for (const { type, at } of words) {
    const next = type === 'connected' ? 'up' : 'down';
    if (next === state) continue;
    if (state !== undefined) put(state, since, at);
    [state, since] = [next, at];
  }
  if (state !== undefined) put(state, since, until);
  const phone = events.findLast(({ account }) => account?.phone !== undefined)?.account?.phone;
  const drops = words.filter(({ type, at }) => type === 'disconnected' && at >= from);
  return {
    workspace: events[0]!.workspaceId,
    ...(phone !== undefined && { phone }),
    accounts: [...new Set(events.flatMap(({ account }) => account?.id ?? []))],
    ...spans,
    drops: drops.map(({ at, account }) => ({ at, ...(account?.reason !== undefined && { reason: account.reason }) })),
    connected: state === 'up',
  };
}
