// A morning of whoever is on call, in a real browser before a whole relay, by keyboard alone: why did I get this, why did another not, take it on, keep
// the rest quiet, mend the routes on paper first, send again what died, and see it arrive.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSlackApi, type SlackApi } from '../../demo/slack-api.ts';
import { deliveriesTo } from '../story/ask.ts';
import { receiver } from '../story/receiver.ts';
import { drop, post, type Running, sample, until, type World, world } from '../story/world.ts';
import { openBrowser } from './open-browser.ts';

const token = 'an-admin-token-of-more-than-32-bytes';
const slackToken = 'xoxb-not-a-real-token-of-slack';
const phone = '+34600114711';

let slack: SlackApi;
let billing: Awaited<ReturnType<typeof receiver>>;
let stage: World;
let relay: Running;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let page: Page;
let home: string;

beforeAll(async () => {
  [slack, billing, browser] = await Promise.all([openSlackApi({ token: slackToken }), receiver(() => 400), openBrowser()]);
  stage = world(
    `version: 1
timezone: UTC
workspaces: { file: workspaces.csv }
destinations:
  ops-slack: { plugin: slack, token: env:SLACK_TOKEN, api_url: "${slack.apiUrl}", channel: "#ops" }
  billing: { plugin: http, url: "${billing.url}", allow_private: yes }
routes:
  - { name: vip-down, events: [disconnected], where: { tag: vip }, send: [billing] }
  - { name: number-down, events: [disconnected], send: [ops-slack], repeat: { every: 4h } }
  - { name: quota, events: ["messaging-*"], send: [billing] }
fallback: { send: [ops-slack] }
operator: ops-slack
`,
    { 'workspaces.csv': 'id,name,tags\nacme,Acme Ltd,\nbig-shop,Big Shop,vip\n' },
  );
  relay = await stage.start({ ADMIN_TOKEN: token, SLACK_TOKEN: slackToken });
  home = `http://127.0.0.1:${relay.adminPort}`;
  await post(relay, drop('acme', Date.now() - 60_000, { phone_number_e164: phone, whatsapp_account_id: 4711 }));
  await post(relay, { ...sample('messaging-100'), workspace_id: 'acme' });
  await until('the alert in Slack', () => slack.messages.some(({ channel }) => channel === '#ops'));
  await until('the death of another', () => deliveriesTo(stage, 'billing').some(({ state }) => state === 'dead'));
  page = await (await browser.browser.newContext({ viewport: { width: 1100, height: 900 } })).newPage();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
  await slack?.close();
  billing?.close();
});

/** Tab until it is reached: no mouse, no script. */
async function reach(where: Locator): Promise<void> {
  const there = where.and(page.locator(':focus'));
  // When a page that came has settled the focus moves to its top: whoever were already on the way would lose theirs.
  const moving = page.locator('.htmx-request, .htmx-swapping, .htmx-settling');
  await until('the page to settle', async () => (await moving.count()) === 0);
  for (let n = 0; n < 150; n++) {
    if ((await there.count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${where}`);
}
async function press(where: Locator): Promise<void> {
  await reach(where);
  await page.keyboard.press('Enter');
}
async function fill(label: string, text: string): Promise<void> {
  await reach(page.getByLabel(label));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}
const nav = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name }).waitFor();
const says = (text: string | RegExp) => page.getByText(text).first().waitFor();

test('the way in is the token, and leads to what was asked for', async () => {
  await page.goto(`${home}/events`);
  await heading('Sign in');
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await heading('Events');
});

test('an event is found by the last four digits of its number', async () => {
  await fill('Phone', '4711');
  await press(button('Show'));
  await page.waitForURL(/phone=4711/);
  const rows = page.locator('main tbody tr');
  await until('the one row', async () => (await rows.count()) === 1);
  await press(page.getByRole('link', { name: 'WhatsApp number down' }));
  await heading(/WhatsApp number down: acme/);
});

test('it says why a route did not match, and shows the message as Slack shows it', async () => {
  await says('vip-down: no, ');
  await says('number-down: yes');
  const look = page.locator('.look');
  expect(await look.locator('rect').getAttribute('fill')).toBe('#D92D20');
  expect(await look.innerText()).toMatch(/Acme Ltd: \+•+4711 is down/);
  expect(await look.locator('strong', { hasText: 'Down since' }).count()).toBe(1);
  expect(await page.content()).not.toContain(phone.slice(3));
});

test('its incident is taken on, with a reason', async () => {
  await press(page.getByRole('link', { name: /^wa:acme:/ }));
  await heading('Take it on');
  await fill('Your name', 'Ann');
  await reach(page.locator('#reason'));
  await page.keyboard.type('I call them');
  await press(button('I have it'));
  await says(/Ann has it until/);
  await says('I call them');
});

test('a silence is looked at before it is made', async () => {
  await press(nav('Silences'));
  await heading('Silence something');
  await fill('Workspace id', 'acme');
  await fill('How long', '2h');
  await fill('Why', 'they move house');
  await press(button('Look first'));
  await heading('What it would have kept last week');
  await says('2 events of the 2 that came in');
  await press(button('Silence it'));
  await says('Silent until');
  await press(nav('Silences'));
  await says('they move house');
});

test('an edited file is checked as it is typed: a mistake stands with its line and the line as it should read, and its mending is seen', async () => {
  await page.goto(`${home}/routes/try`);
  const text = page.getByLabel('routes.yaml');
  await reach(text);
  await page.keyboard.press('Control+Home');
  for (let line = 1; line < 8; line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  // `send: [billing]` becomes `send: [billing], hold: 5mm`.
  await page.keyboard.type(', hold: 5mm ');
  const judged = page.locator('#judged');
  await judged.getByText('1 mistake: the relay would refuse this file.').waitFor();
  expect(await judged.innerText()).toMatch(/routes\.yaml:8:\d+/);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await judged.getByText('Fine: the relay would take this file.').waitFor();
});

test('an event is tried by the edited text: who would hear, when, in what words', async () => {
  await reach(page.getByLabel('Event', { exact: true }));
  await page.keyboard.type('WhatsApp number down');
  await fill('Workspace id', 'big-shop');
  await reach(page.getByRole('radio', { checked: true }));
  await page.keyboard.press('ArrowDown');
  await press(button('Who would hear'));
  await heading(/Who would hear, by the text above/);
  const rows = page.locator('#outcome tbody').first().locator('tr');
  expect(await rows.allInnerTexts()).toEqual([
    expect.stringMatching(/ops-slack\s+number-down/),
    expect.stringMatching(/billing\s+vip-down/),
  ]);
  await page.locator('#outcome').getByText('vip-down: yes').first().waitFor();
});

test('what died is sent again once its receiver is mended, and is seen to arrive without a hand', async () => {
  billing.answer(() => 200);
  await press(nav('Events'));
  await heading('Events');
  await press(page.getByRole('link', { name: /quota is full|messages/i }).first());
  await says('dead');
  await fill('Reason', 'the receiver is mended');
  await press(button('Send it again'));
  await says('It is sent again as');
  await until('its arrival', () => billing.taken.length === 1);
  await press(nav('Now'));
  await until('the stream', () =>
    page.evaluate('document.querySelector("[sse-connect]")?.["htmx-internal-data"]?.sseEventSource?.readyState === 1'),
  );
  await post(relay, drop('big-shop', Date.now(), { whatsapp_account_id: 9 }));
  await page.locator('#happenings').getByText('Message delivered to billing').waitFor();
  await page.locator('#happenings').getByText('WhatsApp number down: big-shop').first().waitFor();
});
