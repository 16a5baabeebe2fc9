// The Slack plug-in against a Slack on this machine: the contract, by a bot and by a webhook; edits, threads and mentions. Answers: slack-answers.test.ts.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSlackApi, type SlackApi } from '../../demo/slack-api.ts';
import type { Message } from '../../src/plugin.ts';
import { pluginContract } from './contract.ts';
import { api, byBot, byWebhook, send, sending, slack, token } from './slack-world.ts';

let silent: SlackApi;
let other: SlackApi;
beforeAll(async () => {
  silent = await openSlackApi({ token });
  silent.fail({ answer: 'hang', times: 99 });
  other = await openSlackApi({ token: 'xoxb-other' });
});
afterAll(() => Promise.all([silent.close(), other.close()]));

const laid = (headline: string, color = '#D92D20') => ({
  text: headline,
  color,
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: headline } }],
});
const file = fileURLToPath(new URL('../../plugins/slack/index.ts', import.meta.url));
const rendered = ({ message }: Message) => laid(message.headline.replace(/[&<>]/g, ' '));

describe('by a bot', () => {
  pluginContract({
    ...{ plugin: slack, file, rendered },
    options: () => byBot(),
    failing: () => [byBot({ api_url: other.apiUrl }), byBot({ api_url: 'http://127.0.0.1:1/' }), byBot({ channel: 'two words' })],
    silent: () => byBot({ api_url: silent.apiUrl }),
  });
});
describe('by a webhook', () => {
  pluginContract({
    ...{ plugin: slack, file, rendered },
    options: () => byWebhook(),
    failing: () => [
      { webhook_url: 'http://127.0.0.1:1/services/SECRET' },
      { webhook_url: 'http://slack.example/SECRET' },
      { webhook_url: `${api.apiUrl}SECRET` },
    ],
    silent: () => ({ webhook_url: silent.webhookUrl('SECRET') }),
  });
});

describe('options', () => {
  const refusal = (given: object) => JSON.stringify(slack.options.safeParse(given).error?.issues ?? '');
  test('are a bot with a channel or a webhook alone', () => {
    for (const given of [{}, { token }, { channel: '#x' }, { ...byBot(), ...byWebhook() }])
      expect(refusal(given)).toContain('needs token and channel, or webhook_url alone');
    expect(refusal({ token: 'not-a-token', channel: '#x' })).toContain('begins with xoxb-');
    for (const channel of ['two words', '#a,#b', '<!channel>', '', '#x\n']) expect(refusal({ token, channel })).toContain('one channel');
    expect(refusal({ webhook_url: 'http://hooks.slack.example/x' })).toContain('https://');
    expect(refusal({ token, channel: '#x', mention: { users: ['@ann'] } })).toContain('the id of a user');
    expect(refusal({ token, channel: '#x', mention: { groups: ['@ops'] } })).toContain('the id of a user group');
  });

  test('a target is the channel in its team, a webhook is a target of its own, and neither is a secret', () => {
    const target = (given: object) => slack.target!(slack.options.parse(given));
    expect(target(byBot())).not.toBe(target(byBot({ token: 'xoxb-of-another-team' })));
    expect(target(byBot())).toContain('#wa-ops ');
    expect(target(byBot({ channel: 'wa-ops' }))).toBe(target(byBot()));
    expect(target(byWebhook('one'))).not.toBe(target(byWebhook('two')));
  });
});

