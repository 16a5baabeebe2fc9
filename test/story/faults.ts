// A fault of a target, from its answer to what the store of a real relay says of it, and on until the message arrives once the target is well
// again. Told of Slack and of mail; the relay's time runs ten times as fast.
import { expect } from 'vitest';
import { admin, attemptsOf, type Row, rows } from './ask.ts';
import { post, type Running, sample, until, type World } from './world.ts';

/** How it ends, for the message and for its destination. */
export type End = {
  state: 'pending' | 'dead';
  class: 'config' | 'permanent' | 'transient' | 'rate-limited';
  /** Whether the try costs an attempt. */
  counts: boolean;
  health: 'ok' | 'held' | 'paused';
  perhaps?: true;
  /** Seconds to the next try; absent where the steps of a retry say it. */
  wait?: number;
};
export const held: End = { state: 'pending', class: 'config', counts: false, health: 'held', wait: 0 };
export const dead: End = { state: 'dead', class: 'permanent', counts: true, health: 'ok' };
export const again: End = { state: 'pending', class: 'transient', counts: true, health: 'ok' };
export const perhaps: End = { ...again, perhaps: true };
export const inFiveMinutes: End = { ...again, wait: 300 };
export const pause = (wait: number): End => ({ state: 'pending', class: 'rate-limited', counts: false, health: 'paused', wait });
/** Seconds after the first, second … failure; up to a quarter more is added by chance. */
const steps = [2, 5, 15, 30];

/** `said`: the answer, in words. */
export const promise = (said: string, code: string, end: End): string =>
  [
    `${said} → ${end.state}, ${end.class} (${code})`,
    end.counts ? 'an attempt' : 'no attempt',
    ...(end.perhaps ? ['perhaps delivered'] : []),
    nextTry(end),
    `destination ${end.health}`,
  ].join(', ');
const nextTry = ({ state, wait }: End) =>
  state === 'dead' ? 'no other try' : wait === undefined ? 'again in 2 s' : wait > 0 ? `again in ${wait} s` : 'due once it is mended';

/** The workspaces `name.1` and `name.2` are told through the destination of that name alone. */
export function watch(stage: World, relay: Running) {
  const send = async (workspace: string) =>
    expect(await post(relay, { ...sample('token-rotated'), workspace_id: workspace })).toMatchObject({ status: 200 });
  const deliveryOf = (name: string, n: number, target = '%'): Row | undefined =>
    rows(
      stage,
      'SELECT d.* FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.destination = ? AND e.workspace_id = ? AND d.target LIKE ?',
      ...[name, `${name}.${n}`, target],
    )[0];
  const failed = (name: string, n: number, state: End['state'], target?: string) =>
    until(`${name}.${n} to fail`, () => {
      const row = deliveryOf(name, n, target);
      return row?.state === state && row.last_class !== null && { row, seen: stage.now() };
    });
  const delivered = (name: string, n: number, target?: string) =>
    until(
      `${name}.${n} to be delivered`,
      () => {
        const row = deliveryOf(name, n, target);
        return row?.state === 'delivered' && row;
      },
      60_000,
    );
  /** A pause ends by itself, and begins again with the next try: whoever looks in between looks once more. */
  const laneOf = (name: string, end: End) =>
    until(`the lane of ${name} to hear of it`, async () => {
      type Lane = { name: string; health: string; reason?: string; last_class?: string };
      const { body } = await admin<{ items: Lane[] }>(relay, '/destinations');
      return body.items.find(
        (one) => one.name === name && one.last_class === end.class && (end.health !== 'paused' || one.health === 'paused'),
      );
    });

  /** Sends one while the target answers so, looks at all that is kept of it, mends the target, and answers the attempts of the delivered
   * message; nothing where it is dead, or waits longer than a test can. `told`: words of the answer that the store and the lane repeat. */
  async function follow({
    name,
    code,
    end,
    told,
    mend,
    untouched,
  }: {
    name: string;
    code: string;
    end: End;
    told: string;
    mend(): void;
    untouched(): void;
  }): Promise<Row[] | undefined> {
    const posted = stage.now();
    await send(`${name}.1`);
    const { row, seen } = await failed(name, 1, end.state);
    expect(row).toMatchObject({ last_class: end.class, last_code: code });
    // Where the machine is slow the second try may have been made before the first was looked at: then what is said of one holds for both.
    const tries = attemptsOf(stage, String(row.id)).slice(0, Number(row.attempts));
    const failure = { class: end.class, code, perhaps: end.perhaps ? 1 : 0 };
    expect(tries).toEqual(tries.map(() => expect.objectContaining(failure)));
    if (end.class === 'transient') expect(tries.length).toBeGreaterThan(0);
    else expect(tries).toHaveLength(end.counts ? 1 : 0);
    if (end.state === 'pending') {
      const wait = (end.wait ?? steps[tries.length - 1]!) * 1000;
      expect(row.run_at).toBeGreaterThanOrEqual(Number(tries.at(-1)?.ended_at ?? posted) + wait);
      expect(row.run_at).toBeLessThanOrEqual(seen + wait * (end.counts ? 1.25 : 1));
    }
    const lane = await laneOf(name, end);
    expect(lane.health).toBe(end.health);
    if (end.health === 'held') expect(lane.reason).toContain(told);
    untouched();

    mend();
    if (end.state === 'dead') {
      // Dead for itself alone: what comes after it goes out.
      await send(`${name}.2`);
      expect(await delivered(name, 2)).toMatchObject({ attempts: 1, last_class: 'ok' });
      expect(deliveryOf(name, 1)).toMatchObject({ state: 'dead', attempts: 1 });
      return undefined;
    }
    // An hour is too long to wait for, also at this speed.
    if (end.wait !== undefined && end.wait >= 3600) return undefined;
    if (end.health === 'held') expect((await admin(relay, `/destinations/${name}/resume`, {})).body).toEqual({ resumed: true });
    const done = await delivered(name, 1);
    const all = attemptsOf(stage, String(done.id));
    expect(done.attempts).toBe(all.length);
    expect(all.at(-1)).toMatchObject({ class: 'ok', perhaps: 0 });
    const failures = all.slice(0, -1);
    expect(failures).toEqual(failures.map(() => expect.objectContaining(failure)));
    expect(failures.length > 0).toBe(end.counts);
    return all;
  }
  return { send, deliveryOf, failed, delivered, follow };
}
