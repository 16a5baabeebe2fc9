// Signs webhooks as TimelinesAI does, for `simulate` and the demo: a JWT over the partner and two times, renewed long before it ends.
import { createSigner } from 'fast-jwt';

/** Headers for one webhook. One signature serves for a second: the real ones cover no body either. */
export function signer(partner: string, secret: string, now: () => number): () => Record<string, string> {
  const sign = createSigner({ key: secret, algorithm: 'HS256', noTimestamp: true });
  let made = 0;
  let signature = '';
  return () => {
    if (now() - made >= 1000) {
      made = now();
      const second = Math.floor(made / 1000);
      signature = sign({ partner_id: partner, nbf: second - 180, exp: second + 180 });
    }
    return { 'x-tl-partner-id': partner, 'x-tl-signature': signature };
  };
}
