// A whole relay whose incident somebody takes on by the link: over a restart, past a scanner, into the API's answer and the trace.
import { expect, test } from 'vitest';
import { linkToken, readToken } from '../../src/links/links.ts';
import { admin, deliveriesTo, rows } from './ask.ts';
import { drop, post, type Running, scene, toOne, until } from './world.ts';

type Incident = { key: string; open: boolean; acknowledged?: { by: string; until: string } };
type Detail = { trace: { gate: string; text: string }[] };
const page = async (relay: Running, path: string, method = 'GET') => {
  const reply = await fetch(`${relay.url}${path}`, method === 'POST' ? { method, body: new URLSearchParams() } : { method });
  return { status: reply.status, text: await reply.text() };
};

test('a drop is told; its link outlives a restart, does nothing when looked at, and takes it on by its button', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, toOne);
  const env = { PUBLIC_URL: 'https://relay.example' };
  let relay = await stage.start(env);
  const { body } = await post(relay, drop('shop'));
  await until('the alert', () => target.taken.length === 1);
  // No reminders and no further people: nothing to stop, so no link stands in the message.
  expect(target.taken[0]!.text).not.toContain('/ack/');
  const [{ value: key }] = rows(stage, "SELECT value FROM notes WHERE key = 'ack.key'") as [{ value: string }];
  const [alert] = deliveriesTo(stage, 'hook');
  const token = linkToken(key, 'ack', String(alert!.id));
  expect(readToken(key, 'ack', token)).toBe(alert!.id);

  await stage.stop(relay);
  relay = await stage.start(env);
  for (const method of ['GET', 'HEAD', 'GET']) expect((await page(relay, `/ack/${token}`, method)).status).toBe(200);
  const { items } = (await admin<{ items: Incident[] }>(relay, '/incidents?open=true')).body;
  expect(items).toHaveLength(1);
  expect(items[0]).not.toHaveProperty('acknowledged');

  const taken = await page(relay, `/ack/${token}`, 'POST');
  expect(taken).toMatchObject({ status: 200, text: expect.stringContaining('You have it until ') });
  const incident = (await admin<Incident>(relay, `/incidents/${encodeURIComponent(items[0]!.key)}`)).body;
  expect(incident.acknowledged).toMatchObject({ by: 'the link sent to hook' });
  const { trace } = (await admin<Detail>(relay, `/events/${body.id}`)).body;
  expect(trace.at(-1)).toMatchObject({ gate: 'escalate', text: expect.stringMatching(/^taken by the link sent to hook until /) });
  expect((await page(relay, `/ack/${token}x`, 'POST')).status).toBe(404);
  expect(relay.log()).toContain('incident.taken');
  expect(relay.log()).not.toContain(token.split('.')[1]!);
  expect(await stage.stop(relay)).toBe(0);
});

test('a relay without PUBLIC_URL makes no key', async ({ onTestFinished }) => {
  const { stage } = await scene(onTestFinished, toOne);
  const relay = await stage.start();
  expect((await page(relay, '/ack/d_x.y')).status).toBe(404);
  expect(rows(stage, "SELECT value FROM notes WHERE key = 'ack.key'")).toEqual([]);
  expect(await stage.stop(relay)).toBe(0);
});
