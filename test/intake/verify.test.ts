// What proves that a webhook comes from TimelinesAI, and what does not.
import { describe, expect, test } from 'vitest';
import { type Partner, type ProofContext, verify } from '../../src/intake/verify.ts';
import { claimsAt, partnerId, partnerSecret, sign } from './signing.ts';

const now = Date.UTC(2024, 0, 1, 12);
const context: ProofContext = { partners: [{ id: partnerId, secrets: [partnerSecret] }], allowUnsigned: false };
const present = (signature: string | undefined, id: string | undefined = partnerId, token?: string) => ({
  headers: { 'x-tl-signature': signature, 'x-tl-partner-id': id },
  ...(token !== undefined && { token }),
});
const reasonFor = (signature: string, id = partnerId, at = now, within = context): string => {
  const verdict = verify(present(signature, id), within, at);
  expect(verdict.ok).toBe(false);
  return verdict.ok ? '' : verdict.reason;
};

describe('a signature', () => {
  const vector =
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwYXJ0bmVyX2lkIjoicGFydG5lcl8xMjM0NSIsIm5iZiI6MTcwNDExMDIyMCwiZXhwIjoxNzA0MTEwNTgwfQ.H_LJwYtgGFibZugeszbyueock1I1fq64t01MdH44kmc';

  test('that was made elsewhere by the documented rules is accepted', () => {
    expect(verify(present(vector), context, now)).toEqual({ ok: true, proof: 'signature', partner: partnerId });
  });

  test('holds from a minute before nbf to a minute after exp and not a second longer, also once it is known', () => {
    const signature = sign(claimsAt(now));
    for (const _round of ['first', 'remembered']) {
      expect(verify(present(signature), context, now - 240_000).ok).toBe(true);
      expect(verify(present(signature), context, now + 240_000).ok).toBe(true);
      expect(reasonFor(signature, partnerId, now - 241_000)).toMatch(/not valid before 2024-01-01T11:57:00.000Z/);
      expect(reasonFor(signature, partnerId, now + 241_000)).toMatch(/expired at 2024-01-01T12:03:00.000Z/);
    }
  });

  test.each([
    ['by another secret', sign(claimsAt(now), 'another-secret'), /not made with this PARTNER_SECRET/],
    ['by nobody', sign(claimsAt(now), '', 'none'), /without a signature/],
    [
      'by nobody, with a signature pasted on',
      `${sign(claimsAt(now), '', 'none')}${sign(claimsAt(now)).split('.')[2]}`,
      /not made by HS256/,
    ],
    ['by HS512', sign(claimsAt(now), partnerSecret, 'HS512'), /not made by HS256/],
    ['by HS384', sign(claimsAt(now), partnerSecret, 'HS384'), /not made by HS256/],
    ['without exp', sign({ partner_id: partnerId, nbf: now / 1000 }), /lacks partner_id, nbf or exp/],
    ['without nbf', sign({ partner_id: partnerId, exp: now / 1000 }), /lacks partner_id, nbf or exp/],
    ['without partner_id', sign({ exp: now / 1000, nbf: now / 1000 }), /lacks partner_id, nbf or exp/],
    ['with exp as text', sign(claimsAt(now, { exp: '9999999999' })), /nbf or exp in the signature is no number/],
    ['with nbf null', sign(claimsAt(now, { nbf: null })), /nbf or exp in the signature is no number/],
    ['with partner_id as a list', sign(claimsAt(now, { partner_id: [partnerId] })), /partner_id in the signature is no text/],
    ['for another partner', sign(claimsAt(now, { partner_id: 'partner_2' })), /is of partner "partner_2"/],
    ['that is empty', '', /no JWT/],
    ['that is no JWT', 'abc', /no JWT/],
    ['cut short', sign(claimsAt(now)).slice(0, -4), /not made with this PARTNER_SECRET/],
    ['sent twice', `${sign(claimsAt(now))}, ${sign(claimsAt(now))}`, /no JWT|not made with this PARTNER_SECRET/],
  ])('%s is refused, and the reason does not hold it', (_what, signature, why) => {
    const reason = reasonFor(signature);
    expect(reason).toMatch(why);
    if (signature) expect(reason).not.toContain(signature.slice(-20));
  });

  test('under the name of a partner nobody knows is refused, and the name is quoted short', () => {
    expect(reasonFor(sign(claimsAt(now)), 'partner_x')).toBe('X-TL-Partner-Id is "partner_x", which is no partner of this relay');
    expect(reasonFor(sign(claimsAt(now)), 'x'.repeat(5000)).length).toBeLessThan(200);
    expect(reasonFor(sign(claimsAt(now)), '')).toBe('no X-TL-Partner-Id');
  });

  test('may be made with either of two secrets while they rotate, and with neither once they are replaced', () => {
    const older = sign(claimsAt(now), 'older');
    const newer = sign(claimsAt(now), 'newer');
    const both: Partner = { id: partnerId, secrets: ['newer', 'older'] };
    expect(verify(present(older), { ...context, partners: [both] }, now).ok).toBe(true);
    expect(verify(present(newer), { ...context, partners: [both] }, now).ok).toBe(true);
    const after: Partner = { id: partnerId, secrets: ['newer'] };
    expect(verify(present(older), { ...context, partners: [after] }, now).ok).toBe(false);
    expect(verify(present(newer), { ...context, partners: [after] }, now).ok).toBe(true);
  });

  test('is held against the secret of the partner it names, among several', () => {
    const several: ProofContext = {
      ...context,
      partners: [
        { id: 'a', secrets: ['secret-a'] },
        { id: 'b', secrets: ['secret-b'] },
      ],
    };
    const ofB = sign(claimsAt(now, { partner_id: 'b' }), 'secret-b');
    expect(verify(present(ofB, 'b'), several, now)).toEqual({ ok: true, proof: 'signature', partner: 'b' });
    expect(verify(present(ofB, 'a'), several, now).ok).toBe(false);
    expect(verify(present(sign(claimsAt(now, { partner_id: 'b' }), 'secret-a'), 'b'), several, now).ok).toBe(false);
  });

  test('is still judged rightly after more of them than are remembered', () => {
    const first = sign(claimsAt(now, { n: 0 }));
    for (let n = 0; n < 700; n++) expect(verify(present(sign(claimsAt(now, { n }))), context, now).ok).toBe(true);
    expect(verify(present(first), context, now).ok).toBe(true);
    expect(verify(present(first), context, now + 300_000).ok).toBe(false);
  });
});

