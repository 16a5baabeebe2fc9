// One batch, one transaction. If an item's own data is at fault the batch is undone and replayed item by item, so that one bad row fails alone;
// if the disk is full, what only changes rows still goes through, because outcomes must be kept when nothing new can be taken on.
import type { DatabaseSync } from 'node:sqlite';
import { writeAudit } from './audit.ts';
import type { Ballast } from './ballast.ts';
import { faultOf, reasonOf, storeError } from './faults.ts';
import { forget, type prepareForget } from './forget.ts';
import { claim, recalled } from './lease.ts';
import { pragma } from './open.ts';
import { type preparePrune, prune } from './prune.ts';
import { replay } from './replay.ts';
import { rollUp } from './roll-up.ts';
import { settle } from './settle.ts';
import type { Done, Work } from './store.ts';
import { tick, type Vitals } from './tick.ts';
import type { Turn } from './turn.ts';
import { decideAndWrite, keepUndecided } from './write-decision.ts';

export type Desk = {
  db: DatabaseSync;
  prune: ReturnType<typeof preparePrune>;
  /** Prepared when it is first asked for: most relays never need it. */
  forget(): ReturnType<typeof prepareForget>;
  vitals: Vitals;
  ballast: Ballast;
};

/** `turn` makes a fresh one: room and memory begin anew with every try. */
export function commit(desk: Desk, work: Work[], turn: () => Turn): Done[] {
  try {
    if (work.some(grows) && desk.ballast.out(() => roomInside(desk.db))) return commitWhatFits(desk, work, turn);
    return transaction(desk.db, () => {
      const now = turn();
      return work.map((one) => perform(desk, now, one));
    });
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'store.row') return commitOneByOne(desk, work, turn);
    if (fault === 'store.full') {
      desk.ballast.release();
      return commitWhatFits(desk, work, turn);
    }
    throw storeError('writing to the store', error);
  }
}

/** Still one transaction, with a point of return before each item. */
function commitOneByOne(desk: Desk, work: Work[], turn: () => Turn): Done[] {
  const { db } = desk;
  const attempt = (run: () => Done): Done => {
    db.exec('SAVEPOINT item');
    try {
      const done = run();
      db.exec('RELEASE item');
      return done;
    } catch (error) {
      if (faultOf(error) !== 'store.row') throw error;
      db.exec('ROLLBACK TO item; RELEASE item');
      return failed(error);
    }
  };
  try {
    return transaction(db, () => {
      const now = turn();
      return work.map((one) => {
        const room = { ...now.room };
        const done = attempt(() => perform(desk, now, one));
        if (done.did !== 'failed') return done;
        now.room = room;
        now.incidents.clear();
        // Its decision cannot be written. The event itself perhaps can, and it will not come a second time.
        if (one.do !== 'decide' || one.input.kind !== 'event') return done;
        const { event } = one.input;
        return attempt(() => keepUndecided(now, event, one.body, new Error(done.message)));
      });
    });
  } catch (error) {
    throw storeError('writing to the store, item by item', error);
  }
}

/** The disk is full: nothing that adds, and the rest together if that fits, else each on its own. Rejects if not even one went through. */
function commitWhatFits(desk: Desk, work: Work[], turn: () => Turn): Done[] {
  const full = Object.assign(new Error('the disk or the page limit is full'), { errcode: 13 });
  const rest = work.filter((one) => !grows(one));
  let answers: Done[];
  try {
    answers = transaction(desk.db, () => {
      const now = turn();
      return rest.map((one) => perform(desk, now, one));
    });
  } catch {
    answers = rest.map((one) => alone(desk, one, turn));
  }
  if (answers.every(({ did }) => did === 'failed')) throw storeError('writing to the store', full);
  return work.map((one) => (grows(one) ? failed(storeError(`writing (${one.do})`, full)) : answers.shift()!));
}

function alone(desk: Desk, one: Work, turn: () => Turn): Done {
  try {
    return transaction(desk.db, () => perform(desk, turn(), one));
  } catch (error) {
    const fault = faultOf(error);
    if (fault !== 'store.full' && fault !== 'store.row') throw storeError('writing to a full store', error);
    return failed(storeError(`writing (${one.do})`, error));
  }
}

const roomInside = (db: DatabaseSync): number => (pragma(db, 'freelist_count') as number) * (pragma(db, 'page_size') as number);

/** Rows of a batch that has others behind it. */
const atOnce = 500;

const growing: ReadonlySet<Work['do']> = new Set(['decide', 'replay', 'put', 'audit', 'roll-up', 'probe']);
const grows = (work: Work): boolean => growing.has(work.do);

const failed = (error: unknown): Done => ({ did: 'failed', code: faultOf(error), message: reasonOf(error) });

/** COMMIT returns when it is on disk. */
export function transaction<T>(db: DatabaseSync, run: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = run();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk or a failed write may have undone it already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function perform(desk: Desk, turn: Turn, work: Work): Done {
  const { sql } = turn;
  switch (work.do) {
    case 'decide':
      return decideAndWrite(turn, work.input, work.body);
    case 'settle':
      return settle(turn, work.settlement);
    case 'claim':
      return { did: 'claim', leased: claim(turn, work.destination, work.limit) };
    case 'start':
      return { did: 'start', current: sql.start.run(work.id, work.generation).changes !== 0 };
    case 'release':
      for (const { id, generation } of work.released) sql.giveBack.run(id, generation);
      return { did: 'release' };
    case 'recalled':
      return { did: 'recalled', current: recalled(turn, work.id, work.generation, work.reason) };
    case 'tick':
      return tick(turn, desk.vitals);
    case 'put':
      if (work.value === null) sql.dropNote.run(work.key);
      else sql.putNote.run(work.key, work.value);
      return { did: 'put' };
    case 'get': {
      const value = sql.note.get(work.key)?.value as string | undefined;
      return { did: 'get', ...(value === undefined ? {} : { value }) };
    }
    case 'replay':
      return replay(turn, work.ids, work.reason);
    case 'hasten':
      return { did: 'hasten', more: sql.hasten.run(turn.clock.now, work.destination, atOnce).changes === atOnce };
    case 'clock-jumped':
      sql.renewLeases.run(turn.clock.now);
      if (work.byMs < 0) sql.bringForward.run(turn.clock.now, -work.byMs);
      return { did: 'clock-jumped' };
    case 'replan':
      sql.replan.run(turn.clock.now);
      return { did: 'replan' };
    case 'prune':
      return { ...prune(desk.prune, turn.clock.now) };
    case 'roll-up':
      return { did: 'roll-up', ...rollUp(turn.rollUp, turn.clock.now) };
    case 'forget':
      return { did: 'forget', ...forget(desk.forget(), work.workspace) };
    case 'audit':
      return writeAudit(turn, work.entry);
    case 'probe':
      sql.putNote.run('store:probe', String(turn.clock.now));
      return { did: 'probe' };
  }
}
