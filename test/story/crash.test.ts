// kill -9, again and again: what was answered 200 is in the store and arrives, and little is told twice.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { back, drop, post, type Running, receiver, sample, until, type World, world } from './world.ts';

let target: Awaited<ReturnType<typeof receiver>>;
let stage: World;

const routes = (url: string) => `version: 1
timezone: UTC
destinations:
  hook: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: held, events: [disconnected], hold: 3s, send: [hook] }
  - { name: everything, send: [hook], except: [{ workspace: "held-*" }] }
fallback: { send: [hook] }
operator: hook
`;

beforeEach(async () => {
  target = await receiver();
  stage = world(routes(target.url));
});
afterEach(async () => {
  await stage.close();
  target.close();
});

const heard = (workspace: string) => target.taken.filter((one) => one.body.alert?.workspace.id === workspace);

test('nothing that was answered 200 is lost over many kills under load, and repeats are at most what was in flight', async () => {
  const kills = Number(process.env.STORY_KILLS ?? 12);
  const answered = new Set<string>();
  let n = 0;
  let relay: Running = await stage.start();
  let inFlight = 0;
  for (let round = 0; round < kills; round++) {
    let stopped = false;
    const senders = Array.from({ length: 16 }, async () => {
      while (!stopped) {
        const workspace = `load-${n++}`;
        const answer = await post(relay, { ...sample('token-rotated'), workspace_id: workspace }).catch(() => undefined);
        if (answer?.status === 200) answered.add(workspace);
      }
    });
    // Some hundred webhooks, then at whatever moment this comes out.
    const enough = answered.size + 40 + Math.floor(Math.random() * 120);
    await until('some load', () => answered.size >= enough, 30_000);
    inFlight += 16;
    await stage.kill(relay);
    stopped = true;
    await Promise.all(senders);
    relay = await stage.start();
  }
  const arrived = () => new Set(target.taken.map((one) => one.body.alert?.workspace.id));
  await until('every accepted event to arrive', () => [...answered].every((workspace) => arrived().has(workspace)), 60_000);
  const byId = Map.groupBy(target.taken, (one) => one.id);
  const repeats = [...byId.values()].reduce((sum, copies) => sum + copies.length - 1, 0);
  // Each kill may repeat what was being sent or not yet noted: the lane's places and the outcomes on their way to disk.
  expect(repeats).toBeLessThanOrEqual(inFlight * 2);
  const perEvent = Map.groupBy(byId.values(), (copies) => copies[0]!.body.alert!.id);
  for (const [event, deliveries] of perEvent) expect(deliveries.length, event).toBe(1);
});

for (const moment of ['before the hold ends', 'after the alert', 'right after the recovery was answered']) {
  test(`kill -9 ${moment}: one alert, then one resolved, never in the other order`, async () => {
    let relay = await stage.start();
    const restart = async () => {
      await stage.kill(relay);
      relay = await stage.start();
    };
    await post(relay, drop('held-a'));
    if (moment === 'before the hold ends') await restart();
    await until('the alert', () => heard('held-a').length > 0);
    if (moment === 'after the alert') await restart();
    await post(relay, back('held-a', Date.now() + 5));
    if (moment === 'right after the recovery was answered') await restart();
    await until('its end', () => heard('held-a').some((one) => one.body.kind === 'resolved'));
    const kinds = [...new Map(heard('held-a').map((one) => [one.id, one.body.kind])).values()];
    expect(kinds).toEqual(['alert', 'resolved']);
    expect(heard('held-a').findIndex((one) => one.body.kind === 'resolved')).toBeGreaterThan(
      heard('held-a').findLastIndex((one) => one.body.kind === 'alert') - 1,
    );
  });
}

test('kill -9 after a recovery within the hold: nobody hears of it', async () => {
  let relay = await stage.start();
  await post(relay, drop('held-b'));
  await post(relay, back('held-b', Date.now() + 5));
  await stage.kill(relay);
  relay = await stage.start();
  await post(relay, { ...sample('token-rotated'), workspace_id: 'marker' });
  await post(relay, drop('held-c'));
  await until('the hold of a later drop to end', () => heard('held-c').length === 1);
  expect(heard('held-b')).toEqual([]);
});
