// The pages of a whole relay: signed in to, live while it works, gone with it in time.
import { get } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../admin/ask.ts';
import { back, drop, post, scene, toOne, until } from './world.ts';

const token = 'an-admin-token-of-more-than-32-bytes';

test('whoever looks sees an incident open, its message arrive, a bad file and the end of it; a stream that is open holds no stop up', async () => {
  const { stage } = await scene(onTestFinished, toOne);
  const relay = await stage.start({ ADMIN_TOKEN: token });
  const own = { accept: 'text/html', host: `127.0.0.1:${relay.adminPort}`, origin: `http://127.0.0.1:${relay.adminPort}` };
  const form = { ...own, 'content-type': 'application/x-www-form-urlencoded' };
  const inside = await ask(relay.adminPort, '/sign-in', { method: 'POST', headers: form, body: `token=${token}` });
  expect(inside.status).toBe(303);
  const cookie = inside.headers['set-cookie']![0]!.split(';')[0]!;
  const page = async (path = '/') => (await ask(relay.adminPort, path, { headers: { ...own, cookie } })).text;
  expect(await page()).toContain('No incident is open');

  let heard = '';
  let ended = false;
  get({ port: relay.adminPort, host: '127.0.0.1', path: '/api/v1/live', headers: { cookie } }, (reply) => {
    reply.on('data', (chunk) => {
      heard += chunk;
    });
    reply.on('close', () => {
      ended = true;
    });
  });
  await until('the stream', () => heard.includes('retry'));
  await post(relay, drop('acme'));
  await until('the message', () => heard.includes('"state":"delivered"'));
  expect(heard).toMatch(/event: event\ndata: \{"kind":"event".*"workspace":"acme","outcome":"routed"/);
  expect(heard).toMatch(/event: incident\ndata: .*"open":true/);
  expect(await page()).toContain('1 open incident');
  stage.file('routes.yaml', 'version: 1\nroutes: nonsense\n');
  await until('the bad file', () => heard.includes('event: notice\ndata: {"kind":"notice","code":"rules.bad"'));
  expect(await page()).toContain('routes.yaml');
  await post(relay, back('acme', relay.now() + 1000));
  await until('the end', () => /event: incident\ndata: .*"open":false/.test(heard));
  expect(heard).not.toMatch(/\d{8,}"/);

  const asked = Date.now();
  expect(await stage.stop(relay)).toBe(0);
  expect(Date.now() - asked).toBeLessThan(8000);
  await until('the stream to end', () => ended);
  expect(relay.log()).toContain('admin.signed_in');
  expect(relay.log()).not.toContain(token);
});
