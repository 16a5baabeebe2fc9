// Every way in which Slack fails, and how it stands in the store of a real relay: what was answered, what became of the message and of its
// destination, and that the message arrives once Slack is well again. The relay's time runs ten times as fast.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSlackApi, type SlackApi, type SlackFault } from '../../demo/slack-api.ts';
import { again, dead, type End, held, pause, perhaps, promise, watch } from './faults.ts';
import { receiver } from './receiver.ts';
import { type Running, until, type World, world } from './world.ts';

type Case = {
  /** Of its destination, its channel and, with a number behind, its workspaces. */
  name: string;
  said: string;
  fault: SlackFault;
  code: string;
  end: End;
  /** How it is reached: by a bot to a channel of routes.yaml, unless said otherwise. */
  by?: 'webhook' | 'table';
  timeout?: string;
};
const refusal = (answer: string, end: End, by?: Case['by']): Case => ({
  name: `${by ?? 'bot'}-${answer.replaceAll('_', '-')}`,
  said: `${by === undefined ? '' : `${by}: `}ok false, ${answer}`,
  ...{ fault: { answer }, code: answer, end, ...(by && { by }) },
});
const status = (answer: number, end: End): Case => ({
  ...{ name: `http-${answer}`, said: `HTTP ${answer}`, fault: { answer }, code: `HTTP ${answer}`, end },
});
const html = { fault: { answer: 'html' }, code: 'no_json', end: perhaps };
const hang = { fault: { answer: 'hang' }, code: 'TIMEOUT', end: perhaps, timeout: '1s' };
const cut = { fault: { answer: 'cut' }, code: 'UND_ERR_SOCKET', end: perhaps };

// Those that take longest first, for a few run at a time.
const cases: Case[] = [
  { name: 'limited', said: '429 without Retry-After', fault: { answer: 'limited' }, code: 'ratelimited', end: pause(30) },
  {
    name: 'limited-hook',
    said: 'webhook: 429, Retry-After 20',
    fault: { answer: 'limited', retryAfter: 20 },
    code: 'HTTP 429',
    end: pause(20),
    by: 'webhook',
  },
  {
    name: 'limited-day',
    said: '429, Retry-After a day',
    fault: { answer: 'limited', retryAfter: 86_400 },
    code: 'ratelimited',
    end: pause(3600),
  },
  refusal('ratelimited', pause(30)),
  { name: 'hang', said: 'no answer within the timeout', ...hang },
  { name: 'hang-taken', said: 'no answer within the timeout, the message taken', ...hang, fault: { answer: 'hang', taken: true } },
  { name: 'html', said: 'HTML instead of JSON', ...html },
  { name: 'html-hook', said: 'webhook: HTML instead of ok', ...html, by: 'webhook' },
  { name: 'cut', said: 'the connection cut', ...cut },
  { name: 'cut-taken', said: 'the connection cut, the message taken', ...cut, fault: { answer: 'cut', taken: true } },
  { name: 'cut-hook', said: 'webhook: the connection cut', ...cut, by: 'webhook' },
  refusal('internal_error', perhaps),
  refusal('fatal_error', perhaps),
  refusal('something_quite_new', again),
  status(503, again),
  refusal('invalid_auth', held),
  refusal('account_inactive', held),
  refusal('missing_scope', held),
  refusal('not_in_channel', held),
  refusal('channel_not_found', held),
  refusal('is_archived', held),
  refusal('no_service', held, 'webhook'),
  status(302, held),
  status(404, held),
  refusal('is_archived', dead, 'table'),
  refusal('msg_too_long', dead),
  refusal('no_text', dead),
  refusal('invalid_blocks', dead),
  status(400, dead),
];

let api: SlackApi;
let ops: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;
let relayed: ReturnType<typeof watch>;

const hookEnv = (name: string) => `HOOK_${name.replaceAll('-', '_').toUpperCase()}`;
const wayOf = ({ name, by }: Pick<Case, 'name' | 'by'>) =>
  by === 'webhook'
    ? `webhook_url: env:${hookEnv(name)}`
    : `token: env:SLACK_TOKEN, api_url: "${api.apiUrl}", channel: "${by === 'table' ? '{{workspace.slack}}' : `#${name}`}"`;

beforeAll(async () => {
  api = await openSlackApi();
  ops = await receiver();
  const all: Pick<Case, 'name' | 'by' | 'timeout'>[] = [{ name: 'fine' }, ...cases];
  stage = world(
    `version: 1
timezone: UTC
destinations:
${all.map((one) => `  ${one.name}: { plugin: slack, ${wayOf(one)}${one.timeout ? `, timeout: ${one.timeout}` : ''} }`).join('\n')}
  ops: { plugin: http, url: "${ops.url}", allow_private: yes }
routes:
${all.map(({ name }) => `  - { name: ${name}, where: { workspace: [${name}.1, ${name}.2] }, send: [${name}] }`).join('\n')}
workspaces: { file: workspaces.csv }
fallback: { send: [ops] }
operator: ops
`,
    { 'workspaces.csv': ['id,name,slack', ...all.flatMap(({ name }) => [1, 2].map((n) => `${name}.${n},${name},#${name}`))].join('\n') },
    { speed: 10 },
  );
  const hooks = all.filter(({ by }) => by === 'webhook').map(({ name }) => [hookEnv(name), api.webhookUrl(name)]);
  relay = await stage.start({ SLACK_TOKEN: api.token, ...Object.fromEntries(hooks) });
  // What a first message loads must not be charged to the second that a hanging one is given.
  relayed = watch(stage, relay);
  await relayed.send('fine.1');
  await until('a first message', () => arrived('fine').length === 1);
});
afterAll(async () => {
  await stage.close();
  await api.close();
  ops.close();
});

const arrived = (name: string, n = 1) =>
  api.messages.filter((one) => one.channel === `#${name}` && JSON.stringify(one).includes(`${name}.${n}`));

test.concurrent.each(cases.map((one) => [promise(one.said, one.code, one.end), one] as const))(
  '%s',
  async (_, { name, fault, code, end }) => {
    const mend = api.fail({ ...fault, channel: `#${name}`, times: 99 });
    const untouched = () => {
      if (fault.taken === undefined) expect(arrived(name)).toEqual([]);
    };
    const all = await relayed.follow({ name, code, end, told: code, mend, untouched });
    // What may have been delivered and was is there once more: at least once, and the store says so.
    if (all !== undefined) expect(arrived(name)).toHaveLength(fault.taken ? all.length : 1);
  },
);

test('a layout that Slack does not like costs nothing: the words go out in the same attempt', async () => {
  api.fail({ answer: 'invalid_blocks', channel: '#fine' });
  await relayed.send('fine.2');
  expect(await relayed.delivered('fine', 2)).toMatchObject({ attempts: 1, last_class: 'ok' });
  expect(arrived('fine', 2)).toMatchObject([{ attachments: [], text: expect.stringContaining('could not be laid out') }]);
});
