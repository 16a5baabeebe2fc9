// The events TimelinesAI sends, under their wire names and ours. To accept a new one, add its short name to model.ts and its row
// here; parse reads the rows, and the rules loader is handed them to check the names an operator writes.
import type { conditions, EventType, Phase, Severity } from '../model.ts';

export type KnownType = Exclude<EventType, 'unknown'>;
/** Prefix of the incident key: what kind of condition the event begins or ends. */
export type Condition = (typeof conditions)[number];
export type Kind = {
  wire: string;
  /** Names the vendor's other pages use for the same event. */
  also?: readonly string[];
  severity: Severity;
  phase: Phase;
  /** 0 for what raises no condition. */
  level: number;
  /** Absent for a notice. */
  condition?: Condition;
};

export const catalogue: Readonly<Record<KnownType, Kind>> = {
  'seats-full': { wire: 'workspace:seats_full', severity: 'warning', phase: 'firing', level: 1, condition: 'seats' },
  'messaging-90': {
    wire: 'workspace:quota_near_full:messaging',
    also: ['workspace:messaging_quota:90'],
    severity: 'warning',
    phase: 'firing',
    level: 1,
    condition: 'messages',
  },
  'messaging-100': {
    wire: 'workspace:quota_full:messaging',
    also: ['workspace:messaging_quota:100'],
    severity: 'critical',
    phase: 'firing',
    level: 2,
    condition: 'messages',
  },
  'transactions-100': {
    wire: 'workspace:quota_full:transactions',
    severity: 'critical',
    phase: 'firing',
    level: 1,
    condition: 'transactions',
  },
  'api-calls-100': { wire: 'workspace:quota_full:api_calls', severity: 'critical', phase: 'firing', level: 1, condition: 'api-calls' },
  disconnected: { wire: 'whatsapp_account:disconnected', severity: 'critical', phase: 'firing', level: 1, condition: 'wa' },
  connected: { wire: 'whatsapp_account:connected', severity: 'info', phase: 'resolved', level: 0, condition: 'wa' },
  'token-rotated': { wire: 'api_token:rotated', also: ['api-token:rotated'], severity: 'warning', phase: 'notice', level: 0 },
};

/** What no row names: told to whoever asked for every event, else to the fallback. */
export const unknownKind: Readonly<Pick<Kind, 'severity' | 'phase' | 'level' | 'condition'>> = {
  severity: 'warning',
  phase: 'notice',
  level: 0,
};

const byWireName = new Map<string, KnownType>();
for (const type of Object.keys(catalogue) as KnownType[])
  for (const name of [catalogue[type].wire, ...(catalogue[type].also ?? [])]) byWireName.set(name, type);

export const knownType = (wireType: string): KnownType | undefined => byWireName.get(wireType);
