// What 20 000 workspaces had in a month, as rows: most events of a few workspaces, every type and outcome, a message for a third of them. The same
// month for the same seed. pages-fill.ts writes them.
import { hash } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import type { Event, EventType, Incident } from '../src/model.ts';
import { phoneEnd, seenKey, traceText } from '../src/store/rows.ts';

export type Shape = { events: number; incidents: number; workspaces: number };
type Row = SQLInputValue[];
export type Made = {
  event: Row;
  seen?: Row;
  incident?: Row;
  delivery?: { row: Row; outcome?: Row; attempts: Row[] };
};

const dayMs = 86_400_000;
const openIncidents = 500;
/** Most events name one of a few: the cube of a fair number. */
export const workspaceAt = (n: number): string => `customer-${String(n).padStart(5, '0')}`;
export const destinations = ['ops-slack', 'client-slack', 'owner-email', 'billing', 'audit'] as const;

const types: readonly [EventType, number, string][] = [
  ['disconnected', 35, 'whatsapp_account:disconnected'],
  ['connected', 33, 'whatsapp_account:connected'],
  ['messaging-90', 10, 'workspace:quota_near_full:messaging'],
  ['messaging-100', 8, 'workspace:quota_full:messaging'],
  ['seats-full', 5, 'workspace:seats_full'],
  ['transactions-100', 3, 'workspace:quota_full:transactions'],
  ['api-calls-100', 2, 'workspace:quota_full:api_calls'],
  ['token-rotated', 3, 'api_token:rotated'],
  ['unknown', 1, 'workspace:renamed'],
];
const drawn = types.flatMap(([type, share, wire]) => Array(share).fill([type, wire]) as [EventType, string][]);

