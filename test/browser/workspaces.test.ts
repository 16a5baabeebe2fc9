// The pages of workspaces in a real browser: whole, quiet and without a barrier, at a desk and on a phone, in daylight and at night.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownWorkspaces, table } from '../admin/pages/known.ts';
import { openBrowser } from './open-browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where pictures are wanted, as PICTURES=folder. */
const pictures = process.env.PICTURES;
const long = 'Bürobedarf Müller & Söhne '.repeat(4);
const rows = `${table}long-${'x'.repeat(60)},"${long}",basic,x@y.example,,\n${Array.from({ length: 60 }, (_, n) => `w-${n},Customer ${n},basic,,,\n`).join('')}`;

let browser: Browser;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ browser, close } = await openBrowser());
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(() => close());

test.each([
  ['desk', 'light'],
  ['desk', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
] as const)(
  'on a %s, %s',
  async (where, colorScheme) => {
    const { stage } = await knownWorkspaces(rows);
    await stage.happens('09:35', 'messaging-100', { workspaceId: 'trial-7' });
    const viewport = where === 'desk' ? { width: 1100, height: 800 } : { width: 360, height: 740 };
    const context = await browser.newContext({ viewport, colorScheme });
    for (const path of ['/workspaces', '/workspaces/acme', '/workspaces/quiet', '/workspaces?search=nobody']) {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => void (message.type() !== 'info' && complaints.push(message.text())));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(stage.url + path);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      };
      const flaws = violations
        .filter(({ impact }) => impact !== 'minor')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ path, over, complaints, flaws }).toEqual({ path, over: 0, complaints: [], flaws: [] });
      const name = `${path.replaceAll(/[^a-z]+/gi, '-')}-${where}-${colorScheme}.png`;
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, name), fullPage: !/workspaces$/.test(path) });
      await page.close();
    }
    await context.close();
  },
  60_000,
);

test('by keyboard and without a script an account manager finds a customer, and from there silences it', async () => {
  const { stage } = await knownWorkspaces(rows);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${stage.url}/workspaces`);
  await page.focus('#search');
  await page.keyboard.type('ann@acme');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h2 >> text=1 workspace');
  await page.click('text=Acme Ltd');
  await page.waitForSelector('h1 >> text=Acme Ltd');
  await page.click('text=Silence this workspace');
  await page.waitForSelector('h1 >> text=Silences');
  expect(await page.inputValue('#workspace')).toBe('acme');
  await context.close();
}, 60_000);
