// Who stands at the door: every request is met here once, before anything else is loaded. Those who may come in are visits; those who may not can
// still be shown a page that says so, or the one to sign in at.
import type { IncomingMessage } from 'node:http';
import { ulid } from 'ulid';
import { type Admission, createAuth, fromOwnPage, type Who } from './auth.ts';
import { createLockouts, type Lockout } from './lockouts.ts';
import { createSessions, newSecret } from './sessions.ts';

export type Visit = {
  id: string;
  who: Who;
  /** What a form must carry. */
  csrf: string;
  /** Whether it may still look on, for answers that take hours. */
  welcome(): boolean;
};
export type Stranger = { id: string; refusal: Refusal };
export type Refusal = Extract<Admission, { ok: false }>;

/** What the API needs to know of a request. */
export type Visits = { get(request: IncomingMessage): Visit | undefined };

/** What the pages need to know of it. */
export type Gate = {
  visit(request: IncomingMessage): Visit | undefined;
  /** Refused, and to be told by a page. */
  stranger(request: IncomingMessage): Stranger | undefined;
  /** Whether there is a token to sign in with. */
  signs: boolean;
  /** By ADMIN_TOKEN, judged as a bearer token is: the same comparison, the same lock. Answers the id of the new session. */
  signIn(request: IncomingMessage, token: string): { ok: true; session: string } | Refusal;
  signOut(request: IncomingMessage): void;
  /** Whether a browser says that a page of ours sent it. */
  fromOwnPage(request: IncomingMessage): boolean;
};

/** Of its own, because the log of many runs is searched by it; Fastify counts from 1. */
export const newId = (): string => `r_${ulid()}`;

export type VisitsOptions = { token: string | undefined; adminUrl?: string | undefined; now(): number; lockedOut?(lockout: Lockout): void };

export function createVisits({ token, adminUrl, now, lockedOut }: VisitsOptions) {
  const sessions = createSessions();
  const ownOrigin = adminUrl === undefined ? undefined : new URL(adminUrl).origin;
  const worthTelling = createLockouts();
  const admit = createAuth(token, (address, at) => {
    const lockout = worthTelling(address, at);
    if (lockout !== undefined) lockedOut?.(lockout);
  });
  /** For whoever comes without a session: known to the pages of this process alone. */
  const csrf = newSecret();
  const visits = new WeakMap<IncomingMessage, Visit>();
  const strangers = new WeakMap<IncomingMessage, Stranger>();

  const callerOf = ({ method = 'GET', headers, socket }: IncomingMessage) => ({ address: socket.remoteAddress, method, headers });

  function meet(request: IncomingMessage): { visit: Visit } | { stranger: Stranger } {
    const id = newId();
    const session = token === undefined ? undefined : sessions.of(request.headers.cookie, now());
    if (session !== undefined) {
      if (!changes(request) || fromOwnPage(request.headers, ownOrigin)) {
        const welcome = () => session.open && session.until > now();
        return { visit: enter({ id, who: 'page', csrf: session.csrf, welcome }) };
      }
      return turnAway({ ok: false, code: 'admin.refused', detail: 'A page of another origin sent this request.' });
    }
    const admission = admit(callerOf(request), now());
    return admission.ok ? { visit: enter({ id, who: admission.who, csrf, welcome: () => true }) } : turnAway(admission);

    function enter(visit: Visit): Visit {
      visits.set(request, visit);
      return visit;
    }
    function turnAway(refusal: Refusal): { stranger: Stranger } {
      const stranger = { id, refusal };
      strangers.set(request, stranger);
      return { stranger };
    }
  }

  const gate: Gate = {
    visit: (request) => visits.get(request),
    stranger: (request) => strangers.get(request),
    signs: token !== undefined,
    signIn: (request, given) => {
      const admission = admit({ ...callerOf(request), typed: given }, now());
      return admission.ok ? { ok: true, session: sessions.begin(now()).id } : admission;
    },
    signOut: (request) => sessions.end(request.headers.cookie),
    fromOwnPage: ({ headers }) => fromOwnPage(headers, ownOrigin),
  };
  return { meet, gate, visits: { get: gate.visit } satisfies Visits };
}

const changes = ({ method }: IncomingMessage): boolean => method !== 'GET' && method !== 'HEAD';
