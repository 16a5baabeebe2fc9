// What asking brought to light that no webhook said. Whoever composes the relay makes an event of it, so that it goes the way of every other.
import type { NumberNow } from './answer.ts';

export type Finding = {
  type: 'connected' | 'disconnected';
  workspaceId: string;
  number: Pick<NumberNow, 'id' | 'phone' | 'userId'>;
  incidentKey: string;
  triggeredAt: number;
  /** Of what it is the end or the beginning: found twice, it is the same event. */
  mark: number;
};

/** Two machines never have quite the same time: what is stamped by this one must not look later than what TimelinesAI says next. */
const skewMs = 60_000;

/** The vendor's own time where it can be right, else some time before it was asked. */
export const whenOver = (connectedAt: number | undefined, openedAt: number, changedAt: number, askedAt: number): number =>
  connectedAt !== undefined && connectedAt >= Math.max(openedAt, changedAt) ? connectedAt : Math.max(changedAt, askedAt - skewMs);

/** Not before it was connected last, nor while the relay still heard of everything. */
export const whenDropped = (connectedAt: number | undefined, heardUntil: number, askedAt: number): number =>
  Math.min(askedAt, Math.max(connectedAt ?? 0, heardUntil, askedAt - skewMs));
