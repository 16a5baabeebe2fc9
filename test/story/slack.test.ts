// A whole relay and a Slack on this machine: a thread from problem to recovery over a crash, a limit, a channel that is not there, a revoked token.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSlackApi, type SlackApi } from '../../demo/slack-api.ts';
import { admin, attemptsOf, deliveriesTo, toldTo } from './ask.ts';
import { receiver } from './receiver.ts';
import { back, drop, post, type Running, sample, scene, until, type World, world } from './world.ts';

const token = 'xoxb-not-a-real-token-of-slack';
let api: SlackApi;
let ops: Awaited<ReturnType<typeof receiver>>;
let backup: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;

beforeAll(async () => {
  api = await openSlackApi({ token });
  ops = await receiver();
  backup = await receiver();
  const slack = `plugin: slack, token: env:SLACK_TOKEN, api_url: "${api.apiUrl}"`;
  stage = world(
    `version: 1
timezone: UTC
destinations:
  drops: { ${slack}, channel: "#drops", mention: { here: yes } }
  other: { ${slack}, channel: "#other" }
  owner: { ${slack}, channel: "{{workspace.slack}}", if_it_fails: backup, if_empty: backup }
  hook: { plugin: slack, webhook_url: env:SLACK_HOOK }
  backup: { plugin: http, url: "${backup.url}", allow_private: yes }
  ops: { plugin: http, url: "${ops.url}", allow_private: yes }
routes:
  - { name: drops, events: [disconnected], send: [drops] }
  - { name: quota, where: { workspace: quota-* }, send: [drops] }
  - { name: both, where: { workspace: both-* }, send: [drops, other] }
  - { name: hooked, where: { workspace: hooked-* }, send: [hook] }
  - { name: owners, where: { workspace: owner-* }, send: [owner] }
workspaces: { file: workspaces.csv }
fallback: { send: [ops] }
operator: ops
`,
    { 'workspaces.csv': 'id,name,slack\nowner-one,One,#one\nowner-two,Two,#gone\nowner-three,Three,"#a,#b"\n' },
  );
  relay = await stage.start(env());
});
afterAll(async () => {
  await stage.close();
  await api.close();
  ops.close();
  backup.close();
});

const env = () => ({ SLACK_TOKEN: token, SLACK_HOOK: api.webhookUrl('a-secret-hook') });
const about = (workspace: string) => api.messages.filter((one) => JSON.stringify(one).includes(`${workspace}`));
const told = (workspace: string) => until(`${workspace} to be told`, () => about(workspace)[0]);
const settled = (destination: string, count: number) =>
  until('its receipts', () => deliveriesTo(stage, destination).filter(({ state }) => state === 'delivered').length >= count);

test('a problem told before a crash is edited and answered by the recovery after it', async () => {
  await post(relay, drop('crash-1', Date.now() - 60_000));
  const problem = await told('crash-1');
  expect(problem).toMatchObject({ channel: '#drops', attachments: [{ color: '#D92D20' }] });
  expect(problem.text).toMatch(/^<!here> 🔴 /);
  await settled('drops', 1);
  await stage.kill(relay);
  relay = await stage.start(env());
  await post(relay, back('crash-1'));
  const answer = await until('the answer in its thread', () => api.messages.find(({ threadTs }) => threadTs === problem.ts));
  expect(problem).toMatchObject({ attachments: [{ color: '#12B76A' }], edits: [{ attachments: [{ color: '#D92D20' }] }] });
  expect(problem.text).toMatch(/^🟢 /);
  expect(answer.text).toMatch(/^🟢 /);
  expect(answer).not.toHaveProperty('broadcast');
  expect(api.messages.filter(({ channel, threadTs }) => channel === '#drops' && threadTs === undefined)).toHaveLength(1);
});

test('a quota that fills up edits its warning, and tells the channel', async () => {
  await post(relay, { ...sample('messaging-90'), workspace_id: 'quota-1' });
  const warning = await told('quota-1');
  expect(warning).toMatchObject({ attachments: [{ color: '#F79009' }] });
  await settled('drops', 3);
  await post(relay, { ...sample('messaging-100'), workspace_id: 'quota-1' });
  const answer = await until('the answer in its thread', () => api.messages.find(({ threadTs }) => threadTs === warning.ts));
  expect(answer).toMatchObject({ broadcast: true, text: expect.stringMatching(/^<!here> 🔴 /) });
  expect(warning).toMatchObject({ attachments: [{ color: '#D92D20' }], edits: [{ attachments: [{ color: '#F79009' }] }] });
});

test('a recovery whose problem was deleted is told by a message of its own', async () => {
  await post(relay, drop('deleted-1', Date.now() - 60_000));
  const problem = await told('deleted-1');
  await settled('drops', 5);
  api.forget(problem.ts);
  await post(relay, back('deleted-1'));
  const anew = await until('a new message', () => about('deleted-1')[0], 40_000);
  expect(anew).toMatchObject({ text: expect.stringMatching(/^🟢 /), attachments: [{ color: '#12B76A' }], edits: [] });
  expect(anew).not.toHaveProperty('threadTs');
});

