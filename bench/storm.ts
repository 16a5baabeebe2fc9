// What a large storm costs the ledger: 20 000 numbers down over SQLite, by the store and the decisions of the relay. A message that joins, the
// summary's own timer, the ending, and a recovery after it; and what the message of the ending costs the thread that words it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { decide } from '../src/decide/decide.ts';
import type { Input } from '../src/decide/decision.ts';
import type { Event } from '../src/model.ts';
import { renderMessage } from '../src/render/render.ts';
import type { Rules } from '../src/rules/rules.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Done, Leased, Work } from '../src/store/store.ts';

const count = Number(process.argv.find((one) => one.startsWith('--members='))?.split('=')[1] ?? 20_000);
const minute = 60_000;
const start = Date.UTC(2026, 10, 23, 9);
const ulid = monotonicFactory();
const ids = (prefix: 'e' | 'd') => `${prefix}_${ulid()}`;

const ops = { plugin: 'http', options: {}, templated: [], showPhone: false, maxAgeMs: 86_400_000, ignoreQuietHours: false, storm: true };
const rules: Rules = {
  ...{ revision: 'r', timezone: 'UTC', segments: {}, quietHours: {}, silences: [], brand: {}, fallback: [{ to: 'ops' }] },
  destinations: { ops: { name: 'ops', ...ops } },
  routes: [{ name: 'down', enabled: true, send: [{ to: 'ops' }], stop: false, whenResolved: 'update', ackForMs: 0, confirm: false }],
  storm: { moreThan: 20, withinMs: 5 * minute },
};

function eventOf(n: number, at: number, type: 'disconnected' | 'connected'): Event {
  const down = type === 'disconnected';
  return {
    ...{ id: ids('e'), partner: 'partner_12345', proof: 'signature', type, wireType: `whatsapp_account:${type}` },
    ...(down ? { severity: 'critical', phase: 'firing', level: 1 } : { severity: 'info', phase: 'resolved', level: 0 }),
    ...{ workspaceId: `workspace-${n}`, account: { id: '67890', phone: `+34600${n}`, userId: '98765', reason: '(logged out)' } },
    ...{ incidentKey: `wa:workspace-${n}:67890`, triggeredAt: at, receivedAt: at, dedupKey: `${at}${type}${n}` },
  };
}

const directory = mkdtempSync(join(tmpdir(), 'relay-storm-'));
const store = await openSqlite({ url: `sqlite:${join(directory, 'relay.db')}`, owner: 'bench', now: start, ids });

let now = start;
/** Of one transaction. */
async function commit(work: Work[], room = 0): Promise<{ done: Done[]; ms: number }> {
  const from = performance.now();
  const done = await store.commit({ work, now, room: { ops: room } }, (memory, input, clock) => decide(rules, memory, input, clock));
  return { done, ms: performance.now() - from };
}
const about = (event: Event): Input => ({ kind: 'event', event, workspace: { id: event.workspaceId }, reach: { ops: 'one' } });
const webhook = (n: number, type: 'disconnected' | 'connected'): Work => ({
  ...{ do: 'decide', input: about(eventOf(n, now, type)), body: '{}' },
});

async function say(what: string, one: Promise<{ ms: number }>, each = 1): Promise<void> {
  const { ms } = await one;
  console.log(`${what.padEnd(64)} ${(ms / each).toFixed(each === 1 ? 0 : 3)} ms`);
}

/** Timers that are due, each in a transaction of its own, as the ledger does it. */
async function due(room = 0): Promise<{ ms: number; leased: Leased[] }> {
  const { done } = await commit([{ do: 'tick' }]);
  const timers = done.flatMap((one) => (one.did === 'tick' ? one.timers : []));
  let ms = 0;
  const leased: Leased[] = [];
  for (const timer of timers) {
    const answer = await commit([{ do: 'decide', input: { kind: 'timer', timer, workspace: { id: '' }, reach: {} } }], room);
    ms = Math.max(ms, answer.ms);
    for (const one of answer.done) if (one.did === 'decide') leased.push(...one.leased);
  }
  return { ms, leased };
}

/** As they would have been delivered meanwhile. */
async function deliverAll(leased: readonly Leased[]): Promise<void> {
  const { done } = await commit([{ do: 'claim', destination: 'ops', limit: 100 }]);
  const all = [...leased, ...done.flatMap((one) => (one.did === 'claim' ? one.leased : []))];
  const attempt = { n: 1, startedAt: now, endedAt: now, class: 'ok' } as const;
  for (const { delivery } of all)
    await commit([
      {
        do: 'settle',
        settlement: {
          ...{ id: delivery.id, generation: delivery.generation, attempt, counts: true },
          next: { state: 'delivered', receipt: { id: delivery.id } },
        },
      },
    ]);
}

const batch = 32;
async function joining(from: number, until: number): Promise<{ ms: number }> {
  let ms = 0;
  for (let n = from; n < until; n += batch)
    ms += (await commit(Array.from({ length: Math.min(batch, until - n) }, (_, at) => webhook(n + at, 'disconnected')))).ms;
  return { ms };
}

await joining(0, 21);
await deliverAll([]);
await say('one that joins, the first thousand', joining(21, 1021), 1000);
await joining(1021, count - 980);
await say('one that joins, the last thousand', joining(count - 980, count + 20), 1000);
now += minute;
const update = await due(8);
await say('an update, its message leased with it', Promise.resolve(update));
await deliverAll(update.leased);
// A tenth is back.
for (let n = 21; n < count / 10; n += batch) await commit(Array.from({ length: batch }, (_, at) => webhook(n + at, 'connected')));
now += 10 * minute;
const ending = await due(8);
await say('the ending, its message leased with it', Promise.resolve(ending));
const leased = ending.leased.find(({ delivery }) => delivery.kind === 'storm')!;
console.log(`of ${leased.delivery.details.members?.length} members ${leased.delivery.details.storm?.open} open`);
await say('posting it to the main thread', Promise.resolve(timed(() => structuredClone(leased))));
const input = { leased, workspace: { id: '' }, stories: { inForce: new Map(), shipped: new Map() }, format: 'text', showPhone: false };
const more = { timezone: 'UTC', brand: {}, now, attempt: 1, rawEvent: false, attachments: true, members: 200 };
await say('its words, with the file', Promise.resolve(timed(() => renderMessage({ ...input, ...more } as never))));
await deliverAll(ending.leased);
now += minute;
const ends = Array.from({ length: 200 }, (_, n) => webhook(count - n, 'connected'));
await say('a recovery after it', commit(ends), ends.length);
await store.close();
rmSync(directory, { recursive: true, force: true });

function timed(run: () => unknown): { ms: number } {
  const from = performance.now();
  run();
  return { ms: performance.now() - from };
}