describe('the token in the address', () => {
  const withToken: ProofContext = { ...context, webhookToken: 'a-token' };

  test('suffices where no signature is sent', () => {
    expect(verify(present(undefined, undefined, 'a-token'), withToken, now)).toEqual({ ok: true, proof: 'token' });
  });

  test('does not make up for a wrong signature', () => {
    expect(verify(present(sign(claimsAt(now), 'wrong'), partnerId, 'a-token'), withToken, now).ok).toBe(false);
  });

  test('need not be right where the signature is', () => {
    expect(verify(present(sign(claimsAt(now)), partnerId, 'wrong'), withToken, now)).toMatchObject({ ok: true, proof: 'signature' });
  });

  test('is refused where it is wrong, missing or not set up', () => {
    expect(verify(present(undefined, undefined, 'a-toke'), withToken, now)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/not WEBHOOK_TOKEN/),
    });
    expect(verify(present(undefined), withToken, now)).toMatchObject({ ok: false });
    expect(verify(present(undefined, undefined, 'a-token'), context, now)).toMatchObject({ ok: false });
  });

  test('lets a signed webhook in where no secret is set to hold the signature against', () => {
    const tokenOnly: ProofContext = { partners: [], webhookToken: 'a-token', allowUnsigned: false };
    expect(verify(present(sign(claimsAt(now)), partnerId, 'a-token'), tokenOnly, now)).toEqual({ ok: true, proof: 'token' });
    expect(verify(present(sign(claimsAt(now))), tokenOnly, now).ok).toBe(false);
  });
});

describe('an unsigned request', () => {
  test('is taken only where that was asked for', () => {
    expect(verify(present(undefined), { partners: [], allowUnsigned: true }, now)).toEqual({ ok: true, proof: 'unsigned' });
    expect(verify(present(undefined), { partners: [], allowUnsigned: false }, now)).toMatchObject({ ok: false });
    expect(verify(present(undefined), context, now)).toEqual({ ok: false, reason: 'no X-TL-Signature' });
  });
});