test('a pause that Slack asks for costs no attempt, and delays that channel alone', async () => {
  const told = deliveriesTo(stage, 'drops').length;
  api.fail({ answer: 'limited', retryAfter: 4, channel: '#drops' });
  await post(relay, { ...sample('token-rotated'), workspace_id: 'both-1' });
  const paused = await until('the pause', () =>
    deliveriesTo(stage, 'drops')
      .slice(told)
      .find((one) => one.last_class === 'rate-limited'),
  );
  expect(paused).toMatchObject({ state: 'pending', attempts: 0 });
  const other = await until('the other channel to be told', () => about('both-1').find(({ channel }) => channel === '#other'));
  const late = await until('the channel itself', () => about('both-1').find(({ channel }) => channel === '#drops'));
  expect(late.at.getTime() - other.at.getTime()).toBeGreaterThan(2500);
  const done = await until('its receipt', () =>
    deliveriesTo(stage, 'drops').find(({ id, state }) => id === paused.id && state === 'delivered'),
  );
  expect(done.attempts).toBe(1);
});

test('a channel of the table that is not there is no matter of the others: dead, and told elsewhere', async () => {
  api.shut('#gone', 'channel_not_found');
  for (const workspace of ['owner-one', 'owner-two', 'owner-three'])
    await post(relay, { ...sample('token-rotated'), workspace_id: workspace });
  expect(await told('owner-one')).toMatchObject({ channel: '#one' });
  await until('the two others to be told elsewhere', () =>
    ['owner-two', 'owner-three'].every((one) => backup.taken.some(({ body }) => body.alert?.workspace.id === one)),
  );
  const dead = deliveriesTo(stage, 'owner').filter(({ state }) => state === 'dead');
  expect(dead).toHaveLength(2);
  expect(dead.map(({ last_class }) => last_class)).toEqual(['permanent', 'permanent']);
  expect(attemptsOf(stage, String(dead[0]!.id))).toHaveLength(1);
  expect(about('owner-two')).toEqual([]);
});

test('a webhook posts, and its address is nowhere to be read', async () => {
  await post(relay, { ...sample('token-rotated'), workspace_id: 'hooked-1' });
  expect(await told('hooked-1')).toMatchObject({ by: 'webhook', channel: '#a-secret-hook' });
  const { body } = await admin(relay, '/destinations');
  expect(JSON.stringify(body) + relay.log()).not.toMatch(/a-secret-hook|xoxb-/);
});

test('a test message arrives, and calls nobody', async () => {
  const { status, body } = await admin(relay, '/destinations/drops/test', {});
  expect({ status, body }).toMatchObject({ status: 200, body: { class: 'ok' } });
  const test = await until('the test', () => api.messages.find(({ channel, text }) => channel === '#drops' && text.includes('TEST')));
  expect(test.text).not.toContain('<!');
});

test('a revoked token holds the destination, and the operator hears of it by another', async () => {
  api.revoke();
  await post(relay, { ...sample('token-rotated'), workspace_id: 'both-2' });
  const notice = await until('the operator to hear of it', () => toldTo(ops).find((one) => one.includes('other refuses every message')));
  expect(notice).toContain('token_revoked');
  expect(notice).toContain('install the app again');
  const [waiting] = deliveriesTo(stage, 'other').filter(({ state }) => state === 'pending');
  expect(waiting).toMatchObject({ attempts: 0, last_class: 'config' });
  expect(JSON.stringify(toldTo(ops)) + relay.log()).not.toContain(token);
  const { body } = await admin(relay, '/destinations');
  expect(JSON.stringify(body)).toContain('token_revoked');
});

test('a token that was revoked in quiet times is told to the operator before an alert needs it', async ({ onTestFinished }) => {
  const quiet = await openSlackApi();
  const { target, stage: alone } = await scene(
    onTestFinished,
    (url) => `version: 1
timezone: UTC
destinations:
  night: { plugin: slack, token: env:SLACK_TOKEN, api_url: "${quiet.apiUrl}", channel: "#night" }
  ops: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - { name: all, send: [night] }
fallback: { send: [ops] }
operator: ops
`,
    { speed: 100 },
  );
  onTestFinished(() => quiet.close());
  quiet.revoke();
  await alone.start({ SLACK_TOKEN: quiet.token });
  const notice = await until('the operator to hear of it', () => toldTo(target).find((one) => one.includes('token_revoked')));
  expect(notice).toContain('night was asked whether it would take a message');
  expect(deliveriesTo(alone, 'night')).toEqual([]);
  expect(new Set(quiet.calls)).toEqual(new Set(['auth.test']));
});
