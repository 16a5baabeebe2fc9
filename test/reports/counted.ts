// The month's figures once more, counted from the raw webhooks and from what a target received, by other means than the reports': nothing here is
// the relay's code. November by the clocks of Madrid, which are an hour ahead of UTC all month.
import type { Webhook } from '../../src/cli/month/timeline.ts';
import type { Sent, TakenOn } from './played-month.ts';

const hour = 3_600_000;
export const from = Date.UTC(2026, 9, 31, 23);
export const until = Date.UTC(2026, 10, 30, 23);
const days = 30;

type Body = Record<string, string | number | undefined>;
const bodyOf = (webhook: Webhook): Body => webhook.body as Body;
const happened = (webhook: Webhook): number => Date.parse(String(bodyOf(webhook).triggered_at));
const isIn = (at: number): boolean => at >= from && at < until;
const whole = (ms: number): number => Math.round(ms / 1000);
const workspaceOf = (webhook: Webhook): string => String(bodyOf(webhook).workspace_id);

/** Each thing once, however often it came, oldest first. */
function originals(webhooks: readonly Webhook[], ...types: string[]): Webhook[] {
  const seen = new Map<string, Webhook>();
  for (const one of webhooks.toSorted((a, b) => a.received - b.received)) {
    const { event_type: type, workspace_id: workspace, triggered_at: at, whatsapp_account_id: account } = bodyOf(one);
    const name = JSON.stringify([type, workspace, at, account]);
    if (types.includes(String(type)) && !seen.has(name)) seen.set(name, one);
  }
  return [...seen.values()].sort((a, b) => happened(a) - happened(b) || a.received - b.received);
}

const iso = (at: number): string => new Date(at).toISOString();

/** Rows of both reports on numbers. From change to change is the same as second by second, and quicker. */
export function numbersOf(webhooks: readonly Webhook[]) {
  const all = originals(webhooks, 'whatsapp_account:disconnected', 'whatsapp_account:connected').filter((one) => happened(one) < until);
  const rows = { numbers: [] as object[], downtime: [] as object[] };
  for (const [phone, own] of Map.groupBy(all, (one) => String(bodyOf(one).phone_number_e164))) {
    const ups = (one: Webhook) => bodyOf(one).event_type === 'whatsapp_account:connected';
    // What drops had been connected before.
    const marks = [...(ups(own[0]!) ? [] : [{ at: from, up: true }]), ...own.map((one) => ({ at: happened(one), up: ups(one) }))];
    const pieces = marks.map(({ at, up }, n) => ({ up, from: Math.max(from, at), until: marks[n + 1]?.at ?? until }));
    const joined = pieces
      .filter((one) => one.until > one.from)
      .reduce<typeof pieces>((list, one) => {
        const last = list.at(-1);
        if (last?.up === one.up && last.until === one.from) last.until = one.until;
        else list.push({ ...one });
        return list;
      }, []);
    const up = joined.filter((one) => one.up);
    const down = joined.filter((one) => !one.up);
    const drops = own.filter((one) => !ups(one) && isIn(happened(one)));
    const total = (list: typeof pieces) => whole(list.reduce((sum, one) => sum + (one.until - one.from), 0));
    const shown = (list: typeof pieces) => list.map((one) => ({ from: iso(one.from), until: iso(one.until) }));
    const number = {
      workspace: workspaceOf(own[0]!),
      phone,
      accounts: [...new Set(own.map((one) => String(bodyOf(one).whatsapp_account_id)))],
    };
    const touched = Array.from({ length: days }, (_, n) => from + n * 24 * hour).filter((begin) =>
      up.some((one) => one.from < begin + 24 * hour && one.until > begin),
    );
    const connected = marks.at(-1)!.up;
    if (up.length > 0) rows.numbers.push({ ...number, days: touched.length, seconds: total(up), connected, intervals: shown(up) });
    if (down.length + drops.length === 0) continue;
    const reasonOf = (one: Webhook) => String(bodyOf(one).reason);
    rows.downtime.push({
      ...number,
      ...{
        drops: drops.length,
        seconds: total(down),
        longest: Math.max(0, ...down.map((one) => whole(one.until - one.from))),
        down: !connected,
      },
      reasons: Object.fromEntries([...Map.groupBy(drops, reasonOf)].map(([reason, list]) => [reason, list.length])),
      ...{ intervals: shown(down), dropped: drops.map((one) => ({ at: iso(happened(one)), reason: reasonOf(one) })) },
    });
  }
  return rows;
}

