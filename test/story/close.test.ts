// A whole relay whose incident a person closes over the API: who was told hears it once, the real recovery is nothing new, over a kill too.
import { expect, test } from 'vitest';
import { admin } from './ask.ts';
import { back, drop, post, scene, toOne, until } from './world.ts';

type Incident = { key: string; open: boolean; ended_by?: string };
type Detail = { outcome: string; trace: { gate: string; text: string }[] };

test('a drop is told, closed with a reason, and that is told; its recovery after a kill tells nobody, the next drop does', async ({
  onTestFinished,
}) => {
  const { target, stage } = await scene(onTestFinished, toOne);
  let relay = await stage.start();
  await post(relay, drop('shop'));
  await until('the alert', () => target.taken.length === 1);
  const { items } = (await admin<{ items: Incident[] }>(relay, '/incidents?open=true')).body;
  const path = `/incidents/${encodeURIComponent(items[0]!.key)}/close`;
  expect(await admin(relay, path, { by: 'Ann', reason: 'number given up' })).toMatchObject({ status: 200, body: { ended_by: 'person' } });
  await until('its end', () => target.taken.length === 2);
  expect(target.taken[1]!.body).toMatchObject({
    kind: 'resolved',
    alert: { phase: 'resolved', closed: { by: 'Ann', reason: 'number given up' } },
  });
  expect(await admin(relay, path, { by: 'Bob', reason: 'me too' })).toMatchObject({ status: 409, body: { code: 'incident.over' } });

  await stage.kill(relay);
  relay = await stage.start();
  const { body: event } = await post(relay, back('shop'));
  const { outcome, trace } = (await admin<Detail>(relay, `/events/${event.id}`)).body;
  expect(outcome).toBe('counted');
  expect(trace.map(({ text }) => text).join()).toContain('was closed by Ann (number given up): that it is over is nothing new');
  await post(relay, drop('shop'));
  await until('the next drop', () => target.taken.length === 3);
  expect(target.taken[2]!.body).toMatchObject({ kind: 'alert' });
  expect(await stage.stop(relay)).toBe(0);
});
