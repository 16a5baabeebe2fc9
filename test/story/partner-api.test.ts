// What no webhook said: a relay that was away, and one that missed the end of a drop, ask the Partner API. The relay's
// time runs much faster than that of the sockets.
import { expect, test } from 'vitest';
import { fleetNumber, partnerApiDouble } from '../partner-api/double.ts';
import { deliveriesTo, rows } from './ask.ts';
import { drop, partner, post, scene, secret, until } from './world.ts';

const routes = (url: string) => `version: 1
timezone: UTC
workspaces: { file: workspaces.csv }
destinations:
  ops: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: down, events: [disconnected], send: [ops] }
fallback: { send: [ops] }
operator: ops
`;

async function stageWith(onTestFinished: (run: () => Promise<void>) => void, speed = 60) {
  const { target, stage } = await scene(onTestFinished, routes, { speed });
  stage.file('workspaces.csv', 'id,name\nacme,Acme Ltd\nbeta,\n');
  const api = await partnerApiDouble({ partner, secret, now: stage.now });
  onTestFinished(async () => api.close());
  const heard = () => target.taken.map(({ body: { kind, alert } }) => `${kind} ${alert?.workspace.id}`).sort();
  return { target, stage, api, heard, env: { PARTNER_API_URL: api.url } };
}

const shop = (name: string, connected: boolean) => ({ display_name: name, whatsapp_accounts: [fleetNumber(67890, { connected })] });

test.concurrent('what dropped or came back while the relay was away is found after the start and told', async ({ onTestFinished }) => {
  const { stage, api, heard, target, env } = await stageWith(onTestFinished);
  api.fleet.set('acme', shop('Acme of the API', true));
  api.fleet.set('beta', shop('Beta Ltd', true));
  api.fleet.set('gamma', shop('Gamma Ltd', false));
  const before = await stage.start(env);
  await until('the first look', () => before.log().includes('partner_api.caught_up'));
  expect(await post(before, drop('gamma', stage.now()))).toMatchObject({ status: 200 });
  await until('the drop to be told', () => deliveriesTo(stage, 'ops').some(({ state }) => state === 'delivered'));
  await stage.kill(before);

  api.fleet.set('beta', shop('Beta Ltd', false));
  api.fleet.set('gamma', shop('Gamma Ltd', true));
  const killedAt = stage.now();
  await until('two minutes away', () => stage.now() > killedAt + 120_000);
  const relay = await stage.start(env);
  await until('both to be told', () => heard().length === 3, 30_000);
  expect(heard()).toEqual(['alert beta', 'alert gamma', 'resolved gamma']);
  // The table has no name for it, the API has.
  expect(target.taken.find(({ body }) => body.alert?.workspace.id === 'beta')!.body.alert!.workspace).toMatchObject({ name: 'Beta Ltd' });
  await until('the end of the round', () => relay.log().includes('partner_api.caught_up'));
  expect(relay.log()).not.toContain(secret);
  await stage.stop(relay);

  // A second absence finds nothing new.
  const stoppedAt = stage.now();
  await until('two minutes away', () => stage.now() > stoppedAt + 120_000);
  const last = await stage.start(env);
  await until('the end of the round', () => last.log().includes('partner_api.caught_up'));
  expect(rows(stage, 'SELECT count(*) AS n FROM events')[0]!.n).toBe(3);
  expect(await stage.stop(last)).toBe(0);
});

test.concurrent('a number whose recovery was never announced is found by the auditor, and those who were told hear of it', async ({
  onTestFinished,
}) => {
  const { stage, api, heard, env } = await stageWith(onTestFinished, 120);
  api.fleet.set('acme', shop('Acme', false));
  const relay = await stage.start(env);
  await post(relay, drop('acme', stage.now()));
  await until('the drop to be told', () => heard().length === 1);
  api.fleet.set('acme', shop('Acme', true));
  // An hour and a quarter of the relay's time.
  await until('the auditor', () => heard().length === 2, 90_000);
  expect(heard()).toEqual(['alert acme', 'resolved acme']);
  expect(rows(stage, "SELECT facts ->> 'proof' AS proof FROM events ORDER BY id")).toEqual([{ proof: 'signature' }, { proof: 'asked' }]);
}, 120_000);

test.concurrent('without PARTNER_API_URL nothing is asked', async ({ onTestFinished }) => {
  const { stage, api, heard } = await stageWith(onTestFinished);
  const relay = await stage.start();
  await post(relay, drop('acme', stage.now()));
  await until('the drop to be told', () => heard().length === 1);
  expect(relay.log()).not.toContain('partner_api');
  expect(api.asked).toEqual([]);
});
