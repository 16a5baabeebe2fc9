// What a story asks a running relay, and looks up in its store without disturbing it.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Arrival } from './receiver.ts';
import type { Running, World } from './world.ts';

export type Ready = {
  status: number;
  body: { status: string; reason?: string; degraded: { code: string; subject: string; text: string }[] };
};

export async function readyz(running: Running): Promise<Ready> {
  const reply = await fetch(`${running.url}/readyz`);
  return { status: reply.status, body: (await reply.json()) as Ready['body'] };
}

/** With a body it is a POST, unless said otherwise. */
export async function admin<T = Record<string, unknown>>(
  running: Running,
  path: string,
  body?: object,
  method = 'POST',
): Promise<{ status: number; body: T }> {
  const url = `http://127.0.0.1:${running.adminPort}/api/v1${path}`;
  const init = body && { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const reply = await fetch(url, init);
  return { status: reply.status, body: (await reply.json()) as T };
}

export type Row = Record<string, string | number | null>;

/** By a connection that cannot write. */
export function rows(stage: Pick<World, 'dir'>, sql: string, ...values: (string | number)[]): Row[] {
  const db = new DatabaseSync(join(stage.dir, 'relay.db'), { readOnly: true, timeout: 1000 });
  try {
    return db.prepare(sql).all(...values) as Row[];
  } finally {
    db.close();
  }
}

export const deliveriesTo = (stage: Pick<World, 'dir'>, destination: string): Row[] =>
  rows(stage, 'SELECT * FROM deliveries WHERE destination = ? ORDER BY id', destination);

export const attemptsOf = (stage: Pick<World, 'dir'>, delivery: string): Row[] =>
  rows(stage, 'SELECT * FROM attempts WHERE delivery_id = ? ORDER BY n', delivery);

export const openDeliveries = (stage: Pick<World, 'dir'>): number =>
  Number(rows(stage, "SELECT count(*) AS n FROM deliveries WHERE state IN ('pending', 'leased', 'waiting')")[0]!.n);

/** What the operator was told by this receiver. */
export const toldTo = (target: { arrived: readonly Arrival[] }): string[] =>
  target.arrived.filter((one) => one.body.kind === 'relay').map((one) => `${one.body.message.headline}\n${one.text}`);
