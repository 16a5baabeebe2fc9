// Links in messages that work without a sign-in: take this incident on, see all that this digest tells of. A link names one delivery, and with it
// one target and one outage, and is signed, so that nobody can make one up and an old one never speaks of the next outage. Pure.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Delivery } from '../delivery.ts';
import type { Rules } from '../rules/rules.ts';

export type LinkKind = 'ack' | 'list';
export type Links = { acknowledgeUrl?: string; listUrl?: string };

export const newLinkKey = (): string => randomBytes(32).toString('base64url');

/** `d_01J….<signature>`: only of an id that can stand in an address as it is. */
export const linkToken = (key: string, kind: LinkKind, delivery: string): string => `${delivery}.${signatureOf(key, kind, delivery)}`;

/** The delivery that it speaks of; undefined where this relay did not sign it for this kind of link. */
export function readToken(key: string, kind: LinkKind, token: string): string | undefined {
  const [, delivery, given] = /^([\w-]{1,100})\.([\w-]{43})$/.exec(token) ?? [];
  if (delivery === undefined || given === undefined) return undefined;
  // As text, for two texts of base64 can stand for the same bytes.
  return timingSafeEqual(Buffer.from(given), Buffer.from(signatureOf(key, kind, delivery))) ? delivery : undefined;
}

const signatureOf = (key: string, kind: LinkKind, delivery: string): string =>
  createHmac('sha256', key).update(`${kind}\n${delivery}`).digest('base64url');

/** Of one message, by the rules of now. */
export type LinksOf = (delivery: Delivery, rules: Rules) => Links;

export const createLinks =
  ({ publicUrl, key }: { publicUrl: string; key: string }): LinksOf =>
  (delivery, rules) => {
    const link = (kind: LinkKind) => `${publicUrl}/${kind}/${linkToken(key, kind, delivery.id)}`;
    return {
      ...(canBeTaken(delivery, rules) ? { acknowledgeUrl: link('ack') } : {}),
      ...(isOfMany(delivery) ? { listUrl: link('list') } : {}),
    };
  };

/** For a preview: they stand where they would, and are signed with a key that nobody has, so that what is printed opens nothing. */
export const linksOnPaper = (publicUrl: string | undefined): LinksOf =>
  publicUrl === undefined ? () => ({}) : createLinks({ publicUrl, key: newLinkKey() });

/** Only where there is something to stop: reminders or the next people. */
function canBeTaken({ kind, incidentKey, details, route: name }: Delivery, { routes }: Rules): boolean {
  if (!takeable.has(kind) || incidentKey === undefined || details.since === undefined) return false;
  const route = routes.find((one) => one.name === name);
  return route?.repeat !== undefined || (route?.escalate ?? []).length > 0;
}
const takeable: ReadonlySet<string> = new Set(['alert', 'reminder', 'escalation']);

const isOfMany = ({ kind, details: { members = [] } }: Delivery): boolean => (kind === 'digest' || kind === 'storm') && members.length > 0;
