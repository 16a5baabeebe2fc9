// SQLite behind the Store contract. Synchronous inside, so it lives in the ledger thread, where a slow disk stalls nobody else.
import type { DatabaseSync } from 'node:sqlite';
import type { RelayError } from '../errors.ts';
import { ballastFor, noBallast } from './ballast.ts';
import { checkpointer } from './checkpoint.ts';
import { commit, type Desk, transaction } from './commit.ts';
import { erase } from './erase.ts';
import { faultOf, storeError } from './faults.ts';
import { fileOf } from './file-of.ts';
import { type ForgetStatements, prepareForget } from './forget.ts';
import { assertSqlite, inspect, openDatabase } from './open.ts';
import { own } from './own.ts';
import { preparePrune } from './prune.ts';
import { prepareRollUp } from './roll-up.ts';
import { prepare, type Statements } from './statements.ts';
import type { OpenStore, Store, StoreInfo } from './store.ts';
import { newVitals } from './tick.ts';
import { newTurn } from './turn.ts';

export type SqliteLimits = {
  /** The file grows no further; outcomes are still written. Absent = as the disk allows. */
  maxBytes?: number;
  /** Kept in reserve for a full disk; absent = none. */
  ballastBytes?: number;
};

export async function openSqlite(options: Parameters<OpenStore>[0] & SqliteLimits): Promise<Store> {
  assertSqlite();
  const file = fileOf(options.url);
  const letGo = own(file);
  let db: DatabaseSync | undefined;
  try {
    const { schema, unclean } = inspect(file);
    db = await openDatabase(file, schema, options);
    return serve(db, file, unclean, letGo, options);
  } catch (error) {
    db?.close();
    letGo();
    throw storeError(`opening ${file}`, error);
  }
}

function serve(
  db: DatabaseSync,
  file: string,
  unclean: boolean,
  letGo: () => void,
  { owner, ids, ...options }: Parameters<OpenStore>[0] & SqliteLimits,
): Store {
  const sql = prepare(db);
  const info = takeOver(db, sql, unclean, options.now);
  const ballast = options.ballastBytes ? ballastFor(file, options.ballastBytes) : noBallast;
  let forgetting: ForgetStatements | undefined;
  const forget = () => {
    forgetting ??= prepareForget(db);
    return forgetting;
  };
  const desk: Desk = { db, prune: preparePrune(db), forget, vitals: newVitals(), ballast };
  const rollUp = prepareRollUp(db);
  let lastNow = options.now;
  let broken: RelayError | undefined;
  const fail = (doing: string, error: unknown): RelayError => {
    const failure = storeError(doing, error);
    // A sync that failed cannot be made good by another: what the disk holds is unknown from here on.
    if (failure.code === 'store.io' || failure.code === 'store.corrupt') broken = failure;
    if (failure.code === 'store.full') ballast.release();
    return failure;
  };
  const checkpoint = checkpointer(db, (error) => fail('moving the log into the store', error));

  return {
    info,
    commit: async ({ work, now, room }, decide) => {
      if (broken) throw broken;
      lastNow = now;
      try {
        const run = () => commit(desk, work, () => newTurn({ sql, rollUp, decide, clock: { now, ids }, owner, room }));
        return work.some((one) => one.do === 'forget') ? erase(db, run, checkpoint.all) : run();
      } catch (error) {
        throw fail('writing to the store', error);
      } finally {
        checkpoint.after(work.length);
      }
    },
    close: async () => {
      if (!db.isOpen) return;
      try {
        if (!broken) {
          transaction(db, () => {
            sql.putNote.run('store:seen', String(lastNow));
            sql.putNote.run('store:clean', '1');
          });
          checkpoint.all();
        }
      } finally {
        db.close();
        letGo();
      }
    },
  };
}

/** Nobody else holds the directory, so every lease in the table is of a dead owner. */
function takeOver(db: DatabaseSync, sql: Statements, unclean: boolean, now: number): StoreInfo {
  const number = (key: string) => Number(sql.note.get(key)?.value ?? 0);
  const info = { unclean, lastSeenAt: number('store:seen'), createdAt: number('store:created') || now };
  try {
    transaction(db, () => {
      sql.freeLeases.run();
      sql.putNote.run('store:created', String(info.createdAt));
      sql.putNote.run('store:seen', String(now));
      sql.putNote.run('store:clean', '0');
    });
  } catch (error) {
    if (faultOf(error) !== 'store.io') throw error;
    throw storeError('taking over the store', error, 'store.unusable');
  }
  return info;
}
