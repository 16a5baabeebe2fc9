// What goes wrong while somebody is on call, in a real browser: the relay is gone, a session ends, a form is refused, and things happen while one types.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemTicker } from '../../src/clock.ts';
import { type InForce, openInForce } from '../../src/in-force/in-force.ts';
import { createLive, type Live } from '../../src/live.ts';
import { openPages, type Stage, token } from '../admin/pages/stage.ts';
import { destination, route, rulesOf } from '../decide/paper.ts';
import { type Line, openLine } from './cut-line.ts';
import { openBrowser } from './open-browser.ts';

const incident = '/incidents/wa%3Ashop%3A1';
const routes = `version: 1
timezone: UTC
destinations: { ops: { plugin: console } }
routes: [{ name: down, events: [disconnected], send: [ops] }]
fallback: { send: [ops] }
operator: ops
`;
const folder = mkdtempSync(join(tmpdir(), 'relay-on-call-'));

let browser: Browser;
let close: () => Promise<void>;
let inForce: InForce;
let live: Live;
let stage: Stage;
let guarded: Stage;
let files: Stage;
beforeAll(async () => {
  live = createLive({ now: Date.now });
  const rules = rulesOf([route('down', ['ops'], { events: ['disconnected'] })], {
    destinations: { ops: destination('ops'), mail: destination('mail') },
  });
  writeFileSync(join(folder, 'routes.yaml'), routes);
  const settings = { configDir: folder, proxy: {}, secrets: [], partnerSecrets: [] };
  inForce = await openInForce({ settings, log: pino({ level: 'silent' }), now: Date.now });
  [{ browser, close }, stage, guarded, files] = await Promise.all([
    openBrowser(),
    openPages({ rules, parts: { live, ticker: systemTicker } }),
    openPages({ rules, token, parts: { live, ticker: systemTicker } }),
    openPages({
      rules: inForce.rules(),
      parts: { inForce, judgeRoutes: inForce.judge, imagine: inForce.imagine, live, ticker: systemTicker },
    }),
  ]);
  await stage.happens('09:10', 'disconnected');
  await guarded.happens('09:10', 'disconnected');
}, 60_000);
afterAll(async () => {
  for (const one of [stage, guarded, files]) await one.close();
  await inForce.close(100);
  rmSync(folder, { recursive: true });
  await close();
});

async function open(url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, locale: 'en-GB' });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(12_000);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
async function lineTo(to: Stage): Promise<Line> {
  const line = await openLine(to.port);
  onTestFinished(() => line.close());
  return line;
}
const streaming = 'document.querySelector("[sse-connect]")["htmx-internal-data"].sseEventSource.readyState === 1';
const happens = async (workspaceId: string) => {
  const { id } = await stage.happens('09:30', 'disconnected', { workspaceId, incidentKey: `wa:${workspaceId}:1` });
  live.publish({ kind: 'event', id, type: 'disconnected', severity: 'critical', workspace: workspaceId, outcome: 'routed' });
};

test('a click that the relay does not answer is told, what was written stays, and the next answer takes the word back', async () => {
  const line = await lineTo(stage);
  const page = await open(line.url + incident);
  await page.fill('#close-reason', 'the number was given up');
  await page.fill('#close-by', 'Ann');
  await line.cut();
  await page.click('text=Close it >> nth=-1');
  const told = page.locator('[role="alert"]:visible', { hasText: 'The relay does not answer' });
  await told.waitFor();
  expect(await told.innerText()).toContain('not known whether');
  expect(await page.inputValue('#close-reason')).toBe('the number was given up');
  await line.mend();
  await page.click('nav >> text=Destinations');
  await page.waitForSelector('h1 >> text=Destinations');
  await told.waitFor({ state: 'hidden' });
});

test('Now tells that it no longer follows, and once it follows again it shows what happened meanwhile', async () => {
  const line = await lineTo(stage);
  const page = await open(line.url);
  await page.waitForFunction(streaming);
  const before = Number.parseInt(await page.locator('#open').innerText(), 10);
  await line.cut();
  await page.locator('[role="alert"]:visible', { hasText: 'does not follow' }).waitFor();
  await happens('meanwhile');
  await line.mend();
  await page.waitForSelector(`text=${before + 1} open incidents`);
  await page.locator('[role="alert"]:visible').waitFor({ state: 'detached' });
}, 40_000);

test('what stands on Now stays where the relay answers a look with an error', async () => {
  const page = await open(stage.url);
  await page.waitForFunction(streaming);
  await page.route(`${stage.url}/`, (asked) => asked.fulfill({ status: 503, contentType: 'text/html', body: '<h1>503</h1>' }));
  await happens('while-busy');
  await page.locator('[role="alert"]:visible', { hasText: 'The relay does not answer' }).waitFor();
  expect(await page.locator('#now .cards').count()).toBe(2);
});

