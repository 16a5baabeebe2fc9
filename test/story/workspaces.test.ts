// Workspaces of a whole relay: known as soon as a webhook is answered, rolled up behind it, and gone for good when forgotten.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../admin/ask.ts';
import { back, drop, post, scene, toOne, until } from './world.ts';

test('a customer whose number drops is shown so at once, is rolled up within seconds, and is nowhere after it was forgotten', async () => {
  const { stage } = await scene(onTestFinished, toOne);
  const relay = await stage.start();
  const get = async (path: string) => (await ask(relay.adminPort, `/api/v1/workspaces${path}`)).json();
  const rows = () => {
    const db = new DatabaseSync(join(stage.dir, 'relay.db'), { readOnly: true });
    const found = db.prepare('SELECT id FROM workspaces ORDER BY id').all();
    db.close();
    return found.map(({ id }) => id).join();
  };
  await post(relay, drop('acme'));
  expect(await get('/acme')).toMatchObject({ state: 'dropped', numbers: { dropped: 1 }, last_event: { type: 'disconnected' } });
  expect(await get('?state=dropped')).toMatchObject({ total: 1, items: [{ id: 'acme' }] });
  await post(relay, drop('shop'));
  await until('the roll-up', () => rows() === 'acme,shop');
  await post(relay, back('acme', relay.now() + 1000));
  expect(await get('/acme')).toMatchObject({ state: 'connected', open_incidents: 0 });

  const body = JSON.stringify({ reason: 'they left' });
  const forget = { method: 'DELETE', body, headers: { 'content-type': 'application/json', 'content-length': String(body.length) } };
  expect((await ask(relay.adminPort, '/api/v1/workspaces/acme/data', forget)).json()).toMatchObject({
    left: {},
    deleted: { workspaces: 1 },
  });
  await post(relay, drop('third'));
  await until('the next roll-up', () => rows() === 'shop,third');
  expect(await get('/acme')).toMatchObject({ status: 404 });
  expect(await stage.stop(relay)).toBe(0);
});
