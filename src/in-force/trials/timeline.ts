// A failed test on one line of time: what came in, what was expected, what went out. `-` was expected and did not come, `+` came and was not expected.
import { moment } from '../../decide/phrase.ts';
import type { Given } from '../../rules/trials.ts';
import type { Compared } from './compare.ts';

export type CameIn = { at: number; given: Given; happened?: number };
type Row = { at: number; rank: number; mark: ' ' | '-' | '+'; word: '' | 'expected' | 'got' | 'as expected'; what: string };

export function timeline(given: readonly CameIn[], { met, missing, extra }: Compared, timezone: string): string[] {
  const to = (what: string, names: readonly string[]) => `${what} → ${names.join(', ')}`;
  const rows: Row[] = given.map((one) => ({ at: one.at, rank: 0, mark: ' ', word: '', what: cameIn(one, timezone) }));
  for (const all of grouped(met, ({ wanted, message }) => [message.at, wanted.what]))
    rows.push({
      at: all[0]!.message.at,
      rank: 1,
      mark: ' ',
      word: 'as expected',
      what: to(
        all[0]!.wanted.what,
        all.map((one) => one.wanted.to),
      ),
    });
  for (const all of grouped(missing, ({ at, what }) => [at, what])) {
    const { at, what } = all[0]!;
    rows.push({
      at,
      rank: 2,
      mark: '-',
      word: 'expected',
      what: to(
        what,
        all.map((one) => one.to),
      ),
    });
    if (!extra.some((one) => sameMinute(one.at, at))) rows.push({ at, rank: 3, mark: ' ', word: 'got', what: 'nothing' });
  }
  for (const all of grouped(extra, ({ at, what, route }) => [at, what, route])) {
    const { at, what, route } = all[0]!;
    const more = met.some(({ message }) => sameMinute(message.at, at)) ? 'nothing more' : 'nothing';
    if (missing.length === 0) rows.push({ at, rank: 2, mark: ' ', word: 'expected', what: more });
    rows.push({
      at,
      rank: 3,
      mark: '+',
      word: 'got',
      what: `${to(
        what,
        all.map((one) => one.to),
      )} (${route})`,
    });
  }
  rows.sort((a, b) => a.at - b.at || a.rank - b.rank);
  const shown = clockOf(
    rows.map(({ at }) => at),
    timezone,
  );
  const words = Math.max(...rows.map(({ word }) => word.length));
  const lines = rows.map(({ at, mark, word, what }) => `${mark} ${shown(at)} ${word.padEnd(words)}  ${what}`);
  return lines.filter((line, at) => line !== lines[at - 1]);
}

const sameMinute = (one: number, other: number): boolean => Math.floor(one / 60_000) === Math.floor(other / 60_000);

function cameIn({ given, happened }: CameIn, timezone: string): string {
  const { event, workspace, account, phone, percent } = given;
  return [
    ...[event, workspace.id],
    ...(account === undefined ? [] : [`account ${account}`]),
    // As everywhere: enough of it to know it by.
    ...(phone === undefined ? [] : [`…${phone.slice(-4)}`]),
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(happened === undefined ? [] : [`(happened ${moment(happened, timezone)})`]),
  ].join(' ');
}

/** As short as it can be: the date where there are two, the second where one is not :00. */
export function clockOf(times: readonly number[], timezone: string): (at: number) => string {
  const texts = times.map((at) => moment(at, timezone));
  const from = new Set(texts.map((text) => text.slice(0, 10))).size > 1 ? 0 : 11;
  const end = texts.every((text) => text.endsWith(':00')) ? 16 : 19;
  return (at) => moment(at, timezone).slice(from, end);
}

function grouped<T>(all: readonly T[], key: (one: T) => unknown[]): T[][] {
  return [...Map.groupBy(all, (one) => JSON.stringify(key(one))).values()];
}
