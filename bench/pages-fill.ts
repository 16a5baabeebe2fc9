// A store as a reseller of 20 000 workspaces has it after a month: filled by the store's own statements, in large transactions, and kept in a cache
// folder, for that takes a minute. bench/pages.ts reads it.
import { constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addRecord } from '../src/store/records.ts';
import { prepareRollUp, rollUp } from '../src/store/roll-up.ts';
import { newestSchema } from '../src/store/schema-version.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { prepare } from '../src/store/statements.ts';
import { type Made, monthOfEvents, pastRecords, type Shape } from './pages-month.ts';

/** Older ones would be pruned while they are measured. */
const freshMs = 12 * 3_600_000;
const rowsAtOnce = 20_000;

/** A copy of the cached file, to be written to. */
export async function filledStore(shape: Shape, to: string, say: (text: string) => void): Promise<void> {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'timelines-relay-bench');
  const name = ['pages', ...Object.values(shape), `form-${newestSchema}`, 'v4'].join('-');
  const file = join(folder, `${name}.db`);
  if (existsSync(file) && Date.now() - statSync(file).mtimeMs < freshMs) say(`using ${file}`);
  else {
    say(`filling ${file} …`);
    mkdirSync(folder, { recursive: true });
    const began = performance.now();
    const half = `${file}.half`;
    for (const ending of ['', '-wal', '-shm', '.lock']) rmSync(half + ending, { force: true });
    await fill(half, shape, Date.now());
    for (const ending of ['-wal', '-shm', '.lock']) rmSync(half + ending, { force: true });
    renameSync(half, file);
    say(`filled in ${Math.round((performance.now() - began) / 1000)} s`);
  }
  copyFileSync(file, to, constants.COPYFILE_FICLONE);
}

async function fill(file: string, shape: Shape, now: number): Promise<void> {
  const store = await openSqlite({ url: `sqlite:${file}`, owner: 'bench', now: now - 400 * 86_400_000, ids: (prefix) => `${prefix}_` });
  await store.close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000');
  const write = writer(db);
  let rows = 0;
  db.exec('BEGIN');
  for (const made of monthOfEvents(shape, now)) {
    write(made);
    if (++rows % rowsAtOnce === 0) db.exec('COMMIT; BEGIN');
  }
  digest(db, now);
  const record = db.prepare(addRecord);
  for (const one of pastRecords(shape, now)) record.run(...one);
  // As if retention had walked there already: else it would do so while the pages are measured.
  const walked = db.prepare('SELECT received_at, id FROM events WHERE received_at < ? ORDER BY received_at DESC, id DESC LIMIT 1');
  const note = db.prepare('INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const week = walked.get(now - 7 * 86_400_000)!;
  for (const key of ['prune:seen', 'prune:bodies']) note.run(key, `${week.received_at} ${week.id}`);
  // And the roll-up: it is seconds behind in any house that has run for a while.
  const rolling = prepareRollUp(db);
  while (rollUp(rolling, now).more);
  db.exec('COMMIT');
  db.exec('PRAGMA journal_mode = WAL');
  db.close();
}

function writer(db: DatabaseSync): (made: Made) => void {
  const sql = prepare(db);
  const settled =
    db.prepare(`UPDATE deliveries SET state = ?, attempts = ?, started_at = ?, ended_at = ?, receipt = ?, last_class = ?, last_code = ?,
    last_error = ?, replay_of = ? WHERE id = ?`);
  const attempt = db.prepare(
    'INSERT INTO attempts (delivery_id, n, started_at, ended_at, class, code, error, perhaps) VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
  );
  return ({ event, seen, incident, delivery }) => {
    sql.addEvent.run(...event);
    if (seen !== undefined) sql.markSeen.run(...seen);
    if (incident !== undefined) sql.putIncident.run(...incident);
    if (delivery === undefined) return;
    sql.addDelivery.run(...delivery.row);
    if (delivery.outcome !== undefined) settled.run(...delivery.outcome);
    for (const one of delivery.attempts) attempt.run(...one);
  };
}

/** One message that tells of a thousand. */
function digest(db: DatabaseSync, now: number): void {
  const members = db
    .prepare('SELECT id FROM events ORDER BY received_at DESC, id DESC LIMIT 1000')
    .all()
    .map(({ id }) => id);
  const id = (members[0] as string).replace('e_', 'd_').replace(/.$/, 'Z');
  const target = 'http:https://hooks.example/billing';
  const row = [
    id,
    members[0]!,
    null,
    'billing',
    target,
    'quota',
    'digest',
    1,
    'pending',
    null,
    null,
    JSON.stringify({ members }),
    now,
    now,
    now,
  ];
  prepare(db).addDelivery.run(...row, 1, 1, null, null, null);
  db.prepare(`UPDATE deliveries SET state = 'delivered', attempts = 1, ended_at = created_at, last_class = 'ok' WHERE id = ?`).run(id);
}
