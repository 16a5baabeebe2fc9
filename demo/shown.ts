// The demo in the terminal: under each scene what was sent and done, and what arrived where. No line is wider than 120 columns.
import type { WebhookAnswer } from '../src/cli/post-webhook.ts';
import { paint, plain, plainLines } from '../src/cli/screen.ts';
import { type Act, type Scene, type Step, story, type Webhook } from './story.ts';
import { answerOf, type Verdict } from './verdict.ts';
import { type Arrival, nameOf } from './world.ts';

const mostColumns = 118;
type Paint = Parameters<typeof paint>[0];

const columns = (text: string): number => [...text].reduce((sum, one) => sum + (/\p{Emoji_Presentation}/u.test(one) ? 2 : 1), 0);

function cut(text: string, most: number): string {
  if (columns(text) <= most) return text;
  let kept = '';
  for (const one of text) {
    if (columns(kept + one) >= most) break;
    kept += one;
  }
  return `${kept}…`;
}

const widths = [8, 8, 21, 14];
const asideAt = 3 + widths[0]! + 2 + widths[1]! + 2;

/** Colours go on after the width is known. */
function row(cells: readonly string[], paints: readonly (Paint | undefined)[], words: string): string {
  const fixed = cells.map((cell, at) => {
    const text = cut(plain(cell), widths[at]!);
    const style = paints[at];
    return (style === undefined ? text : paint(style, text)) + ' '.repeat(widths[at]! - columns(text));
  });
  const room = mostColumns - 3 - widths.reduce((sum, one) => sum + one + 2, 0);
  return `   ${fixed.join('  ')}  ${cut(plain(words), room)}`.trimEnd();
}

const clock = (at: Date) => at.toTimeString().slice(0, 8);

export const sceneLine = ({ title }: Scene, number: number): string => `\n${paint('bold', `${number}  ${title}`)}`;

export function webhookLine({ send, say }: Step & { send: Webhook }, answer: WebhookAnswer, at: Date): string {
  const came = answerOf(answer);
  const colour = came === send.answer ? 'green' : 'red';
  const line = row(
    [clock(at), 'webhook', nameOf(send.workspace), `${answer.status} ${came}`],
    ['dim', 'cyan', undefined, colour],
    send.event,
  );
  return say === undefined ? line : `${line}\n${aside(say)}`;
}

/** Below a line, from the column of who it is about. */
const aside = (text: string): string => `${' '.repeat(asideAt)}${paint('dim', cut(text, mostColumns - asideAt))}`;

const doers: Readonly<Record<Act, readonly [who: string, what: string]>> = {
  'billing breaks': ['billing', 'breaks'],
  'billing works': ['billing', 'works'],
  'all break': ['Slack, mail, billing', 'break'],
  'all work': ['Slack, mail, billing', 'work'],
  'relay is killed': ['the relay', 'is killed'],
  'relay starts': ['the relay', 'starts'],
  'mistake is saved': ['routes.yaml', 'is saved'],
  'mistake is mended': ['routes.yaml', 'is mended'],
};

export function actLine({ act, say = '' }: Step & { act: Act }, at: Date): string {
  const [who, what] = doers[act];
  return row([clock(at), '!', who, what], ['dim', 'yellow', 'yellow', 'yellow'], say);
}

const hows: Readonly<Record<Arrival['how'], string>> = {
  posted: 'posted',
  edited: 'edited',
  replied: 'in its thread',
  'said too': 'to channel too',
  sent: 'sent',
  joined: 'same thread',
  refused: 'refused, 503',
};

export function arrivalLines(arrival: Arrival): string[] {
  const { by, where, how, words, at } = arrival;
  const colour = how === 'refused' ? 'red' : 'magenta';
  const line = row([clock(at), by, where, hows[how]], ['dim', colour, undefined, how === 'refused' ? 'red' : undefined], words);
  return [line, ...mistakesIn(arrival).map(aside)];
}

/** Of a mail about a file: the line and the cure are what it is for. */
function mistakesIn(arrival: Arrival): string[] {
  if (!('mail' in arrival)) return [];
  const lines = arrival.mail.text.split('\n').map((line) => plainLines(line).trimEnd());
  const from = lines.findIndex((line) => line.trim().startsWith('routes.yaml:'));
  if (from < 0) return [];
  const to = lines.findIndex((line, at) => at > from && line === '');
  return lines.slice(from, to);
}

const webhooks = story.flatMap(({ steps }) => steps).filter((step) => 'send' in step).length;

export function verdictText({ promised, missing, tooMuch }: Verdict): string {
  if (missing.length + tooMuch.length === 0)
    return `${paint('green', 'Kept:')} ${webhooks} webhooks, ${promised} messages promised; each arrived once, in its form, and nothing else did.`;
  return [
    paint('red', 'Not kept:'),
    ...missing.map((one) => `  missing: ${plain(one)}`),
    ...tooMuch.map((one) => `  too much: ${plain(one)}`),
  ].join('\n');
}
