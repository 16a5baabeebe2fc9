import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReads } from '../../src/admin/reads.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { type VirtualClock, virtualClock } from '../clock.ts';

let dir: string;
let url: string;
let store: Store | undefined;
let clock: VirtualClock;
let reads: ReturnType<typeof openReads>;

const openStore = async () => {
  store = await openSqlite({ url, owner: 'test', now: clock.now(), ids: (prefix) => `${prefix}_1` });
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-reads-'));
  url = `sqlite:${join(dir, 'relay.db')}`;
  clock = virtualClock();
  reads = openReads({ url, ticker: clock });
});
afterEach(async () => {
  await reads.close();
  await store?.close();
  store = undefined;
  await rm(dir, { recursive: true });
});

test('no thread runs until something is asked', async () => {
  await openStore();
  expect(reads.running()).toBe(false);
  expect(await reads.read.events({})).toEqual({ items: [] });
  expect(reads.running()).toBe(true);
});

test('after a quiet minute the thread ends, and the next question starts another', async () => {
  await openStore();
  await reads.read.events({});
  await clock.advance(59_000);
  expect(reads.running()).toBe(true);
  await reads.read.deliveries({});
  await clock.advance(59_000);
  expect(reads.running()).toBe(true);
  await clock.advance(1_000);
  expect(reads.running()).toBe(false);
  expect(await reads.read.event('e_none')).toBeUndefined();
  expect(reads.running()).toBe(true);
});

test('many questions at once are all answered, each its own way', async () => {
  await openStore();
  const answers = await Promise.all([reads.read.events({}), reads.read.event('e_1'), reads.read.incidents({}), reads.read.oldestOpen()]);
  expect(answers).toEqual([{ items: [] }, undefined, { items: [] }, []]);
});

test('where there is no store yet the asker is told, and once there is one the next question is answered', async () => {
  await expect(reads.read.events({})).rejects.toMatchObject({ code: 'store.unusable', message: expect.stringContaining('no store yet') });
  await openStore();
  expect(await reads.read.events({})).toEqual({ items: [] });
});

test('what the store refuses to read comes back with its code', async () => {
  await openStore();
  await expect(reads.read.events({ cursor: 'none of ours' })).rejects.toMatchObject({ code: 'admin.bad_request' });
  expect(await reads.read.events({})).toEqual({ items: [] });
});

test('a question that takes too long is given up together with its thread, and the next one is answered', async () => {
  await openStore();
  // The thread needs a moment to start, so the time is up before it can answer.
  const slow = reads.read.events({});
  const gaveUp = expect(slow).rejects.toMatchObject({ code: 'admin.no_answer' });
  await clock.advance(20_000);
  await gaveUp;
  expect(await reads.read.events({})).toEqual({ items: [] });
});

test('more questions than anyone needs at once are refused', async () => {
  await openStore();
  const asked = await Promise.allSettled(Array.from({ length: 130 }, () => reads.read.events({})));
  expect(asked.filter((one) => one.status === 'fulfilled')).toHaveLength(100);
  expect(asked.filter((one) => one.status === 'rejected').map((one) => one.reason.code)).toEqual(Array(30).fill('admin.no_answer'));
});

test('closing waits for the thread to be gone', async () => {
  await openStore();
  await reads.read.events({});
  await reads.close();
  expect(reads.running()).toBe(false);
});

test('a report that takes long holds up no page: it has a thread of its own', async () => {
  await openStore();
  await reads.read.events({});
  const asked = { name: 'usage', month: '2026-10', timezone: 'UTC', now: Date.UTC(2026, 10, 23), showPhones: false, as: 'table' } as const;
  const report = expect(reads.read.report(asked)).rejects.toMatchObject({ code: 'admin.no_answer' });
  await clock.advance(111_000);
  const page = reads.read.events({});
  // Its time is up, and its thread ends with what else waits for it.
  await clock.advance(10_000);
  await report;
  expect(await page).toEqual({ items: [] });
});

test('questions give way to webhooks where a thread has a priority of its own, and the relay keeps its own everywhere', async () => {
  const own = getPriority();
  const before = priorities();
  await openStore();
  await reads.read.events({});
  const fresh = [...priorities()].filter(([task]) => !before.has(task)).map(([, nice]) => nice);
  if (process.platform === 'linux') expect(fresh).toContain(19);
  expect(getPriority()).toBe(own);
});

/** Of each thread of this process, where the system tells it. */
function priorities(): Map<string, number> {
  const tasks = existsSync('/proc/self/task') ? readdirSync('/proc/self/task') : [];
  return new Map(
    tasks.flatMap((task) => {
      try {
        // The name that stands before may hold anything.
        const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
        return [[task, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])]];
      } catch {
        // It ended meanwhile.
        return [];
      }
    }),
  );
}
