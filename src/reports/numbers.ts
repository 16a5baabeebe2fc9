// Two reports on numbers: how long each was connected, which is what the vendor bills, and how long it was down and why. Pure.
import type { KeptRecord } from '../records.ts';
import type { Month } from './month.ts';
import { type Drop, type Span, tracksOf } from './tracks.ts';

type Named = { workspace: string; phone?: string; accounts: string[] };

/** `days`: on how many days of the month it was connected, if only for a moment. */
export type NumbersRow = Named & { days: number; seconds: number; connected: boolean; intervals: Span[] };

export type DowntimeRow = Named & {
  drops: number;
  seconds: number;
  longest: number;
  /** Down at the end. */
  down: boolean;
  reasons: Record<string, number>;
  intervals: Span[];
  dropped: Drop[];
};

export function numbers(records: readonly KeptRecord[], month: Month): NumbersRow[] {
  return tracksOf(records, month).flatMap(({ workspace, phone, accounts, up, connected }) => {
    if (up.length === 0) return [];
    return [{ ...named(workspace, phone, accounts), days: daysOf(up, month), seconds: seconds(up), connected, intervals: up }];
  });
}

export function downtime(records: readonly KeptRecord[], month: Month): DowntimeRow[] {
  return tracksOf(records, month).flatMap(({ workspace, phone, accounts, down, drops, connected }) => {
    if (down.length === 0 && drops.length === 0) return [];
    const reasons: Record<string, number> = {};
    for (const { reason = '' } of drops) reasons[reason] = (reasons[reason] ?? 0) + 1;
    const longest = Math.max(0, ...down.map((one) => seconds([one])));
    const number = named(workspace, phone, accounts);
    return [
      { ...number, drops: drops.length, seconds: seconds(down), longest, down: !connected, reasons, intervals: down, dropped: drops },
    ];
  });
}

const named = (workspace: string, phone: string | undefined, accounts: string[]): Named => ({
  workspace,
  ...(phone !== undefined && { phone }),
  accounts,
});

/** Rounded once, at the end. */
const seconds = (spans: readonly Span[]): number => Math.round(spans.reduce((sum, { from, until }) => sum + until - from, 0) / 1000);

function daysOf(spans: readonly Span[], { days, until }: Month): number {
  return days.filter((begin, at) => {
    const end = Math.min(days[at + 1] ?? until, until);
    return spans.some((span) => span.from < end && span.until > begin);
  }).length;
}
