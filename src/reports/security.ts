// A log for whoever answers for access: tokens that were rotated, and numbers that lost their session. Pure.
import type { EventRecord, KeptRecord } from '../records.ts';
import type { Month } from './month.ts';
import { inOrder } from './tracks.ts';

export type SecurityRow = {
  at: number;
  workspace: string;
  what: 'token-rotated' | 'disconnected';
  phone?: string;
  account?: string;
  reason?: string;
  event: string;
};

/** Nobody's hand: a bill that is not paid, a code that was not scanned. All else is unexpected, for no webhook says that it was meant. */
const expected = /payment|\bqr\b|qr_/i;

export function security(records: readonly KeptRecord[], { from, until }: Month): SecurityRow[] {
  const events = records.filter(
    (one): one is EventRecord => (one.kind === 'event' || one.kind === 'number') && one.at >= from && one.at < until,
  );
  return inOrder(events).flatMap(({ id, at, workspaceId, type, account }) => {
    if (type !== 'token-rotated' && type !== 'disconnected') return [];
    if (type === 'disconnected' && expected.test(account?.reason ?? '')) return [];
    return [
      {
        ...{ at, workspace: workspaceId, what: type },
        ...(account?.phone !== undefined && { phone: account.phone }),
        ...(account?.id !== undefined && { account: account.id }),
        ...(account?.reason !== undefined && { reason: account.reason }),
        event: id,
      },
    ];
  });
}
