// What each answer of Slack means to the relay: held, given up, tried again, paused; and whether the message perhaps arrived.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSlackApi } from '../../demo/slack-api.ts';
import { failureOf, formFaults, goneCodes } from '../../plugins/slack/failure.ts';
import { createSending } from './sending.ts';
import { api, byBot, byWebhook, failing, send, slack } from './slack-world.ts';

const held = { class: 'config' };
const never = { class: 'permanent' };
const again = { class: 'transient' };
const pause = { class: 'rate-limited' };

const login = [
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'accesslimited',
  'access_denied',
  'org_login_required',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'team_access_not_granted',
  'two_factor_setup_required',
  'unknown_method',
  'deprecated_endpoint',
  'method_deprecated',
];
const place = [
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'messages_tab_disabled',
  'user_not_found',
  'team_not_found',
];
const message = ['no_text', 'msg_too_long', 'too_many_attachments', 'invalid_charset', 'invalid_form_data', 'invalid_json'];

describe('a refusal with a code', () => {
  test.each(login)('%s holds the destination, and says how to mend it', async (answer) => {
    const outcome = await failing({ answer });
    expect(outcome).toMatchObject({ ...held, code: answer, error: expect.stringMatching(/^Slack refuses \(\w+\): .{15,}/) });
    expect(outcome).not.toHaveProperty('perhaps');
  });

  test.each(place)('%s holds a destination with one channel, and gives the message up where the table names it', async (answer) => {
    const outcome = await failing({ answer });
    expect(outcome).toMatchObject({ ...held, code: answer, error: expect.stringContaining('Slack refuses #wa-ops') });
    const about = { channel: '#from-the-table', ofTable: true };
    expect(failureOf({ data: { error: answer } }, about)).toMatchObject({ reason: 'rejected', code: answer });
    expect(failureOf({ data: { error: 'token_revoked' } }, about)).toMatchObject({ reason: 'auth' });
  });

  test.each([
    ['channel', 'permanent'],
    ['token', 'permanent'],
    ['mention', 'config'],
  ])('channel_not_found where the table fills in %s: %s', async (option, expected) => {
    const ofTable = createSending(slack, 'ops-slack', Date.now, [option]);
    api.fail({ answer: 'channel_not_found' });
    expect((await send({}, byBot(), { to: ofTable })).outcome).toMatchObject({ class: expected, code: 'channel_not_found' });
    await ofTable.close();
  });

  test.each([
    [['webhook_url'], 'permanent'],
    [[], 'config'],
  ])('no_service where the table fills in %j: %s', async (templated, expected) => {
    const ofTable = createSending(slack, 'ops-slack', Date.now, templated);
    api.fail({ answer: 'no_service' });
    expect((await send({}, byWebhook(), { to: ofTable })).outcome).toMatchObject({ class: expected, code: 'no_service' });
    await ofTable.close();
  });

  test.each(message)('%s gives the message up', async (answer) => {
    expect(await failing({ answer })).toMatchObject({ ...never, code: answer });
  });

  test.each(['ratelimited', 'rate_limited', 'message_limit_exceeded'])('%s pauses', async (answer) => {
    expect(await failing({ answer })).toMatchObject({ ...pause, code: answer });
  });

  test.each(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'update_failed', 'team_added_to_org'])(
    '%s is tried again, and perhaps it arrived',
    async (answer) => {
      expect(await failing({ answer })).toMatchObject({ ...again, code: answer, perhaps: true });
    },
  );

  test('that nobody knows is tried again', async () => {
    expect(await failing({ answer: 'something_quite_new' })).toMatchObject({
      ...again,
      code: 'something_quite_new',
      error: 'Slack refuses the message (something_quite_new)',
    });
  });

  test.each([...goneCodes, ...formFaults])('%s has a meaning of its own for a new message too', (error) => {
    expect(failureOf({ data: { error } }, { channel: '#x', ofTable: false })).toMatchObject({ reason: 'rejected' });
  });

  test('says what is wrong with the shape', () => {
    const data = { error: 'no_text', response_metadata: { messages: ['[ERROR] missing text'] } };
    expect(failureOf({ data }, { channel: '#x', ofTable: false }).message).toBe(
      'Slack refuses the message (no_text): [ERROR] missing text',
    );
  });
});

