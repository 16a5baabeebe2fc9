// The doors of the links on a real listener, over a real store that decide fills.
import type { AddressInfo } from 'node:net';
import { createAudit } from '../../src/audit.ts';
import { createListener } from '../../src/intake/listener.ts';
import { acknowledge } from '../../src/ledger/acknowledge.ts';
import { type LinkParts, serveLinks } from '../../src/links/doors.ts';
import { type LinkKind, linkToken, newLinkKey } from '../../src/links/links.ts';
import type { Event, Workspace } from '../../src/model.ts';
import type { Rules } from '../../src/rules/rules.ts';
import type { Done, Work } from '../../src/store/store.ts';
import { type Answer, ask } from '../admin/ask.ts';
import { openStored } from '../admin/stored.ts';
import { virtualClock } from '../clock.ts';
import { at, eventAt } from '../decide/paper.ts';

export async function openDoors(rules: Rules, workspaces: Workspace[] = [], more: Partial<LinkParts> = {}) {
  const clock = virtualClock(at('09:00'));
  const stored = await openStored(rules, clock);
  const key = newLinkKey();
  const logged: { message: string; [field: string]: unknown }[] = [];
  const asked: string[] = [];
  const say = (fields: object, message = '') => void logged.push({ ...fields, message });
  const work = async <W extends Work>(one: W) => (await stored.commit([one], clock.now()))[0] as Extract<Done, { did: W['do'] }>;
  const listener = createListener();
  await serveLinks(listener.app, {
    key,
    read: new Proxy(stored.reads.read, {
      get: (read, name) => {
        asked.push(String(name));
        return Reflect.get(read, name);
      },
    }),
    audit: createAudit({ write: (entry) => work({ do: 'audit', entry }), mask: (text) => text, log: { warn: say } }),
    acknowledge: (taking) => acknowledge({ do: work }, taking),
    inForce: {
      rules: () => rules,
      whoIs: (id = '') => ({ workspace: workspaces.find((one) => one.id === id) ?? { id }, reach: {} }),
    },
    now: clock.now,
    log: { debug: say, info: say, warn: say, error: say },
    ...more,
  });
  await listener.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = listener.app.server.address() as AddressInfo;

  const until = async (clockTime: string) => {
    await clock.advance(Math.max(0, at(clockTime) - clock.now()));
    // As the loop would.
    const { timers } = await work({ do: 'tick' });
    const reach = Object.fromEntries(Object.keys(rules.destinations).map((name) => [name, `at-${name}`]));
    for (const timer of timers) await work({ do: 'decide', input: { kind: 'timer', timer, workspace: { id: timer.workspaceId }, reach } });
  };
  return {
    stored,
    url: `http://127.0.0.1:${port}`,
    logged,
    /** What was read of the store. */
    asked,
    /** The deliveries that came of it. */
    send: async (clockTime: string, type: Event['type'], change: Partial<Event> = {}) => {
      await until(clockTime);
      const event = eventAt(clockTime, type, { id: stored.ids('e'), ...change });
      return (await stored.accept(event)).map(({ delivery }) => delivery);
    },
    until,
    path: (kind: LinkKind, id: string) => `/${kind}/${linkToken(key, kind, id)}`,
    ask: (path: string, method = 'GET', body?: string): Promise<Answer> =>
      ask(port, path, {
        method,
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      }),
    incident: (wanted: string) => stored.reads.read.incident(wanted),
    close: async () => {
      await listener.app.close();
      await stored.close();
    },
  };
}
