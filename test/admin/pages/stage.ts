// The pages on a real listener over a real store that decide fills, and a browser's part of the talk: cookies kept, forms filled in and sent.

import { createFigures } from '../../../src/admin/figures.ts';
import type { AdminParts } from '../../../src/admin/parts.ts';
import { createAudit } from '../../../src/audit.ts';
import { acknowledge } from '../../../src/ledger/acknowledge.ts';
import type { Event, Workspace } from '../../../src/model.ts';
import type { Rules } from '../../../src/rules/rules.ts';
import type { Done, Work } from '../../../src/store/store.ts';
import { virtualClock } from '../../clock.ts';
import { at, eventAt, route, rulesOf } from '../../decide/paper.ts';
import { type Answer, ask, type Question } from '../ask.ts';
import { openListener, someParts } from '../doorway.ts';
import { openStored } from '../stored.ts';

export const token = 'a-token-of-more-than-thirty-two-bytes';

export type Stage = Awaited<ReturnType<typeof openPages>>;

export async function openPages(
  options: { token?: string; rules?: Rules; workspaces?: Workspace[]; parts?: Partial<AdminParts>; degraded?: string[] } = {},
) {
  const { rules = rulesOf([route('down', ['ops'], { events: ['disconnected'] })]), workspaces = [], degraded = [] } = options;
  const clock = virtualClock(at('09:00'));
  const stored = await openStored(rules, clock);
  const work = async <W extends Work>(one: W) => (await stored.commit([one], clock.now()))[0] as Extract<Done, { did: W['do'] }>;
  const { parts, lines } = someParts({
    read: stored.reads.read,
    now: clock.now,
    audit: (change) => audit(change),
    figures: createFigures(clock.now),
    acknowledge: (taking) => acknowledge({ do: work }, taking),
    close: async ({ workspaceId: id, ...closing }) =>
      (await work({ do: 'decide', input: { kind: 'close', ...closing, workspace: { id } } })).standing,
    lanes: () =>
      Object.keys(rules.destinations).map((name) => ({
        ...{ name, health: 'ok' as const, since: at('09:00'), waiting: 0, running: 0, slots: 8, counts: {} },
      })),
    inForce: {
      rules: () => rules,
      state: () => ({ revision: 'r1', from: 'file', since: 0, degraded: [], mistakes: [], warnings: [] }),
      mask: (text: string) => text.replaceAll('sekret', '•••'),
      whoIs: (id = '') => ({ workspace: workspaces.find((one) => one.id === id) ?? { id }, reach: {} }),
    } as unknown as AdminParts['inForce'],
    state: () => ({ degraded: degraded.map((text) => ({ code: 'rules.bad', subject: 'routes.yaml', text })) }),
    ...options.parts,
  });
  const { mask } = parts.inForce;
  const audit = createAudit({ write: (entry) => work({ do: 'audit', entry }), mask, log: parts.log });
  const listener = await openListener({
    ...(options.token !== undefined && { token: options.token }),
    parts: () => parts,
    now: clock.now,
    lockedOut: (lockout) => void audit({ what: 'locked-out', who: 'stranger', facts: lockout }),
  });
  const { port } = listener;
  let cookies = '';

  const get = (path: string, { headers, ...more }: Question = {}) =>
    ask(port, path, { ...more, headers: { accept: 'text/html', ...(cookies !== '' && { cookie: cookies }), ...headers } });
  const send = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
    const answer = await get(path, { method: 'POST', body: new URLSearchParams(fields).toString(), headers: { ...form, ...headers } });
    const [set = ''] = answer.headers['set-cookie'] ?? [];
    const [pair = ''] = set.split(';');
    if (pair !== '') cookies = pair.endsWith('=') ? '' : pair;
    return answer;
  };
  return {
    stored,
    clock,
    lines,
    parts,
    port,
    url: `http://127.0.0.1:${port}`,
    get,
    /** A form as a browser sends it from a page of ours, but for what the test says otherwise. */
    send,
    /** With the token that the page at `from` gives its forms. */
    submit: async (from: string, path: string, fields: Record<string, string> = {}, headers?: Record<string, string>) =>
      send(path, { csrf: csrfIn((await get(from)).text) ?? '', ...fields }, headers),
    signIn: (given = token, headers?: Record<string, string>) => send('/sign-in', { token: given }, headers),
    cookies: () => cookies,
    setCookies: (text: string) => {
      cookies = text;
    },
    happens: async (clockTime: string, type: Event['type'], change: Partial<Event> = {}) => {
      await clock.advance(Math.max(0, at(clockTime) - clock.now()));
      const event = eventAt(clockTime, type, { id: stored.ids('e'), ...change });
      await stored.accept(event);
      return event;
    },
    drain: listener.drain,
    close: async () => {
      await listener.close();
      await stored.close();
    },
  };
}

export const csrfIn = (html: string): string | undefined => /name="csrf" value="([^"]+)"/.exec(html)?.[1];
