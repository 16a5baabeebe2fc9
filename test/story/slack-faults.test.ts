// Every way in which Slack fails, and how it stands in the store of a real relay: what was answered, what became of the message and of its
// destination, and that the message arrives once Slack is well again. The relay's time runs ten times as fast.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSlackApi, type SlackApi, type SlackFault } from '../../demo/slack-api.ts';
import { admin, attemptsOf, type Row, rows } from './ask.ts';
import { receiver } from './receiver.ts';
import { post, type Running, sample, until, type World, world } from './world.ts';

type End = {
  state: 'pending' | 'dead';
  class: 'config' | 'permanent' | 'transient' | 'rate-limited';
  /** Whether the try costs an attempt. */
  counts: boolean;
  health: 'ok' | 'held' | 'paused';
  perhaps?: true;
  /** Seconds to the next try; absent where the steps of a retry say it. */
  wait?: number;
};
const held: End = { state: 'pending', class: 'config', counts: false, health: 'held', wait: 0 };
const dead: End = { state: 'dead', class: 'permanent', counts: true, health: 'ok' };
const again: End = { state: 'pending', class: 'transient', counts: true, health: 'ok' };
const perhaps: End = { ...again, perhaps: true };
const pause = (wait: number): End => ({ state: 'pending', class: 'rate-limited', counts: false, health: 'paused', wait });
/** Seconds after the first, second … failure; up to a quarter more is added by chance. */
const steps = [2, 5, 15, 30];

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

const nextTry = ({ state, wait }: End) =>
  state === 'dead' ? 'no other try' : wait === undefined ? 'again in 2 s' : wait > 0 ? `again in ${wait} s` : 'due once it is mended';
const promise = ({ said, code, end }: Case): string =>
  [
    `${said} → ${end.state}, ${end.class} (${code})`,
    end.counts ? 'an attempt' : 'no attempt',
    ...(end.perhaps ? ['perhaps delivered'] : []),
    nextTry(end),
    `destination ${end.health}`,
  ].join(', ');

let api: SlackApi;
let ops: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;

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
  await send('fine.1');
  await until('a first message', () => arrived('fine').length === 1);
});
afterAll(async () => {
  await stage.close();
  await api.close();
  ops.close();
});

const send = async (workspace: string) =>
  expect(await post(relay, { ...sample('token-rotated'), workspace_id: workspace })).toMatchObject({ status: 200 });
const arrived = (name: string, n = 1) =>
  api.messages.filter((one) => one.channel === `#${name}` && JSON.stringify(one).includes(`${name}.${n}`));
const deliveryOf = (name: string, n = 1): Row | undefined =>
  rows(
    stage,
    'SELECT d.* FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.destination = ? AND e.workspace_id = ?',
    ...[name, `${name}.${n}`],
  )[0];
const delivered = (name: string, n = 1) =>
  until(`${name}.${n} to be delivered`, () => {
    const row = deliveryOf(name, n);
    return row?.state === 'delivered' && row;
  });
const destination = async (name: string) => {
  const { body } = await admin<{ items: { name: string; health: string; reason?: string; last_class?: string }[] }>(relay, '/destinations');
  return body.items.find((one) => one.name === name);
};

test.concurrent.each(cases.map((one) => [promise(one), one] as const))('%s', async (_, { name, fault, code, end }) => {
  const mend = api.fail({ ...fault, channel: `#${name}`, times: 99 });
  const posted = stage.now();
  await send(`${name}.1`);
  const { row, seen } = await until(`${name} to fail`, () => {
    const row = deliveryOf(name);
    return row?.state === end.state && row.last_class !== null && { row, seen: stage.now() };
  });
  expect(row).toMatchObject({ last_class: end.class, last_code: code });
  // Where the machine is slow the second try may have been made before the first was looked at: then what is said of one holds for both.
  const tries = attemptsOf(stage, String(row.id)).slice(0, Number(row.attempts));
  const failed = { class: end.class, code, perhaps: end.perhaps ? 1 : 0 };
  expect(tries).toEqual(tries.map(() => expect.objectContaining(failed)));
  if (end.class === 'transient') expect(tries.length).toBeGreaterThan(0);
  else expect(tries).toHaveLength(end.counts ? 1 : 0);
  if (end.state === 'pending') {
    const wait = (end.wait ?? steps[tries.length - 1]!) * 1000;
    expect(row.run_at).toBeGreaterThanOrEqual(Number(tries.at(-1)?.ended_at ?? posted) + wait);
    expect(row.run_at).toBeLessThanOrEqual(seen + wait * (end.wait === undefined ? 1.25 : 1));
  }
  const lane = await until('its lane to hear of it', async () => {
    const found = await destination(name);
    // A pause ends by itself, and begins again with the next try: whoever looks in between looks once more.
    return found?.last_class === end.class && (end.health !== 'paused' || found.health === 'paused') && found;
  });
  expect(lane.health).toBe(end.health);
  if (end.health === 'held') expect(lane.reason).toContain(code);
  if (fault.taken === undefined) expect(arrived(name)).toEqual([]);

  mend();
  if (end.state === 'dead') {
    // Dead for itself alone: what comes after it goes out.
    await send(`${name}.2`);
    expect(await delivered(name, 2)).toMatchObject({ attempts: 1, last_class: 'ok' });
    expect(deliveryOf(name)).toMatchObject({ state: 'dead', attempts: 1 });
    return;
  }
  // An hour is too long to wait for, also at this speed.
  if (end.wait !== undefined && end.wait >= 3600) return;
  if (end.health === 'held') expect((await admin(relay, `/destinations/${name}/resume`, {})).body).toEqual({ resumed: true });
  const done = await delivered(name);
  const all = attemptsOf(stage, String(done.id));
  expect(done.attempts).toBe(all.length);
  expect(all.at(-1)).toMatchObject({ class: 'ok', perhaps: 0 });
  const failures = all.slice(0, -1);
  expect(failures).toEqual(failures.map(() => expect.objectContaining(failed)));
  expect(failures.length > 0).toBe(end.counts);
  // What may have been delivered and was is there once more: at least once, and the store says so.
  expect(arrived(name)).toHaveLength(fault.taken ? all.length : 1);
});

test('a layout that Slack does not like costs nothing: the words go out in the same attempt', async () => {
  api.fail({ answer: 'invalid_blocks', channel: '#fine' });
  await send('fine.2');
  expect(await delivered('fine', 2)).toMatchObject({ attempts: 1, last_class: 'ok' });
  expect(arrived('fine', 2)).toMatchObject([{ attachments: [], text: expect.stringContaining('could not be laid out') }]);
});
