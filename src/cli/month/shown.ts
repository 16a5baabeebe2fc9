// A month's figures for people: as a table on the screen, and as the part of docs/month.md that a run writes anew.
import { table } from '../screen.ts';
import type { Month, Row } from './figures.ts';

type Cells = { heads: string[]; rows: string[][] };

export const monthText = (month: Month): string =>
  [summaryOf(month), ...partsOf(month).map(({ heads, rows }) => table(heads, rows)), conclusion(month)].join('\n\n');

export const monthMarkdown = (month: Month): string =>
  ['<!-- month: begin -->', summaryOf(month), ...partsOf(month).map(markdownTable), conclusion(month), '<!-- month: end -->'].join('\n\n');

const count = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const summaryOf = ({ workspaces, numbers, webhooks, copies, late, lost, seed, from }: Month): string =>
  `${count(workspaces)} workspaces with ${count(numbers)} numbers, ${from.slice(0, 7)}, seed ${seed}: ${count(webhooks)} webhooks, of them ${count(copies)} copies and ${count(late)} late by minutes; ${count(lost)} recoveries never arrived.`;

function partsOf(month: Month): Cells[] {
  return [messages(month), problems(month), waits(month)];
}

function messages({ rows, total }: Month): Cells {
  const kinds = Object.keys(total.kinds).filter((kind) => total.kinds[kind]! > 0);
  const cells = ({ event, webhooks, plain, relay, kinds: own }: Row): string[] => [
    event,
    ...[webhooks, plain, relay].map(count),
    plain === 0 ? '' : percent(1 - relay / plain),
    ...kinds.map((kind) => (own[kind] === 0 ? '' : count(own[kind] ?? 0))),
  ];
  return { heads: ['event', 'webhooks', 'plain relay', 'this relay', 'gone', ...kinds], rows: [...rows, total].map(cells) };
}

const fates = {
  alone: 'in a message of its own',
  digest: 'in a digest',
  storm: 'in the summary of a storm',
  flapping: 'as an unstable number',
  gone: 'came and went while it was kept (counted in the digest)',
  missed: 'missed',
};

function problems({ problems: { problems: all, told } }: Month): Cells {
  const rows = Object.entries(fates).flatMap(([fate, words]) => {
    const times = told[fate as keyof typeof fates];
    return times === 0 && fate !== 'missed' ? [] : [[words, count(times)]];
  });
  return { heads: ['problems that outlasted every hold', count(all)], rows };
}

function waits({ delays: { atOnce, kept } }: Month): Cells {
  const rows = kept.map(({ by, route, windowMs, messages: n, worstMs }) => [`${by} ${route}`, count(n), length(windowMs), length(worstMs)]);
  return {
    heads: ['who waited', 'messages', 'window', 'longest wait beyond the hold'],
    rows: [['alarms that nothing keeps', count(atOnce.messages), 'none', length(atOnce.worstMs)], ...rows],
  };
}

const conclusion = ({ gone, total, problems: { missed } }: Month): string =>
  `${percent(gone)} of the messages are gone (${count(total.plain)} → ${count(total.relay)}); ${missed.length === 0 ? 'no problem was missed' : `missed: ${missed.slice(0, 5).join('; ')}`}.`;

function length(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean);
  return parts.length === 0 ? `${ms === 0 ? 0 : ms / 1000} s` : parts.join(' ');
}

const markdownTable = ({ heads, rows }: Cells): string =>
  [heads, heads.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
