// What the store alone costs: one event with its incident and one leased delivery, then its settlement, by size of batch.
// CPU is that of the whole process, user and system; the making of the events is measured apart and taken off.
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import type { Decision, Input } from '../src/decide/decision.ts';
import type { Delivery } from '../src/delivery.ts';
import type { Event } from '../src/model.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Decider, Leased, Work } from '../src/store/store.ts';

const flag = (name: string, otherwise: number) =>
  Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const count = flag('events', 20_000);
const before = flag('before', 20_000);
const workspaces = flag('workspaces', 5_000);
const only = flag('batch', 0);

const ulid = monotonicFactory();
const ids = (prefix: 'e' | 'd') => `${prefix}_${ulid()}`;
const body = JSON.stringify({
  event_type: 'whatsapp_account:disconnected',
  workspace_id: 'acme',
  payload: { whatsapp_account_id: '67890', phone: '+34600123456', user_id: '98765', reason: '(logged out)', filler: 'x'.repeat(300) },
});
const gates = ['verify', 'store', 'dedupe', 'enrich', 'incident', 'match', 'deliver'] as const;

function eventAt(now: number, n: number): Event {
  const workspaceId = `workspace-${Math.floor(Math.random() * workspaces)}`;
  const account = { id: '67890', phone: `+34600${String(n % 1_000_000).padStart(6, '0')}`, userId: '98765', reason: '(logged out)' };
  return {
    id: ids('e'),
    partner: 'partner_12345',
    proof: 'signature',
    type: 'disconnected',
    wireType: 'whatsapp_account:disconnected',
    severity: 'critical',
    phase: 'firing',
    level: 1,
    workspaceId,
    account,
    incidentKey: `wa:${workspaceId}:67890`,
    triggeredAt: now,
    receivedAt: now,
    dedupKey: process.argv.includes('--random-keys')
      ? hash('sha256', String(n))
      : now.toString(16).padStart(12, '0') + hash('sha256', String(n)).slice(12),
  };
}

const decide: Decider = (memory, input, clock): Decision => {
  const { event } = input as Extract<Input, { kind: 'event' }>;
  memory.seen(event.dedupKey);
  const known = memory.incident(event.incidentKey!);
  const delivery: Delivery = {
    id: clock.ids('d'),
    eventId: event.id,
    incidentKey: event.incidentKey!,
    destination: 'billing',
    target: 'http:https://receiver.example/hooks/relay',
    route: 'number-down',
    kind: 'alert',
    level: 1,
    state: 'pending',
    details: { since: event.triggeredAt },
    createdAt: clock.now,
    receivedAt: event.receivedAt,
    runAt: clock.now,
    attempts: 0,
    claims: 0,
    starts: 0,
    generation: 0,
  };
  return {
    outcome: 'routed',
    trace: gates.map((gate) => ({ at: clock.now, gate, text: 'a line of about sixty characters, as the gates write them' })),
    appends: [],
    incidents: [
      {
        key: event.incidentKey!,
        workspaceId: event.workspaceId,
        type: event.type,
        severity: 'critical',
        level: 1,
        open: true,
        openedAt: known?.openedAt ?? event.triggeredAt,
        receivedAt: known?.receivedAt ?? event.receivedAt,
        changedAt: event.triggeredAt,
        eventId: known?.eventId ?? event.id,
        count: (known?.count ?? 0) + 1,
        phone: event.account!.phone!,
        routes: { 'number-down': { state: 'told', eventId: event.id } },
        told: [{ target: delivery.target, destination: delivery.destination, route: delivery.route, level: 1, delivery: delivery.id }],
      },
    ],
    cells: {},
    timers: process.argv.includes('--timers')
      ? {
          set: [
            {
              name: `close:${event.incidentKey}`,
              dueAt: clock.now + 30 * 86_400_000,
              kind: 'close',
              workspaceId: event.workspaceId,
              incidentKey: event.incidentKey!,
            },
          ],
          drop: [],
        }
      : { set: [], drop: [] },
    deliveries: [delivery],
    cancel: [],
    recall: [],
    release: [],
  };
};

async function measure(size: number): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'relay-bench-'));
  let now = Date.UTC(2026, 10, 23, 9);
  const store = await openSqlite({ url: `sqlite:${join(directory, 'relay.db')}`, owner: ulid(), now, ids });
  let leased: Leased[] = [];
  let n = 0;
  const make = (length: number): Work[] =>
    Array.from(
      { length },
      () => ({ do: 'decide', input: { kind: 'event', event: eventAt(now, n++), workspace: { id: 'acme' }, reach: {} }, body }) as const,
    );
  const step = async (length: number): Promise<void> => {
    now += 4;
    const settles: Work[] = leased.map(({ delivery: { id, generation } }) => ({
      do: 'settle',
      settlement: {
        id,
        generation,
        attempt: { n: 1, startedAt: now - 3, endedAt: now, class: 'ok', code: 'HTTP 200' },
        counts: true,
        next: { state: 'delivered', receipt: { status: '200' } },
      },
    }));
    leased = [];
    for (const done of await store.commit({ work: [...make(length), ...settles], now, room: { billing: 1_000 } }, decide))
      if (done.did === 'decide') leased.push(...done.leased);
      else if (done.did !== 'settle') throw new Error(JSON.stringify(done));
  };
  for (let i = 0; i < before; i += 256) await step(256);
  const laps: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < count; i += size) {
    const lap = performance.now();
    await step(size);
    laps.push(performance.now() - lap);
    await new Promise(setImmediate);
  }
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const making = process.cpuUsage();
  for (let i = 0; i < count; i += 256)
    make(256).map((one) =>
      decide({ seen: () => {}, incident: () => {} } as never, (one as Extract<Work, { do: 'decide' }>).input, { now, ids }),
    );
  const made = process.cpuUsage(making);
  await store.close();
  rmSync(directory, { recursive: true });
  laps.sort((a, b) => a - b);
  const own = (made.user + made.system) / count;
  const at = (share: number) => laps[Math.floor(laps.length * share)]!.toFixed(1);
  return [
    String(size),
    ((user + system) / count - own).toFixed(1),
    (user / count).toFixed(1),
    (system / count).toFixed(1),
    own.toFixed(1),
    Math.round((count / wall) * 1_000).toLocaleString('en'),
    `${at(0.5)} / ${at(0.99)} / ${at(1 - 1e-9)}`,
  ];
}

const head = ['batch', 'CPU µs/event', 'user', 'system', 'made apart', 'events/s', 'commit ms p50 / p99 / max'];
const rows = [head];
for (const size of only ? [only] : [1, 8, 32, 64, 128]) rows.push(await measure(size));
const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
for (const row of rows) console.log(row.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
