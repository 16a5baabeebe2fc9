// What a report comes to in all, as one line of figures: what billing asks before it looks at a row. Pure.
import type { ReportName, Rows } from './report.ts';

type Total<Row> = { [figure: string]: (rows: readonly Row[]) => number };

const sum =
  <Row>(figure: (row: Row) => number | undefined) =>
  (rows: readonly Row[]) =>
    rows.reduce((all, row) => all + (figure(row) ?? 0), 0);
const count = <Row>(counts: (row: Row) => boolean) => sum<Row>((row) => Number(counts(row)));
const workspaces = (rows: readonly { workspace: string }[]): number => new Set(rows.map(({ workspace }) => workspace)).size;
const numbers = (rows: readonly unknown[]): number => rows.length;

const totals: { [N in ReportName]: Total<Rows[N]> } = {
  usage: {
    workspaces,
    nearly_full: count((row) => row.nearAt !== undefined),
    full: count((row) => row.fullAt !== undefined),
    messages_used: sum((row) => (row.resource === 'messages' ? row.used : 0)),
    messages_bought: sum((row) => (row.resource === 'messages' ? row.total : 0)),
  },
  numbers: { workspaces, numbers, days: sum((row) => row.days), seconds: sum((row) => row.seconds) },
  downtime: { workspaces, numbers, drops: sum((row) => row.drops), seconds: sum((row) => row.seconds), down: count((row) => row.down) },
  alerts: { workspaces, sent: sum((row) => row.sent), dead: sum((row) => row.dead), acknowledged: sum((row) => row.acknowledged) },
  security: {
    workspaces,
    tokens_rotated: count((row) => row.what === 'token-rotated'),
    sessions_lost: count((row) => row.what === 'disconnected'),
  },
};

export const totalsOf = <N extends ReportName>(name: N, rows: readonly Rows[N][]): Record<string, number> =>
  Object.fromEntries(Object.entries<(rows: readonly Rows[N][]) => number>(totals[name]).map(([figure, of]) => [figure, of(rows)]));
