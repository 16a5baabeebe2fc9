// What a digest or storm told of, on the screen: the rows of its list page, with names and numbers as its destination shows them.
import type { Delivery } from '../delivery.ts';
import { stateOf, whatOf } from '../links/list-page.ts';
import { type Row, rowsOf } from '../links/members.ts';
import { english } from '../links/words.ts';
import type { Settings } from '../settings.ts';
import type { Member } from '../store/reader.ts';
import { Refusal } from './command.ts';
import { openFiles } from './files.ts';
import { note, seconds, table } from './screen.ts';

export async function memberRows(members: readonly Member[], { destination }: Delivery, settings: Settings): Promise<Row[]> {
  if (members.length === 0) return [];
  const now = Date.now();
  // Who was told of can be asked also while the files have mistakes; only the names need them.
  const inForce = await openFiles(settings, () => now).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    note('Names are not shown: routes.yaml has mistakes, see `npm run relay -- check`.');
    return undefined;
  });
  const rows = rowsOf(members, {
    nameOf: (workspace) => inForce?.whoIs(workspace).workspace.name,
    showPhone: inForce?.rules().destinations[destination]?.showPhone ?? false,
    now,
  });
  await inForce?.close(0);
  return rows;
}

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

export const membersJson = (rows: readonly Row[]): object[] =>
  rows.map(({ event, workspace, name, number, type, wireType, since, state, by, until, endedAt }) => ({
    ...{ event, workspace, name, number, type, wire_type: wireType, since: iso(since), state },
    ...{ taken_by: by, taken_until: iso(until), ended_at: iso(endedAt) },
  }));

export function membersText(rows: readonly Row[]): string {
  const say = (at: number) => seconds(iso(at)!);
  return table(
    ['tells of', 'name', 'number', 'what', 'since (UTC)', 'now'],
    rows.map((row) => [row.workspace, row.name ?? '', row.number ?? '', whatOf(row), say(row.since), stateOf(row, english, say)]),
  );
}
