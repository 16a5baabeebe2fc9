// The token of an acknowledge link: which incident, at which destination it was read, until when it holds, and a signature over that.
// Whoever has it may take that one incident, and nothing else. Pure; the key is made once and kept in the store.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type AckLink = { incidentKey: string; destination: string };

/** A message is looked for no longer than this. */
export const ackLinkMs = 30 * 86_400_000;
export const newAckKey = (): string => randomBytes(32).toString('base64url');

export function signAckLink({ incidentKey, destination }: AckLink, key: string, now: number): string {
  const said = Buffer.from(JSON.stringify([incidentKey, destination, Math.ceil((now + ackLinkMs) / 1000)])).toString('base64url');
  return `${said}.${macOf(said, key)}`;
}

/** undefined for whatever is forged, cut short or over. */
export function readAckLink(token: string, key: string, now: number): AckLink | undefined {
  const [, said, mac] = /^([\w-]{1,4000})\.([\w-]{43})$/.exec(token) ?? [];
  if (said === undefined || mac === undefined) return undefined;
  // As text: the last letter of base64 has bits to spare, and one link must not have several spellings.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(said, key)))) return undefined;
  const [incidentKey, destination, until] = JSON.parse(Buffer.from(said, 'base64url').toString()) as [string, string, number];
  return until * 1000 > now ? { incidentKey, destination } : undefined;
}

const macOf = (said: string, key: string): string => createHmac('sha256', key).update(said).digest('base64url');
