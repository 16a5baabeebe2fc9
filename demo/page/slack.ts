// A Slack message as HTML, the way Slack shows it: bar of its colour, bold, links, fields side by side, buttons, its thread below.
import type { SlackMessage } from '../slack-api.ts';
import { clock, escaped, type Html, html, raw } from './html.ts';

type Text = { type: string; text: string };
type Button = { text: Text; url?: string };
type Block = { type: string; text?: Text; fields?: Text[]; elements?: (Text & Button)[] };

export function slackCard(message: SlackMessage, thread: readonly SlackMessage[]): Html {
  const { text, blocks, attachments, edits, at, broadcast, ts } = message;
  const [attachment] = attachments as { color?: string; blocks?: Block[] }[];
  const colour = /^#[0-9a-f]{6}$/i.test(attachment?.color ?? '') ? attachment?.color : undefined;
  return html`<article class="slack" id="slack-${ts.replace('.', '-')}">
  <span class="face" aria-hidden="true">T</span>
  <div class="said">
    <p class="by"><b>timelines-relay</b> <span class="app">APP</span> <time>${clock(at)}</time></p>
    ${broadcast ? html`<p class="aside">replied to a thread, and said it in the channel too</p>` : ''}
    <p>${mrkdwn(text)}${edits.length > 0 ? html` <span class="aside">(edited)</span>` : ''}</p>
    ${(blocks as Block[]).map(blockHtml)}
    ${attachment?.blocks ? html`<div class="bar" data-colour="${colour ?? ''}">${attachment.blocks.map(blockHtml)}</div>` : ''}
    ${edits.length > 0 ? html`<details class="before"><summary>before the edit</summary>${edits.map((one) => html`<p>${mrkdwn(one.text)}</p>`)}</details>` : ''}
    ${thread.length > 0 ? html`<div class="thread"><p class="aside">${String(thread.length)} ${thread.length === 1 ? 'reply' : 'replies'}</p>${thread.map(reply)}</div>` : ''}
  </div>
</article>`;
}

const reply = ({ text, at, broadcast }: SlackMessage): Html =>
  html`<p><b>timelines-relay</b> <time>${clock(at)}</time> ${broadcast ? html`<span class="aside">also sent to the channel</span>` : ''}<br>${mrkdwn(text)}</p>`;

function blockHtml(block: Block): Html {
  const text = block.text ? html`<p>${textHtml(block.text)}</p>` : '';
  switch (block.type) {
    case 'header':
      return html`<h4>${block.text ? textHtml(block.text) : ''}</h4>`;
    case 'context':
      return html`<p class="context">${(block.elements ?? []).map((one) => html`<span>${textHtml(one)}</span>`)}</p>`;
    case 'actions':
      return html`<p class="actions">${(block.elements ?? []).map(button)}</p>`;
    case 'divider':
      return html`<hr>`;
    default:
      return html`${text}${block.fields ? html`<div class="fields">${block.fields.map((one) => html`<div>${textHtml(one)}</div>`)}</div>` : ''}`;
  }
}

/** It leads to the customer's pages, which the demo has not: shown, and not followed. */
const button = ({ text, url = '' }: Button): Html => html`<span class="button" title="${url}">${text.text}</span>`;

const textHtml = ({ type, text }: Text): Html => (type === 'mrkdwn' ? mrkdwn(text) : html`${text}`);

/** Slack's text has & < > as entities; everything else of it is escaped here, then its own marks are set. */
export function mrkdwn(text: string): Html {
  const plain = (part: string) => escaped(part.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
  const links: string[] = [];
  // A link may stand in bold, so it is put in last.
  const held = text.replace(/[\ue000\ue001]/g, '').replace(/<(https?:[^<>|]+)(?:\|([^<>]*))?>/g, (_, url: string, words = url) => {
    links.push(`<span class="link" title="${plain(url)}">${plain(words)}</span>`);
    return `\ue000${links.length - 1}\ue001`;
  });
  const marked = plain(held)
    .replace(/(^|[\s(])\*(\S(?:[^*\n]*\S)?)\*(?=$|[\s).,:;!?])/g, '$1<b>$2</b>')
    .replace(/(^|[\s(])_(\S(?:[^_\n]*\S)?)_(?=$|[\s).,:;!?])/g, '$1<i>$2</i>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replaceAll('\n', '<br>');
  return raw(dotted(marked.replace(/\ue000(\d+)\ue001/g, (_, at: string) => links[Number(at)]!)));
}

/** Slack draws its own too; so it looks the same where no font has them. */
const dots: Readonly<Record<string, string>> = { '🔴': 'critical', '🟠': 'warning', '🔵': 'info', '🟢': 'resolved' };
const cells: Readonly<Record<string, string>> = { '█': 'full', '░': 'empty' };
const dotted = (made: string): string =>
  made
    .replace(/[🔴🟠🔵🟢]/gu, (icon) => `<span class="dot ${dots[icon]}" role="img" aria-label="${icon}"></span>`)
    .replace(/[█░]/g, (cell) => `<span class="cell ${cells[cell]}"></span>`);
export const withDots = (text: string): Html => raw(dotted(escaped(text)));
