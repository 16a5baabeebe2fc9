// A rehearsal with short words: events in, who heard what out. Times are clock times of one day.
import type { Input } from '../../src/decide/decision.ts';
import { type Fate, rehearse } from '../../src/decide/rehearsal.ts';
import type { Delivery } from '../../src/delivery.ts';
import type { Event, EventType, Workspace } from '../../src/model.ts';
import type { Destination, Reach, Route, Rules } from '../../src/rules/rules.ts';

export const at = (clock: string): number => Date.parse(`2026-11-23T${clock.length === 5 ? `${clock}:00` : clock}Z`);

export const destination = (name: string, more: Partial<Destination> = {}): Destination => ({
  name,
  plugin: 'http',
  options: {},
  templated: [],
  showPhone: false,
  maxAgeMs: 86_400_000,
  ignoreQuietHours: false,
  storm: true,
  ...more,
});

export const route = (name: string, send: string[], more: Partial<Route> = {}): Route => ({
  name,
  enabled: true,
  send: send.map((to) => ({ to })),
  stop: false,
  whenResolved: 'update',
  ackForMs: 8 * 3_600_000,
  confirm: false,
  ...more,
});

export const rulesOf = (routes: Route[], more: Partial<Rules> = {}): Rules => ({
  revision: 'r1',
  timezone: 'UTC',
  segments: { vip: { tags: ['vip'] }, internal: { ids: ['demo-*'] } },
  quietHours: {},
  silences: [],
  destinations: Object.fromEntries(['ops', 'owner', 'mail', 'billing', 'catch-all', 'boss'].map((name) => [name, destination(name)])),
  routes,
  fallback: [{ to: 'catch-all' }],
  operator: 'boss',
  brand: {},
  ...more,
});

const shapes: Record<string, Partial<Event>> = {
  disconnected: { severity: 'critical', phase: 'firing', level: 1 },
  connected: { severity: 'info', phase: 'resolved', level: 0 },
  'messaging-90': { severity: 'warning', phase: 'firing', level: 1 },
  'messaging-100': { severity: 'critical', phase: 'firing', level: 2 },
  'seats-full': { severity: 'warning', phase: 'firing', level: 1 },
  'token-rotated': { severity: 'warning', phase: 'notice', level: 0 },
  unknown: { severity: 'warning', phase: 'notice', level: 0 },
};

let count = 0;

/** `triggered` differs from `clock` for what arrives late. */
export function eventAt(clock: string, type: EventType, more: Partial<Event> & { triggered?: string } = {}): Event {
  const { triggered, ...rest } = more;
  const receivedAt = at(clock);
  const triggeredAt = triggered === undefined ? receivedAt : at(triggered);
  const workspaceId = rest.workspaceId ?? 'shop';
  const isNumber = type === 'disconnected' || type === 'connected';
  const account = isNumber ? { id: '1', phone: '+34600111222', ...rest.account } : undefined;
  const periodEnd = Date.parse('2026-12-01T00:00:00Z');
  const keys: Record<string, string> = {
    disconnected: `wa:${workspaceId}:${account?.id}`,
    connected: `wa:${workspaceId}:${account?.id}`,
    'messaging-90': `messages:${workspaceId}:2026-12-01T00`,
    'messaging-100': `messages:${workspaceId}:2026-12-01T00`,
    'seats-full': `seats:${workspaceId}`,
  };
  const incidentKey = keys[type];
  return {
    id: `e_${++count}`,
    partner: 'p',
    proof: 'signature',
    type,
    wireType: type,
    severity: 'info',
    phase: 'notice',
    level: 0,
    workspaceId,
    triggeredAt,
    receivedAt,
    dedupKey: `${type}:${workspaceId}:${account?.id}:${triggeredAt}`,
    ...(type.startsWith('messaging') ? { period: { end: periodEnd } } : {}),
    ...(incidentKey === undefined ? {} : { incidentKey }),
    ...shapes[type],
    ...rest,
    ...(account === undefined ? {} : { account }),
  };
}

export function paper(
  rules: Rules,
  options: { workspaces?: Workspace[]; fate?: (delivery: Delivery) => Fate; reach?: (workspace: Workspace) => Reach } = {},
) {
  let current = rules;
  let now = 0;
  const workspace = (id: string): Workspace => options.workspaces?.find((one) => one.id === id) ?? { id };
  const reach = options.reach ?? (() => Object.fromEntries(Object.keys(current.destinations).map((name) => [name, `at-${name}`])));
  const stage = rehearse({ rules: () => current, workspace, reach, ...(options.fate ? { fate: options.fate } : {}) });
  const runTo = (until: number) => {
    now = until;
    return stage.runTo(until);
  };
  const put = (event: Event) => {
    runTo(event.receivedAt);
    const row = workspace(event.workspaceId);
    return stage.put({ kind: 'event', event, workspace: row, reach: reach(row) } satisfies Input, event.receivedAt);
  };
  return {
    ...stage,
    send: put,
    runTo,
    /** A reload, at the time that was run to last; `when` for who keeps a clock of his own. */
    use: (next: Rules, when = now) => {
      current = next;
      stage.replan(when);
    },
    until: (clock: string) => runTo(at(clock)),
    /** `12:05 ops alert`, in order, without what was cancelled or never arrived. */
    heard: (): string[] =>
      stage
        .deliveries()
        .filter((one) => one.state !== 'cancelled' && one.state !== 'dead')
        .map((one) => `${new Date(one.createdAt).toISOString().slice(11, 16)} ${one.destination} ${one.kind}`),
    lines: (event: Event): string[] => stage.trace(event.id).map((line) => `${line.gate}: ${line.text}`),
  };
}
