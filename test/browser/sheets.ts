// Makes every contact sheet in docs/pictures anew: `npx node test/browser/sheets.ts`, or those whose name has `mail`, say: `… sheets.ts mail`. Linux only.
import { drawMailSheets } from './mail-sheets.ts';
import { openBrowser } from './open-browser.ts';
import { drawSlackSheets } from './slack-sheets.ts';

const only = new RegExp(process.argv[2] ?? '');
const { browser, close } = await openBrowser();
try {
  await drawSlackSheets(browser, only);
  await drawMailSheets(browser, only);
} finally {
  await close();
}
