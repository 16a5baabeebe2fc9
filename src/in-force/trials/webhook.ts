// What a test says of an event → the webhook that TimelinesAI would send. What it leaves out is filled in: a number for each account, the same
// account where none is named, amounts that fit each other, one quota period for the whole test.
import type { Given } from '../../rules/trials.ts';
import { eventNamed, sampleWebhook } from '../sample-webhook.ts';

export type Filling = {
  /** When it happened. */
  happened: number;
  period: { start: number; end: number };
  /** By account. A number of its own each, or two accounts would be taken for one that was linked anew. */
  phones: Map<string, string>;
};

const theAccount = '67890';

export function webhookOf(given: Given, { happened, period, phones }: Filling): Record<string, unknown> {
  const { event, workspace, account = theAccount, reason, payload } = given;
  const phone = given.phone ?? phones.get(account) ?? `+1555${String(phones.size + 1).padStart(7, '0')}`;
  phones.set(account, phone);
  const percent = given.percent ?? (payload.utilization_pct as number | undefined);
  const sample = sampleWebhook(event, {
    ...{ workspace: workspace.id, partner: 'partner', at: happened, account, phone },
    ...(reason === undefined ? {} : { reason }),
    ...(percent === undefined ? {} : { percent }),
  });
  if ('current_period_end' in sample)
    Object.assign(sample, {
      current_period_start: new Date(period.start).toISOString(),
      current_period_end: new Date(period.end).toISOString(),
    });
  if (eventNamed(event) === 'unknown') Object.assign(sample, numberIn(given));
  return { ...fitted(sample, payload), ...payload };
}

/** Of an event that is not known, only what the test says of it. */
const numberIn = ({ account, phone, reason }: Given) => ({
  ...(account === undefined ? {} : { whatsapp_account_id: account }),
  ...(phone === undefined ? {} : { phone_number_e164: phone }),
  ...(reason === undefined ? {} : { reason }),
});

const pairs = [
  ['messaging_quota_total', 'messaging_quota_used'],
  ['api_calls_limit', 'api_calls_used'],
] as const;

/** Where a test names one amount, the made-up ones beside it follow. */
function fitted(sample: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const made = { ...sample };
  for (const [total, used] of pairs) {
    if (!(total in made) || (own[total] === undefined && own[used] === undefined)) continue;
    if (own[used] === undefined) made[used] = Math.round((Number(own[total]) * Number(made[used])) / Number(made[total]));
    // What is left out here is worked out from the two.
    else if (own.utilization_pct === undefined) delete made.utilization_pct;
  }
  return made;
}
