// The pages behind the links in a real browser on a phone, under their own policy: the style holds, the button works, nothing scrolls sideways.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { route, rulesOf } from '../decide/paper.ts';
import { openDoors } from '../links/stage.ts';
import { openBrowser } from './open-browser.ts';

const hour = 3_600_000;
let browser: Browser;
let doors: Awaited<ReturnType<typeof openDoors>>;
let close: () => Promise<void>;
beforeAll(async () => {
  const rules = rulesOf([
    route('down', ['ops'], { events: ['disconnected'] }),
    route('seats', ['ops'], { events: ['seats-full'], digest: { everyMs: hour } }),
  ]);
  const long = 'Bürobedarf Müller & Söhne '.repeat(5);
  [{ browser, close }, doors] = await Promise.all([openBrowser(), openDoors(rules, [{ id: 'shop', name: long }])]);
}, 60_000);
afterAll(async () => {
  // Its folder may be in the browser's, which is gone with it.
  await doors.close();
  await close();
});

async function opened(path: string, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({ viewport: { width: 320, height: 600 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(doors.url + path);
  const ground = (await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string;
  const over = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
  return { page, complaints, ground, over, done: () => context.close() };
}

test.each([
  ['light', 'rgb(242, 244, 247)'],
  ['dark', 'rgb(16, 20, 24)'],
] as const)('whoever presses the button on a phone has the incident (%s)', async (scheme, colour) => {
  const workspaceId = scheme === 'light' ? 'shop' : 'other';
  const [alert] = await doors.send('09:10', 'disconnected', { workspaceId });
  const { page, complaints, ground, over, done } = await opened(doors.path('ack', alert!.id), scheme);
  expect({ ground, over }).toEqual({ ground: colour, over: 0 });
  expect((await doors.incident(`wa:${workspaceId}:1`))?.acknowledged).toBeUndefined();
  await page.click('button');
  expect(await page.textContent('h1')).toMatch(/^You have it until /);
  expect((await doors.incident(`wa:${workspaceId}:1`))?.acknowledged?.by).toBe('the link sent to ops');
  expect(complaints).toEqual([]);
  await done();
});

test('a list fits a phone, and its CSV is one press away', async () => {
  await doors.send('09:10', 'seats-full', { workspaceId: 'shop' });
  await doors.until('10:30');
  const { items } = await doors.stored.reads.read.deliveries({});
  const digest = items.find(({ kind }) => kind === 'digest')!;
  const { page, complaints, over, done } = await opened(doors.path('list', digest.id), 'light');
  expect({ over, complaints }).toEqual({ over: 0, complaints: [] });
  const csv = await fetch((await page.evaluate('document.querySelector("a").href')) as string);
  expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="${digest.id}.csv"`);
  await done();
});
