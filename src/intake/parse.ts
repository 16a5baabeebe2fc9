// Bytes in, Event out: the webhook's body in the relay's own terms, whichever of the vendor's two shapes it came in. Pure; called by webhook.ts
// once the sender is verified. Where the vendor contradicts himself a field is treated as absent: only an event nobody could place is refused.
import { hash } from 'node:crypto';
import { RelayError } from '../errors.ts';
import type { Event, Proof } from '../model.ts';
import { type Fields, readBody } from './body.ts';
import { catalogue, type KnownType, knownType, unknownKind } from './catalogue.ts';
import { readCount, readId, readText } from './fields.ts';
import { periodName, readTime } from './time.ts';

export type ParseContext = { id: string; proof: Proof; partner?: string; receivedAt: number };

/** A source clock further ahead than this is not believed. */
const aheadMs = 5 * 60_000;

export function parse(bytes: Uint8Array, context: ParseContext): { event: Event; body: string } {
  const { text, fields } = readBody(bytes);
  const wireType = readText(fields.event_type, 256);
  const workspaceId = readId(fields.workspace_id);
  if (wireType === undefined || workspaceId === undefined)
    throw new RelayError('webhook.no_event', 'Reading a webhook: no event_type or no workspace_id that is a text or a number.');
  const partner = partnerOf(fields, context);
  const type = typeOf(wireType, fields);
  const kind = type === 'unknown' ? unknownKind : catalogue[type];
  const account = kind.condition === 'wa' || type === 'unknown' ? accountOf(fields, type) : undefined;
  const usage = usageOf(fields, kind.condition);
  const purchased = readCount(fields.seats_purchased);
  const period = periodOf(fields);
  const key = incidentKeyOf(kind.condition, workspaceId, account, period);
  const happened = eventTime(fields, type);
  const event: Event = {
    id: context.id,
    partner,
    proof: context.proof,
    type,
    wireType,
    severity: kind.severity,
    phase: kind.phase,
    level: kind.level,
    workspaceId,
    ...(account && { account }),
    ...(usage && { usage }),
    ...(purchased !== undefined && { seats: { purchased } }),
    ...(period && { period }),
    ...(key !== undefined && { incidentKey: key }),
    triggeredAt: happened === undefined || happened > context.receivedAt + aheadMs ? context.receivedAt : happened,
    receivedAt: context.receivedAt,
    dedupKey: dedupKeyOf([partner, type === 'unknown' ? wireType : type, workspaceId], subjectOf(type, account), happened, text),
  };
  return { event, body: text };
}

/** The signature covers no body, so a body that names another partner was put under a borrowed signature. */
function partnerOf(fields: Fields, context: ParseContext): string {
  const named = readId(fields.partner_id);
  if (context.partner !== undefined && named !== undefined && named !== context.partner)
    throw new RelayError('webhook.refused', "the body's partner_id is not the partner who signed");
  return context.partner ?? named ?? '';
}

function typeOf(wireType: string, fields: Fields): KnownType | 'unknown' {
  const type = knownType(wireType) ?? 'unknown';
  // The vendor's page of the 90 % event shows it under the name of the 100 % one.
  return type === 'messaging-100' && (readCount(fields.utilization_pct) ?? 100) < 100 ? 'messaging-90' : type;
}

function accountOf(fields: Fields, type: KnownType | 'unknown'): Event['account'] {
  const id = readId(fields.whatsapp_account_id);
  const phone = readId(fields.phone_number_e164);
  const userId = readId(fields.user_id);
  // The two events share one schema; what is left of a disconnect's reason would mislead beside "connected".
  const reason = type === 'connected' ? undefined : readText(fields.reason, 500);
  if (id === undefined && phone === undefined && userId === undefined && reason === undefined) return undefined;
  return {
    ...(id !== undefined && { id }),
    ...(phone !== undefined && { phone }),
    ...(userId !== undefined && { userId }),
    ...(reason !== undefined && { reason }),
  };
}

function usageOf(fields: Fields, condition: string | undefined): Event['usage'] {
  const messages = condition === 'messages' || (condition === undefined && fields.messaging_quota_total !== undefined);
  const apiCalls = condition === 'api-calls' || (condition === undefined && fields.api_calls_limit !== undefined);
  if (!messages && !apiCalls) return undefined;
  // quota_limit and quota_used: the names on the vendor's overview page.
  const total = readCount(messages ? fields.messaging_quota_total : fields.api_calls_limit) ?? readCount(fields.quota_limit);
  const used = readCount(messages ? fields.messaging_quota_used : fields.api_calls_used) ?? readCount(fields.quota_used);
  if (total === undefined || used === undefined) return undefined;
  const percent = readCount(fields.utilization_pct) ?? (total > 0 ? Math.floor((used * 100) / total) : undefined);
  return percent === undefined || !Number.isFinite(percent)
    ? undefined
    : { resource: messages ? 'messages' : 'api-calls', used, total, percent };
}

function periodOf(fields: Fields): Event['period'] {
  const end = readTime(fields.current_period_end) ?? readTime(fields.billing_period_end);
  if (end === undefined) return undefined;
  const start = readTime(fields.current_period_start);
  return { ...(start !== undefined && { start }), end };
}

function incidentKeyOf(
  condition: string | undefined,
  workspaceId: string,
  account: Event['account'],
  period: Event['period'],
): string | undefined {
  if (condition === undefined) return undefined;
  if (condition === 'wa') return `wa:${workspaceId}:${account?.id ?? account?.phone ?? 'unknown'}`;
  if (condition === 'seats' || period === undefined) return `${condition}:${workspaceId}`;
  return `${condition}:${workspaceId}:${periodName(period.end)}`;
}

/** When the source says it happened. A connected event may carry the disconnected_at of before, which is not its own time. */
function eventTime(fields: Fields, type: KnownType | 'unknown'): number | undefined {
  const triggered = readTime(fields.triggered_at);
  if (type === 'token-rotated') return readTime(fields.rotated_at) ?? triggered;
  return triggered ?? (type === 'disconnected' ? readTime(fields.disconnected_at) : undefined);
}

/** What of the workspace it is about: '' is the workspace itself, undefined is not known. */
function subjectOf(type: KnownType | 'unknown', account: Event['account']): string | undefined {
  if (type === 'unknown') return undefined;
  return type === 'connected' || type === 'disconnected' ? (account?.id ?? account?.phone) : '';
}

/** Where the subject or the time is not known the whole body stands in: two copies told as two do less harm than two events taken for one. */
function dedupKeyOf(who: string[], subject: string | undefined, happened: number | undefined, text: string): string {
  const whole = subject === undefined || happened === undefined ? hash('sha256', text) : '';
  const digest = hash('sha256', JSON.stringify([...who, subject ?? { body: whole }, happened ?? { body: whole }]));
  // Keys of one time lie side by side, so a store touches a few pages of its index for many events instead of one for each.
  return happened === undefined ? digest : happened.toString(16).padStart(12, '0') + digest.slice(12);
}
