// From a diary of mornings.ts: which time of a condition an event speaks of, and what a message tells of.
import type { Delivery } from '../../src/delivery.ts';
import type { Incident } from '../../src/model.ts';
import type { Diary } from './mornings.ts';

/** One time that a condition was so: its key and when it began. */
export type Span = string;
export const spanOf = ({ key, openedAt }: Incident): Span => `${key} of ${new Date(openedAt).toISOString().slice(11, 23)}`;

export type Spans = {
  /** Of an event that says it is so. */
  begun: Map<string, Span>;
  /** Of a recovery that ended it, or where no webhook said so of the event that its end is told by. */
  ended: Map<string, Span>;
  /** When it ended. */
  over: Map<Span, { at: number; asked?: true; closed?: true }>;
};

export function spansOf({ entries, foundOver, closed }: Diary): Spans {
  const begun = new Map<string, Span>();
  const ended = new Map<string, Span>();
  const over: Spans['over'] = new Map();
  for (const { event, before, after } of entries) {
    if (event.phase === 'firing' && after !== undefined) begun.set(event.id, spanOf(after));
    if (event.phase !== 'resolved' || !before?.open || after?.open) continue;
    ended.set(event.id, spanOf(before));
    over.set(spanOf(before), { at: event.receivedAt });
  }
  for (const { at, eventId, incident } of foundOver) {
    ended.set(eventId, spanOf(incident));
    over.set(spanOf(incident), { at, asked: true });
  }
  for (const { at, eventId, incident } of closed) {
    ended.set(eventId, spanOf(incident));
    over.set(spanOf(incident), { at, closed: true });
  }
  return { begun, ended, over };
}

export const eventsOf = ({ details, eventId }: Delivery): string[] => details.members ?? (eventId === undefined ? [] : [eventId]);
export const isLive = ({ state }: Delivery): boolean => state !== 'cancelled' && state !== 'dead';
