// One situation as data: what `http` posts as `alert`, what a plug-in reads, what the words are made of. Pure, and the only place
// that decides what is shown of a phone number. What the event has no data for is absent.
import type { Delivery } from '../delivery.ts';
import type { Event, Phase, Workspace } from '../model.ts';
import type { AlertView } from '../plugin.ts';

export type AlertInput = {
  delivery: Delivery;
  event: Event;
  workspace: Workspace;
  showPhone: boolean;
  adminUrl?: string;
  /** Of a link that takes its incident on. */
  acknowledgeUrl?: string;
};

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function alertView({ delivery, event, workspace, showPhone, adminUrl, acknowledgeUrl }: AlertInput): AlertView {
  const phase = phaseOf(delivery, event);
  const show = showPhone ? same : hider(event.account?.phone);
  const key = delivery.incidentKey ?? event.incidentKey;
  const view = { id: event.id } as Draft<AlertView>;
  if (key !== undefined) view.key = show(key, true);
  view.type = event.type;
  view.wire_type = event.wireType;
  view.phase = phase;
  if (phase !== 'notice' && delivery.level > 0) view.level = delivery.level;
  view.severity = event.severity;
  if (event.type === 'connected' && delivery.details.firstTime !== undefined) view.first_time = delivery.details.firstTime;
  view.workspace = workspaceView(workspace, event.workspaceId);
  const account = accountView(event, phase, delivery.details.since, show);
  if (account !== undefined) view.account = account;
  if (event.usage !== undefined) {
    const { resource, used, total, percent } = event.usage;
    view.usage = { resource, used, total, left: Math.max(0, total - used), percent };
  }
  if (event.seats !== undefined) view.seats = { purchased: event.seats.purchased };
  if (event.period !== undefined) {
    const { start, end } = event.period;
    view.period = start === undefined ? { end: iso(end) } : { start: iso(start), end: iso(end) };
  }
  view.triggered_at = iso(event.triggeredAt);
  view.received_at = iso(event.receivedAt);
  const endedAt = delivery.details.endedAt ?? (event.phase === 'resolved' ? event.triggeredAt : undefined);
  if (phase === 'resolved' && endedAt !== undefined) view.resolved_at = iso(endedAt);
  const { closed } = delivery.details;
  if (phase === 'resolved' && closed !== undefined) view.closed = { by: show(closed.by), reason: show(closed.reason) };
  if (event.partner !== '') view.partner_id = event.partner;
  if (adminUrl) view.trace_url = `${adminUrl.replace(/\/+$/, '')}/events/${encodeURIComponent(event.id)}`;
  if (acknowledgeUrl !== undefined && phase === 'firing') view.acknowledge_url = acknowledgeUrl;
  return view;
}

/** The delivery decides: one `connected` webhook is a recovery for whoever heard of the problem and a plain notice for others. */
function phaseOf(delivery: Delivery, event: Event): Phase {
  if (delivery.kind === 'resolved') return 'resolved';
  if (delivery.kind === 'notice' || event.phase === 'notice') return 'notice';
  if (event.phase === 'resolved') return delivery.details.since === undefined ? 'notice' : 'resolved';
  return 'firing';
}

function workspaceView(row: Workspace, id: string): AlertView['workspace'] {
  const view: Record<string, string | readonly string[]> = { id };
  if (row.name) view.name = row.name;
  if (row.tags !== undefined && row.tags.length > 0) view.tags = [...row.tags];
  for (const column in row) {
    const value = row[column];
    if (known.has(column) || value === undefined || value.length === 0) continue;
    view[column] = typeof value === 'string' ? value : [...value];
  }
  return view;
}
// `__proto__` as a column would be no column at all, but the object's prototype.
const known = new Set(['id', 'name', 'tags', '__proto__']);

type Show = (text: string, unique?: boolean) => string;

function accountView(event: Event, phase: Phase, since: number | undefined, show: Show): AlertView['account'] {
  if (event.account === undefined) return undefined;
  const { id, phone, userId, reason } = event.account;
  const view: Draft<NonNullable<AlertView['account']>> = {};
  if (id !== undefined) view.id = show(id);
  if (phone !== undefined) view.phone = show(phone);
  if (userId !== undefined) view.user_id = userId;
  if (reason !== undefined) view.reason = show(reason);
  const began = phase === 'firing' ? (since ?? event.triggeredAt) : phase === 'resolved' ? since : undefined;
  if (began !== undefined) view.since = iso(began);
  return view;
}

const same: Show = (text) => text;

/** The number may also stand in the incident's key, in an account id or in a reason: it is hidden wherever it stands. */
function hider(phone: string | undefined): Show {
  const digits = phone?.replace(/\P{Nd}/gu, '') ?? '';
  if (phone === undefined || digits.length <= 4) return same;
  return (text, unique = false) => {
    // Two numbers of one workspace may end alike, and a key must still tell them apart.
    const mark = unique ? `~${fold(digits)}` : '';
    return text.replaceAll(phone, () => maskPhone(phone) + mark).replaceAll(digits, () => maskPhone(digits) + mark);
  };
}

/** All but the last four digits: `+•••••6789`. */
export function maskPhone(phone: string): string {
  let hidden = phone.replace(/\P{Nd}/gu, '').length - 4;
  return phone.replace(/\p{Nd}/gu, (digit) => (hidden-- > 0 ? '•' : digit));
}

/** Sixteen bits: enough to tell a workspace's numbers apart, far too few to find a number by trying. */
function fold(digits: string): string {
  let hash = 0x811c9dc5;
  for (const digit of digits) hash = Math.imul(hash ^ digit.charCodeAt(0), 16777619);
  return (((hash >>> 16) ^ hash) & 0xffff).toString(16).padStart(4, '0');
}

const iso = (at: number): string => new Date(at).toISOString();
