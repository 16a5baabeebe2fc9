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

/** Second by second would do; from change to change is the same and quicker. */
export function numbersOf(webhooks: readonly Webhook[]) {
  const phones = Map.groupBy(originals(webhooks, 'whatsapp_account:disconnected', 'whatsapp_account:connected'), (one) =>
    String(bodyOf(one).phone_number_e164),
  );
  return [...phones].map(([phone, own]) => {
    const ups = (one: Webhook) => bodyOf(one).event_type === 'whatsapp_account:connected';
    // What drops had been connected before.
    const marks = [...(ups(own[0]!) ? [] : [{ at: from, up: true }]), ...own.map((one) => ({ at: happened(one), up: ups(one) }))];
    const pieces = marks.map(({ at, up }, n) => ({ up, from: Math.max(from, at), until: Math.min(until, marks[n + 1]?.at ?? until) }));
    const real = pieces.filter((one) => one.until > one.from);
    const joined = real.reduce<typeof real>((list, one) => {
      const last = list.at(-1);
      if (last?.up === one.up && last.until === one.from) last.until = one.until;
      else list.push({ ...one });
      return list;
    }, []);
    const up = joined.filter((one) => one.up);
    const down = joined.filter((one) => !one.up);
    const touched = Array.from({ length: days }, (_, n) => from + n * 24 * hour).filter((begin) =>
      up.some((one) => one.from < begin + 24 * hour && one.until > begin),
    );
    const drops = own.filter((one) => !ups(one) && isIn(happened(one)));
    const total = (list: typeof real) => whole(list.reduce((sum, one) => sum + (one.until - one.from), 0));
    return {
      ...{ workspace: workspaceOf(own[0]!), phone, days: touched.length, upSeconds: total(up), upTimes: up.length },
      ...{ drops: drops.length, downSeconds: total(down), longest: Math.max(0, ...down.map((one) => whole(one.until - one.from))) },
      reasons: Object.fromEntries(
        [...Map.groupBy(drops, (one) => String(bodyOf(one).reason))].map(([reason, list]) => [reason, list.length]),
      ),
    };
  });
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
    row[mark] ??= new Date(happened(one)).toISOString();
    const start = Date.parse(String(body.current_period_start));
    const end = Date.parse(String(body.current_period_end));
    const used = (body.messaging_quota_used ?? body.api_calls_used) as number | undefined;
    if (body.seats_purchased !== undefined) row.seats = body.seats_purchased;
    if (used === undefined) continue;
    const passed = happened(one) - start;
    const total = body.messaging_quota_total ?? body.api_calls_limit;
    Object.assign(row, {
      used,
      total,
      per_day: Math.round((used / passed) * 24 * hour),
      projected: Math.round((used / passed) * (end - start)),
    });
  }
  return [...rows.values()];
}

export function securityOf(webhooks: readonly Webhook[]): { at: string; workspace: string; what: string; phone?: string }[] {
  return originals(webhooks, 'api_token:rotated', 'whatsapp_account:disconnected')
    .filter((one) => isIn(happened(one)))
    .map((one) => {
      const phone = bodyOf(one).phone_number_e164 as string | undefined;
      const what = phone === undefined ? 'token-rotated' : 'disconnected';
      return { at: new Date(happened(one)).toISOString(), workspace: workspaceOf(one), what, ...(phone !== undefined && { phone }) };
    });
}

export function alertsOf(sent: readonly Sent[], taken: readonly TakenOn[]) {
  const names = new Set([...sent.flatMap(({ workspaces }) => workspaces), ...taken.map(({ workspace }) => workspace)]);
  return [...names].flatMap((workspace) => {
    const own = sent.filter((one) => one.workspaces.includes(workspace) && isIn(one.arrivedAt));
    const delays = taken.filter((one) => one.workspace === workspace && isIn(one.at)).map(({ after }) => whole(after));
    if (own.length + delays.length === 0) return [];
    const kinds = Object.fromEntries([...Map.groupBy(own, ({ kind }) => kind)].map(([kind, list]) => [kind, list.length]));
    const slowest = Math.max(0, ...own.map(({ createdAt, arrivedAt }) => whole(arrivedAt - createdAt)));
    return [{ workspace, sent: own.length, kinds, slowest, acknowledged: delays.length, delays: delays.sort((a, b) => a - b) }];
  });
}
