// Takes the pictures of the demo's page in docs/pictures anew: `npx node test/demo-pictures.ts [FOLDER]`. Linux only.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser/open-browser.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../docs/pictures');
const pictures = {
  'demo-page': { width: 1360, height: 820, dark: false },
  'demo-page-dark': { width: 1360, height: 820, dark: true },
  'demo-phone': { width: 390, height: 1600, dark: false },
};

const demo = spawn(process.execPath, ['demo/demo.ts', '--pause', '0'], {
  cwd: join(import.meta.dirname, '..'),
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) => {
  let out = '';
  demo.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    const [, found] = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(out) ?? [];
    if (found !== undefined && out.includes('It stays up')) resolve(found);
  });
});
const { browser, close } = await openBrowser();
try {
  mkdirSync(folder, { recursive: true });
  for (const [name, { dark, ...viewport }] of Object.entries(pictures)) {
    const page = await browser.newPage({ viewport, colorScheme: dark ? 'dark' : 'light' });
    page.on('console', (message) => console.log(name, message.type(), message.text()));
    await page.goto(url);
    // As high as what stands in it: then it is there.
    await page.locator('.mail[open] iframe[style]').waitFor();
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (Number(wider) > 0) console.log(`${name} is ${wider} pixels wider than its window`);
    if (name === 'demo-page') {
      const quota = page.locator('.mail', { hasText: 'Northwind Travel: message quota' });
      await quota.locator('summary').click();
      await quota.locator('iframe[style]').waitFor();
      const { y = 0 } = (await quota.boundingBox()) ?? {};
      await page.mouse.wheel(0, y - 70);
      await page.waitForTimeout(300);
    }
    writeFileSync(join(folder, `${name}.png`), await page.screenshot());
    await page.close();
  }
} finally {
  await close();
  demo.kill('SIGINT');
}
