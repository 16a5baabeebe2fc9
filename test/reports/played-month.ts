// A small fleet's month through a real store on disk, by the shipped rules, with a target that takes every message a little later and a person who
// takes some incidents on. What was sent and taken is written down here, apart from the store.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { monthFiles } from '../../src/cli/month/files.ts';
import { fleetOf } from '../../src/cli/month/fleet.ts';
import { seeded } from '../../src/cli/month/seeded.ts';
import { partner, type Timeline, timelineOf, type Webhook } from '../../src/cli/month/timeline.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Input } from '../../src/decide/decision.ts';
import { parse } from '../../src/intake/parse.ts';
import type { Workspace } from '../../src/model.ts';
import { readSettings } from '../../src/settings.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Done, Leased, Work } from '../../src/store/store.ts';

export type Sent = { id: string; kind: string; workspaces: string[]; createdAt: number; arrivedAt: number };
export type TakenOn = { workspace: string; incident: string; at: number; after: number };
export type PlayedMonth = Awaited<ReturnType<typeof playedMonth>>;

const travelMs = 3000;

export async function playedMonth(customers: number, seed: number) {
  const random = seeded(seed);
  const fleet = fleetOf(customers, random);
  const timeline: Timeline = timelineOf(fleet, random);
  const { rules, reach } = await monthFiles(readSettings({}, { serve: false }));
  const rows = new Map(fleet.map(({ workspace }) => [workspace.id, workspace]));
  const whoIs = (id: string) => {
    const workspace: Workspace = rows.get(id) ?? { id };
    return { workspace, reach: reach(workspace) };
  };
  const dir = await mkdtemp(join(tmpdir(), 'relay-month-'));
  const url = `sqlite:${join(dir, 'relay.db')}`;
  const ulid = monotonicFactory();
  const begin = Date.UTC(2026, 9, 31);
  const store = await openSqlite({ url, owner: 'test', now: begin, ids: (prefix) => `${prefix}_${ulid()}` });
  const room = Object.fromEntries(Object.keys(rules.destinations).map((name) => [name, 10_000]));
  const sent: Sent[] = [];
  const taken: TakenOn[] = [];
  const webhookOf = new Map(timeline.webhooks.map((one) => [one.id, one]));

  const commit = async (work: Work, now: number): Promise<Done> => {
    const [done] = await store.commit({ work: [work], now, room }, (...input) => decide(rules, ...input));
    if (done === undefined || done.did === 'failed' || ('undecided' in done && done.undecided)) throw new Error(JSON.stringify(done));
    return done;
  };
  const deliver = async (leased: readonly Leased[], now: number): Promise<void> => {
    for (const { delivery } of leased) {
      const ids = delivery.details.members ?? [delivery.eventId!];
      const workspaces = [...new Set([...ids, delivery.eventId!].map((id) => webhookOf.get(id)!.customer.workspace.id))];
      sent.push({ id: delivery.id, kind: delivery.kind, workspaces, createdAt: delivery.createdAt, arrivedAt: now + travelMs });
      const attempt = { n: 1, startedAt: now, endedAt: now + travelMs, class: 'ok' as const };
      const next = { state: 'delivered' as const, receipt: { at: String(now) } };
      const done = await commit(
        { do: 'settle', settlement: { id: delivery.id, generation: delivery.generation, attempt, counts: true, next } },
        now,
      );
      if (done.did === 'settle') await deliver(done.leased, now);
    }
  };
  const put = async (input: Input, now: number, body?: string): Promise<Extract<Done, { did: 'decide' }>> => {
    const done = await commit({ do: 'decide', input, ...(body === undefined ? {} : { body }) }, now);
    if (done.did !== 'decide') throw new Error(done.did);
    await deliver(done.leased, now);
    return done;
  };
  let clock = begin;
  const runTo = async (until: number): Promise<void> => {
    for (;;) {
      const done = await commit({ do: 'tick' }, clock);
      if (done.did !== 'tick') throw new Error(done.did);
      for (const timer of done.timers) await put({ kind: 'timer', timer, ...whoIs(timer.workspaceId) }, clock);
      if (done.timers.length > 0) continue;
      if (done.nextAt === undefined || done.nextAt > until) break;
      clock = done.nextAt;
    }
    clock = until;
  };
  const accept = async ({ id, body, received, customer }: Webhook): Promise<void> => {
    const text = JSON.stringify(body);
    const { event } = parse(Buffer.from(text), { id, partner, proof: 'signature', receivedAt: received });
    await runTo(received);
    await put({ kind: 'event', event, ...whoIs(customer.workspace.id) }, received, text);
  };
  /** Every twentieth drop is taken on an hour later, if it is still open. */
  const take = async ({ customer, body, triggered }: Webhook): Promise<void> => {
    const key = `wa:${customer.workspace.id}:${body.whatsapp_account_id}`;
    const { standing } = await put({ kind: 'acknowledge', incidentKey: key, by: 'Ann', openedAt: triggered }, clock);
    if (standing?.acknowledged?.at !== clock) return;
    const heard = standing.told.map(({ delivery }) => sent.find(({ id }) => id === delivery)?.arrivedAt ?? Number.POSITIVE_INFINITY);
    const after =
      clock - Math.min(standing.receivedAt > 0 && heard.length === 0 ? standing.receivedAt : Number.POSITIVE_INFINITY, ...heard);
    taken.push({ workspace: customer.workspace.id, incident: key, at: clock, after });
  };

  const planned: { at: number; webhook: Webhook }[] = [];
  for (const [at, webhook] of timeline.webhooks.entries()) {
    while (planned[0] !== undefined && planned[0].at <= webhook.received) {
      const next = planned.shift()!;
      await runTo(next.at);
      await take(next.webhook);
    }
    await accept(webhook);
    if (at % 10 === 0 && String(webhook.body.event_type).endsWith(':disconnected')) {
      planned.push({ at: webhook.received + 20 * 60_000, webhook });
      planned.sort((a, b) => a.at - b.at);
    }
  }
  await runTo(Date.UTC(2026, 11, 2));
  const prune = async (now: number): Promise<void> => {
    for (let more = true; more; ) {
      const done = await commit({ do: 'prune' }, now);
      more = done.did === 'prune' && done.more;
    }
  };
  return {
    ...{ url, dir, timeline, sent, taken, commit, prune, runTo },
    close: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
}