const resources: Record<string, [string, 'near_at' | 'full_at']> = {
  'workspace:quota_near_full:messaging': ['messages', 'near_at'],
  'workspace:quota_full:messaging': ['messages', 'full_at'],
  'workspace:quota_full:transactions': ['transactions', 'full_at'],
  'workspace:quota_full:api_calls': ['api-calls', 'full_at'],
  'workspace:seats_full': ['seats', 'full_at'],
};

export function usageOf(webhooks: readonly Webhook[]): Record<string, unknown>[] {
  const rows = new Map<string, Record<string, unknown>>();
  for (const one of originals(webhooks, ...Object.keys(resources)).filter((each) => isIn(happened(each)))) {
    const body = bodyOf(one);
    const [resource, mark] = resources[String(body.event_type)]!;
    const key = `${workspaceOf(one)} ${resource} ${body.current_period_end ?? ''}`;
    const row = rows.get(key) ?? { workspace: workspaceOf(one), resource };
    rows.set(key, row);
    row[mark] ??= iso(happened(one));
    const start = Date.parse(String(body.current_period_start));
    const end = Date.parse(String(body.current_period_end));
    if (!Number.isNaN(end)) Object.assign(row, { period_start: iso(start), period_end: iso(end) });
    const used = (body.messaging_quota_used ?? body.api_calls_used) as number | undefined;
    if (body.seats_purchased !== undefined) row.seats = body.seats_purchased;
    if (used === undefined) continue;
    const passed = happened(one) - start;
    const total = body.messaging_quota_total ?? body.api_calls_limit;
    Object.assign(row, {
      used,
      total,
      percent: body.utilization_pct ?? (100 * used) / Number(total),
      per_day: Math.round((used / passed) * 24 * hour),
      projected: Math.round((used / passed) * (end - start)),
    });
  }
  return [...rows.values()];
}

export function securityOf(webhooks: readonly Webhook[]): object[] {
  return originals(webhooks, 'api_token:rotated', 'whatsapp_account:disconnected')
    .filter((one) => isIn(happened(one)))
    .map((one) => {
      const { phone_number_e164: phone, whatsapp_account_id: account, reason } = bodyOf(one);
      const who = phone === undefined ? { what: 'token-rotated' } : { what: 'disconnected', phone, account: String(account), reason };
      return { at: iso(happened(one)), workspace: workspaceOf(one), ...who, event: one.id };
    });
}

export function alertsOf(sent: readonly Sent[], taken: readonly TakenOn[]): object[] {
  const names = new Set([...sent.flatMap(({ workspaces }) => workspaces), ...taken.map(({ workspace }) => workspace)]);
  const mean = (values: number[]) => Math.round(values.reduce((sum, one) => sum + one, 0) / values.length);
  return [...names].flatMap((workspace) => {
    const own = sent.filter((one) => one.workspaces.includes(workspace) && isIn(one.arrivedAt));
    const takes = taken.filter((one) => one.workspace === workspace && isIn(one.at));
    if (own.length + takes.length === 0) return [];
    const kinds = Object.fromEntries([...Map.groupBy(own, ({ kind }) => kind)].map(([kind, list]) => [kind, list.length]));
    const waits = own.map(({ createdAt, arrivedAt }) => (arrivedAt - createdAt) / 1000);
    const delays = takes.map(({ after }) => whole(after));
    return [
      {
        ...{ workspace, sent: own.length, kinds, dead: 0, acknowledged: takes.length },
        ...(waits.length > 0 && { arrived_mean: mean(waits), arrived_worst: Math.round(Math.max(...waits)) }),
        ...(delays.length > 0 && { acknowledged_mean: mean(delays), acknowledged_worst: Math.max(...delays) }),
        taken: takes.map(({ at, incident, after }) => ({ at: iso(at), incident, by: 'Ann', after: whole(after) })),
      },
    ];
  });
}
