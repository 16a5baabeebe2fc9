// Takes the pictures of mails in docs/pictures anew: `npx node test/browser/email-pictures.ts`. Linux only.
import { writeFileSync } from 'node:fs';
import { mailOf } from '../plugins/email-mails.ts';
import { openBrowser } from './open-browser.ts';

const brand = { name: 'Acme Connect', links: { app: 'https://app.acme.example/workspaces' } };
const pictures = {
  critical: { mail: mailOf('messaging-100', 'alert', { brand }), width: 680 },
  'critical-dark': { mail: mailOf('messaging-100', 'alert', { brand }), width: 680, dark: true },
  'warning-phone': { mail: mailOf('messaging-90', 'alert', { brand }), width: 320 },
  resolved: { mail: mailOf('disconnected', 'resolved', { brand }), width: 680 },
  'disconnected-phone-dark': { mail: mailOf('disconnected', 'alert', { brand }), width: 320, dark: true },
};

const { browser, close } = await openBrowser();
try {
  for (const [name, { mail, width, ...look }] of Object.entries(pictures)) {
    // Low, so that the picture ends where the mail does.
    const page = await browser.newPage({ viewport: { width, height: 100 }, colorScheme: 'dark' in look ? 'dark' : 'light' });
    await page.setContent(mail.message.rendered.html);
    writeFileSync(new URL(`../../docs/pictures/email-${name}.png`, import.meta.url), await page.screenshot({ fullPage: true }));
    await page.close();
  }
} finally {
  await close();
}
