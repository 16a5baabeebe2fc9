// What is said to Slack: the line, the blocks beside a coloured bar, and who is called.
import type { Message } from 'timelines-relay/plugin';
import type { z } from 'zod';
import { type Block, cut, pagesOf } from './blocks.ts';
import type { output } from './layout.ts';
import type { Options } from './options.ts';

export type Content = z.output<typeof output>;
export type Posted = {
  text: string;
  attachments: { color?: string | undefined; fallback: string; blocks: Block[] }[];
  metadata?: object;
};

/** An empty list of attachments and not none: an edit without any would leave the old ones standing. */
export function laidOut(message: Message<Content | undefined>, o: Options): Posted {
  const { id, threadKey, rendered, fallbackText } = message;
  const [blocks = []] = pagesOf(rendered?.blocks ?? []);
  return {
    text: textOf(message, o, blocks.length === 0 ? words(message) : ''),
    attachments: blocks.length === 0 ? [] : [{ color: rendered?.color, fallback: escaped(fallbackText), blocks }],
    metadata: { event_type: 'timelines_relay', event_payload: { delivery: id, ...(threadKey !== undefined && { key: threadKey }) } },
  };
}

export const words = ({ message: { impact, members = [], more, facts, action } }: Message): string =>
  [
    impact,
    ...members.map(({ icon, headline }) => `${icon} ${headline}`),
    more,
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    action && `${action.label}: ${action.url}`,
  ]
    .flatMap((line) => (line ? [`\n${line}`] : []))
    .join('');

/** Slack cuts a text at 40 000, and breaks one in two above 4 000. */
export const mostOfLine = 3500;

export const textOf = (message: Message<Content | undefined>, o: Options, more = ''): string =>
  `${mentionsOf(message, o)}${cut(`${message.rendered?.text || escaped(message.fallbackText)}${more}`, mostOfLine)}`;

const severities = ['info', 'warning', 'critical'];

/** From options alone, so that nobody's data can call a channel. Never with good news. */
export function mentionsOf({ kind, mode, alert, alerts }: Message, { mention: asked }: Options): string {
  if (asked === undefined || mode === 'resolve' || kind === 'resolved' || kind === 'test') return '';
  const told = [alert, ...alerts].flatMap((one) => one?.severity ?? []);
  const worst = Math.max(...(told.length > 0 ? told : ['warning']).map((one) => severities.indexOf(one)));
  if (worst < severities.indexOf(asked.from)) return '';
  const { here, channel, users, groups } = asked;
  const all = [
    ...(channel ? ['<!channel>'] : here ? ['<!here>'] : []),
    ...groups.map((id) => `<!subteam^${id}>`),
    ...users.map((id) => `<@${id}>`),
  ];
  return all.map((one) => `${one} `).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
export const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character]!);
