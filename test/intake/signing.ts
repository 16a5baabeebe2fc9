// Signatures for tests, right and wrong ones, as TimelinesAI and as a forger would make them.
import { createHmac } from 'node:crypto';

export const partnerId = 'partner_12345';
export const partnerSecret = 'example-partner-secret-not-real';

type Claims = Record<string, unknown>;
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Claims that hold now, three minutes each way. */
export const claimsAt = (now: number, more: Claims = {}): Claims => ({
  partner_id: partnerId,
  nbf: Math.floor(now / 1000) - 180,
  exp: Math.floor(now / 1000) + 180,
  ...more,
});

/** Made by hand, not by the library under test, so that what the library would never make can be made. */
export function sign(claims: Claims, secret = partnerSecret, alg = 'HS256'): string {
  const input = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  if (alg === 'none') return `${input}.`;
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`;
}

export const signedHeaders = (now: number, more: Claims = {}, secret = partnerSecret): Record<string, string> => ({
  'content-type': 'application/json',
  'x-tl-partner-id': partnerId,
  'x-tl-signature': sign(claimsAt(now, more), secret),
});
