// How a command has the running relay do something: its admin API, with ADMIN_TOKEN where that is set. What cannot be done says why.
import { createNetwork } from '../outgoing.ts';
import type { Settings } from '../settings.ts';
import { Refusal } from './command.ts';

/** Without a body it only reads. Node's fetch and not `request`, whose replies are cut at 64 KiB: a list of ids may be longer. */
export async function askRelay<T>(
  settings: Settings,
  path: string,
  body?: object,
  method = body === undefined ? 'GET' : 'POST',
): Promise<T> {
  const base = settings.adminUrl ?? `http://127.0.0.1:${settings.adminPort}`;
  // As long as the relay takes to answer: to forget a workspace of a large store is many small steps.
  const network = createNetwork({ allowPrivate: true, timeoutMs: 300_000 });
  try {
    const reply = await network
      .fetch(`${base}/api/v1${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(settings.adminToken === undefined ? {} : { authorization: `Bearer ${settings.adminToken}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      .catch((error: Error) => {
        throw new Refusal(
          `no relay answers at ${base} (${error.message}). This needs a running relay: start it, or set ADMIN_URL or ADMIN_PORT to where its admin listener is.`,
        );
      });
    const text = await reply.text();
    const answer = parsed(text);
    if (reply.ok && answer !== undefined) return answer as T;
    throw new Refusal(refusalOf(reply.status, base, answer));
  } finally {
    await network.close();
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(status: number, base: string, answer: Record<string, unknown> | undefined): string {
  const { code, detail } = answer ?? {};
  if (typeof detail !== 'string')
    return `${base} answered HTTP ${status}, which is no answer of a relay's API. Is ADMIN_URL or ADMIN_PORT right?`;
  return `the relay answered ${String(code)}: ${detail}`;
}
