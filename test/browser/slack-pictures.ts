// Takes the pictures of Slack messages in docs/pictures anew: `npx node test/browser/slack-pictures.ts`. Linux only. Drawn after Slack's own look.
import { writeFileSync } from 'node:fs';
import type { Message } from '../../src/plugin.ts';
import { slackOf } from '../plugins/slack-messages.ts';
import { openBrowser } from './open-browser.ts';

type Text = { text: string };
type Block = { type: string; text?: Text; fields?: Text[]; elements?: Text[] };
type Laid = { text?: string; reply?: string; color?: string; blocks?: Block[] };

const dots: Record<string, string> = { '🔴': '#dd2e44', '🟠': '#f4900c', '🔵': '#55acee', '🟢': '#78b159' };
const arrow = '<svg width="13" height="9"><path d="M0 4.5h11M7.5 1l4 3.5-4 3.5" fill="none" stroke="#1264a3" stroke-width="1.6"/></svg>';

/** As much of Slack's markup as the layout writes. */
const html = ({ text }: Text): string =>
  text
    .replace(/<(https?:[^|>]*)\|([^>]*)>/g, '<a href="$1">$2</a>')
    .replace(/<!(here|channel)>/g, '<mark>@$1</mark>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    // The browser of the tests has no letters for these.
    .replace(/[🔴🟠🔵🟢]/gu, (one) => `<u style="background:${dots[one]}"></u>`)
    .replace(/[█░]/g, (one) => `<s style="opacity:${one === '█' ? 1 : 0.25}"></s>`)
    .replaceAll('→', arrow)
    .replaceAll('\n', '<br>');

function blockHtml({ type, text, fields, elements }: Block): string {
  if (type === 'context') return `<div class="context">${(elements ?? []).map((one) => `<span>${html(one)}</span>`).join('')}</div>`;
  if (fields) return `<div class="fields">${fields.map((one) => `<div>${html(one)}</div>`).join('')}</div>`;
  return `<div class="section">${text ? html(text) : ''}</div>`;
}

const post = ({ text = '', color, blocks = [] }: Laid, { at, edited = false, mention = '', more = '' }: Shown): string => `
  <article><img alt="" class="face"><div class="body">
    <header><b>Acme alerts</b><i>APP</i><time>${at}</time></header>
    <p>${html({ text: mention + text })}${edited ? ' <small>(edited)</small>' : ''}</p>
    ${blocks.length ? `<div class="bar" style="border-color:${color}">${blocks.map(blockHtml).join('')}</div>` : ''}${more}
  </div></article>`;
type Shown = { at: string; edited?: boolean; mention?: string; more?: string };

const style = `
  body { margin: 0; padding: 12px 20px; font: 15px/1.47 Lato, Arial, 'DejaVu Sans', 'Noto Color Emoji', sans-serif; color: #1d1c1d; background: #fff; }
  article { display: flex; gap: 8px; padding: 8px 0; } .body { flex: 1; min-width: 0; }
  .face { width: 36px; height: 36px; border-radius: 6px; background: #4a154b; }
  header { display: flex; gap: 6px; align-items: center; } header i { font: 700 10px Arial; background: #eee; padding: 2px 3px; border-radius: 3px; color: #616061; }
  time, small { font-size: 12px; color: #616061; } p { margin: 0 0 4px; } b { font-weight: 700; } a { color: #1264a3; text-decoration: none; }
  .bar { border-left: 4px solid; border-radius: 3px; padding-left: 12px; } .section, .fields, .context { margin: 4px 0 8px; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 12px; max-width: 560px; }
  .context { font-size: 12.5px; color: #616061; display: flex; flex-wrap: wrap; gap: 0 12px; }
  u { display: inline-block; width: 15px; height: 15px; border-radius: 50%; vertical-align: -2px; } s { display: inline-block; width: 8px; height: 12px; background: #616061; vertical-align: -2px; }
  mark { background: #fdf2d0; color: #a66a00; border-radius: 3px; padding: 0 2px; } .thread { border-left: 2px solid #ddd; margin: 4px 0 0 4px; padding-left: 10px; }
  .thread article { padding: 2px 0; } .thread .face { width: 24px; height: 24px; }`;

const brand = { name: 'Acme Connect', links: { app: 'https://app.acme.example/workspaces' } };
const words = (...given: Parameters<typeof slackOf>) => (slackOf(...given).message as Message<Laid>).rendered;
const down = words('disconnected', 'alert', { brand });
const back = words('disconnected', 'resolved', { brand });
const reply = (laid: Laid, at: string) => `<div class="thread">${post({ text: laid.reply ?? '' }, { at })}</div>`;
const pictures = {
  critical: { width: 640, inside: post(words('messaging-100', 'alert', { brand }), { at: '10:03', mention: '<!here> ' }) },
  resolved: {
    width: 640,
    inside: post(back, { at: '09:48', edited: true, more: reply(back, '10:00') }),
  },
  phone: { width: 360, inside: post(down, { at: '09:48', mention: '<!here> ' }) },
};

const { browser, close } = await openBrowser();
try {
  for (const [name, { width, inside }] of Object.entries(pictures)) {
    const page = await browser.newPage({ viewport: { width, height: 100 } });
    await page.setContent(`<!doctype html><style>${style}</style>${inside}`);
    writeFileSync(new URL(`../../docs/pictures/slack-${name}.png`, import.meta.url), await page.screenshot({ fullPage: true }));
    await page.close();
  }
} finally {
  await close();
}
