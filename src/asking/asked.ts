// What was found by asking the Partner API, as an event like those that webhooks bring: so it is deduplicated, decided, stored and traced as
// they are, and says of itself that it was asked for.
import { hash } from 'node:crypto';
import { catalogue } from '../intake/catalogue.ts';
import type { Event } from '../model.ts';
import type { Finding } from '../partner-api/finding.ts';

export function askedEvent(finding: Finding, about: { id: string; partner: string; receivedAt: number }): { event: Event; body: string } {
  const { type, workspaceId, number, incidentKey, mark } = finding;
  const { wire, severity, phase, level } = catalogue[type];
  const triggeredAt = Math.min(finding.triggeredAt, about.receivedAt);
  const digest = hash('sha256', JSON.stringify(['asked', about.partner, type, incidentKey, mark]));
  const event: Event = {
    ...about,
    proof: 'asked',
    type,
    wireType: wire,
    ...{ severity, phase, level },
    workspaceId,
    account: number,
    incidentKey,
    triggeredAt,
    dedupKey: mark.toString(16).padStart(12, '0') + digest.slice(12),
  };
  const body = {
    event_type: wire,
    workspace_id: workspaceId,
    ...(about.partner === '' ? {} : { partner_id: about.partner }),
    ...(number.id === undefined ? {} : { whatsapp_account_id: number.id }),
    ...(number.phone === undefined ? {} : { phone_number_e164: number.phone }),
    ...(number.userId === undefined ? {} : { user_id: number.userId }),
    triggered_at: new Date(triggeredAt).toISOString(),
    found_by: 'asking the Partner API',
  };
  return { event, body: JSON.stringify(body) };
}
