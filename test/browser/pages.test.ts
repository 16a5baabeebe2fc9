// The operator's pages in a real browser: under their own policy, by keyboard alone, on a phone, in daylight and at night, looked over by axe.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '../../src/audit.ts';
import { systemTicker } from '../../src/clock.ts';
import { type InForce, openInForce } from '../../src/in-force/in-force.ts';
import { createLive, type Live } from '../../src/live.ts';
import { accepted, busyDay } from '../admin/busy.ts';
import { openPages, type Stage, token } from '../admin/pages/stage.ts';
import { destination, route, rulesOf } from '../decide/paper.ts';
import { openBrowser } from './open-browser.ts';

const routes = `version: 1
timezone: Europe/Madrid
segments: { vip: { tags: [vip] } }
destinations:
  ops-slack: { plugin: slack, token: xoxb-not-a-real-token, channel: "#wa-ops" }
  owner-email: { plugin: email, smtp: "smtp://mail.invalid", from: a@relay.example, to: b@relay.example }
routes:
  - { name: number-down-vip, events: [disconnected], where: { segment: vip }, send: [ops-slack], escalate: [{ after: 15m, send: [owner-email] }] }
  - { name: number-down, events: [disconnected], send: [ops-slack, owner-email], quiet: nowhere-used }
quiet_hours: { nowhere-used: { from: "22:00", to: "23:00" } }
fallback: { send: [ops-slack] }
operator: ops-slack
`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const long = 'Bürobedarf Müller & Söhne '.repeat(5);
const incident = '/incidents/wa%3Ashop%3A1';
const paths = [
  ...[
    '/',
    '/incidents',
    incident,
    '/destinations',
    '/destinations/ops',
    '/destinations/boss',
    '/reports',
    '/reports?report=numbers',
    '/reports?report=usage',
    '/audit',
  ],
  '/nowhere',
];
/** Of real files: what an event's messages look like, the text of routes.yaml, a try. */
const ofFiles = ['/events', '/silences', '/routes', '/routes/try'];
const changes: Change[] = [
  { what: 'sign-in', who: 'page', facts: { address: '127.0.0.1' } },
  { what: 'acknowledge', who: 'page', by: 'Ann', facts: { incident: 'wa:shop:1', until: '2026-11-23T17:30:00Z' }, why: long },
  { what: 'acknowledge', who: 'link', by: 'the link sent to ops', facts: { incident: 'messages:acme:2026-12-01T00' } },
  {
    what: 'silence',
    who: 'token',
    by: 'Bo',
    facts: { id: 's_1', where: { tag: ['vip', 'gold'] }, until: '2026-11-25T09:00:00Z' },
    why: 'they move',
  },
  { what: 'test', who: 'loopback', facts: { destination: 'ops', class: 'config' } },
  { what: 'replay', who: 'token', facts: { created: ['d_1', 'd_2'], refused: 1 }, why: 'the receiver is back' },
  { what: 'files', who: 'files', facts: { ok: false, mistakes: 2 } },
  { what: 'locked-out', who: 'stranger', facts: { address: '203.0.113.77', untold: 4 } },
];
/** Where pictures are wanted, as PICTURES=folder. */
const pictures = process.env.PICTURES;

