// What a report is, and how each is made of the records of one workspace at a time. Pure: the month is given as instants, the clock stays outside.
import type { KeptRecord } from '../records.ts';
import { type AlertsRow, alerts } from './alerts.ts';
import type { Month } from './month.ts';
import { type DowntimeRow, downtime, type NumbersRow, numbers } from './numbers.ts';
import { type SecurityRow, security } from './security.ts';
import { type UsageRow, usage } from './usage.ts';

export const reportNames = ['usage', 'numbers', 'downtime', 'alerts', 'security'] as const;
export type ReportName = (typeof reportNames)[number];

export type Rows = { usage: UsageRow; numbers: NumbersRow; downtime: DowntimeRow; alerts: AlertsRow; security: SecurityRow };

type Maker<N extends ReportName> = {
  kinds: readonly KeptRecord['kind'][];
  /** A log is read in order of time, whoever it is about. */
  inOrderOf?: 'time';
  rows(records: readonly KeptRecord[], month: Month): Rows[N][];
};

export const makers: { [N in ReportName]: Maker<N> } = {
  usage: { kinds: ['event'], rows: usage },
  numbers: { kinds: ['number'], rows: numbers },
  downtime: { kinds: ['number'], rows: downtime },
  alerts: { kinds: ['delivery', 'taken'], rows: alerts },
  security: { kinds: ['event', 'number'], inOrderOf: 'time', rows: security },
};