/** mulberry32. */
function chance(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
function ulid(at: number, n: number): string {
  let text = '';
  for (let left = at, i = 0; i < 10; i++, left = Math.floor(left / 32)) text = letters[left % 32]! + text;
  return text + n.toString(16).toUpperCase().padStart(16, '0');
}

export function* monthOfEvents({ events, incidents, workspaces }: Shape, now: number): Generator<Made> {
  const random = chance(7);
  const from = now - 29.9 * dayMs;
  const step = (now - from - 60_000) / events;
  const each = Math.max(1, Math.floor(events / incidents));
  for (let n = 0; n < events; n++) {
    const at = Math.floor(from + n * step);
    const incidentNumber = n % each === 0 && n / each < incidents ? n / each : undefined;
    // Incidents go round, for nobody has thousands of numbers.
    const whose = incidentNumber === undefined ? Math.floor(random() ** 3 * workspaces) : incidentNumber % workspaces;
    yield made(n, at, now, workspaceAt(whose), random, incidentNumber, incidents);
  }
}

function made(
  n: number,
  at: number,
  now: number,
  workspaceId: string,
  random: () => number,
  incidentNumber: number | undefined,
  incidents: number,
): Made {
  const [type, wireType] = incidentNumber === undefined ? drawn[Math.floor(random() * drawn.length)]! : drawn[0]!;
  const ofNumber = type === 'disconnected' || type === 'connected';
  const accountId = String(incidentNumber === undefined ? Math.floor(random() * 4) : 100_000 + incidentNumber);
  // A few numbers each, as people have.
  const phone = `+34${600_000_000 + Number(workspaceId.slice(-5)) * 100 + (Number(accountId) % 100)}`;
  const key = ofNumber
    ? `wa:${workspaceId}:${accountId}`
    : type === 'token-rotated' || type === 'unknown'
      ? undefined
      : `${type}:${workspaceId}`;
  const resolved = type === 'connected';
  const event: Event = {
    ...{ id: `e_${ulid(at, n)}`, partner: 'partner_bench', proof: 'signature', type, wireType },
    severity: ['disconnected', 'messaging-100', 'transactions-100', 'api-calls-100'].includes(type)
      ? 'critical'
      : resolved
        ? 'info'
        : 'warning',
    phase: resolved ? 'resolved' : key === undefined ? 'notice' : 'firing',
    ...{ level: key === undefined || resolved ? 0 : type === 'messaging-100' ? 2 : 1, workspaceId },
    ...(ofNumber && { account: { id: accountId, phone, userId: String(n % 9000), ...(!resolved && { reason: '(logged out)' }) } }),
    ...(type.startsWith('messaging') && {
      usage: { resource: 'messages', used: 90_000, total: 100_000, percent: type === 'messaging-100' ? 100 : 90 },
    }),
    ...(type === 'seats-full' && { seats: { purchased: 10 } }),
    ...(key !== undefined && { incidentKey: key }),
    ...{ triggeredAt: at - 900, receivedAt: at, dedupKey: at.toString(16).padStart(12, '0') + hash('sha256', String(n)).slice(12) },
  } as Event;
  const fate = random();
  const outcome = fate < 0.6 ? 'routed' : fate < 0.7 ? 'unrouted' : fate < 0.75 ? 'stale' : fate < 0.9998 ? 'counted' : 'undecided';
  const trace = traceText([
    { at, gate: 'verify', text: 'signature of partner_bench' },
    {
      at,
      gate: 'match',
      text: `our-own: does not match, the workspace is not in the segment internal; down-vip: does not match, the workspace is not in the segment vip`,
    },
    { at, gate: 'match', text: 'down: matches (events: disconnected)' },
    { at, gate: 'deliver', text: 'to ops-slack, and to owner-email' },
  ]);
  const recent = now - at < 7 * dayMs;
  const body = recent ? bodyOf(event) : null;
  return {
    event: [event.id, workspaceId, type, outcome, phoneEnd(event.account?.phone), key ?? null, at, JSON.stringify(event), trace, body],
    ...(recent && { seen: [seenKey(event.dedupKey), event.id, at + 7 * dayMs, at] }),
    ...(incidentNumber !== undefined && { incident: incidentOf(event, incidentNumber >= incidents - openIncidents, now) }),
    ...(n % 3 === 0 && { delivery: deliveryOf(event, n, at, now, random) }),
  };
}

const bodyOf = (event: Event): string =>
  JSON.stringify({ event_type: event.wireType, workspace_id: event.workspaceId, partner_id: event.partner, filler: 'x'.repeat(600) });

function incidentOf(event: Event, open: boolean, now: number): Row {
  const { id: eventId, type, severity, level, workspaceId, account, receivedAt } = event;
  const key = event.incidentKey!;
  const ended = Math.min(now - 1000, receivedAt + 3_600_000);
  const incident: Incident = {
    ...{ key, workspaceId, type, severity, level, open, openedAt: event.triggeredAt, receivedAt, changedAt: open ? receivedAt : ended },
    ...(!open && { endedAt: ended, endedBy: 'recovery' as const }),
    ...{ eventId, count: 1 + (receivedAt % 3), ...(account?.phone !== undefined && { phone: account.phone }) },
    routes: { down: { state: 'told', eventId }, audit: { state: 'told', eventId } },
    told: destinations.slice(0, 2).map((destination) => ({
      ...{ target: `http:https://hooks.example/${destination}`, destination, route: 'down', level, delivery: eventId.replace('e_', 'd_') },
    })),
  };
  return [key, workspaceId, type, level, open ? 1 : 0, event.triggeredAt, eventId, open ? receivedAt : ended, JSON.stringify(incident)];
}

function deliveryOf(event: Event, n: number, at: number, now: number, random: () => number): NonNullable<Made['delivery']> {
  const id = event.id.replace('e_', 'd_');
  const destination = n % 60_000 === 0 ? 'audit' : destinations[Math.floor(random() * 4)]!;
  const kind = event.phase === 'resolved' ? 'resolved' : event.phase === 'notice' ? 'notice' : 'alert';
  const details = JSON.stringify({ since: event.triggeredAt, firstTime: false });
  const onWay = now - at < dayMs && n % 30 === 0;
  const state = onWay ? 'pending' : n % 300 === 0 ? 'dead' : n % 75 === 0 ? 'cancelled' : 'delivered';
  const runAt = onWay ? now + 2 * dayMs : at;
  const row: Row = [
    ...[id, event.id, event.incidentKey ?? null, destination, `http:https://hooks.example/${destination}`, n % 2 === 0 ? 'down' : 'quota'],
    ...[kind, event.level, 'pending', null, null, details, at, at, runAt, 1, 1, null, null, n % 30_000 === 0 ? id : null],
  ];
  const error = 'the receiver answered HTTP 503: upstream connect error or disconnect/reset before headers';
  const tries = state === 'dead' ? 16 : state === 'delivered' && n % 10 === 0 ? 2 : state === 'delivered' || onWay ? 1 : 0;
  const failed = (k: number): Row => [id, k, at + k * 1000, at + k * 1000 + 200, 'transient', 'HTTP 503', error];
  const good = (k: number): Row => [id, k, at + k * 1000, at + k * 1000 + 90, 'ok', 'HTTP 200', null];
  const attempts =
    tries === 0 || (state === 'delivered' && tries === 1)
      ? []
      : Array.from({ length: tries }, (_, k) => (state === 'delivered' && k === tries - 1 ? good(k + 1) : failed(k + 1)));
  const bad = state === 'dead' || onWay;
  const outcome: Row = [
    ...[
      state,
      tries,
      state === 'delivered' ? at + 100 : null,
      onWay ? null : at + tries * 1000,
      state === 'delivered' ? '{"status":"200"}' : null,
    ],
    ...[
      state === 'cancelled' ? null : state === 'dead' ? 'permanent' : bad ? 'transient' : 'ok',
      bad ? 'HTTP 503' : 'HTTP 200',
      bad ? error : null,
      null,
      id,
    ],
  ];
  return { row, outcome, attempts };
}

/** What retention kept of the months before: a drop and a recovery of each number in each of eleven. */
export function* pastRecords({ workspaces }: Shape, now: number): Generator<[string, number, string, string, string | null, string]> {
  for (let month = 1; month <= 11; month++)
    for (let n = 0; n < workspaces; n++) {
      const workspaceId = workspaceAt(n);
      for (const [k, type] of (['disconnected', 'connected'] as const).entries()) {
        const at = Math.floor(now - (month * 30 + 1) * dayMs + ((n * 131) % 20_000) * 100 + k * 3_600_000);
        const data = JSON.stringify({ type, receivedAt: at + 900, account: { id: '1', phone: `+34600${String(n).padStart(6, '0')}` } });
        yield [workspaceId, at, `e_${ulid(at, n * 2 + k)}`, 'number', `wa:${workspaceId}:1`, data];
      }
    }
}
