// A real browser from npm, with its libraries in it, for tests that look at what people see. Linux only.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Takes three seconds: once for each file, in `beforeAll`. Leaves nothing behind once it is closed. */
export async function openBrowser(): Promise<{ browser: Browser; close(): Promise<void> }> {
  // It unpacks itself into the folder for temporary files, and two that did so into the same would break each other.
  const folder = mkdtempSync(join(tmpdir(), 'relay-browser-'));
  // Read when the module is loaded: as if in a place that has no libraries of its own.
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' });
  const { default: chromium } = await import('@sparticuz/chromium');
  const executablePath = await chromium.executablePath();
  // Its letters are looked for where it would have unpacked itself by default.
  const letters = join(folder, 'fonts', 'fonts.conf');
  writeFileSync(letters, readFileSync(letters, 'utf8').replaceAll('/tmp/fonts', join(folder, 'fonts')));
  // In one process the browser ends with its first page.
  const args = chromium.args.filter((arg) => arg !== '--single-process' && arg !== '--disable-web-security');
  const browser = await playwright.launch({ executablePath, args, headless: true });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
