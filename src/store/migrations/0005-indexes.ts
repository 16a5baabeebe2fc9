// What lists are read by and retention is not. Each holds only rows that are seldom written, or is appended to: what is over, what died, what was sent
// again. A search for a workspace or a number has no index, for that one costs a random page for each webhook: see read-look.ts.

export const statements: readonly string[] = [
  'CREATE INDEX incidents_over ON incidents (event_id) WHERE open = 0',
  `CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 'dead'`,
  'CREATE INDEX deliveries_again ON deliveries (replay_of) WHERE replay_of IS NOT NULL',
];