describe('a problem that goes on', () => {
  const told = async (more: object = {}, options = byBot()) => {
    const { outcome, posted } = await send({ rendered: laid('90 %', '#F79009') }, { ...options, ...more });
    return { previous: outcome.receipt!, original: posted[0]! };
  };

  test('is posted once, with its words, its bar and its key', async () => {
    const { original, previous } = await told();
    expect(original).toMatchObject({ channel: '#wa-ops', text: '90 %', by: 'bot', attachments: [{ color: '#F79009' }] });
    expect(original.metadata).toEqual({
      event_type: 'timelines_relay',
      event_payload: { delivery: 'd_01JD0000000000000000000002', key: 'messages:acme:2026-12-01T00' },
    });
    expect(previous).toEqual({ channel: original.channelId, ts: original.ts });
  });

  test('turns worse: the message is edited, and the channel is told by an answer', async () => {
    const { original, previous } = await told();
    const { outcome, posted } = await send({ mode: 'update', previous, rendered: { ...laid('100 %'), reply: 'now 100 %' } });
    expect(outcome).toMatchObject({ class: 'ok', receipt: previous });
    expect(original).toMatchObject({ text: '100 %', attachments: [{ color: '#D92D20' }], edits: [{ text: '90 %' }] });
    expect(posted).toMatchObject([{ text: 'now 100 %', threadTs: original.ts, broadcast: true, channel: '#wa-ops' }]);
  });

  test('ends: the message is edited, and only its thread is told', async () => {
    const { original, previous } = await told();
    const { posted } = await send({ mode: 'resolve', kind: 'resolved', previous, rendered: laid('back', '#12B76A') });
    expect(original).toMatchObject({ text: 'back', attachments: [{ color: '#12B76A' }] });
    expect(posted).toMatchObject([{ threadTs: original.ts }]);
    expect(posted[0]).not.toHaveProperty('broadcast');
  });

  test('ends where the message shall stand as it is: answered, not edited', async () => {
    const { original, previous } = await told();
    const { outcome, posted } = await send({ mode: 'resolve', answerOnly: true, previous, rendered: laid('back') });
    expect(outcome).toMatchObject({ class: 'ok', receipt: previous });
    expect(original).toMatchObject({ text: '90 %', edits: [] });
    expect(posted).toMatchObject([{ text: 'Acme Ltd: message quota used up', threadTs: original.ts }]);
  });

  test('what only grows, as the summary of a storm, is edited and nothing is said beside it', async () => {
    const { original, previous } = await told();
    const { outcome, posted } = await send({ mode: 'update', kind: 'storm', editOnly: true, previous, rendered: laid('57 numbers') });
    expect(outcome).toMatchObject({ class: 'ok', receipt: previous });
    expect(original).toMatchObject({ text: '57 numbers' });
    expect(posted).toEqual([]);
  });

  test('a try that stopped between edit and answer is made again, and nothing is lost', async () => {
    const { original, previous } = await told();
    const worse = { mode: 'update', previous, rendered: { ...laid('100 %'), reply: 'now 100 %' } } as const;
    api.fail({ answer: 503, method: 'chat.postMessage' });
    expect((await send(worse)).outcome).toMatchObject({ class: 'transient', code: 'HTTP 503' });
    expect(original.text).toBe('100 %');
    expect((await send(worse)).posted).toMatchObject([{ text: 'now 100 %', threadTs: original.ts }]);
    expect(original.text).toBe('100 %');
  });

  test('by a webhook each message is new, for it cannot edit', async () => {
    const { outcome, posted } = await send({ rendered: laid('90 %') }, byWebhook());
    expect(outcome).not.toHaveProperty('receipt');
    expect(posted).toMatchObject([{ text: '90 %', by: 'webhook', edits: [] }]);
    const next = await send({ mode: 'update', previous: { channel: 'C1', ts: '1.2' }, rendered: laid('100 %') }, byWebhook());
    expect(next.posted).toMatchObject([{ text: '100 %' }]);
    expect(next.posted[0]).not.toHaveProperty('threadTs');
  });

  test.each([
    ['deleted', 'message_not_found'],
    ['too old to be edited', 'edit_window_closed'],
    ["somebody else's", 'cant_update_message'],
    ['in a channel that was frozen', 'is_inactive'],
  ])('its message is %s: it is told anew', async (_, answer) => {
    const { previous } = await told();
    api.fail({ answer, method: 'chat.update' });
    const { outcome, posted } = await send({ mode: 'update', previous, rendered: laid('100 %') });
    expect(outcome).toMatchObject({ class: 'transient', code: answer, previousGone: true });
    expect(posted).toEqual([]);
  });

  test('its message takes no answers: it is told anew, and the channel is not given up', async () => {
    const { previous } = await told();
    api.fail({ answer: 'restricted_action_thread_locked', method: 'chat.postMessage' });
    const { outcome } = await send({ mode: 'resolve', answerOnly: true, previous, rendered: laid('back') });
    expect(outcome).toMatchObject({ class: 'transient', previousGone: true });
  });

  test('by the local Slack too: what was deleted is gone', async () => {
    const { original, previous } = await told();
    api.forget(original.ts);
    expect((await send({ mode: 'resolve', previous, rendered: laid('back') })).outcome).toMatchObject({ previousGone: true });
  });
});