let browser: Browser;
let close: () => Promise<void>;
let stage: Stage;
let guarded: Stage;
let live: Live;
let files: Stage;
let inForce: InForce;
let event: string;
const folder = mkdtempSync(join(tmpdir(), 'relay-pages-'));
beforeAll(async () => {
  live = createLive({ now: () => Date.parse('2026-11-23T09:40:00Z') });
  const rules = rulesOf(
    [
      route('down', ['ops', 'mail'], { events: ['disconnected'] }),
      route('quota', ['billing'], { events: ['messaging-100', 'messaging-90'] }),
    ],
    {
      destinations: Object.fromEntries(
        ['ops', 'mail', 'billing', 'catch-all', 'boss'].map((name) => [name, destination(name, { ifItFails: 'boss' })]),
      ),
    },
  );
  const lanes = () => [
    {
      name: 'ops',
      health: 'held' as const,
      since: Date.parse('2026-11-23T09:20:00Z'),
      reason: 'channel_not_found: #alerts-of-a-team-with-a-long-name',
      lastError: 'channel_not_found',
      waiting: 3,
      running: 0,
      slots: 1,
      counts: { config: 2, ok: 12 },
    },
    {
      name: 'mail',
      health: 'ok' as const,
      since: Date.parse('2026-11-23T08:00:00Z'),
      waiting: 0,
      running: 0,
      slots: 8,
      counts: { ok: 210, transient: 3 },
    },
    {
      name: 'boss',
      health: 'paused' as const,
      since: Date.parse('2026-11-23T09:30:00Z'),
      until: Date.parse('2026-11-23T09:45:00Z'),
      ...{ by: 'Ann', reason: 'paused by Ann: the channel moves to another workspace' },
      waiting: 0,
      running: 0,
      slots: 1,
      counts: {},
    },
  ];
  const space = async () => ({ free: 1.4 * 1024 ** 3, disk: 20 * 1024 ** 3, store: 312 * 1024 ** 2 });
  const figures = busyDay(Date.parse('2026-11-23T09:20:00Z'));
  const parts = { live, ticker: systemTicker, lanes, figures, space, sendTest: async () => ({ class: 'ok', ms: 41, headline: 'A test' }) };
  const workspaces = [
    { id: 'shop', name: long },
    { id: 'acme', name: 'Acme Ltd' },
  ];
  const degraded = ['ops refuses every message: channel_not_found. Messages for it wait, and one is tried every 5 minutes.'];
  [{ browser, close }, stage, guarded] = await Promise.all([
    openBrowser(),
    openPages({ rules, workspaces, degraded, parts }),
    openPages({ rules, token, parts: { live: createLive({ now: Date.now }), ticker: systemTicker } }),
  ]);
  writeFileSync(join(folder, 'routes.yaml'), routes);
  const settings = { configDir: folder, proxy: {}, secrets: [], partnerSecrets: [] };
  inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: () => Date.parse('2026-11-23T09:40:00Z') });
  files = await openPages({
    rules: inForce.rules(),
    parts: { inForce, judgeRoutes: inForce.judge, imagine: inForce.imagine, live, ticker: systemTicker },
  });
  event = `/events/${(await files.happens('09:10', 'disconnected', { account: { id: '1', phone: '+34600111222', reason: long } })).id}`;
  await stage.happens('09:05', 'messaging-100', { workspaceId: 'acme' });
  await stage.happens('09:10', 'disconnected');
  const { items } = await stage.stored.reads.read.deliveries({ destination: 'ops' });
  const died = { class: 'permanent' as const, error: 'HTTP 410: the hook is gone' };
  await stage.stored.settle({ delivery: items[0]! }, died, { state: 'dead' }, Date.parse('2026-11-23T09:11:00Z'));
  await stage.happens('09:20', 'seats-full', { workspaceId: 'a-workspace-without-a-name-in-the-table' });
  for (const change of changes) await stage.parts.audit(change);
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(async () => {
  // Their folders are in the browser's.
  await stage.close();
  await guarded.close();
  await files.close();
  await inForce.close(100);
  rmSync(folder, { recursive: true });
  await close();
});

async function open(path: string, options: BrowserContextOptions = {}, at = stage) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // That it was not found is what one of the pages says.
    if (message.type() !== 'info' && !message.text().includes('404')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(at.url + path);
  return { page, complaints, done: () => context.close() };
}

