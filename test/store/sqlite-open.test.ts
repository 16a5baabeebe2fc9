// What a store refuses to open, and that it leaves what it refuses as it was.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Draft } from '../../src/decide/draft.ts';
import { allOf, dropAll } from '../../src/decide/pages.ts';
import { migrate, migrations } from '../../src/store/migrate.ts';
import { assertSqlite } from '../../src/store/open.ts';
import { networkFileSystem } from '../../src/store/own.ts';
import { newestSchema } from '../../src/store/schema-version.ts';
import { freshFile, open } from './sqlite-file.ts';
import { accepting, decider, makeEvent, start } from './world.ts';

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

async function refused(file: string, code: string, message: RegExp): Promise<void> {
  const before = digest(file);
  await expect(open(file, 'one', start)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(digest(file)).toBe(before);
}

async function filled(): Promise<string> {
  const file = freshFile();
  const store = await open(file, 'one', start);
  for (let n = 0; n < 60; n++)
    await store.commit({ work: [accepting(makeEvent(`e_${n}`), 'x'.repeat(2_000))], now: start, room: {} }, decider({}));
  await store.close();
  return file;
}

test('a file that is no database is refused and left as it was', async () => {
  const file = freshFile();
  writeFileSync(file, 'notes of the operator\n'.repeat(500), { mode: 0o600 });
  await refused(file, 'store.corrupt', /not a database.*restore a backup/s);
});

test('a database that was damaged is refused after an unclean stop, and left as it was', async () => {
  const file = await filled();
  const db = new DatabaseSync(file);
  db.exec(`UPDATE notes SET value = '0' WHERE key = 'store:clean'`);
  const page = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'events_search'`).get()?.rootpage as number;
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, (page - 1) * 8192, page * 8192);
  writeFileSync(file, bytes);
  await refused(file, 'store.corrupt', /after an unclean stop/);
});

test("another program's database is refused and left as it was", async () => {
  const file = freshFile();
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE customers (name TEXT)');
  db.close();
  await refused(file, 'store.unusable', /another program's database/);
});

test('tables newer than this relay knows are refused and left as they were', async () => {
  const file = await filled();
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA user_version = ${newestSchema + 1}`);
  db.close();
  await refused(file, 'store.unusable', /newer relay/);
});

