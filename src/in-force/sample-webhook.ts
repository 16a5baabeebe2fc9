// A webhook as TimelinesAI would send it, made up: for `simulate`, for the `tests:` of routes.yaml, and for what `explain` and `render` say of an
// event that has not happened.
import { catalogue, type KnownType, knownType } from '../intake/catalogue.ts';
import { eventTypes } from '../model.ts';

export type Particulars = {
  workspace: string;
  partner: string;
  at: number;
  phone?: string;
  account?: string;
  reason?: string;
  percent?: number;
};

/** The short name of a known event, or a wire name of an unknown one; undefined for a word that is neither. */
export function eventNamed(word: string): KnownType | 'unknown' | undefined {
  if ((eventTypes as readonly string[]).includes(word)) return word as KnownType;
  return word.includes(':') ? (knownType(word) ?? 'unknown') : undefined;
}

/** In the flat shape of the vendor's schema, whose one time has three digits behind the second. `name` is a short or a wire name. */
export function sampleWebhook(name: string, about: Particulars): Record<string, unknown> {
  const type = eventNamed(name) ?? 'unknown';
  const wire = type === 'unknown' || name.includes(':') ? name : catalogue[type].wire;
  const at = iso(about.at);
  return {
    workspace_id: about.workspace,
    partner_id: about.partner,
    triggered_at: at,
    event_type: wire,
    ...(type === 'unknown' ? {} : fieldsOf(type, about)),
  };
}

function fieldsOf(type: KnownType, about: Particulars): Record<string, unknown> {
  const at = iso(about.at);
  const percent = about.percent ?? (type === 'messaging-90' ? 90 : 100);
  const number = { whatsapp_account_id: accountOf(about), phone_number_e164: about.phone ?? '+123456789', user_id: 98765 };
  switch (type) {
    case 'disconnected':
      return { ...number, disconnected_at: at, reason: about.reason ?? '(logged out)' };
    case 'connected':
      return number;
    case 'messaging-90':
    case 'messaging-100':
      return {
        messaging_quota_total: 100_000,
        messaging_quota_used: percent * 1000,
        ...monthOf(about.at),
        utilization_pct: percent,
      };
    case 'transactions-100':
      return monthOf(about.at);
    case 'api-calls-100':
      return { api_calls_limit: 1_000_000, api_calls_used: percent * 10_000, ...monthOf(about.at) };
    case 'seats-full':
      return { seats_purchased: 10, seats_available: 0 };
    case 'token-rotated':
      return { rotated_at: at };
  }
}

/** Two numbers are two accounts, so that they begin two incidents; an id made of a number's digits would show them. */
function accountOf({ account, phone }: Particulars): number | string {
  if (account !== undefined) return /^[1-9]\d{0,14}$/.test(account) ? Number(account) : account;
  return phone === undefined ? 67_890 : 10_000 + Number(BigInt(phone.replace(/\D/g, '') || '0') % 90_001n);
}

function monthOf(at: number): Record<string, string> {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { current_period_start: iso(Date.UTC(year, month, 1)), current_period_end: iso(Date.UTC(year, month + 1, 1) - 1000) };
}

const iso = (at: number): string => new Date(at).toISOString();
