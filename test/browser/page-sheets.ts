// Makes the pictures of the operator's pages in docs/pictures anew: `npx node test/browser/page-sheets.ts`, or those whose name has `event`, say. Each
// page at a desk and on a phone, by day and by night, on one sheet. Takes two minutes, for an hour and a half is played first. Linux only.
import { writeFileSync } from 'node:fs';
import { openBrowser } from './open-browser.ts';
import { adminToken, playScene, type Scene } from './page-scene.ts';
import { smallPng } from './small-png.ts';

/** Where a page has one, the way to it from a list: the first link that fits. */
type Page = { path: string; follow?: string; stranger?: true };
const pages: Record<string, Page> = {
  'sign-in': { path: '/', stranger: true },
  now: { path: '/' },
  incidents: { path: '/incidents' },
  incident: { path: '/incidents', follow: 'tbody a[href^="/incidents/"]' },
  events: { path: '/events' },
  event: { path: '/events?type=disconnected&outcome=routed', follow: 'tbody a[href^="/events/e_"]' },
  workspaces: { path: '/workspaces' },
  workspace: { path: '/workspaces?state=dropped', follow: 'tbody a[href^="/workspaces/"]' },
  destinations: { path: '/destinations' },
  destination: { path: '/destinations/billing' },
  routes: { path: '/routes' },
  try: { path: '/routes/try' },
  silences: { path: '/silences' },
  reports: { path: '/reports?report=downtime' },
  audit: { path: '/audit' },
};
const screens = { desk: { width: 1100, height: 760 }, phone: { width: 360, height: 760 } };
const highest = 1800;

const only = new RegExp(process.argv[2] ?? '');
const progress = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r${text}  ` : '');
const [scene, { browser, close }] = await Promise.all([playScene(progress), openBrowser()]);
progress('\n');
try {
  await happenings(scene);
  for (const [name, page] of Object.entries(pages)) if (only.test(name)) await draw(name, page);
} finally {
  await close();
  await scene.close();
}

/** What people did. */
async function happenings({ api }: Scene): Promise<void> {
  const { items } = (await api('/incidents?open=true&limit=9')) as { items: { key: string; workspace: string }[] };
  const [first, second, third] = items.map(({ key }) => `/incidents/${encodeURIComponent(key)}`);
  await api(`${first}/acknowledge`, { by: 'Ann', reason: 'I am calling them' });
  await api(`${second}/acknowledge`, { by: 'Leo' });
  await api(`${third}/close`, { by: 'Ann', reason: 'the number was given up' });
  await api('/silences', { where: { workspace: items[4]!.workspace }, for: '2h', reason: 'they move to another office', by: 'Ann' });
  await api('/destinations/client-slack/pause', { for: '1h', reason: 'the channel is being renamed', by: 'Leo' });
  await api('/destinations/ops-email/test', { event: 'disconnected', reason: 'a new address' });
}

async function draw(name: string, page: Page): Promise<void> {
  const shots: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const)
    for (const viewport of Object.values(screens)) shots.push(await shoot(page, { colorScheme, viewport }));
  const sheet = await browser.newPage({ viewport: { width: 1100 + 360 + 48, height: 100 } });
  const style =
    'body{margin:0;padding:16px;background:#98a2b3;display:grid;grid-template-columns:1100px 360px;gap:16px;align-items:start}img{display:block}';
  await sheet.setContent(
    `<!doctype html><style>${style}</style>${shots.map((one) => `<img src="data:image/png;base64,${one}">`).join('')}`,
  );
  const png = smallPng(await sheet.screenshot({ fullPage: true }));
  await sheet.close();
  writeFileSync(new URL(`../../docs/pictures/page-${name}.png`, import.meta.url), png);
  console.log(`page-${name}.png: ${Math.round(png.length / 1000)} kB`);
}

async function shoot(
  { path, follow, stranger }: Page,
  options: { colorScheme: 'light' | 'dark'; viewport: { width: number; height: number } },
): Promise<string> {
  const page = await browser.newPage({
    ...{ ...options, deviceScaleFactor: 1, locale: 'en-GB' },
    ...(stranger ? {} : { extraHTTPHeaders: { authorization: `Bearer ${adminToken}` } }),
  });
  page.on('console', (message) => console.log(path, message.type(), message.text()));
  const home = `http://127.0.0.1:${scene.relay.adminPort}`;
  await page.goto(home + path);
  if (follow !== undefined) await page.goto(home + (await page.locator(follow).first().getAttribute('href')));
  // Curves are drawn, frames are filled.
  await page.waitForLoadState('load');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const { width } = options.viewport;
  const high = Math.min(highest, Number(await page.evaluate('document.documentElement.scrollHeight')));
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height: high } });
  await page.close();
  return png.toString('base64');
}
