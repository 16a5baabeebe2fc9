// One event of each kind to try words on before they are needed: with all that such a webhook may hold, and with as little as it may.
import type { Delivery, DeliveryKind, Details } from '../delivery.ts';
import type { Event, EventType, Workspace } from '../model.ts';
import type { Leased } from '../store/store.ts';

const at = Date.UTC(2026, 10, 23, 9);
const period = { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 11, 1) };
const account = { id: '67890', phone: '+123456789', userId: '98765', reason: '(logged out)' };

const common = {
  partner: 'partner_12345',
  proof: 'signature',
  workspaceId: 'acme',
  triggeredAt: at,
  receivedAt: at,
  dedupKey: '',
} as const;
const critical = { ...common, severity: 'critical', phase: 'firing', level: 1 } as const;
const warning = { ...common, severity: 'warning', phase: 'firing', level: 1 } as const;

type Sample = Omit<Event, 'id'>;

const full: Readonly<Record<EventType, Sample>> = {
  'seats-full': {
    ...warning,
    type: 'seats-full',
    wireType: 'workspace:seats_full',
    incidentKey: 'seats:acme',
    seats: { purchased: 10 },
  },
  'messaging-90': {
    ...warning,
    type: 'messaging-90',
    wireType: 'workspace:quota_near_full:messaging',
    incidentKey: 'messages:acme:2026-12-01T00',
    usage: { resource: 'messages', used: 9000, total: 10000, percent: 90 },
    period,
  },
  'messaging-100': {
    ...critical,
    type: 'messaging-100',
    level: 2,
    wireType: 'workspace:quota_full:messaging',
    incidentKey: 'messages:acme:2026-12-01T00',
    usage: { resource: 'messages', used: 10000, total: 10000, percent: 100 },
    period,
  },
  'transactions-100': {
    ...critical,
    type: 'transactions-100',
    wireType: 'workspace:quota_full:transactions',
    incidentKey: 'transactions:acme:2026-12-01T00',
    period,
  },
  'api-calls-100': {
    ...critical,
    type: 'api-calls-100',
    wireType: 'workspace:quota_full:api_calls',
    incidentKey: 'api-calls:acme:2026-12-01T00',
    usage: { resource: 'api-calls', used: 1000000, total: 1000000, percent: 100 },
    period,
  },
  disconnected: { ...critical, type: 'disconnected', wireType: 'whatsapp_account:disconnected', incidentKey: 'wa:acme:67890', account },
  connected: {
    ...common,
    type: 'connected',
    severity: 'info',
    phase: 'resolved',
    level: 0,
    wireType: 'whatsapp_account:connected',
    incidentKey: 'wa:acme:67890',
    account: { id: '67890', phone: '+123456789', userId: '98765' },
  },
  'token-rotated': {
    ...common,
    type: 'token-rotated',
    severity: 'warning',
    phase: 'notice',
    level: 0,
    wireType: 'api_token:rotated',
  },
  unknown: { ...common, type: 'unknown', severity: 'info', phase: 'notice', level: 0, wireType: 'workspace:suspended', account, period },
};

export type Sampled = { event: Event; workspace: Workspace };

/** The first has everything, the second nothing that could be missing. */
export function samplesOf(type: EventType): readonly [Sampled, Sampled] {
  const { account: _account, usage: _usage, seats: _seats, period: _period, ...bare } = full[type];
  return [
    { event: { ...full[type], id: 'e_sample' }, workspace: { id: 'acme', name: 'Acme Ltd', tags: ['vip'], timezone: 'Europe/Madrid' } },
    { event: { ...bare, id: 'e_sample' }, workspace: { id: 'acme' } },
  ];
}

/** Of a story about many, or about a number that comes and goes: `over` is its end. The first has everything, the second next to nothing. */
export type SampledMany = Pick<Leased, 'event' | 'members'> & { kind: DeliveryKind; details: Details; workspace: Workspace };

export function samplesOfMany(topic: 'flapping' | 'digest' | 'storm', over: boolean): readonly [SampledMany, SampledMany] {
  const [{ event: down, workspace }, { event: bare, workspace: unnamed }] = samplesOf('disconnected');
  const began = at - 840_000;
  const ends = over ? { since: began, endedAt: at } : {};
  if (topic === 'flapping') {
    const details = { ...ends, flaps: { drops: 4, withinMs: 3_600_000 } };
    const kind = over ? 'resolved' : 'flapping';
    return [
      { kind, details, workspace, event: down },
      { kind, details, workspace: unnamed, event: bare },
    ];
  }
  const types: EventType[] = over && topic === 'digest' ? ['connected', 'connected'] : ['messaging-90', 'disconnected'];
  if (over && topic === 'storm') types.push('disconnected');
  const members = types.map((type, index): Event => ({ ...samplesOf(type)[0].event, id: `e_sample_${index}` }));
  const ids = members.map(({ id }) => id);
  const last = members.at(-1)!;
  if (topic === 'digest') {
    const kind = over ? 'resolved' : 'digest';
    const full: Details = over ? { members: ids, began: ids.map(() => began) } : { members: ids, gone: 3, keptBy: 'quiet' };
    return [
      { kind, details: full, workspace, event: last, members },
      // Nothing that it told of is still kept.
      { kind, details: { members: ids }, workspace: unnamed, event: last },
    ];
  }
  const counts = { disconnected: 2980, 'messaging-90': 12, connected: 2960 };
  const storm = { counts, segments: { vip: 1200, trial: 900 }, ...(over ? { over: true as const, open: 2 } : {}) };
  return [
    { kind: 'storm', details: { members: ids, since: began, storm, ...(over ? { ended: [at] } : {}) }, workspace, event: last, members },
    { kind: 'storm', details: { storm: { counts: {}, ...(over ? { over: true } : {}) } }, workspace: unnamed },
  ];
}

export function trialOfMany({ kind, details, workspace, event, members }: SampledMany): Leased & { workspace: Workspace } {
  const delivery = sampleDelivery(kind, event, details);
  return { delivery, workspace, ...(event === undefined ? {} : { event }), ...(members === undefined ? {} : { members }) };
}

export const sampleNow = at + 180_000;
export const sampleBody =
  '{"event_type":"workspace:suspended","workspace_id":"acme","reason":"unpaid invoice","phone_number_e164":"+123456789","suspended_members":3}';

export function sampleDelivery(kind: DeliveryKind, event?: Event, given?: Details): Delivery {
  const since = given ?? (kind === 'resolved' ? { since: at - 840_000, endedAt: at } : {});
  const relay = { relay: { code: 'delivery.dead', subject: 'ops-slack', text: 'The receiver answered HTTP 410.' } };
  return {
    id: 'd_sample',
    ...(event === undefined ? {} : { eventId: event.id }),
    ...(event?.incidentKey === undefined ? {} : { incidentKey: event.incidentKey }),
    destination: 'ops',
    target: 'console:ops',
    route: event === undefined && given === undefined ? 'operator' : 'sample',
    kind,
    level: event?.level ?? 0,
    state: 'leased',
    details: event === undefined && given === undefined ? relay : since,
    createdAt: at,
    receivedAt: at,
    runAt: at,
    attempts: 0,
    claims: 1,
    starts: 0,
    generation: 1,
  };
}
