// The list in a message about many: a line for each in the words of its own story, as many as the channel shows, and the whole of it as a file.
import type { Line, Message } from '../plugin.ts';
import { choose } from './choose.ts';
import { clean } from './escape.ts';
import { number } from './figure.ts';
import type { RenderInput } from './render.ts';
import type { Member, Several } from './several.ts';
import { clockIsEnough, moment, realZone } from './time.ts';
import { looks, storyView, toneOf } from './view.ts';
import type { Words } from './words.ts';

type Attachment = NonNullable<Message['attachments']>[number];
export type Listed = { members: Line[]; more?: string; attachments?: Attachment[] };
type From = Pick<RenderInput, 'stories' | 'timezone' | 'brand' | 'showPhone' | 'now' | 'members' | 'attachments'>;

/** Unless the plug-in says how many. */
const shownAtMost = 15;
const longestLine = 160;

export function listOf(several: Several, from: From, words: Words): Listed {
  const { members, shown, count, whole, reader } = several;
  const some = shown.slice(0, from.members ?? shownAtMost);
  const zone = realZone(reader.timezone, from.timezone);
  const left = number(count - some.length, { words });
  const lines = some.map((member) => lineOf(member, several, from, zone, words));
  const isAll = count <= some.length;
  if (isAll && whole <= some.length) return { members: lines };
  if (from.attachments !== true || members.length === 0) return { members: lines, ...(isAll ? {} : { more: words.several.more(left) }) };
  const more = isAll ? words.several.attachedAll(number(whole, { words })) : words.several.attached(left);
  return { members: lines, more, attachments: [fileOf(members)] };
}

function lineOf({ delivery, event, workspace, alert }: Member, { reader }: Several, from: From, zone: string, words: Words): Line {
  const { stories, timezone, brand, showPhone, now } = from;
  // In the language of whoever reads the whole.
  const { language: _, ...row } = workspace;
  const asked = { stories, workspace: reader.language === undefined ? row : { ...row, language: reader.language } };
  const viewIn = (own: Words) => storyView({ delivery, event, alert, timezone, brand, showPhone, now, words: own });
  const { parts } = choose({ ...asked, leased: { delivery, event } }, viewIn);
  const byClock = clockIsEnough(event.triggeredAt, now);
  const at = moment(event.triggeredAt, zone, now, words.locale, byClock ? 'clock' : 'minute');
  const tone = toneOf({ alert, several: undefined });
  const note = alert.phase === 'firing' ? words.several.since(at, byClock) : at;
  return { headline: clean(parts.headline, longestLine), note, severity: tone, ...looks[tone] };
}

const columns = ['workspace', 'name', 'event', 'account', 'phone', 'reason', 'severity', 'since', 'ended', 'event_id'] as const;

function fileOf(members: readonly Member[]): Attachment {
  const rows = members.map(({ alert }) => {
    const { workspace, account, severity, type, wire_type, triggered_at, resolved_at, id } = alert;
    const since = resolved_at === undefined ? (account?.since ?? triggered_at) : account?.since;
    return [
      ...[workspace.id, workspace.name, type === 'unknown' ? wire_type : type],
      ...[account?.id, account?.phone, account?.reason, severity, since, resolved_at, id],
    ];
  });
  const text = [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
  // With a mark in front by which spreadsheets know that it is UTF-8.
  return { name: 'alerts.csv', type: 'text/csv; charset=utf-8', text: `\ufeff${text}\r\n` };
}

/** A spreadsheet takes what begins with one of these for a formula. */
const cell = (value: unknown): string => {
  const text = clean(value, 200).replace(/^[=+\-@]/, "'$&");
  return `"${text.replaceAll('"', '""')}"`;
};