describe('who is called', () => {
  const mention = { here: true, users: ['U012AB3CD'], groups: ['S012AB3CD'] };
  const critical = 'critical' as const;
  const text = async (message: Partial<Message>, more: object = {}) =>
    (await send({ rendered: laid('words'), ...message }, byBot({ mention: { ...mention, ...more } }))).posted.at(-1)!.text;
  const alert = (severity: 'info' | 'warning' | 'critical') => ({ alert: { severity } as Message['alert'] & {} });

  test('those of the options, before the words', async () => {
    expect(await text(alert(critical))).toBe('<!here> <!subteam^S012AB3CD> <@U012AB3CD> words');
    expect(await text(alert(critical), { channel: true })).toMatch(/^<!channel> </);
    expect((await send({ rendered: laid('words') })).posted[0]!.text).toBe('words');
  });

  test('from the severity on that they name', async () => {
    expect(await text(alert('warning'))).toBe('words');
    expect(await text(alert('warning'), { from: 'warning' })).toMatch(/^<!here>/);
    expect(await text(alert('info'), { from: 'warning' })).toBe('words');
  });

  test('as the worst of many asks', async () => {
    const { alert: critically } = alert(critical);
    const { alert: mildly } = alert('warning');
    expect(await text({ ...alert('warning'), alerts: [mildly, critically] as Message['alert'][] & object[] } as Partial<Message>)).toMatch(
      /^<!here>/,
    );
    expect(await text({ ...alert('warning'), alerts: [mildly] } as Partial<Message>)).toBe('words');
  });

  test('never for a test or good news', async () => {
    expect(await text({ ...alert(critical), kind: 'test' })).toBe('words');
    expect(await text({ ...alert(critical), kind: 'resolved', mode: 'resolve' })).toBe('words');
  });

  test('by the answer when it gets worse, for an edit calls nobody', async () => {
    const { outcome } = await send({ rendered: laid('90 %') });
    const worse = { ...alert(critical), mode: 'update', previous: outcome.receipt! } as const;
    expect(await text(worse)).toMatch(/^<!here> .*Acme Ltd: message quota used up$/);
    expect(await text({ ...worse, mode: 'resolve' })).toBe('Acme Ltd: message quota used up');
  });
});