test('whoever stands on a link of Now stands on it still when something happens', async () => {
  const page = await open(stage.url);
  await page.waitForFunction(streaming);
  const links = await page.locator('#now a').count();
  for (let n = 0; n < links; n++) {
    await page.locator('#now a').nth(n).focus();
    const to = await page.evaluate('document.activeElement.href');
    await happens(`later-${n}`);
    await page.waitForSelector(`#happenings >> text=later-${n}`);
    await page.waitForSelector(`#now >> text=later-${n}`);
    expect(await page.evaluate('document.activeElement.href')).toBe(to);
  }
});

test('a form that is refused keeps what was written: the mistake stands in it', async () => {
  const page = await open(`${files.url}/routes/try`);
  const edited = `${await page.inputValue('#routes')}# an hour of work`;
  await page.fill('#routes', edited);
  await page.fill('#percent', 'ninety');
  await page.click('text=Who would hear');
  await page.locator('form [role="alert"]', { hasText: 'percent' }).waitFor();
  expect(await page.inputValue('#routes')).toBe(edited);
  expect(await page.inputValue('#percent')).toBe('ninety');
  expect(page.url()).toBe(`${files.url}/routes/try`);
  await page.fill('#percent', '95');
  await page.click('text=Who would hear');
  // The file in force is what is tried unless one says otherwise.
  await page.locator('#outcome', { hasText: 'this is not by it' }).waitFor();
  await page.check('text=the text above');
  await page.click('text=Who would hear');
  await page.locator('#outcome', { hasText: 'by the text above' }).waitFor();
  expect(await page.locator('#outcome .notice').count()).toBe(0);
  expect(await page.locator('[role="alert"]:visible').count()).toBe(0);
});

test('a filter that is refused keeps what was written', async () => {
  const page = await open(`${stage.url}/events`);
  await page.fill('#workspace', 'shop');
  await page.fill('#phone', 'none');
  await page.fill('#since', '2026-11-23T09:08');
  await page.keyboard.press('Enter');
  await page.locator('form [role="alert"]', { hasText: 'its last digits' }).waitFor();
  expect(await page.inputValue('#workspace')).toBe('shop');
  expect(await page.inputValue('#since')).toBe('2026-11-23T09:08');
});

test('a silence that is refused keeps its form, and says why in it', async () => {
  const page = await open(`${files.url}/silences`);
  await page.fill('#workspace', 'shop');
  await page.fill('#why', 'they move');
  await page.fill('#lasts', 'a while');
  await page.click('text=Look first');
  const told = page.locator('form [role="alert"]', { hasText: 'is no date and time' });
  await told.waitFor();
  expect((await told.boundingBox())?.width).toBeGreaterThan(600);
  expect(await page.inputValue('#why')).toBe('they move');
});

test('a session that ends under an open form costs no word of it: it is sent once one is signed in again beside it', async () => {
  const page = await open(`${guarded.url}${incident}`);
  await page.fill('#token', token);
  await page.keyboard.press('Enter');
  await page.fill('#by', 'Ann');
  await page.fill('#reason', 'I call them');
  await page.context().clearCookies();
  await page.click('text=I have it');
  const told = page.locator('form [role="alert"]');
  await told.waitFor();
  const [beside] = await Promise.all([page.context().waitForEvent('page'), told.getByRole('link', { name: 'Sign in' }).click()]);
  await beside.fill('#token', token);
  await beside.keyboard.press('Enter');
  await beside.waitForSelector('h1 >> text=Now');
  await page.click('text=I have it');
  await told.getByText('Send it once more').waitFor();
  expect(await page.inputValue('#reason')).toBe('I call them');
  await page.click('text=I have it');
  await page.waitForSelector('text=Ann has it until');
});

test('on a phone what a column is called stands beside its value, also in the widest report', async () => {
  await guarded.happens('09:11', 'disconnected', { account: { id: '9', phone: '+34600111222' }, incidentKey: 'wa:shop:9' });
  await guarded.clock.advance(60 * 60_000);
  const page = await open(`${guarded.url}/reports?report=downtime`);
  await page.fill('#token', token);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.wide');
  await page.setViewportSize({ width: 360, height: 740 });
  const indents = `[...document.querySelectorAll('.wide td:not(:empty)')].map((one) => parseInt(getComputedStyle(one).paddingLeft))`;
  expect(Math.min(...((await page.evaluate(indents)) as number[]))).toBeGreaterThan(100);
});

test('a link that leads to the sign-in leads on to where it went', async () => {
  const page = await open(`${guarded.url}${incident}`);
  await page.fill('#token', token);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#by');
  await page.context().clearCookies();
  await page.click('nav >> text=Reports');
  await page.fill('#token', token);
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1 >> text=Reports');
});
