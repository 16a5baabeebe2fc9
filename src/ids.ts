// Ids that sort by time and never repeat: `e_` and `d_` before a ULID. Random bytes are drawn in bulk, for one draw costs more than the id.
import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

export function idMaker(): (prefix: 'e' | 'd') => string {
  const pool = new Uint8Array(4096);
  let at = pool.length;
  const ulid = monotonicFactory(() => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    return pool[at++]! / 256;
  });
  return (prefix) => `${prefix}_${ulid()}`;
}
