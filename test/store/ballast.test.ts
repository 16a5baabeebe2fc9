// The ballast: made when the store opens, given up once on a full disk, and put back when the disk can afford it.
import { existsSync, rmSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ballastFor } from '../../src/store/ballast.ts';
import { freshFile, open } from './sqlite-file.ts';
import { start } from './world.ts';

test('it takes real space, is given up on demand and put back while there is room', () => {
  const file = freshFile();
  const ballast = ballastFor(file, 100_000);
  const blocks = () => statSync(`${file}.ballast`).blocks * 512;
  expect(statSync(`${file}.ballast`).size).toBe(100_000);
  expect(blocks()).toBeGreaterThanOrEqual(100_000);
  ballast.release();
  expect(existsSync(`${file}.ballast`)).toBe(false);
  expect(ballast.out(() => 0)).toBe(false);
  expect(blocks()).toBeGreaterThanOrEqual(100_000);
});

test('a disk that cannot afford it goes without, and says that it is out', () => {
  const ballast = ballastFor(freshFile(), Number.MAX_SAFE_INTEGER / 4);
  expect(ballast.out(() => 0)).toBe(true);
  ballast.release();
  expect(ballast.out(() => 0)).toBe(true);
  // Pages that were pruned make room without the disk.
  expect(ballast.out(() => Number.MAX_SAFE_INTEGER)).toBe(false);
});

test('it is there after a restart, and made good where it was lost', async () => {
  const file = freshFile();
  for (const owner of ['one', 'two', 'three']) {
    const store = await open(file, owner, start, { ballastBytes: 50_000 });
    expect(statSync(`${file}.ballast`).size).toBe(50_000);
    await store.close();
    if (owner === 'two') rmSync(`${file}.ballast`);
  }
});
