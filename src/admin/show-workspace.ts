// A workspace as an answer: times in RFC 3339, phone numbers down to their last four digits, known secrets masked. Pure.
import type { z } from 'zod';
import { paceOf } from '../reports/usage.ts';
import type { ListedWorkspace } from '../workspace-list.ts';
import { accountsOf, type NumberState, standingOf } from '../workspaces/numbers.ts';
import { type LastEvent, type Quota, type Resource, resources, type WorkspaceState } from '../workspaces/state.ts';
import { stageOf } from '../workspaces/tally.ts';
import type { KnownWorkspace } from './known-workspaces.ts';
import { type Hide, hidePhones, maskedBody } from './mask.ts';
import { iso, isoIf, showIncident } from './show.ts';
import type { workspaceDetail, workspaceItem } from './workspace-answers.ts';

type Item = z.output<typeof workspaceItem>;
type Detail = z.output<typeof workspaceDetail>;

export function showWorkspace({ workspace, segments, inTable, open, tally, state }: ListedWorkspace, mask: Hide, now: number): Item {
  const tell: Hide = (text) => hidePhones()(mask(text));
  const { id, name, tags = [], owner_email: owner } = workspace;
  const [last] = state?.events ?? [];
  return {
    id,
    ...(name !== undefined && { name: tell(name) }),
    tags: tags.map(tell),
    segments,
    ...(typeof owner === 'string' && { owner_email: tell(owner) }),
    in_table: inTable,
    state: stageOf(tally),
    numbers: { connected: tally?.up ?? 0, dropped: tally?.down ?? 0 },
    quotas: quotasOf(state).map(([resource, quota]) => showQuota(resource, quota, now)),
    ...(state?.seats !== undefined && {
      seats: { ...(state.seats.purchased !== undefined && { purchased: state.seats.purchased }), full_at: iso(state.seats.at) },
    }),
    open_incidents: open,
    ...(state !== undefined && { first_event_at: iso(state.firstAt) }),
    ...(last !== undefined && { last_event: showLast(last) }),
  };
}

export function showWorkspaceDetail(found: KnownWorkspace, mask: Hide, now: number): Detail {
  const { state, incidents, workspace, inTable } = found;
  const item = showWorkspace(found, mask, now);
  const { id: _, ...columns } = workspace;
  return {
    ...item,
    numbers: { ...item.numbers, items: (state?.numbers ?? []).map((one) => showNumber(one, mask)).sort(droppedFirst) },
    quotas: quotasOf(state).map(([resource, quota]) => ({ ...showQuota(resource, quota, now), ...paceOfQuota(quota) })),
    incidents: incidents.map((one) => showIncident(one, mask)),
    events: (state?.events ?? []).map(showLast),
    ...(inTable && { row: maskedBody(JSON.stringify(columns, masked(mask))) as Record<string, unknown> }),
  };
}

const masked = (mask: Hide) => (_key: string, value: unknown) => (typeof value === 'string' ? mask(value) : value);

const quotasOf = (state: Pick<WorkspaceState, 'quotas'> | undefined): [Resource, Quota][] =>
  resources.flatMap((name) => {
    const quota = state?.quotas[name];
    return quota === undefined ? [] : [[name, quota] as [Resource, Quota]];
  });

function showQuota(resource: Resource, { percent, used, total, at, periodStart, periodEnd }: Quota, now: number): Item['quotas'][number] {
  return {
    ...{ resource, percent },
    ...(used !== undefined && { used }),
    ...(total !== undefined && { total }),
    announced_at: iso(at),
    ...(periodStart !== undefined && { period_start: isoIf(periodStart) }),
    ...(periodEnd !== undefined && { period_end: isoIf(periodEnd) }),
    over: periodEnd !== undefined && periodEnd <= now,
  };
}

function paceOfQuota({ used, at, periodStart, periodEnd }: Quota): { per_day?: number; projected?: number } {
  if (periodEnd === undefined) return {};
  const { perDay, projected } = paceOf(used, at, { ...(periodStart !== undefined && { start: periodStart }), end: periodEnd });
  return { ...(perDay !== undefined && { per_day: perDay }), ...(projected !== undefined && { projected }) };
}

function showNumber(number: NumberState, mask: Hide): Detail['numbers']['items'][number] {
  const phone = number.phone?.text;
  const tell: Hide = (text) => hidePhones(phone)(mask(text));
  const { up, since, reason } = standingOf(number);
  return {
    accounts: accountsOf(number).map(tell),
    ...(phone !== undefined && { phone: tell(phone) }),
    ...{ state: up ? ('connected' as const) : ('dropped' as const), since: iso(since) },
    ...(reason !== undefined && { reason: tell(reason) }),
  };
}

/** What is wrong comes first, the latest above. */
const droppedFirst = (a: Detail['numbers']['items'][number], b: Detail['numbers']['items'][number]): number =>
  a.state === b.state ? (a.since < b.since ? 1 : -1) : a.state === 'dropped' ? -1 : 1;

const showLast = ({ id, type, receivedAt }: LastEvent): NonNullable<Item['last_event']> => ({ id, type, received_at: iso(receivedAt) });
