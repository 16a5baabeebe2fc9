// What takes minutes: a destination that refuses every message, a source that has gone quiet. The relay's time runs sixty times as fast.
import { expect, test } from 'vitest';
import { deliveriesTo, readyz, toldTo } from './ask.ts';
import { receiver } from './receiver.ts';
import { post, sample, scene, until } from './world.ts';

test.concurrent('held over a crash, told once, tried again by itself: when it works, all that waited arrives', async ({
  onTestFinished,
}) => {
  const other = await receiver();
  onTestFinished(async () => other.close());
  // The operator's own way is the broken one, so the relay has to find another.
  const { target, stage } = await scene(
    onTestFinished,
    (url) => `version: 1
timezone: UTC
destinations:
  ops: { plugin: http, url: "${url}", allow_private: yes }
  other: { plugin: http, url: "${other.url}", allow_private: yes }
routes:
  - { name: everything, send: [ops] }
fallback: { send: [other] }
operator: ops
`,
    { speed: 60 },
  );
  target.answer(() => 401);
  const before = await stage.start();
  const send = async (workspace: string) =>
    expect(await post(before, { ...sample('seats-full'), workspace_id: workspace })).toMatchObject({ status: 200 });
  await send('a');
  const held = async (relay: typeof before) =>
    (await readyz(relay)).body.degraded.some(({ code, subject }) => code === 'destination.held' && subject === 'ops');
  await until('the hold', () => held(before));
  for (const workspace of ['b', 'c', 'd']) await send(workspace);
  await until('the operator to hear of it', () => toldTo(other).some((text) => text.includes('ops refuses every message')));
  await stage.kill(before);

  // Whoever mended the password may have restarted the relay for it, so one is tried at once.
  const relay = await stage.start();
  await until('a try after the start', () => target.arrived.length === 2);
  expect(await held(relay)).toBe(true);
  const mended = stage.now();
  target.answer(() => 200);
  await until('all that waited', () => new Set(target.taken.map((one) => one.body.alert?.workspace.id)).size === 4);
  expect(stage.now() - mended).toBeLessThan(6 * 60_000);
  await until('it to be well', async () => (await readyz(relay)).body.status === 'ok');
  await until('the outcomes', () => deliveriesTo(stage, 'ops').every(({ state, attempts }) => state === 'delivered' && attempts === 1));
  expect(toldTo(other)).toHaveLength(1);
});

test.concurrent('a source gone quiet is told to the operator once, and not while webhooks come', async ({ onTestFinished }) => {
  const { target, stage } = await scene(
    onTestFinished,
    (url) => `version: 1
timezone: UTC
destinations:
  ops: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: nobody, send: nobody }
fallback: { send: [ops] }
operator: ops
quiet_source: 1m
`,
    { speed: 60 },
  );
  const relay = await stage.start();
  const heardFrom = stage.now();
  const silent = () => toldTo(target).filter((text) => text.includes('no webhook for a long time'));
  while (stage.now() < heardFrom + 130_000) {
    await post(relay, { ...sample('seats-full'), workspace_id: `alive-${stage.now()}` });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(silent()).toEqual([]);
  const last = stage.now();
  await until('the operator to hear of the silence', () => silent().length > 0);
  expect(stage.now() - last).toBeGreaterThanOrEqual(60_000);
  await until('two more minutes', () => stage.now() > last + 240_000);
  expect(silent()).toHaveLength(1);
});
