// The demo's page: what is told in the terminal, and beside it every channel, mailbox and system as its own reader sees it.
import type { Mail } from '../mail-server.ts';
import type { Post } from '../receiver.ts';
import type { SlackMessage } from '../slack-api.ts';
import { rootOf, type World } from '../world.ts';
import { clock, type Html, html, raw } from './html.ts';
import { slackCard, withDots } from './slack.ts';

/** One line of the story, as it was told. */
export type Line = {
  kind: 'scene' | 'webhook' | 'act' | 'seen' | 'end';
  text: string;
  detail?: string;
  answer?: string;
  at?: Date;
  good?: boolean;
};
export type Shown = Pick<World, 'slack' | 'mail' | 'receiver'> & { lines: readonly Line[] };

/** By the id of the element that each fills. */
export function parts(shown: Shown): Record<string, string> {
  return {
    story: shown.lines.map((line) => lineHtml(line).html).join(''),
    channels: channelsHtml(shown.slack.messages).html,
    mails: mailsHtml(shown.mail.mails).html,
    posts: postsHtml(shown.receiver.posts).html,
  };
}

export function pageHtml(shown: Shown): string {
  const { story = '', channels = '', mails = '', posts = '' } = parts(shown);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>A morning with timelines-relay</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script src="/live.js" defer></script>
<header>
  <h1>A morning with timelines-relay</h1>
  <p>TimelinesAI announces each change once. This is who heard of it, and in what form. Everything is on this machine; minutes pass in seconds.</p>
  <nav><a href="#said">What happens</a><a href="#in-slack">Slack</a><a href="#in-mail">Mail</a><a href="#in-http">HTTP</a><span id="live" role="status"></span></nav>
</header>
<main>
  <section id="said"><h2>What happens</h2><ol id="story">${raw(story)}</ol></section>
  <section id="in-slack"><h2>Slack</h2><div id="channels">${raw(channels)}</div></section>
  <section id="in-mail"><h2>Mail</h2><div id="mails">${raw(mails)}</div>
    <div id="in-http"><h2>HTTP</h2><div id="posts">${raw(posts)}</div></div></section>
</main>
</html>`.html;
}

const lineHtml = ({ kind, text, detail, answer, at, good = true }: Line): Html =>
  html`<li class="${kind}${good ? '' : ' bad'}">${at ? html`<time>${clock(at)}</time> ` : ''}<span>${text}</span>${answer ? html` <b class="answer">${answer}</b>` : ''}${detail ? html`<small>${withDots(detail)}</small>` : ''}</li>`;

function channelsHtml(messages: readonly SlackMessage[]): Html {
  const names = [...new Set(messages.map(({ channel }) => channel))].sort();
  if (names.length === 0) return html`<p class="none">Nothing yet.</p>`;
  return html`${names.map((name) => {
    const own = messages.filter((one) => one.channel === name && (one.threadTs === undefined || one.broadcast)).reverse();
    const thread = (ts: string) => messages.filter(({ threadTs }) => threadTs === ts);
    return html`<section class="channel"><h3>${name}</h3>${own.map((one) => slackCard(one, thread(one.ts)))}</section>`;
  })}`;
}

/** Newest thread first; in it newest mail first, as a mailbox has it. */
function mailsHtml(mails: readonly Mail[]): Html {
  if (mails.length === 0) return html`<p class="none">Nothing yet.</p>`;
  const threads = new Map<string, number[]>();
  for (const [at, mail] of mails.entries()) {
    const key = `${mail.envelope.to.join()} ${rootOf(mail)}`;
    threads.delete(`${key} `);
    threads.set(key, [...(threads.get(key) ?? []), at]);
  }
  const newestFirst = [...threads.values()].sort((one, other) => other.at(-1)! - one.at(-1)!);
  return html`${newestFirst.map((ids) => {
    const last = mails[ids.at(-1)!]!;
    return html`<section class="mailbox"><h3>${last.envelope.to.join(', ')}${ids.length > 1 ? html` <span class="aside">${String(ids.length)} in one thread</span>` : ''}</h3>
${ids.toReversed().map((id) => mailHtml(mails[id]!, id))}</section>`;
  })}`;
}

const mailHtml = ({ subject, at, text }: Mail, id: number): Html => {
  const [, word = '', words = subject] = /^\[([^\]]+)\] (.*)$/.exec(subject) ?? [];
  const inside = text.replace(/\s+/g, ' ').slice(0, 160);
  return html`<details class="mail" id="mail-${String(id)}"><summary>${word ? html`<b class="word">${word}</b> ` : ''}<b>${words}</b> <time>${clock(at)}</time><small>${withDots(inside)}</small></summary>
<iframe sandbox="allow-same-origin" data-src="/mail/${String(id)}" title="${subject}"></iframe></details>`;
};

function postsHtml(posts: readonly Post[]): Html {
  if (posts.length === 0) return html`<p class="none">Nothing yet.</p>`;
  return html`${posts.toReversed().map(
    ({ destination, at, status, id, headline, signed, body }) =>
      html`<details class="post" id="post-${id}-${String(at.getTime())}"><summary><b class="${status < 300 ? 'ok' : 'bad'}">${String(status)}</b> <b>${destination}</b> <time>${clock(at)}</time>
<small>${headline}</small><small>${id} · ${signed ? 'signature checked' : 'wrong signature'}${status < 300 ? '' : ' · tried again later'}</small></summary>
<pre>${JSON.stringify(JSON.parse(body), null, 2)}</pre></details>`,
  )}`;
}
