// What a mail looks like in a real browser, on a desk and on a phone, by day and by night; and that hostile names stay text in it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventTypes } from '../../src/model.ts';
import { mailOf } from '../plugins/email-mails.ts';
import { hostileNames } from '../plugins/messages.ts';
import { openBrowser } from './open-browser.ts';

let browser: Browser;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ browser, close } = await openBrowser());
}, 60_000);
afterAll(() => close());

type Look = { width?: number; dark?: boolean };
/** Every request is counted: a mail must need none. */
async function opened(html: string, { width = 600, dark = false }: Look = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 700 },
    colorScheme: dark ? 'dark' : 'light',
    deviceScaleFactor: 1,
    offline: true,
  });
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.setContent(html);
  return { page, requests, done: () => context.close() };
}

const wide = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>;
const brand = { name: 'Acme Connect', links: { app: 'https://app.acme.example/workspaces' } };
const long = { workspace: { id: 'acme', name: 'x'.repeat(300) } };

describe('a mail', () => {
  test('fits 320 pixels and 600 without a sideways scroll, whatever it tells of', async () => {
    const { page, requests, done } = await opened('');
    for (const width of [320, 600]) {
      await page.setViewportSize({ width, height: 700 });
      for (const type of eventTypes)
        for (const kind of ['alert', 'resolved', 'test'] as const) {
          for (const change of [{ brand }, { brand, ...long }]) {
            const { message } = mailOf(type, kind, change);
            await page.setContent(message.rendered.html);
            expect({ type, kind, width, over: await wide(page) }).toEqual({ type, kind, width, over: 0 });
          }
        }
    }
    expect(requests).toEqual([]);
    await done();
  });

  test.each([false, true])('can be read, dark: %s: every text stands out from what is behind it', async (dark) => {
    const { page, done } = await opened(mailOf('messaging-90', 'alert', { brand }).message.rendered.html, { dark });
    const faint = await page.evaluate(contrasts);
    expect(faint).toEqual([]);
    await done();
  });
});

describe('a hostile name', () => {
  const names = [
    ...hostileNames,
    '"><img src=x onerror=alert(1)>',
    '<a href="https://evil.example">x</a>',
    '</style><script>alert(1)</script>',
    "' style='x",
    '-->',
    'javascript:alert(1)',
  ];
  test('is text and nothing else, wherever it stands', async () => {
    const { page, requests, done } = await opened('');
    const shape = () =>
      page.evaluate(
        `[...document.querySelectorAll('*')].map((one) => one.localName + [...one.attributes].map(({ name }) => '.' + name).join('')).join()`,
      );
    const usual = new Map<string, unknown>();
    for (const name of ['Acme Ltd', ...names]) {
      for (const type of ['disconnected', 'messaging-100'] as const) {
        const { message } = mailOf(type, 'alert', {
          workspace: { id: 'acme', name, tags: [name] },
          event: type === 'disconnected' ? { account: { id: name, phone: name, reason: name } } : {},
          brand: { name, links: {} },
          route: name,
        });
        await page.setContent(message.rendered.html);
        // The same elements with the same attributes as for a harmless name; an empty value may leave out its row.
        const made = String(await shape());
        usual.set(type, usual.get(type) ?? made);
        expect(rowless(made), name).toBe(rowless(String(usual.get(type))));
        expect(await page.locator('script, img, iframe, object, link, form, [onerror]').count(), name).toBe(0);
        const links = await page.locator('a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
        expect(
          links.filter((href) => !/^https:\/\/app\.timelines\.ai/.test(href ?? '')),
          name,
        ).toEqual([]);
      }
    }
    expect(requests).toEqual([]);
    await done();
  });
});

/** Rows of facts, which come and go with what there is to tell. */
const rowless = (shape: string) => shape.replaceAll(/(,tr,td\.class\.dir\.width\.valign\.style,td\.class\.dir\.valign\.style)+/g, '');

/** Texts whose contrast to the nearest painted background is below 4.5, as WCAG counts it. Runs in the page. */
const contrasts = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (one) => { for (let at = one; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c[3] !== 0) return c; } return [255, 255, 255]; };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: one, data } = walker.currentNode;
    if (!/[\\p{L}\\p{N}]/u.test(data) || one.offsetParent === null) continue;
    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(data.trim());
  }
  return faint;
})()`;
