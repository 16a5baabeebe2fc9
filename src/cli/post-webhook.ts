// Sends one webhook to a relay, proven the way that relay asks for: signed, or by its secret address.
import { createNetwork } from '../outgoing.ts';
import { Refusal, WrongCall } from './command.ts';
import { signer } from './sign.ts';

export type WebhookAnswer = { status: number; ms: number; id?: string; duplicate?: boolean; code?: string; message?: string };
export type Poster = { proof: 'signed' | 'by token' | 'unsigned'; post(body: string): Promise<WebhookAnswer>; close(): Promise<void> };

export function posterTo(
  url: string,
  proof: { partner: string | undefined; secret: string | undefined; token: string | undefined },
): Poster {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new WrongCall(`--url is "${url}", which is no http address, such as http://127.0.0.1:8080.`);
  const { partner, secret, token } = proof;
  const signed = partner !== undefined && secret !== undefined;
  if (base.pathname === '/') base.pathname = `/webhooks/timelinesai${!signed && token !== undefined ? `/${token}` : ''}`;
  const headers = signed ? signer(partner, secret, Date.now) : () => ({});
  const network = createNetwork({ allowPrivate: true, timeoutMs: 15_000 });
  return {
    proof: signed ? 'signed' : token !== undefined ? 'by token' : 'unsigned',
    close: () => network.close(),
    post: async (body) => {
      const began = performance.now();
      try {
        const reply = await network.request(base.href, { headers: { 'content-type': 'application/json', ...headers() }, body });
        return { status: reply.status, ms: performance.now() - began, ...answerIn(reply.text) };
      } catch (error) {
        throw new Refusal(
          `no relay answers at ${base.origin} (${(error as Error).message}). Is it running? Its address is given by --url.`,
        );
      }
    },
  };
}

function answerIn(text: string): Pick<WebhookAnswer, 'id' | 'duplicate' | 'code' | 'message'> {
  try {
    const { id, duplicate, code, message } = JSON.parse(text);
    return { ...(id === undefined ? {} : { id, duplicate }), ...(code === undefined ? {} : { code, message }) };
  } catch {
    return {};
  }
}

/** What to look at when a webhook was refused. */
export function hintFor({ status }: WebhookAnswer, proof: Poster['proof']): string | undefined {
  if (status === 401 && proof === 'signed')
    return 'Are PARTNER_ID and PARTNER_SECRET here the same as the relay has, and the partner_id in the body too?';
  if (status === 401) return 'Set PARTNER_ID and PARTNER_SECRET, or WEBHOOK_TOKEN, as the relay has them.';
  if (status === 404) return 'Is that the webhook port of a relay (PORT)? The admin port takes no webhooks.';
  return undefined;
}
