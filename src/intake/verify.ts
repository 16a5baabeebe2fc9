// Does this request come from TimelinesAI? Judged by its headers and address alone, so that webhook.ts can refuse before a byte of the body
// is read. Pure: partners and clock are handed in. The signature is a credential (it would pass as a Partner API token): no answer holds it.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createVerifier, TokenError, type TokenValidationErrorCode } from 'fast-jwt';
import type { Proof } from '../model.ts';

/** Replaced when it changes, never changed in place: what was checked with its secrets is remembered by the object. */
export type Partner = Readonly<{ id: string; secrets: readonly string[] }>;
export type ProofContext = { partners: readonly Partner[]; webhookToken?: string; allowUnsigned: boolean };
/** `token` is the last part of the address, where there is one. */
export type Presented = { headers: Readonly<Record<string, string | string[] | undefined>>; token?: string };
/** `reason` is for a person and may quote what was found, but never a secret or signature. */
export type Verdict = { ok: true; proof: Proof; partner?: string } | { ok: false; reason: string };

export function verify(presented: Presented, context: ProofContext, now: number): Verdict {
  const signature = presented.headers['x-tl-signature'];
  // Where no secret is set there is nothing to hold a signature against, and TimelinesAI signs always.
  if (signature !== undefined && context.partners.length > 0) {
    const id = String(presented.headers['x-tl-partner-id'] ?? '');
    const reason = faultOfSignature(String(signature), id, context.partners, now);
    return reason === undefined ? { ok: true, proof: 'signature', partner: id } : { ok: false, reason };
  }
  if (context.webhookToken !== undefined && presented.token !== undefined) {
    if (sameText(presented.token, context.webhookToken)) return { ok: true, proof: 'token' };
    return { ok: false, reason: 'the token in the address is not WEBHOOK_TOKEN' };
  }
  if (context.allowUnsigned) return { ok: true, proof: 'unsigned' };
  const wanted = [...(context.partners.length > 0 ? ['X-TL-Signature'] : []), ...(context.webhookToken ? ['token in the address'] : [])];
  return { ok: false, reason: `no ${wanted.join(' and no ') || 'proof of origin is set up'}` };
}

const skewMs = 60_000;
/** Stands in for a partner nobody knows, so that guessing ids takes as long as guessing secrets. */
const stranger: Partner = { id: '', secrets: [randomBytes(32).toString('hex')] };

function faultOfSignature(signature: string, id: string, partners: readonly Partner[], now: number): string | undefined {
  const partner = partners.find((one) => one.id === id) ?? stranger;
  const claims = readClaims(signature, partner);
  if (partner === stranger) return id === '' ? 'no X-TL-Partner-Id' : `X-TL-Partner-Id is ${quote(id)}, which is no partner of this relay`;
  if (typeof claims === 'string') return claims;
  if (claims.partner !== id) return `the signature is of partner ${quote(claims.partner)}, X-TL-Partner-Id says ${quote(id)}`;
  if (now < claims.notBefore - skewMs)
    return `the signature is not valid before ${timeText(claims.notBefore)}: is this machine's clock right?`;
  if (now > claims.expires + skewMs) return `the signature expired at ${timeText(claims.expires)}: is this machine's clock right?`;
  return undefined;
}

type Claims = { partner: string; notBefore: number; expires: number };
type Memory = { verifiers: ((signature: string) => unknown)[]; known: Map<string, Claims> };
const memories = new WeakMap<Partner, Memory>();
const mostKnown = 500;

/** The claims, or why there are none. One signature may stand for many webhooks, so a good one is remembered, by its hash and without its times checked. */
function readClaims(signature: string, partner: Partner): Claims | string {
  const memory = memories.get(partner) ?? remember(partner);
  const name = hash('sha256', signature);
  const known = memory.known.get(name);
  if (known) return known;
  const claims = checkSignature(signature, memory.verifiers);
  if (typeof claims === 'string') return claims;
  if (memory.known.size >= mostKnown) memory.known.delete(memory.known.keys().next().value!);
  memory.known.set(name, claims);
  return claims;
}

function remember(partner: Partner): Memory {
  const memory: Memory = { verifiers: partner.secrets.map(verifierFor), known: new Map() };
  memories.set(partner, memory);
  return memory;
}

/** fast-jwt takes its clock when a verifier is made; ours is handed in at each call, so the two times are checked here. */
const verifierFor = (secret: string) =>
  createVerifier({
    key: secret,
    algorithms: ['HS256'],
    requiredClaims: ['partner_id', 'nbf', 'exp'],
    ignoreExpiration: true,
    ignoreNotBefore: true,
    cache: false,
  });

function checkSignature(signature: string, verifiers: Memory['verifiers']): Claims | string {
  let fault = 'no secret is set for this partner';
  for (const check of verifiers) {
    try {
      return readTimes(check(signature) as Record<string, unknown>);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      fault = faults[error.code] ?? 'X-TL-Signature is no JWT';
    }
  }
  return fault;
}

const faults: Partial<Record<TokenValidationErrorCode, string>> = {
  FAST_JWT_INVALID_SIGNATURE: 'the signature was not made with this PARTNER_SECRET',
  FAST_JWT_MISSING_SIGNATURE: 'X-TL-Signature is a JWT without a signature',
  FAST_JWT_INVALID_ALGORITHM: 'the signature is not made by HS256',
  FAST_JWT_MISSING_REQUIRED_CLAIM: 'the signature lacks partner_id, nbf or exp',
};

function readTimes({ partner_id, nbf, exp }: Record<string, unknown>): Claims | string {
  if (typeof partner_id !== 'string' && typeof partner_id !== 'number') return 'partner_id in the signature is no text';
  if (!Number.isFinite(nbf) || !Number.isFinite(exp)) return 'nbf or exp in the signature is no number';
  return { partner: String(partner_id), notBefore: Number(nbf) * 1000, expires: Number(exp) * 1000 };
}

/** Both sides hashed: timingSafeEqual throws on unequal lengths, and the length is part of the secret. */
function sameText(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}

/** A stranger wrote it and an operator reads it. */
const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function timeText(time: number): string {
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : 'a time out of range';
}
