// A whole relay whose destination a person pauses: what comes waits, over a kill too, /readyz and the figures say so, and resumed it goes out.
import { expect, test } from 'vitest';
import { admin } from './ask.ts';
import { drop, post, type Running, scene, toOne, until } from './world.ts';

type Destinations = { items: { name: string; health: string; reason?: string; paused_by?: string }[] };
const ready = async (relay: Running) =>
  (await (await fetch(`${relay.url}/readyz`)).json()) as { status: string; degraded: { code: string; text: string }[] };

test('paused it keeps what is for it over a kill and alarms nobody; resumed, all goes out', async ({ onTestFinished }) => {
  const { target, stage } = await scene(onTestFinished, toOne);
  let relay = await stage.start();
  const asked = { reason: 'they move house', by: 'Ann', for: '2d' };
  const paused = await admin<Destinations['items'][0]>(relay, '/destinations/hook/pause', asked);
  expect(paused).toMatchObject({ status: 200, body: { health: 'paused', reason: 'paused by Ann: they move house', paused_by: 'Ann' } });
  await post(relay, drop('shop'));
  await stage.kill(relay);
  relay = await stage.start();
  await post(relay, drop('acme'));
  const { items } = (await admin<Destinations>(relay, '/destinations')).body;
  expect(items.find(({ name }) => name === 'hook')).toMatchObject({ health: 'paused', paused_by: 'Ann' });
  const { status, degraded } = await ready(relay);
  expect({ status, degraded }).toMatchObject({ status: 'degraded', degraded: [{ code: 'destination.paused' }] });
  expect(target.taken).toEqual([]);
  expect(await admin(relay, '/destinations/hook/resume', { reason: 'they have moved' })).toMatchObject({ body: { resumed: true } });
  await until('both', () => target.taken.length === 2);
  expect(relay.log()).not.toContain('operator.told');
  expect((await ready(relay)).degraded).toEqual([]);
  await stage.kill(relay);
  relay = await stage.start();
  expect((await ready(relay)).degraded).toEqual([]);
  expect(await stage.stop(relay)).toBe(0);
});

test('it stays paused when the workspace that the reason names is forgotten, over a kill too, and nothing says the name any more', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, toOne);
  let relay = await stage.start();
  await admin(relay, '/destinations/hook/pause', { reason: 'shop asked for it', by: 'Ann' });
  await post(relay, drop('shop'));
  await post(relay, drop('acme'));
  const done = await admin<{ left: object }>(relay, '/workspaces/shop/data', { reason: 'they left' }, 'DELETE');
  expect(done).toMatchObject({ status: 200, body: { left: {}, deleted: { events: 1 } } });
  const shown = async () => JSON.stringify([(await admin(relay, '/destinations')).body, await ready(relay)]);
  expect(await shown()).toContain('paused by Ann: (erased)');
  expect(await shown()).not.toContain('shop asked');
  await stage.kill(relay);
  relay = await stage.start();
  expect(await shown()).toContain('paused by Ann: (erased)');
  expect(target.taken).toEqual([]);
});