describe('what Slack does not like', () => {
  const broken = { ...laid('words'), blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x' }, no_such_key: 1 }] };
  const note = expect.stringContaining('Slack refused the layout (invalid_attachments');

  test.each([
    ['a bot', () => byBot()],
    ['a webhook', () => byWebhook()],
  ])('of the shape goes out without it in the same attempt, by %s', async (_, options) => {
    const { outcome, posted } = await send({ rendered: broken }, options());
    expect(outcome).toMatchObject({ class: 'ok', note: expect.stringContaining('Slack refused the layout (invalid_attachments') });
    expect(posted).toMatchObject([{ attachments: [] }]);
    for (const said of [
      'words',
      'New messages are refused until 1 December.',
      'Used: 100 000 of 100 000',
      'Top up: https://app.example/acme',
    ])
      expect(posted[0]!.text).toContain(said);
  });

  test('of an edit takes the old shape away, or the bar would stay red', async () => {
    const first = await send({ rendered: laid('down') });
    const { outcome } = await send({ mode: 'resolve', previous: first.outcome.receipt!, rendered: { ...broken, text: 'back' } });
    expect(outcome).toMatchObject({ class: 'ok', note });
    expect(first.posted[0]).toMatchObject({ text: expect.stringMatching(/^back\n/), attachments: [] });
  });

  test('an edit without any blocks takes the old ones away too', async () => {
    const first = await send({ rendered: laid('down') });
    await send({ mode: 'resolve', previous: first.outcome.receipt!, rendered: { text: 'back' } });
    expect(first.posted[0]).toMatchObject({ text: expect.stringMatching(/^back\n/), attachments: [] });
  });

  test.each(['invalid_blocks', 'msg_blocks_too_long', 'invalid_arguments', 'metadata_too_large'])('%s: the same', async (answer) => {
    api.fail({ answer });
    const { outcome, posted } = await send({ rendered: laid('words') });
    expect(outcome).toMatchObject({ class: 'ok', note: expect.stringContaining(answer) });
    expect(posted).toMatchObject([{ attachments: [] }]);
    expect(posted[0]).not.toHaveProperty('metadata');
  });

  test('twice is given up', async () => {
    api.fail({ answer: 'invalid_blocks', times: 2 });
    expect((await send({ rendered: laid('words') })).outcome).toMatchObject({ class: 'permanent', code: 'invalid_blocks' });
  });
});

describe('a message that is too long for one', () => {
  const rows = Array.from({ length: 60 }, (_, at) => ({ type: 'section', text: { type: 'mrkdwn', text: `row ${at} ${'x'.repeat(300)}` } }));
  const long = { ...laid('many'), blocks: rows };
  const shown = (posted: readonly { attachments: unknown[] }[]) => JSON.stringify(posted.map(({ attachments }) => attachments));

  test('goes on in its thread, whole', async () => {
    const { outcome, posted } = await send({ rendered: long });
    expect(outcome.class).toBe('ok');
    expect(posted.length).toBeGreaterThan(2);
    for (const one of posted.slice(1)) expect(one.threadTs).toBe(posted[0]!.ts);
    for (const row of rows) expect(shown(posted)).toContain(row.text.text);
  });

  test('goes on below it by a webhook', async () => {
    const { posted } = await send({ rendered: long }, byWebhook());
    for (const row of rows) expect(shown(posted)).toContain(row.text.text);
  });

  test.each([
    ['a bot', () => byBot()],
    ['a webhook', () => byWebhook()],
  ])('and whose rest is refused is not sent twice, by %s', async (_, options) => {
    const stop = api.messages.length;
    api.onChange((message, what) => {
      if (what === 'posted' && api.messages.length === stop + 1 && message.text === 'many') api.fail({ answer: 500 });
    });
    const { outcome, posted } = await send({ rendered: long }, options());
    expect(outcome).toMatchObject({ class: 'ok', note: expect.stringContaining('the rest of a long message could not be posted') });
    expect(posted).toHaveLength(1);
  });
});

test('it says whether the token works', async ({ onTestFinished }) => {
  expect(await sending.check(byBot())).toEqual({ ok: true, detail: '@relay of Local team' });
  expect(await sending.check(byBot({ token: 'xoxb-SECRET-wrong' }))).toMatchObject({
    ok: false,
    detail: expect.stringContaining('copy the bot token'),
  });
  const mute = await openSlackApi({ token, scopes: 'channels:read' });
  onTestFinished(() => mute.close());
  expect(await sending.check(byBot({ api_url: mute.apiUrl }))).toEqual({
    ok: false,
    detail: '@relay of Local team may not post',
    fix: 'give the app the scope chat:write and install it again',
  });
  expect((await send({}, byBot({ api_url: mute.apiUrl }))).outcome).toMatchObject({ class: 'config', code: 'missing_scope' });
});
