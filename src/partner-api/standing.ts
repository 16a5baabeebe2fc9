// What an answer of the Partner API means for one number: pure.
import type { NumberNow, WorkspaceNow } from './answer.ts';

/** `unknown`: nothing can be said, so nothing is taken for over. */
export type Standing = 'up' | 'down' | 'unknown';

export type Who = { id?: string | undefined; phone?: string | undefined };

/** An id may change when a number is linked anew, so its phone finds it too. A number that is no longer listed is not connected. */
export function standingOf({ numbers }: WorkspaceNow, { id, phone }: Who): Standing {
  if (numbers === undefined || (id === undefined && phone === undefined)) return 'unknown';
  const named = numbers.filter((one) => is(one, { id, phone }));
  const phones = new Set(named.flatMap((one) => one.phone ?? []));
  const same = numbers.filter((one) => named.includes(one) || (one.phone !== undefined && phones.has(one.phone)));
  return same.some(({ connected }) => connected) ? 'up' : 'down';
}

/** The last part of a key such as `wa:acme:67890` is an id or, where the webhook had none, a phone number. */
export function whoOf(incidentKey: string, workspaceId: string): Who {
  const rest = incidentKey.slice(`wa:${workspaceId}:`.length);
  return rest === 'unknown' || rest === '' ? {} : { id: rest, phone: rest };
}

export const is = (number: NumberNow, { id, phone }: Who): boolean =>
  (id !== undefined && number.id === id) || (phone !== undefined && number.phone === phone);

/** The vendor documents `connected` alone, so of the others only plain words for a link that was lost are believed. */
const lost = /disconnect|logged[ _-]?out|unpaired|unlinked|suspended|banned|expired/i;

/** A number that waits for its first link is not connected either, but did not drop. */
export const hasDropped = ({ connected, connectedAt, status = '' }: NumberNow, seenBefore: boolean): boolean =>
  !connected && (seenBefore || connectedAt !== undefined || lost.test(status));
