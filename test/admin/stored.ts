// A real store on a temporary disk, filled as the relay fills it: through the Store contract, decided by decide. For what the admin side reads.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { openReads } from '../../src/admin/reads.ts';
import type { Ticker } from '../../src/clock.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Attempt } from '../../src/delivery.ts';
import type { Event } from '../../src/model.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Done, Leased, Settlement, Work } from '../../src/store/store.ts';

export type Stored = Awaited<ReturnType<typeof openStored>>;

export async function openStored(rules: Rules, ticker: Ticker) {
  const dir = await mkdtemp(join(tmpdir(), 'relay-admin-'));
  const url = `sqlite:${join(dir, 'relay.db')}`;
  const ulid = monotonicFactory();
  const ids = (prefix: 'e' | 'd') => `${prefix}_${ulid()}`;
  const store = await openSqlite({ url, owner: 'test', now: ticker.now(), ids });
  const reads = openReads({ url, ticker });
  const reach = Object.fromEntries(Object.keys(rules.destinations).map((name) => [name, `http:https://${name}.example/in?key=sekret`]));
  const room = Object.fromEntries(Object.keys(rules.destinations).map((name) => [name, 1000]));

  const commit = (work: Work[], now: number): Promise<Done[]> => store.commit({ work, now, room }, (...input) => decide(rules, ...input));
  /** Stores and decides; answers what was leased at once. */
  const accept = async (event: Event, body = '{}'): Promise<Leased[]> => {
    const input = { kind: 'event' as const, event, workspace: { id: event.workspaceId }, reach };
    const [done] = await commit([{ do: 'decide', input, body }], event.receivedAt);
    if (done?.did !== 'decide') throw new Error(JSON.stringify(done));
    return done.leased;
  };
  const settle = async ({ delivery }: Leased, attempt: Partial<Attempt>, next: Settlement['next'], now: number): Promise<void> => {
    const whole: Attempt = { n: 1, startedAt: now, endedAt: now + 40, class: 'ok', ...attempt };
    const settlement: Settlement = { id: delivery.id, generation: delivery.generation, attempt: whole, counts: true, next };
    const [done] = await commit([{ do: 'settle', settlement }], now);
    if (done?.did !== 'settle') throw new Error(JSON.stringify(done));
  };
  const replay = async (wanted: string[], reason: string, now: number) => {
    const [done] = await commit([{ do: 'replay', ids: wanted, reason }], now);
    if (done?.did !== 'replay') throw new Error(JSON.stringify(done));
    return { created: done.created, refused: done.refused };
  };
  const close = async () => {
    await reads.close();
    await store.close();
    await rm(dir, { recursive: true });
  };
  return { url, dir, accept, settle, replay, reads, ids, commit, close };
}
