// The demo on the screen: each webhook with its answer, and beside it what arrived.
import { paint, plain } from '../src/cli/screen.ts';
import type { Arrival } from './receiver.ts';
import { story } from './story.ts';
import { answerOf, type Sent, type Verdict } from './verdict.ts';

const left = Math.max(...story.map(({ event, workspace, why }) => Math.max(event.length + workspace.length + 4, why.length)));
const answerWidth = 13;

const line = (number: string, webhook: string, answer: string, arrived: string) =>
  `${number.padStart(2)}  ${webhook}  ${answer}  ${arrived}`.trimEnd();
const pad = (text: string, width: number, dress: (text: string) => string = (one) => one) =>
  dress(text) + ' '.repeat(Math.max(0, width - text.length));
const dim = (text: string) => paint('dim', text);

export const head = line('', pad('sent', left, dim), pad('answer', answerWidth, dim), dim('arrived'));

export function rowOf(number: number, { step, answer }: Sent, arrivals: readonly Arrival[]): string {
  const came = answerOf(answer);
  const heard = arrivals.map(
    ({ destination, kind, headline, signed }) =>
      `${pad(destination, 8)} ${pad(kind, 9)} ${plain(headline)}${signed ? '' : paint('red', ' (wrong signature)')}`,
  );
  const right = heard.length > 0 ? heard : [dim(nothing(step))];
  const colour = came === step.answer ? 'green' : 'red';
  const rows = [
    line(
      String(number),
      pad(`${step.event} of ${step.workspace}`, left),
      pad(`${answer.status} ${came}`, answerWidth, (text) => paint(colour, text)),
      right[0]!,
    ),
    line('', pad(step.why, left, dim), ' '.repeat(answerWidth), right[1] ?? ''),
    ...right.slice(2).map((one) => line('', ' '.repeat(left), ' '.repeat(answerWidth), one)),
  ];
  return rows.join('\n');
}

const nothing = ({ promised, silentMs }: Sent['step']): string => {
  if (promised.length > 0) return 'nothing';
  return silentMs === undefined ? 'nothing, as promised' : `nothing yet: it has a hold of ${silentMs / 1000} s`;
};

export function verdictText({ promised, missing, tooMuch }: Verdict, sent: number): string {
  if (missing.length + tooMuch.length === 0)
    return `${paint('green', 'Kept:')} ${sent} webhooks sent, ${promised} messages promised, each arrived once, signed, and nothing else did.`;
  return [
    paint('red', 'Not kept:'),
    ...missing.map((one) => `  missing: ${plain(one)}`),
    ...tooMuch.map((one) => `  too much: ${plain(one)}`),
  ].join('\n');
}
