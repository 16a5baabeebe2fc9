// Somebody sets the clock of a running relay. Its time runs thirty times as fast, so that minutes pass.
import { expect, test } from 'vitest';
import { back, drop, post, type Running, sample, scene, until } from './world.ts';

const hour = 3_600_000;
const routes = (url: string) =>
  `{ version: 1, timezone: UTC, destinations: { ops: { plugin: http, url: "${url}", allow_private: yes } }, routes: [{ name: all, events: [disconnected], hold: 2m, send: [ops] }], fallback: { send: [ops] }, operator: ops }`;

async function setClock(relay: Running, byMs: number): Promise<Running> {
  relay.process.kill('SIGUSR2');
  await until('the relay to notice', () => relay.log().includes('"clock.jumped"'));
  return { ...relay, now: () => relay.now() + byMs };
}

test.concurrent('set forward: what fell due by it waits half a minute for what ends it, as after a start', async ({ onTestFinished }) => {
  const { target, stage } = await scene(onTestFinished, routes, { speed: 30 });
  let relay = await stage.start({ STORY_SET_MS: String(hour) });
  await post(relay, drop('shop', relay.now()));
  relay = await setClock(relay, hour);
  await post(relay, back('shop', relay.now()));
  await post(relay, drop('other', relay.now()));
  await until('the later one', () => target.taken.some(({ body }) => body.alert?.workspace.id === 'other'));
  expect(target.taken.map(({ body }) => body.alert?.workspace.id)).toEqual(['other']);
});

test.concurrent('set back: a next try comes after the wait it was meant to have, and not an hour later', async ({ onTestFinished }) => {
  const { target, stage } = await scene(onTestFinished, routes, { speed: 30 });
  target.answer((_, reply) => {
    reply.setHeader('retry-after', '120');
    return 503;
  });
  const relay = await stage.start({ STORY_SET_MS: String(-hour) });
  await post(relay, sample('seats-full'));
  await until('the first try', () => target.arrived.length === 1);
  target.answer(() => 200);
  await setClock(relay, -hour);
  await until('the next', () => target.taken.length === 1, 30_000);
});
