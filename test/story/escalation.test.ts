// A whole relay, from the drop over the link in Slack to the next people: whoever takes it on keeps them from being called, for so long as was said.
import { expect, test } from 'vitest';
import { openMailServer } from '../../demo/mail-server.ts';
import { openSlackApi } from '../../demo/slack-api.ts';
import { admin, deliveriesTo } from './ask.ts';
import { drop, post, scene, until } from './world.ts';

/** Sixty times as fast: 14 m are 14 s, in which the link is followed on the slowest machine. */
const fast = { speed: 60 };
const minute = 60_000;

test('the link in the message keeps the next people from being called, until ack_for has passed', async ({ onTestFinished }) => {
  const slack = await openSlackApi();
  const mails = await openMailServer();
  const { target, stage } = await scene(
    onTestFinished,
    (url) => `version: 1
timezone: UTC
destinations:
  chat: { plugin: slack, token: env:SLACK_TOKEN, api_url: "${slack.apiUrl}", channel: "#ops" }
  mail: { plugin: email, smtp: "${mails.url}", from: alerts@relay.example, to: ann@acme.example }
  boss: { plugin: http, url: "${url}", allow_private: yes }
routes:
  - name: down
    events: [disconnected]
    send: [chat, mail]
    ack_for: 15m
    escalate: [{ after: 14m, send: [boss] }]
fallback: { send: [boss] }
operator: boss
`,
    fast,
  );
  onTestFinished(() => Promise.all([slack.close(), mails.close()]).then(() => {}));
  const relay = await stage.start({ SLACK_TOKEN: slack.token, PUBLIC_URL: 'https://relay.example' });
  await post(relay, drop('taken', stage.now()));
  await post(relay, drop('nobodys', stage.now(), { whatsapp_account_id: '2', phone_number_e164: '+34600999888' }));
  const about = (workspace: string) => slack.messages.find((one) => JSON.stringify(one).includes(workspace));
  const message = await until('the message', () => about('taken'));
  const [, path] = /<https:\/\/relay\.example(\/ack\/[^|>]+)\|Acknowledge>/.exec(JSON.stringify(message)) ?? [];
  const mail = await until('the mail', () => mails.mails.find(({ text }) => text.includes('taken')));
  expect(mail.text).toMatch(/\nAcknowledge:\nhttps:\/\/relay\.example\/ack\//);
  expect(mail.html).toContain('Acknowledge</a>');

  expect((await fetch(relay.url + path)).status).toBe(200);
  const page = await fetch(relay.url + path, { method: 'POST', body: new URLSearchParams() });
  expect(await page.text()).toContain('You have it until ');
  const { body } = await admin<{ items: { workspace: string; acknowledged?: { until: string } }[] }>(relay, '/incidents?open=true');
  const ends = Date.parse(body.items.find(({ workspace }) => workspace === 'taken')!.acknowledged!.until);

  const heard = (workspace: string) => target.taken.find((one) => one.body.alert?.workspace.id === workspace);
  expect((await until('the one that nobody took', () => heard('nobodys'), 30_000)).body.kind).toBe('escalation');
  expect(heard('taken')).toBeUndefined();
  expect((await until('the one whose time ran out', () => heard('taken'), 40_000)).body.kind).toBe('escalation');
  const [, late] = deliveriesTo(stage, 'boss');
  expect(Number(late!.created_at)).toBeGreaterThanOrEqual(ends);
  expect(Number(late!.created_at)).toBeLessThan(ends + 5 * minute);
}, 90_000);
