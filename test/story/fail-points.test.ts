// kill -9 at each named point of the way of an event and of a delivery, under load: nothing that was answered is lost, little is told twice.
import { expect, test } from 'vitest';
import { openDeliveries } from './ask.ts';
import { acceptPoints, deliverPoints } from './fail-points.ts';
import { inFlight, post, preloaded, sample, scene, until } from './world.ts';

const posters = 16;
const routes = (url: string) => `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: everything, send: [hook] }
fallback: { send: [hook] }
operator: hook
`;

/** Which pass: past the first ones, so that lane and batches are at work. A claim needs a backlog, so a receiver that is slower than the posters. */
const pace = (point: string) => (point === 'deliver: after a claim' ? { nth: 2, answerMs: 25 } : { nth: 40, answerMs: 4 });

for (const point of [...acceptPoints, ...deliverPoints]) {
  test(`kill -9 at ${point}: what was answered arrives, what was not and is sent again arrives once`, async ({ onTestFinished }) => {
    const { nth, answerMs } = pace(point);
    const { target, stage } = await scene(onTestFinished, routes);
    target.answer((_, reply) => {
      setTimeout(() => reply.writeHead(200).end(), answerMs);
      return 'taken';
    });
    const dying = await stage.start({ STORY_FAIL_POINT: `${point}:${nth}` }, preloaded);
    const answered = new Set<string>();
    const unanswered = new Set<string>();
    let dead = false;
    void dying.exited.then(() => {
      dead = true;
    });
    let n = 0;
    const body = (workspace: string) => ({ ...sample('token-rotated'), workspace_id: workspace });
    const send = async () => {
      while (!dead) {
        const workspace = `w-${n++}`;
        const answer = await post(dying, body(workspace)).catch(() => undefined);
        (answer?.status === 200 ? answered : unanswered).add(workspace);
      }
    };
    await Promise.all(Array.from({ length: posters }, send));
    expect(dying.process.signalCode).toBe('SIGKILL');
    expect(answered.size).toBeGreaterThan(0);

    target.answer(() => 200);
    const relay = await stage.start();
    for (const workspace of unanswered) expect(await post(relay, body(workspace))).toMatchObject({ status: 200 });
    const all = [...answered, ...unanswered];
    const heard = () => Map.groupBy(target.taken, (one) => String(one.body.alert?.workspace.id));
    await until('every event', () => all.every((workspace) => heard().has(workspace)));
    await until('the last outcome', () => openDeliveries(stage) === 0);

    for (const [workspace, copies] of heard()) expect(new Set(copies.map((one) => one.id)).size, workspace).toBe(1);
    const copies = [...Map.groupBy(target.arrived, (one) => one.id).values()].map((list) => list.length);
    expect(Math.max(...copies)).toBeLessThanOrEqual(2);
    const repeats = target.arrived.length - copies.length;
    expect(repeats).toBeLessThanOrEqual(inFlight);
  });
}
