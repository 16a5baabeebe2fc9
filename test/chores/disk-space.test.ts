// A disk that fills up is told of before it is full: once, by a plain rule, and not over and over at the brink.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isNearFull, measureOf, type Space, sizeOf, watchSpace } from '../../src/chores/disk-space.ts';
import type { RelayNotice } from '../../src/delivery.ts';

const gib = 1024 ** 3;
const mib = 1024 ** 2;

test.each([
  ['a large disk with much in it', 40 * gib, 1000 * gib, false],
  ['a large disk with little left', 1.9 * gib, 1000 * gib, true],
  ['a usual disk', 2.5 * gib, 20 * gib, false],
  ['a usual disk with less than a tenth left', 1.9 * gib, 20 * gib, true],
  ['a small disk that is half full', 500 * mib, gib, false],
  ['a small disk with a tenth left', 0.1 * gib, gib, false],
  ['a small disk with less', 90 * mib, gib, true],
  ['a tiny one for a test', 12 * mib, 24 * mib, false],
  ['a full one', 0, 24 * mib, true],
])('%s', (_, free, disk, near) => {
  expect(isNearFull({ free, disk }, false)).toBe(near);
});

function watched() {
  const told: RelayNotice[] = [];
  const lines: string[] = [];
  let space: Space | undefined;
  const say = (_: object, message: string) => void lines.push(message);
  const watch = watchSpace({
    measure: async () => {
      if (space === undefined) throw new Error('no such folder');
      return space;
    },
    tell: (notice) => told.push(notice),
    log: { info: say, warn: say },
  });
  const measured = async (free?: number) => {
    space = free === undefined ? undefined : { free, disk: 20 * gib, store: 312 * mib };
    await watch.run();
    return watch.degraded().map(({ code }) => code);
  };
  return { told, lines, measured, degraded: watch.degraded };
}

test('the operator is told once, with the numbers, and /readyz says so until there is a quarter more than that', async () => {
  const { told, lines, measured, degraded } = watched();
  expect(await measured(3 * gib)).toEqual([]);
  expect(await measured(1.9 * gib)).toEqual(['store.near_full']);
  expect(told).toEqual([
    {
      code: 'store.near_full',
      subject: 'store',
      text: '1.9 GiB of 20 GiB is free where the store lies (9 %); the store has 312 MiB. When nothing is left, webhooks are answered 503, and TimelinesAI says each thing once. Free space, or give the disk more.',
    },
  ]);
  expect(await measured(1.2 * gib)).toEqual(['store.near_full']);
  expect(degraded()[0]!.text).toMatch(/^1\.2 GiB/);
  for (const free of [2.1, 1.9, 2.4]) expect(await measured(free * gib)).toEqual(['store.near_full']);
  expect(told).toHaveLength(1);
  expect(await measured(2.6 * gib)).toEqual([]);
  expect(lines).toEqual(['store.has_room_again']);
  await measured(1 * gib);
  expect(told).toHaveLength(2);
});

test('a disk that cannot be measured changes nothing and is logged once', async () => {
  const { told, lines, measured } = watched();
  await measured(1 * gib);
  for (let n = 0; n < 3; n++) expect(await measured()).toEqual(['store.near_full']);
  expect(lines).toEqual(['space.not_measured']);
  expect(told).toHaveLength(1);
});

test('a real disk is measured, the store with its log, and a store elsewhere is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-space-'));
  writeFileSync(join(folder, 'relay.db'), Buffer.alloc(3000));
  writeFileSync(join(folder, 'relay.db-wal'), Buffer.alloc(500));
  const space = await measureOf(`sqlite:${join(folder, 'relay.db')}`)!();
  expect(space.store).toBe(3500);
  expect(space.free).toBeGreaterThan(0);
  expect(space.disk).toBeGreaterThanOrEqual(space.free);
  rmSync(folder, { recursive: true });
  expect(measureOf('postgres://relay@db/relay')).toBeUndefined();
  const nowhere = watchSpace({ measure: undefined, tell: () => expect.unreachable(), log: { info: () => {}, warn: () => {} } });
  await nowhere.run();
  expect(nowhere.degraded()).toEqual([]);
});

test('sizes are said as people say them', () => {
  expect([0, 3 * 1024, 1.44 * mib, 812 * mib, 1.4 * gib, 40 * gib].map(sizeOf)).toEqual([
    '0 KiB',
    '3 KiB',
    '1.4 MiB',
    '812 MiB',
    '1.4 GiB',
    '40 GiB',
  ]);
});
