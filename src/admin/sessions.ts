// Who signed in at the pages: random ids in memory for twelve hours, so that signing out ends one for good and a restart ends them all. Only what
// an id hashes to is kept; the clock is handed in.
import { hash, randomBytes } from 'node:crypto';

export const cookieName = 'relay_session';
export const sessionMs = 12 * 3_600_000;

export type Session = {
  /** What every form of its pages carries: no other page can know it. */
  csrf: string;
  until: number;
  /** No longer once it was signed out. */
  open: boolean;
};

export type Sessions = {
  /** The id goes into the cookie and nowhere else. */
  begin(now: number): { id: string; session: Session };
  of(cookies: string | undefined, now: number): Session | undefined;
  end(cookies: string | undefined): void;
};

export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Whoever has the token could begin them without end: the oldest goes. */
export function createSessions({ most = 1000 } = {}): Sessions {
  const sessions = new Map<string, Session>();
  const keyIn = (cookies: string | undefined): string | undefined => {
    const id = sessionCookie.exec(cookies ?? '')?.[1];
    return id === undefined ? undefined : hash('sha256', id);
  };
  const forget = (key: string | undefined): void => {
    const session = key === undefined ? undefined : sessions.get(key);
    if (session === undefined) return;
    session.open = false;
    sessions.delete(key!);
  };
  return {
    begin: (now) => {
      const id = newSecret();
      const session = { csrf: newSecret(), until: now + sessionMs, open: true };
      sessions.set(hash('sha256', id), session);
      if (sessions.size > most) forget(sessions.keys().next().value);
      return { id, session };
    },
    of: (cookies, now) => {
      const key = keyIn(cookies);
      const session = key === undefined ? undefined : sessions.get(key);
      if (session === undefined || session.until > now) return session;
      forget(key);
      return undefined;
    },
    end: (cookies) => forget(keyIn(cookies)),
  };
}

const sessionCookie = new RegExp(`(?:^|; *)${cookieName}=([A-Za-z0-9_-]{43})(?:;|$)`);
