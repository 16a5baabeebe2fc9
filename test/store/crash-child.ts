// Run as a process of its own and killed: accepts events as fast as the store takes them, and writes down each id only after it was answered.
import { createHash } from 'node:crypto';
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { monotonicFactory } from 'ulid';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Work } from '../../src/store/store.ts';

const [file, ledgerFile] = process.argv.slice(2) as [string, string];
const ulid = monotonicFactory();
const ids = (prefix: 'e' | 'd') => `${prefix}_${ulid()}`;
const ledger = openSync(ledgerFile, 'a');
const now = Date.UTC(2026, 10, 23, 9);
const store = await openSqlite({ url: `sqlite:${file}`, owner: ulid(), now, ids });

const accept = (): Work => {
  const id = ids('e');
  const dedupKey = createHash('sha256').update(id).digest('hex');
  const event = { id, dedupKey, type: 'disconnected', workspaceId: 'acme', receivedAt: now } as never;
  return { do: 'decide', input: { kind: 'event', event, workspace: { id: 'acme' }, reach: {} }, body: 'x'.repeat(2_000) };
};
writeSync(1, 'ready\n');
while (true) {
  const work = Array.from({ length: 1 + Math.floor(Math.random() * 40) }, accept);
  const answers = await store.commit({ work, now, room: { ops: 10 } }, (_memory, input, clock) => {
    const { event } = input as Extract<typeof input, { kind: 'event' }>;
    const times = { createdAt: now, receivedAt: now, runAt: now };
    const counts = { attempts: 0, claims: 0, starts: 0, generation: 0 };
    const what = { destination: 'ops', target: 't', route: 'r', kind: 'alert', level: 1, state: 'pending', details: {} } as const;
    return {
      ...{
        outcome: 'routed',
        trace: [],
        appends: [],
        incidents: [],
        cells: {},
        timers: { set: [], drop: [] },
        cancel: [],
        recall: [],
        release: [],
      },
      deliveries: [{ id: clock.ids('d'), eventId: event.id, ...what, ...times, ...counts }],
    };
  });
  writeSync(ledger, answers.map((done) => `${'eventId' in done ? done.eventId : done.did}\n`).join(''));
  fsyncSync(ledger);
}
