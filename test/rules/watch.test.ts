// Changed files are noticed by their content, whatever way they were changed, on a clock that the test turns.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ticker, type Watch, watchFiles } from '../../src/rules/watch.ts';

let dir: string;
let watch: Watch | undefined;
let changes: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'watch-'));
  changes = [];
});
afterEach(() => {
  watch?.stop();
  rmSync(dir, { recursive: true });
});

/** Waits of a settling file end at once; the two seconds between looks never come by themselves. */
function clock(): Ticker & { waiting: Map<number, { run: () => void; ms: number }> } {
  const waiting = new Map<number, { run: () => void; ms: number }>();
  let next = 0;
  return {
    waiting,
    set(run, ms) {
      if (ms < 2000) return setImmediate(run);
      waiting.set(++next, { run, ms });
      return next;
    },
    clear: (handle) => void waiting.delete(handle as number),
  };
}

const at = (name: string) => join(dir, name);
const open = async (paths: () => string[], ticker = clock(), changed = async () => void changes.push('changed')) => {
  watch = await watchFiles({ paths, readFile, ticker, changed });
  return watch;
};

test('what is there at the start is no change; other words in it are', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  const { look } = await open(() => [at('routes.yaml')]);
  await look();
  expect(changes).toHaveLength(0);
  writeFileSync(at('routes.yaml'), 'b');
  await look();
  await look();
  expect(changes).toHaveLength(1);
});

test('a file that is written again with the same words is no change', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  const { look } = await open(() => [at('routes.yaml')]);
  writeFileSync(at('routes.yaml'), 'a');
  await look();
  expect(changes).toHaveLength(0);
});

test('a symlink that is swapped, as Kubernetes mounts its files, is a change', async () => {
  for (const version of ['one', 'two']) {
    mkdirSync(at(version));
    writeFileSync(join(dir, version, 'routes.yaml'), version);
  }
  symlinkSync(at('one'), at('data'));
  const { look } = await open(() => [join(dir, 'data', 'routes.yaml')]);
  symlinkSync(at('two'), at('fresh'));
  renameSync(at('fresh'), at('data'));
  await look();
  expect(changes).toHaveLength(1);
});

test('a file that is gone, and one that comes back, are changes', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  const { look } = await open(() => [at('routes.yaml')]);
  rmSync(at('routes.yaml'));
  await look();
  expect(changes).toHaveLength(1);
  writeFileSync(at('routes.yaml'), 'a');
  await look();
  expect(changes).toHaveLength(2);
});

test('a file that is still being written is loaded once, when it is whole', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  const seen: string[] = [];
  let reads = 0;
  watch = await watchFiles({
    paths: () => [at('routes.yaml')],
    ticker: clock(),
    // An editor that writes in three steps, one between each two looks.
    readFile: async (path) => {
      if (reads++ > 0 && reads < 5) writeFileSync(path, `half ${Math.min(reads, 4)}`);
      return readFile(path);
    },
    changed: async () => void seen.push(String(await readFile(at('routes.yaml')))),
  });
  await watch.look();
  expect(seen).toEqual(['half 4']);
});

test('a table that the new rules name is watched from then on, without a second load', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  writeFileSync(at('table.csv'), 'a');
  const paths = [at('routes.yaml')];
  const { look } = await open(
    () => paths,
    clock(),
    async () => {
      changes.push('changed');
      if (paths.length === 1) paths.push(at('table.csv'));
    },
  );
  writeFileSync(at('routes.yaml'), 'b');
  await look();
  await look();
  expect(changes).toHaveLength(1);
  writeFileSync(at('table.csv'), 'b');
  await look();
  expect(changes).toHaveLength(2);
});

test('asked to, it loads at once whether anything changed or not, and a load that throws ends nothing', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  const { checkNow, look } = await open(
    () => [at('routes.yaml')],
    clock(),
    async () => {
      changes.push('changed');
      throw new Error('bad file');
    },
  );
  await checkNow();
  expect(changes).toHaveLength(1);
  writeFileSync(at('routes.yaml'), 'b');
  await look();
  expect(changes).toHaveLength(2);
});

test('it looks every two seconds until it is stopped', async () => {
  writeFileSync(at('routes.yaml'), 'a');
  const ticker = clock();
  const { stop } = await open(() => [at('routes.yaml')], ticker);
  const [first] = ticker.waiting.values();
  expect(first?.ms).toBe(2000);
  writeFileSync(at('routes.yaml'), 'b');
  ticker.waiting.clear();
  first?.run();
  await expect.poll(() => [changes.length, ticker.waiting.size]).toEqual([1, 1]);
  stop();
  expect(ticker.waiting.size).toBe(0);
});
