// A page behind a link: a few hundred bytes of HTML without a script, for a phone, in daylight and at night. What goes into it is escaped here.
import { createHash } from 'node:crypto';
import { clean, escapeFor } from '../render/escape.ts';
import type { PageWords } from './words.ts';

export type Page = { status: number; headers: Record<string, string>; text: string };

/** HTML that is ready to stand in a page. */
export type Html = { html: string };
type Part = Html | string | undefined | readonly Part[];

/** Template text as it stands, whatever is put into it as plain text. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: texts.map((text, at) => (at === 0 ? '' : escaped(parts[at - 1])) + text).join('') };
}

function escaped(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeFor.html(clean(part));
  if ('html' in part) return part.html;
  return part.map(escaped).join('');
}

const style = `:root{color-scheme:light dark;--ink:#101828;--soft:#5b6675;--line:#dde2e8;--page:#f2f4f7;--card:#fff;--button:#175cd3}
@media (prefers-color-scheme:dark){:root{--ink:#f2f4f7;--soft:#a9b4c0;--line:#323b45;--page:#101418;--card:#1b2128;--button:#2e6fe0}}
body{margin:0;padding:16px;background:var(--page);color:var(--ink);font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
main{max-width:34rem;margin:0 auto;padding:20px;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow-wrap:anywhere}
main.wide{max-width:64rem}h1{margin:0 0 12px;font-size:1.3rem;line-height:1.3}p{margin:0 0 16px;color:var(--soft)}a{color:inherit}
dl{display:grid;grid-template-columns:auto 1fr;gap:6px 16px;margin:0 0 20px}dt{color:var(--soft)}dd{margin:0}
button{width:100%;padding:14px;border:0;border-radius:6px;background:var(--button);color:#fff;font:inherit;font-weight:600;cursor:pointer}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{padding:6px 12px 6px 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}th{color:var(--soft);font-weight:400}
@media (max-width:40rem){thead{display:none}tr,td:first-child{display:block}tr{padding:8px 0;border-top:1px solid var(--line)}
td{display:inline;padding:0;border:0;color:var(--soft)}td:first-child{color:var(--ink);font-weight:600}
td:empty{display:none}td:not(:first-child):not(:empty)~td::before{content:" · "}}`;

/** Nothing is fetched, run or framed, and a form goes nowhere but here. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The address is a key: no cache keeps it, no other site hears of it, no search engine lists it. */
export const secrecy = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
};

export function page(status: number, { lang }: PageWords, title: string, body: Html, wide = false): Page {
  const { html: text } = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main${wide ? html` class="wide"` : undefined}>
<h1 dir="auto">${title}</h1>
${body}
</main>
</body>
</html>
`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, ...secrecy }, text };
}
