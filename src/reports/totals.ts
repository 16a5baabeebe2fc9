// What a report comes to in all, as one line of figures: what billing asks before it looks at a row. Row by row, for of a large house no thread holds
// them all.
import type { ReportName, Rows } from './report.ts';

type Figures<Row> = { [figure: string]: (row: Row) => number | undefined };

/** Each the sum of what its rows say; how many workspaces they are of stands before them. */
const figures: { [N in ReportName]: Figures<Rows[N]> } = {
  usage: {
    nearly_full: (row) => Number(row.nearAt !== undefined),
    full: (row) => Number(row.fullAt !== undefined),
    messages_used: (row) => (row.resource === 'messages' ? row.used : 0),
    messages_bought: (row) => (row.resource === 'messages' ? row.total : 0),
  },
  numbers: { numbers: () => 1, days: (row) => row.days, seconds: (row) => row.seconds },
  downtime: { numbers: () => 1, drops: (row) => row.drops, seconds: (row) => row.seconds, down: (row) => Number(row.down) },
  alerts: { sent: (row) => row.sent, dead: (row) => row.dead, acknowledged: (row) => row.acknowledged },
  security: {
    tokens_rotated: (row) => Number(row.what === 'token-rotated'),
    sessions_lost: (row) => Number(row.what === 'disconnected'),
  },
};

export function totalling<N extends ReportName>(name: N): { add(row: Rows[N]): void; totals(): Record<string, number> } {
  const of = Object.entries<(row: Rows[N]) => number | undefined>(figures[name]);
  const sums: Record<string, number> = Object.fromEntries(of.map(([figure]) => [figure, 0]));
  const workspaces = new Set<string>();
  return {
    add: (row) => {
      workspaces.add(row.workspace);
      for (const [figure, value] of of) sums[figure] = sums[figure]! + (value(row) ?? 0);
    },
    totals: () => ({ workspaces: workspaces.size, ...sums }),
  };
}
