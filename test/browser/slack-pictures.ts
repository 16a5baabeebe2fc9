// Takes the pictures of Slack messages in docs/pictures anew: `npx node test/browser/slack-pictures.ts`. Linux only.
import { writeFileSync } from 'node:fs';
import type { Message } from '../../src/plugin.ts';
import { slackOf } from '../plugins/slack-messages.ts';
import { openBrowser } from './open-browser.ts';
import { inThread, type Laid, post, style } from './slack-look.ts';

const brand = { name: 'Acme Connect', links: { app: 'https://app.acme.example/workspaces' } };
const words = (...given: Parameters<typeof slackOf>) => (slackOf(...given).message as Message<Laid>).rendered;
const back = words('disconnected', 'resolved', { brand });
const pictures = {
  critical: { width: 640, inside: post(words('messaging-100', 'alert', { brand }), { at: '10:03', mention: '<!here> ' }) },
  resolved: {
    width: 640,
    inside: post(back, { at: '09:48', edited: true, more: inThread(back.reply ?? '', '10:00') }),
  },
};

const { browser, close } = await openBrowser();
try {
  for (const [name, { width, inside }] of Object.entries(pictures)) {
    const page = await browser.newPage({ viewport: { width, height: 100 } });
    await page.setContent(`<!doctype html><style>body { margin: 0 } ${style}</style><div class="slack">${inside}</div>`);
    writeFileSync(new URL(`../../docs/pictures/slack-${name}.png`, import.meta.url), await page.screenshot({ fullPage: true }));
    await page.close();
  }
} finally {
  await close();
}