test('a path where nothing can be written is refused with the reason', async () => {
  const file = freshFile();
  writeFileSync(join(dirname(file), 'file'), '');
  const code = 'store.unusable';
  await expect(open(join(dirname(file), 'file', 'relay.db'), 'one', start)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
  mkdirSync(join(dirname(file), 'taken', 'relay.db'), { recursive: true });
  await expect(open(join(dirname(file), 'taken', 'relay.db'), 'one', start)).rejects.toMatchObject({ code });
});

test('a data directory of someone else is refused with who owns it and who asks', async () => {
  const file = freshFile();
  chmodSync(dirname(file), 0o500);
  // Root may write anywhere, so whoever runs these tests asks as somebody else.
  const { getuid, seteuid } = process as Required<Pick<typeof process, 'getuid' | 'seteuid'>>;
  const root = getuid() === 0;
  if (root) seteuid(65_534);
  try {
    await expect(open(file, 'one', start)).rejects.toMatchObject({
      code: 'store.unusable',
      message: expect.stringMatching(/EACCES|permission/),
    });
  } finally {
    if (root) seteuid(0);
    chmodSync(dirname(file), 0o700);
  }
});

test('files are for the relay alone, also where they were made by a careless hand', async () => {
  const file = freshFile();
  const modes = () => readdirSync(dirname(file)).map((name) => `${name} ${(statSync(join(dirname(file), name)).mode & 0o777).toString(8)}`);
  const expected = ['relay.db 600', 'relay.db-shm 600', 'relay.db-wal 600', 'relay.db.lock 600'];
  const first = await open(file, 'one', start);
  expect(modes()).toEqual(expected);
  await first.close();
  chmodSync(file, 0o644);
  const second = await open(file, 'two', start);
  expect(modes()).toEqual(expected);
  await second.close();
});

test('network file systems are known by their type', () => {
  expect([0x6969, 0xff534d42, -11317950, 0x01021997].map(networkFileSystem)).toEqual(['NFS', 'CIFS', 'CIFS', '9P']);
  // ext4, btrfs, xfs, tmpfs, overlay
  expect([0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x794c7630].map(networkFileSystem)).toEqual(Array(5).fill(undefined));
});

test('a SQLite with the known damage race is refused', () => {
  for (const version of ['3.51.2', '3.49.1', '3.9.0', undefined]) expect(() => assertSqlite(version ?? '')).toThrow(/Node 24\.15 or newer/);
  for (const version of ['3.51.3', '3.52.0', '3.100.0', '4.0']) assertSqlite(version);
  assertSqlite();
});

test('a migration that is cut short leaves nothing behind and is done the next time', () => {
  const file = freshFile();
  const version = () => {
    const db = new DatabaseSync(file);
    const found = [
      db.prepare('PRAGMA user_version').get()?.user_version,
      db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'extra'`).get()?.name,
    ];
    db.close();
    return found;
  };
  const step = (...more: string[]) => [...migrations, ['CREATE TABLE extra (id TEXT)', ...more]];
  const run = (steps: typeof migrations) => {
    const db = new DatabaseSync(file);
    try {
      migrate(db, steps);
    } finally {
      db.close();
    }
  };
  run(migrations);
  expect(() => run(step('CUT SHORT'))).toThrow('CUT');
  expect(version()).toEqual([newestSchema, undefined]);
  run(step());
  expect(version()).toEqual([newestSchema + 1, 'extra']);
});

test('what an older relay kept of silences and of the ends of a digest stands as this one reads it', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, migrations.slice(0, 5));
  const waiting = Array.from({ length: 27 }, (_, n) => ({ name: `t_${n}` }));
  const put = db.prepare('INSERT INTO cells (key, value) VALUES (?, ?)');
  for (const [key, value] of [
    ['ends:d_1', [{ event: 'e_1' }]],
    ['silenced:s_1', { muted: 30, held: 27 }],
    ['silenced:s_1:0', waiting.slice(0, 25)],
    ['silenced:s_1:1', waiting.slice(25)],
    ['silenced:s_2', { muted: 1, held: 0 }],
    ['silences:file', ['s_1']],
  ] as const)
    put.run(key, JSON.stringify(value));
  migrate(db);
  const memory = {
    cell: (key: string) => db.prepare('SELECT value FROM cells WHERE key = ?').get(key)?.value as string | undefined,
  };
  const draft = { memory, decision: { cells: {} } } as unknown as Draft;
  const listed = (key: string) => allOf(draft, key, JSON.parse(memory.cell(key)!));
  expect(listed('ends:d_1')).toEqual([{ event: 'e_1' }]);
  expect(listed('silenced:s_1')).toEqual(waiting);
  expect(JSON.parse(memory.cell('silenced:s_1')!)).toMatchObject({ muted: 30 });
  expect(listed('silenced:s_2')).toEqual([]);
  dropAll(draft, 'silenced:s_1', JSON.parse(memory.cell('silenced:s_1')!));
  const left = db
    .prepare(`SELECT key FROM cells WHERE key LIKE 'silenced:%'`)
    .all()
    .map(({ key }) => key as string);
  expect(left.filter((key) => draft.decision.cells[key] !== null)).toEqual(['silenced:s_2']);
  expect(memory.cell('silences:file')).toBe('["s_1"]');
});

test('an address that is no SQLite path is refused without showing it', async () => {
  const { openSqlite } = await import('../../src/store/sqlite.ts');
  const url = 'postgres://relay:pa55word@db.example/relay';
  const error = await openSqlite({ url, owner: 'one', now: start, ids: () => '' }).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: 'store.unusable', message: expect.stringMatching(/sqlite:data\/relay\.db/) });
  expect(String(error)).not.toContain('pa55word');
});
