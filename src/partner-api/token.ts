// Proof that a question comes from the partner: a token of six minutes, new for each request. While two secrets rotate it is signed by the one that
// worked last, the first at first.
import { createSigner } from 'fast-jwt';

export type Tokens = {
  /** Headers for one request. */
  headers(now: number): Record<string, string>;
  /** This one was refused: the other secret is tried from now on. false: there is no other. */
  turn(): boolean;
};

const validS = 180;

export function createTokens(partnerId: string, secrets: readonly string[]): Tokens {
  const signers = secrets.map((key) => createSigner({ key, algorithm: 'HS256', noTimestamp: true }));
  let current = 0;
  return {
    headers: (now) => {
      const second = Math.floor(now / 1000);
      const token = signers[current]!({ partner_id: partnerId, nbf: second - validS, exp: second + validS });
      return { authorization: `Bearer ${token}`, 'x-tl-partner-id': partnerId };
    },
    turn: () => {
      current = (current + 1) % signers.length;
      return signers.length > 1;
    },
  };
}