/** A policy keeps scripts that a page did not bring out of it, but not those of its tester. A mail in its frame is looked over by itself. */
async function flaws(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run({ iframes: false })')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return violations.filter(({ impact }) => impact !== 'minor').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
const sideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');
const focused = (page: Page) => page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()');
/** Tab until that is where the focus is. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === text) return;
  }
  throw new Error(`no Tab leads to ${text}`);
}

describe.each([
  ['a desk', { width: 1100, height: 800 }],
  ['a phone', { width: 360, height: 740 }],
])('on %s', (where, viewport) => {
  test.each(['light', 'dark'] as const)(
    'every page is whole, quiet and without a barrier (%s)',
    async (colorScheme) => {
      for (const [path, at] of [...paths.map((one) => [one, stage] as const), ...[...ofFiles, event].map((one) => [one, files] as const)]) {
        const { page, complaints, done } = await open(path, { viewport, colorScheme }, at);
        expect({ path, over: await sideways(page), complaints, flaws: await flaws(page) }).toEqual({
          path,
          over: 0,
          complaints: [],
          flaws: [],
        });
        if (path === '/' && at === stage) await page.locator('.curves canvas').nth(2).waitFor();
        const name = `${path.replaceAll(/[^a-z]+/gi, '-')}-${where.slice(2)}-${colorScheme}.png`;
        if (pictures !== undefined) await page.screenshot({ path: join(pictures, name), fullPage: true });
        await done();
      }
    },
    120_000,
  );
});

test('by keyboard alone an operator signs in, takes an incident on and signs out', async () => {
  await guarded.happens('09:10', 'disconnected');
  const { page, complaints, done } = await open(incident, {}, guarded);
  expect(await flaws(page)).toEqual([]);
  expect(await focused(page)).toBe('token');
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await page.waitForURL(guarded.url + incident);
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to content');
  await tabTo(page, 'by');
  await page.keyboard.type('Ann');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Ann has it until');
  expect((await guarded.parts.read.incident('wa:shop:1'))?.acknowledged?.by).toBe('Ann');
  // It moves there when the page that came has settled.
  await page.locator('#main:focus').waitFor({ state: 'attached' });
  await page.goto(guarded.url + incident);
  await tabTo(page, 'Sign out');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${guarded.url}/sign-in`);
  await page.goto(guarded.url);
  expect(page.url()).toContain('/sign-in');
  expect(complaints).toEqual([]);
  await done();
});

test('a link goes on without loading the whole page, marks where one is, and Back leads back', async () => {
  const { page, complaints, done } = await open('/');
  await page.evaluate('window.stays = true');
  await page.click('nav >> text=Destinations');
  await page.waitForSelector('h1 >> text=Destinations');
  expect(await page.title()).toBe('Destinations · timelines-relay');
  expect(await page.textContent('[aria-current]')).toBe('Destinations');
  expect(await page.evaluate('window.stays')).toBe(true);
  await page.goBack();
  await page.waitForSelector('h1 >> text=Now');
  expect(complaints).toEqual([]);
  await done();
});

test('Now follows what happens, without a hand', async () => {
  const { page, complaints, done } = await open('/');
  await page.waitForSelector('text=3 open incidents');
  await page.waitForFunction('document.querySelector("[sse-connect]")["htmx-internal-data"].sseEventSource.readyState === 1');
  const event = await stage.happens('09:30', 'disconnected', { workspaceId: 'later', incidentKey: 'wa:later:1' });
  live.publish({ kind: 'event', id: event.id, type: 'disconnected', severity: 'critical', workspace: 'later', outcome: 'routed' });
  await page.waitForSelector('text=4 open incidents');
  expect(await page.textContent('#happenings li')).toContain('WhatsApp number down: later');
  expect(complaints).toEqual([]);
  await done();
});

test('the curves of Now are drawn in the colours of the page, by the hour and by the day, follow what happens, and are told in words', async () => {
  const { page, complaints, done } = await open('/destinations');
  await page.evaluate('window.stays = true');
  // Their script comes with the first page that needs it, also where that came by a link.
  expect(await page.evaluate('window.uPlot === undefined')).toBe(true);
  await page.click('nav >> text=Now');
  const words = (kind: string) => page.getAttribute(`[data-curve="${kind}"]`, 'aria-label');
  await page.locator('.curves canvas').nth(2).waitFor();
  expect(await page.evaluate('window.stays')).toBe(true);
  expect(await words('events')).toMatch(/^in the last hour, by the minute: Events \d+, at most 27 at once$/);
  expect(await words('messages')).toMatch(/Delivered \d+, at most 27 at once; Failed tries \d+, .*; Given up 1, at most 1 at once$/);
  expect(await words('delay')).toMatch(/Median \d+ ms; 95 of 100 within/);
  await page.check('text=Last 24 hours');
  await page.waitForSelector('[aria-label^="in the last 24 hours, by ten minutes: Events"]');
  const before = await words('events');
  stage.parts.figures.did(...accepted());
  live.publish({ kind: 'event', id: 'e_1', type: 'disconnected', severity: 'critical', workspace: 'shop', outcome: 'routed' });
  await page.waitForSelector(`[data-curve="events"]:not([aria-label="${before}"])`);
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, 'now-day.png'), fullPage: true });
  // A link of what was swapped in leads to its page as any other does.
  await page.click('#now a >> nth=0');
  await page.waitForSelector('h1 >> text=messages used up');
  await page.waitForSelector('#curves', { state: 'detached' });
  expect(complaints).toEqual([]);
  await done();
});

test('where nothing is wrong Now says so, and where no script runs the numbers stand in a table', async () => {
  const calm = await openPages({
    rules: rulesOf([route('down', ['ops'])]),
    parts: { live: createLive({ now: Date.now }), ticker: systemTicker },
  });
  for (const [name, options] of [
    ['calm', {}],
    ['calm-plain', { javaScriptEnabled: false }],
    ['calm-phone', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
  ] as const) {
    const { page, done } = await open('/', options, calm);
    await page.waitForSelector('text=Nothing is wrong');
    await page.waitForSelector('#numbers >> text=10 minutes');
    if (name === 'calm-plain') expect(await page.isHidden('#curves')).toBe(true);
    else await page.locator('.curves canvas').nth(2).waitFor();
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    await done();
  }
  await calm.close();
});

test('without a script everything still works', async () => {
  const { page, done } = await open('/destinations/mail', { javaScriptEnabled: false });
  await page.click('text=Send a test >> nth=1');
  await page.waitForSelector('text=The test arrived after 41 ms');
  await page.click('nav >> text=Incidents');
  await page.waitForSelector('h1 >> text=Incidents');
  await done();
});

test('whoever is signed in and follows a link from elsewhere is there at once', async () => {
  const { page, done } = await open('/sign-in', {}, guarded);
  await page.fill('#token', token);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1 >> text=Now');
  await page.setContent(`<a href="${guarded.url}/destinations">from elsewhere</a>`);
  await page.goto(`data:text/html,<a href="${guarded.url}/destinations">from elsewhere</a>`);
  await page.click('a');
  await page.waitForSelector('h1 >> text=Destinations');
  await done();
});
