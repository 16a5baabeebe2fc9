// The page behind the link of a digest or storm: everything that the message tells of, as a page and as a table for a spreadsheet. Pure.
import type { Delivery } from '../delivery.ts';
import { moment } from '../render/time.ts';
import type { Row } from './members.ts';
import { html, type Page, page, secrecy } from './page.ts';
import { english, type PageWords } from './words.ts';

export type ListScene = {
  delivery: Delivery;
  rows: readonly Row[];
  words: PageWords;
  /** Of the file, for the message may be of many workspaces. */
  timezone: string;
  now: number;
};

export function listPage({ delivery, rows, words, timezone, now }: ListScene): Page {
  const say = (at: number) => moment(at, timezone, now, words.locale);
  const missing = (delivery.details.members?.length ?? 0) - rows.length;
  const heads = [words.workspace, words.number, words.event, words.since, words.state];
  const lines = rows.map(
    (row) =>
      html`<tr><td dir="auto">${shownName(row)}</td><td>${row.number}</td><td>${whatOf(row, words)}</td><td>${say(row.since)}</td><td>${stateOf(row, words, say)}</td></tr>
`,
  );
  return page(
    200,
    words,
    words.list(String(rows.length)),
    html`<p>${words.listMore(delivery.destination, say(delivery.createdAt))} <a href="?format=csv">${words.csv}</a></p>
${missing > 0 ? html`<p>${words.missing(String(missing))}</p>` : undefined}
<table>
<thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
<tbody>
${lines}</tbody>
</table>`,
    true,
  );
}

const columns = ['workspace', 'name', 'number', 'event', 'since', 'state', 'taken_by', 'taken_until', 'ended_at'] as const;

/** Always in English and RFC 3339, for whatever reads it may be a program. */
export function listCsv({ delivery, rows }: Pick<ListScene, 'delivery' | 'rows'>): Page {
  const iso = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString());
  const lines = rows.map(({ workspace, name = '', number = '', type, wireType, since, state, by = '', until, endedAt }) =>
    [workspace, name, number, type === 'unknown' ? wireType : type, iso(since), state, by, iso(until), iso(endedAt)].map(cell).join(','),
  );
  return {
    status: 200,
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${delivery.id}.csv"`,
      ...secrecy,
    },
    // Without the mark in front a spreadsheet takes UTF-8 for something older.
    text: `\ufeff${[columns.join(','), ...lines].join('\r\n')}\r\n`,
  };
}

/** A name that begins like a formula must not be one in a spreadsheet; a phone number is none. */
function cell(value: string): string {
  const line = value.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
  const tame = /^[=+\-@]/.test(line) && !/^\+[\d•]+$/.test(line) ? `'${line}` : line;
  return /[",]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

const shownName = ({ name, workspace }: Row): string => (name === undefined || name === workspace ? workspace : `${name} (${workspace})`);

export const whatOf = ({ type, wireType }: Row, words: PageWords = english): string => (type === 'unknown' ? wireType : words.what[type]);

export function stateOf({ state, by, until, endedAt }: Row, words: PageWords, say: (at: number) => string): string {
  if (state === 'taken') return words.takenBy(by!, say(until!));
  if (state === 'notice') return words.once;
  if (state === 'open') return words.open;
  return endedAt === undefined ? words.over : words.overAt(say(endedAt));
}
