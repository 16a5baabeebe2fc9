// SQLite under what machines do to it: kill -9, a torn log, damage, a full disk, another's lock.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { freshFile, open } from './sqlite-file.ts';
import { accepting, decider, makeDelivery, makeEvent, nothing, relayInput, settlementOf, start } from './world.ts';

/** Waits for the child's first word. */
async function run(...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

const crashChild = join(import.meta.dirname, 'crash-child.ts');

test('kill -9 in the middle of writing loses nothing that was answered, and the next owner has all leases back', async () => {
  const file = freshFile();
  const ledgerFile = join(dirname(file), 'ledger');
  const acked = () => readFileSync(ledgerFile, 'utf8').split('\n').filter(Boolean);
  let before = 0;
  for (let round = 0; round < 5; round++) {
    const child = await run(crashChild, file, ledgerFile);
    // Until some are answered; the kill then falls wherever it falls.
    await expect.poll(() => acked().length, { interval: 3 + round * 7 }).toBeGreaterThan(before + 100);
    await kill(child);
    before = acked().length;
  }
  const store = await open(file, 'after', start + 1);
  expect(store.info.unclean).toBe(true);
  expect(new Set(acked()).size).toBe(before);
  let missing: string[] = [];
  await store.commit({ work: [{ do: 'decide', input: relayInput }], now: start + 1, room: {} }, (memory) => {
    missing = acked().filter((id) => memory.event(id) === undefined);
    return nothing;
  });
  expect(missing).toEqual([]);
  const [tick] = await store.commit({ work: [{ do: 'tick' }], now: start + 1, room: {} }, () => nothing);
  expect(tick).toMatchObject({ destinations: ['ops'], open: { leased: 0 } });
  await store.close();
});

test('a second relay on the same data directory is refused at once, whether in another process or in this one; kill -9 frees it', async () => {
  const file = freshFile();
  const child = await run(crashChild, file, join(dirname(file), 'ledger'));
  await expect(open(file, 'second', start)).rejects.toMatchObject({ code: 'store.owned', message: expect.stringMatching(/another relay/) });
  await kill(child);
  const store = await open(file, 'third', start);
  await expect(open(file, 'fourth', start)).rejects.toMatchObject({ code: 'store.owned' });
  await store.close();
  await (await open(file, 'fifth', start)).close();
});

test('a clean stop is told from an unclean one', async () => {
  const file = freshFile();
  await (await open(file, 'one', start)).close();
  const second = await open(file, 'two', start + 5);
  expect(second.info).toEqual({ unclean: false, lastSeenAt: start, createdAt: start });
  await second.commit({ work: [{ do: 'tick' }], now: start + 40_000, room: {} }, decider({}));
  // As a crash leaves it: the log not yet moved, no mark.
  const copy = copyOf(file);
  await second.close();
  const third = await open(copy, 'three', start + 50_000);
  expect(third.info).toEqual({ unclean: true, lastSeenAt: start + 40_000, createdAt: start });
  await third.close();
});

test('of a log whose end was lost with the power, all before the tear is there', async () => {
  const file = freshFile();
  const store = await open(file, 'one', start);
  const sizes: number[] = [];
  for (let n = 0; n < 20; n++) {
    await store.commit({ work: [accepting(makeEvent(`e_${n}`))], now: start, room: {} }, decider({}));
    sizes.push(statSync(`${file}-wal`).size);
  }
  for (const cut of [1, 5_000, 40_000]) {
    const copy = copyOf(file);
    const length = sizes.at(-1)! - cut;
    truncateSync(`${copy}-wal`, length);
    const kept = sizes.filter((size) => size <= length).length;
    expect(kept).toBeGreaterThan(0);
    const torn = await open(copy, 'two', start);
    await torn.commit({ work: [{ do: 'decide', input: relayInput }], now: start, room: {} }, (memory) => {
      expect(sizes.map((_, n) => memory.event(`e_${n}`) !== undefined).slice(0, kept)).not.toContain(false);
      return nothing;
    });
    await torn.close();
  }
  await store.close();
});

/** As a crash would leave the files at this moment. */
function copyOf(file: string): string {
  const copy = freshFile();
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

test('a full store refuses what is new and still takes outcomes; when there is room again it goes on', async () => {
  const file = freshFile();
  const store = await open(file, 'one', start, { maxBytes: 400 * 1024 });
  const commit = (...work: Parameters<typeof store.commit>[0]['work']) =>
    store.commit({ work, now: start, room: { ops: 1 } }, decider({ deliveries: [] }));
  const [sent] = await store.commit(
    { work: [{ do: 'decide', input: relayInput }], now: start, room: { ops: 1 } },
    decider({ deliveries: [makeDelivery('d_1')] }),
  );
  const [lease] = sent?.did === 'decide' ? sent.leased : [];
  let n = 0;
  const fill = async () => {
    for (; n < 200; n++) await commit(accepting(makeEvent(`e_${n}`), 'x'.repeat(8_000)));
  };
  await expect(fill()).rejects.toMatchObject({ code: 'store.full', message: expect.stringMatching(/free space/) });
  const mixed = await commit(accepting(makeEvent('new'), 'x'.repeat(8_000)), {
    do: 'settle',
    settlement: settlementOf(lease!, { state: 'delivered' }, start),
  });
  expect(mixed).toMatchObject([
    { did: 'failed', code: 'store.full' },
    { did: 'settle', current: true },
  ]);
  await store.close();
  const larger = await open(file, 'two', start, { maxBytes: 800 * 1024 });
  expect(await larger.commit({ work: [accepting(makeEvent('new'))], now: start, room: {} }, decider({}))).toMatchObject([
    { outcome: 'routed' },
  ]);
  await larger.close();
});

test("another process's lock is told as busy within a moment, and nothing is written; afterwards it goes on", async () => {
  const file = freshFile();
  const store = await open(file, 'one', start);
  const code = `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]); db.exec('BEGIN IMMEDIATE'); console.log('held'); setInterval(() => {}, 1e6)`;
  const child = await run('-e', code, file);
  const work = [accepting(makeEvent('e_1'))];
  await expect(store.commit({ work, now: start, room: {} }, decider({}))).rejects.toMatchObject({ code: 'store.busy' });
  await kill(child);
  expect(await store.commit({ work, now: start, room: {} }, decider({}))).toMatchObject([{ eventId: 'e_1', outcome: 'routed' }]);
  await store.close();
});

test('damage found by a running relay stops all further writing', async () => {
  const file = freshFile();
  const store = await open(file, 'one', start);
  for (let n = 0; n < 300; n++)
    await store.commit({ work: [accepting(makeEvent(`e_${n}`), 'x'.repeat(2_000))], now: start, room: {} }, decider({}));
  await store.close();
  const db = new DatabaseSync(file);
  const page = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'events'`).get()?.rootpage as number;
  db.close();
  const again = await open(file, 'two', start);
  overwrite(file, page);
  const commit = () => again.commit({ work: [accepting(makeEvent('new'))], now: start, room: {} }, decider({}));
  await expect(commit()).rejects.toMatchObject({ code: 'store.corrupt', message: expect.stringMatching(/restore a backup/) });
  // Elsewhere the file is sound, but nobody knows where else it is not.
  const probe = again.commit({ work: [{ do: 'probe' }], now: start, room: {} }, decider({}));
  await expect(probe).rejects.toMatchObject({ code: 'store.corrupt' });
  await again.close();
});

function overwrite(file: string, page: number): void {
  const code = `const fs = require('node:fs'); const fd = fs.openSync(process.argv[1], 'r+'); fs.writeSync(fd, Buffer.alloc(8192, 0xa5), 0, 8192, ${(page - 1) * 8192})`;
  // In another process: closing the file in this one would drop the locks that SQLite holds on it.
  const { status } = spawnSync(process.execPath, ['-e', code, file]);
  expect(status).toBe(0);
}

test('the log is moved into the database between batches, so that it never grows for long', async () => {
  const file = freshFile();
  const store = await open(file, 'one', start);
  for (let n = 0; n < 300; n++) {
    await store.commit({ work: [accepting(makeEvent(`e_${n}`), 'x'.repeat(8_000))], now: start, room: {} }, decider({}));
    await new Promise(setImmediate);
  }
  expect(statSync(`${file}-wal`).size).toBeLessThan(8 * 1024 * 1024);
  expect(statSync(file).size).toBeGreaterThan(2 * 1024 * 1024);
  await store.close();
});
