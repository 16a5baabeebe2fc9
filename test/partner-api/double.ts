// The Partner API in small: answers as its reference says, about a fleet in memory that a test may change at any time.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createVerifier } from 'fast-jwt';

export type FleetNumber = {
  whatsapp_account_id: number;
  phone_number_e164: string;
  connected: boolean;
  connection_status: string;
  connected_at?: string;
  user_id?: number;
};
export type FleetWorkspace = { display_name: string; whatsapp_accounts: FleetNumber[] };

/** What goes wrong with a question: an HTTP status, or `silence`: it is never answered, or `cut`: the answer breaks off in the middle. */
export type Trouble = number | { status: number; retryAfter: string } | 'silence' | 'cut' | { body: string; status?: number };

export type Double = Awaited<ReturnType<typeof partnerApiDouble>>;

export async function partnerApiDouble(
  options: { partner?: string; secret?: string; now?: () => number; perSecond?: number } = {},
): Promise<{
  url: string;
  /** By id. Changed at will. */
  fleet: Map<string, FleetWorkspace>;
  /** Questions that came, in order. */
  asked: { at: number; id: string; agent: string; token: string }[];
  /** The secret that counts from now on. */
  secret(now: string): void;
  /** What the next questions come to; undefined ends it. */
  trouble(of: ((id: string, count: number) => Trouble | undefined) | undefined): void;
  close(): void;
}> {
  const { partner = 'partner_12345', now = Date.now, perSecond = 30 } = options;
  let secret = options.secret ?? 'double-secret-not-real';
  let trouble: ((id: string, count: number) => Trouble | undefined) | undefined;
  const fleet = new Map<string, FleetWorkspace>();
  const asked: { at: number; id: string; agent: string; token: string }[] = [];

  const server = createServer((request, reply) => {
    const id = /^\/partner\/api\/v1\/workspaces\/([^/]+)$/.exec(request.url ?? '')?.[1];
    // As the vendor's web server does with anything it does not know, a slash at the end included.
    if (request.method !== 'GET' || id === undefined) return void reply.writeHead(404, html).end('<h1>Not Found</h1>');
    const name = decodeURIComponent(id);
    const token = String(request.headers.authorization ?? '').replace(/^Bearer /, '');
    const at = now();
    asked.push({ at, id: name, agent: String(request.headers['user-agent'] ?? ''), token });
    const what = trouble?.(name, asked.filter((one) => one.id === name).length);
    if (what !== undefined) return fail(reply, what);
    const refusal = refusalOf(token, String(request.headers['x-tl-partner-id'] ?? ''), at);
    if (refusal !== undefined) return problem(reply, 401, refusal);
    if (asked.filter((one) => one.at > at - 1000).length > perSecond)
      return problem(reply, 429, 'too_many_requests', { 'retry-after': '1' });
    const workspace = fleet.get(name);
    if (workspace === undefined) return problem(reply, 404, 'workspace_not_found');
    json(reply, 200, {
      workspace_id: name,
      seats: { total: 3, used: 1 },
      messages_quota: { total: 1000, used: 10 },
      api_calls_quota: { total: 1000, used: 10 },
      non_recurring_quota: {},
      users: [],
      qr_links: [],
      ...workspace,
    });
  });

  function refusalOf(token: string, id: string, at: number): string | undefined {
    if (id !== partner) return 'partner_not_found';
    let claims: { partner_id?: string; nbf: number; exp: number };
    try {
      claims = createVerifier({ key: secret, algorithms: ['HS256'], ignoreExpiration: true, ignoreNotBefore: true })(token);
    } catch {
      return 'invalid_signature';
    }
    if (claims.partner_id !== partner) return 'invalid_signature';
    if (at < claims.nbf * 1000 || at > claims.exp * 1000 || claims.exp - claims.nbf > 360) return 'timestamp_out_of_range';
    return undefined;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/partner/api/v1`,
    fleet,
    asked,
    secret: (next) => {
      secret = next;
    },
    trouble: (of) => {
      trouble = of;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const html = { 'content-type': 'text/html' };

function fail(reply: ServerResponse, what: Trouble): void {
  if (what === 'silence') return;
  if (what === 'cut') {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"workspace_id":');
    setImmediate(() => reply.destroy());
    return;
  }
  if (typeof what === 'number') return void reply.writeHead(what, html).end('<h1>Not now</h1>');
  if ('body' in what) return void reply.writeHead(what.status ?? 200, { 'content-type': 'application/json' }).end(what.body);
  problem(reply, what.status, 'too_many_requests', { 'retry-after': what.retryAfter });
}

const problem = (reply: ServerResponse, status: number, error: string, headers: Record<string, string> = {}): void =>
  json(reply, status, { error, status, description: 'said by the double' }, headers);

function json(reply: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  reply.writeHead(status, { 'content-type': 'application/json', 'x-tl-api-version': 'v1', ...headers }).end(JSON.stringify(body));
}

/** A number as the API lists it: connected unless said otherwise. */
export const fleetNumber = (id: number, more: Partial<FleetNumber> = {}): FleetNumber => ({
  whatsapp_account_id: id,
  phone_number_e164: `+3460000${String(id).padStart(4, '0')}`,
  connected: more.connected ?? true,
  connection_status: (more.connected ?? true) ? 'connected' : 'disconnected',
  connected_at: '2026-01-15T10:00:00Z',
  user_id: 42,
  ...more,
});