describe('a limit', () => {
  test('pauses for as long as Slack asks, by a bot and by a webhook', async () => {
    for (const options of [byBot(), byWebhook()])
      expect(await failing({ answer: 'limited', retryAfter: 7 }, options as never)).toMatchObject({ ...pause, retryAfterMs: 7000 });
  });

  test('pauses where Slack does not say for how long', async () => {
    for (const options of [byBot(), byWebhook()]) {
      const outcome = await failing({ answer: 'limited' }, options as never);
      expect(outcome).toMatchObject(pause);
      expect(outcome).not.toHaveProperty('retryAfterMs');
    }
  });

  test('of an edit leaves its message in place', async () => {
    const { outcome } = await send();
    const limited = await failing({ answer: 'limited', retryAfter: 1, method: 'chat.update' }, byBot(), {
      mode: 'update',
      previous: outcome.receipt!,
    });
    expect(limited).toMatchObject(pause);
    expect(limited).not.toHaveProperty('previousGone');
  });
});

describe('no answer of Slack', () => {
  test.each([
    [500, again],
    [502, again],
    [503, again],
    [408, again],
    [400, never],
    [401, held],
    [403, held],
    [404, held],
    [410, held],
    [302, held],
  ])('HTTP %i', async (answer, expected) => {
    for (const options of [byBot(), byWebhook()])
      expect(await failing({ answer }, options as never)).toMatchObject({ ...expected, code: `HTTP ${answer}` });
  });

  test('a page where the answer should be is tried again, and perhaps it arrived', async () => {
    for (const options of [byBot(), byWebhook()]) {
      const outcome = await failing({ answer: 'html' }, options as never);
      expect(outcome).toMatchObject({ ...again, code: 'no_json', perhaps: true });
      expect(outcome.error).not.toContain('<');
    }
  });

  test('silence ends with the time there is, and perhaps it arrived', async () => {
    for (const options of [byBot(), byWebhook()]) {
      const outcome = await failing({ answer: 'hang' }, options as never, {}, 300);
      expect(outcome).toMatchObject({ ...again, code: 'TIMEOUT', perhaps: true });
    }
  });

  test.each([
    ['before', {}],
    ['after', { taken: true as const }],
  ])('a connection cut %s the message was taken: tried again, and perhaps it arrived', async (_, more) => {
    for (const options of [byBot(), byWebhook()]) {
      const before = api.messages.length;
      expect(await failing({ answer: 'cut', ...more }, options as never)).toMatchObject({ ...again, perhaps: true });
      expect(api.messages.length - before).toBe('taken' in more ? 1 : 0);
    }
  });

  test('nobody there', async () => {
    const gone = await openSlackApi();
    await gone.close();
    const { outcome } = await send({}, byBot({ api_url: gone.apiUrl }));
    expect(outcome).toMatchObject({ ...again, code: 'ECONNREFUSED' });
    expect(outcome).not.toHaveProperty('perhaps');
  });
});

describe('a webhook that is refused', () => {
  test.each([
    [400, 'user_not_found', held],
    [403, 'action_prohibited', held],
    [403, 'invalid_token', held],
    [404, 'channel_not_found', held],
    [404, 'no_service', held],
    [404, 'no_team', held],
    [410, 'channel_is_archived', held],
    [400, 'no_text', never],
    [400, 'invalid_payload', never],
    [400, 'something_new', again],
    [500, 'rollup_error', again],
  ])('HTTP %i %s', async (status, answer, expected) => {
    page = { status, answer };
    const { outcome } = await send({}, { webhook_url: `${stub}services/SECRET` });
    expect(outcome).toMatchObject({ ...expected, error: expect.stringContaining(answer) });
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
  });

  test('is tried again where 200 comes with anything but ok', async () => {
    page = { status: 200, answer: '' };
    expect((await send({}, { webhook_url: `${stub}services/SECRET` })).outcome).toMatchObject({ ...again, perhaps: true });
  });
});

let page = { status: 200, answer: 'ok' };
let stub: string;
let server: Server;
beforeAll(async () => {
  server = createServer((request, reply) => request.resume().on('end', () => reply.writeHead(page.status).end(page.answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stub = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.closeAllConnections());
afterAll(() => void server.close());
