// A real admin listener for tests: the door on a socket, with parts of which a test gives those it is about.
import type { AddressInfo } from 'node:net';
import { adminListener, type Doorway, openDoor } from '../../src/admin/door.ts';
import { createFigures } from '../../src/admin/figures.ts';
import type { AdminParts } from '../../src/admin/parts.ts';
import { systemTicker } from '../../src/clock.ts';
import { answerHealth } from '../../src/health.ts';
import { createLive } from '../../src/live.ts';

export type Line = { level: 'info' | 'warn'; message: string; [field: string]: unknown };

export function someParts(given: Partial<AdminParts> = {}): { parts: AdminParts; lines: Line[] } {
  const lines: Line[] = [];
  const say = (level: Line['level']) => (fields: object, message: string) => void lines.push({ ...fields, level, message });
  const parts = {
    audit: async () => {},
    lanes: () => [],
    figures: createFigures(),
    inForce: {
      rules: () => ({ destinations: {} }),
      state: () => ({ revision: 'r1', from: 'file', since: 0, degraded: [], mistakes: [], warnings: [] }),
      mask: (text: string) => text,
      whoIs: (id: string) => ({ workspace: { id }, reach: {} }),
    },
    state: () => ({ degraded: [] }),
    live: createLive({ now: Date.now }),
    ticker: systemTicker,
    now: Date.now,
    log: { info: say('info'), warn: say('warn') },
    ...given,
  } as unknown as AdminParts;
  return { parts, lines };
}

export async function openListener(options: {
  token?: string;
  parts(): AdminParts;
  now?(): number;
  host?: string;
  lockedOut?: Doorway['lockedOut'];
}) {
  const listener = adminListener();
  await answerHealth(listener.app, { state: () => ({ degraded: [] }) });
  const warnings: unknown[] = [];
  openDoor(listener.app, {
    token: options.token,
    parts: async () => options.parts(),
    draining: listener.draining,
    now: options.now ?? Date.now,
    ...(options.lockedOut && { lockedOut: options.lockedOut }),
    warn: (error) => warnings.push(error),
  });
  await listener.app.listen({ port: 0, host: options.host ?? '127.0.0.1' });
  const port = (listener.app.server.address() as AddressInfo).port;
  return { ...listener, port, warnings, close: () => listener.app.close() };
}
