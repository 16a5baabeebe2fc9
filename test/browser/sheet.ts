// A contact sheet: many messages on one picture, each under its caption.
import { writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { smallPng } from './small-png.ts';

export type Cell = { caption: string; inside: string };
/** `width`: of what a cell holds; the cells go into the columns as one deals cards. */
export type Sheet = { width: number; columns: number; cells: readonly Cell[] };

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const frame = `
  body { margin: 0; padding: 16px; background: #c9ced6; display: flex; gap: 16px; align-items: flex-start; width: max-content; }
  body > div { display: flex; flex-direction: column; gap: 14px; }
  figure { margin: 0; } figcaption { font: 700 13px/1.3 Arial, 'DejaVu Sans', sans-serif; color: #1f2933; padding: 0 0 4px 2px; }
  iframe { border: 0; display: block; }`;

/** As high as what stands in them; says which are wider than they should be. */
const fitFrames = `[...document.querySelectorAll('iframe')].flatMap((one) => {
  const inside = one.contentDocument.documentElement;
  one.style.height = inside.scrollHeight + 'px';
  return inside.scrollWidth > one.clientWidth ? [one.title] : [];
})`;

/** Those whose names fit, in turn; they are made only then. */
export async function drawAll(
  browser: Browser,
  { kind, only, style, sheets }: { kind: string; only: RegExp; style: string; sheets: Record<string, () => Promise<Sheet>> },
): Promise<void> {
  for (const [name, make] of Object.entries(sheets))
    if (only.test(`${kind}-${name}`)) await draw(browser, `${kind}-${name}`, style, await make());
}

async function draw(browser: Browser, name: string, style: string, { width, columns, cells }: Sheet): Promise<void> {
  const stacks = Array.from({ length: columns }, (_, at) => cells.filter((_, index) => index % columns === at));
  const figure = ({ caption, inside }: Cell) => `<figure><figcaption>${escaped(caption)}</figcaption>${inside}</figure>`;
  const page = await browser.newPage({
    viewport: { width: columns * (width + 16) + 16, height: 100 },
    deviceScaleFactor: 1,
    colorScheme: null,
  });
  await page.setContent(
    `<!doctype html><style>${frame}${style}</style>${stacks.map((some) => `<div style="width:${width}px">${some.map(figure).join('')}</div>`).join('')}`,
  );
  for (const title of (await page.evaluate(fitFrames)) as string[]) console.log(`${name}: ${title} is wider than ${width} pixels`);
  const png = smallPng(await page.screenshot({ fullPage: true }));
  await page.close();
  writeFileSync(new URL(`../../docs/pictures/${name}.png`, import.meta.url), png);
  console.log(`${name}.png: ${cells.length} messages, ${Math.round(png.length / 1000)} kB`);
}
