// A workspace in words: as a row of the list and as the head of its page, its numbers and quotas line by line, and how far it came. Pure.
import type { z } from 'zod';
import { english } from '../../links/words.ts';
import { retention } from '../../store/store.ts';
import type { stage, workspaceDetail, workspaceItem } from '../workspace-answers.ts';
import { lasting, type When, workspacePath } from './words.ts';

type Item = z.output<typeof workspaceItem>;
type Detail = z.output<typeof workspaceDetail>;
type Quota = Detail['quotas'][number];

/** How times are said, and as of when. */
export type Shown = { now: number; zone: string; when(iso: string): When };

export const stageWords: Record<z.output<typeof stage>, { said: string; mark: string }> = {
  'not-heard-of': { said: 'not heard of yet', mark: 'info' },
  'no-number': { said: 'no number', mark: 'info' },
  connected: { said: 'connected', mark: 'ok' },
  dropped: { said: 'dropped', mark: 'critical' },
};
const resourceWords = { messages: 'messages', transactions: 'transactions', 'api-calls': 'API calls' } as const;

// Made once: a formatter costs more than the rest of a row.
const figures = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const count = (value: number): string => figures.format(value);
export const countOf = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

export function workspaceCard(shown: Item, said: Shown) {
  const { id, name = id, numbers, seats, last_event: last, open_incidents: open } = shown;
  const { connected, dropped } = numbers;
  const running = shown.quotas.filter(({ over }) => !over).toSorted((a, b) => b.percent - a.percent);
  return {
    ...{ name, id, tags: shown.tags, owner: shown.owner_email, segments: shown.segments },
    otherId: name === id ? undefined : id,
    to: workspacePath(id),
    state: stageWords[shown.state],
    connected: connected === 0 ? undefined : `${count(connected)} connected`,
    dropped: dropped === 0 ? undefined : `${count(dropped)} dropped`,
    heard: shown.state !== 'not-heard-of',
    noNumbers: connected + dropped === 0,
    fullest: running[0] && gaugeOf(running[0]),
    seats: seats && {
      taken: seats.purchased === undefined ? 'all taken' : `all ${count(seats.purchased)} taken`,
      at: said.when(seats.full_at),
    },
    last: last && { what: english.what[last.type], at: said.when(last.received_at), to: eventPath(last, said) },
    open:
      open === 0 ? undefined : { text: `${count(open)} open`, to: `/incidents?${new URLSearchParams({ state: 'open', workspace: id })}` },
  };
}

/** None for what retention may have removed: an open incident's stays longer, and its page leads to it. */
export const eventPath = ({ id, received_at }: NonNullable<Item['last_event']>, { now }: Shown): string | undefined =>
  Date.parse(received_at) < now - retention.metadataMs ? undefined : `/events/${encodeURIComponent(id)}`;

/** `width`: of a gauge that is 100 wide; what is over its quota fills it. */
function gaugeOf({ resource, percent }: Item['quotas'][number]) {
  const mark = percent >= 100 ? 'critical' : percent >= 90 ? 'warning' : 'info';
  return {
    what: resourceWords[resource],
    percent: `${count(percent)} %`,
    width: Math.min(100, Math.max(0, percent)),
    mark,
  };
}

export function quotaLine(quota: Quota, said: Shown) {
  const { used, total, over, per_day: perDay, projected, period_end: end } = quota;
  return {
    gauge: over ? undefined : gaugeOf(quota),
    what: resourceWords[quota.resource],
    said: `${over ? 'came to ' : ''}${gaugeOf(quota).percent}`,
    figures: used !== undefined && total !== undefined ? `${count(used)} of ${count(total)}` : undefined,
    at: said.when(quota.announced_at),
    until: end && said.when(end),
    over,
    pace: perDay === undefined ? undefined : `${count(perDay)} a day`,
    projected: projected === undefined || over ? undefined : `${count(projected)} by the end`,
  };
}

export function numberLine({ phone, accounts, state, since, reason }: Detail['numbers']['items'][number], said: Shown) {
  return {
    name: phone ?? (accounts.length === 0 ? 'unnamed' : `account ${accounts.at(-1)}`),
    accounts: phone === undefined || accounts.length === 0 ? undefined : `account ${accounts.join(', ')}`,
    state,
    mark: state === 'connected' ? 'ok' : 'critical',
    since: said.when(since),
    lasts: lasting(Date.parse(since), Math.max(said.now, Date.parse(since))),
    reason,
  };
}

/** What a new customer goes through, and where this one is. */
export function stepsOf({ state, first_event_at: first, numbers: { connected, dropped } }: Detail, said: Shown) {
  const had = connected + dropped;
  const step = (done: boolean, text: string, at?: When | false) => ({
    mark: done ? 'ok' : 'info',
    done: done ? 'done' : 'to come',
    text,
    at,
  });
  const lost = { mark: 'critical', done: 'lost', text: 'No number is connected any more', at: false };
  return [
    step(
      state !== 'not-heard-of',
      state === 'not-heard-of' ? 'A first event comes in' : 'Heard of',
      first !== undefined && said.when(first),
    ),
    step(had > 0, had > 0 ? `Connected ${countOf(had, 'number')} so far` : 'Connects a number'),
    ...(had === 0 ? [] : [state === 'dropped' ? lost : step(true, `${countOf(connected, 'number')} connected now`)]),
  ];
}
