// Erasure of one workspace's data: the ledger deletes in small steps, lanes give back what they have of it, and then every table is looked through
// for its id. Composition of ledger, lanes and the reading thread.
import type { Ledger } from './ledger.ts';

export type Erased = {
  /** Rows by table. */
  deleted: Record<string, number>;
  /** Messages that are not sent any more; and those that were on their way already. */
  cancelled: number;
  underWay: number;
  /** Rows in which the id still stands, by table. */
  left: Record<string, number>;
  /** Whether the operator's files name it, of which the store keeps the last good copy. */
  inFiles: boolean;
  /** Whether the deleted bytes are gone from the file too. */
  compacted: boolean;
};

type Parts = {
  ledger: Pick<Ledger, 'do'>;
  takeBack(delivery: string): unknown;
  mentions(name: string): Promise<Record<string, number>>;
};

/** Steps of a few hundred rows: what is more comes in while it is deleted. */
const mostSteps = 100_000;

export async function eraseWorkspace(workspace: string, { ledger, takeBack, mentions }: Parts): Promise<Erased> {
  const erased: Erased = { deleted: {}, cancelled: 0, underWay: 0, left: {}, inFiles: false, compacted: false };
  for (let step = 0; step < mostSteps; step++) {
    const { more, deleted, cancelled, recall, compacted } = await ledger.do({ do: 'forget', workspace });
    for (const [table, rows] of Object.entries(deleted)) erased.deleted[table] = (erased.deleted[table] ?? 0) + rows;
    // Its row is gone, so whatever becomes of one that could not be taken back is written nowhere.
    const underWay = recall.filter((id) => takeBack(id) === undefined).length;
    erased.cancelled += cancelled - underWay;
    erased.underWay += underWay;
    erased.compacted = compacted;
    if (!more) break;
  }
  const { files, ...left } = await mentions(workspace);
  return { ...erased, left, inFiles: files !== undefined };
}
