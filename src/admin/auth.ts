// Who may come in by the side door. With ADMIN_TOKEN: whoever shows it. Without: only this machine, spoken to by a name of this machine. Pure but
// for the count of wrong tokens, which is bounded; the clock is handed in. door.ts asks before anything else is loaded.
import { hash, timingSafeEqual } from 'node:crypto';
import type { ErrorCode } from '../errors.ts';

/** How a caller proved that it may: stands in the log beside every change. */
export type Who = 'token' | 'loopback' | 'page';
export type Caller = {
  address: string | undefined;
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Shown by a form and not as a bearer token. */
  typed?: string;
};
export type Admission = { ok: true; who: Who } | { ok: false; code: ErrorCode; detail?: string };

/** `locked` hears of each lock when it begins. */
export function createAuth(
  token: string | undefined,
  locked?: (address: string, now: number) => void,
): (caller: Caller, now: number) => Admission {
  if (token === undefined) return admitLoopback;
  const expected = hash('sha256', token, 'buffer');
  const wrongTokens = countWrongTokens();
  return ({ address = '', headers, typed }, now) => {
    // An address that guesses is not even looked at: a right guess must look like a wrong one.
    if (wrongTokens.tooMany(address, now)) return { ok: false, code: 'admin.locked' };
    const given = typed ?? bearer(headers.authorization);
    // Compared as hashes: timingSafeEqual throws on unequal lengths, and the length is part of the secret.
    if (timingSafeEqual(hash('sha256', given ?? '', 'buffer'), expected)) return { ok: true, who: 'token' };
    // A page opened without a token guesses nothing.
    if (given !== undefined) wrongTokens.add(address, now);
    if (wrongTokens.tooMany(address, now)) locked?.(address, now);
    return { ok: false, code: 'admin.refused', detail: given === undefined ? noToken : wrongToken };
  };
}

const noToken = 'ADMIN_TOKEN is set and the request shows no token: send the header `authorization: Bearer …`.';
const wrongToken = 'The bearer token is not ADMIN_TOKEN.';

function bearer(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? /^Bearer +([^\s]+) *$/i.exec(header)?.[1] : undefined;
}

function admitLoopback({ address, method, headers }: Caller): Admission {
  if (!isLoopback(address))
    return refuse('The request comes from another machine and no ADMIN_TOKEN is set: set it, or ask from this machine.');
  // A page that a browser on this machine has open can reach 127.0.0.1 under its own name (DNS rebinding), but not under ours.
  if (!isOwnName(headers.host))
    return refuse('The Host header is no name of this machine: use localhost or 127.0.0.1, or set ADMIN_TOKEN.');
  // Behind a proxy on this machine every stranger looks local.
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined)
    return refuse('The request came through a proxy and no ADMIN_TOKEN is set: set it, or ask without the proxy.');
  // A link from elsewhere may open a page; what another origin reads here its browser keeps from it.
  if (method !== 'GET' && method !== 'HEAD' && isForeign(headers)) return refuse('A page of another origin sent this request.');
  return { ok: true, who: 'loopback' };
}

const refuse = (detail: string): Admission => ({ ok: false, code: 'admin.refused', detail });

/** As the kernel writes addresses; the IPv4 ones also mapped into IPv6. */
const isLoopback = (address: string | undefined): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address ?? '');

const ownName = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;
const isOwnName = (host: string | string[] | undefined): boolean => typeof host === 'string' && ownName.test(host);

/** Browsers say where a request was made; other clients send neither header. */
function isForeign(headers: Caller['headers']): boolean {
  const { origin, host } = headers;
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}

/** Whether a browser says that one of our own pages sent this. Behind a proxy the Host may be another than the page's, and without TLS a browser says
 * less: either of the two is enough, and one of them must be there. */
export function fromOwnPage(headers: Caller['headers'], ownOrigin?: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && (origin === `http://${host}` || origin === `https://${host}` || origin === ownOrigin);
}

/** Wrong tokens by address over a sliding minute. What comes while an address is locked out is not counted, so the lock always ends. */
function countWrongTokens({ most = 10, windowMs = 60_000, addresses = 1000 } = {}) {
  const times = new Map<string, number[]>();
  return {
    tooMany: (address: string, now: number): boolean => {
      const latest = times.get(address);
      return latest !== undefined && latest.length >= most && latest[0]! > now - windowMs;
    },
    add: (address: string, now: number): void => {
      const latest = [...(times.get(address) ?? []), now].slice(-most);
      // Put last again, so that the first in the map is the one longest quiet and is the one to forget.
      times.delete(address);
      times.set(address, latest);
      if (times.size > addresses) times.delete(times.keys().next().value!);
    },
  };
}
