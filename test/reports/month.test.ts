// The figures of every report for a simulated month, against those of a script that counts from the raw webhooks alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Form, makeReport, rowsOf, unpack } from '../../src/report.ts';
import { type ReportName, reportNames } from '../../src/reports/report.ts';
import { openReader } from '../../src/store/reader.ts';
import { alertsOf, numbersOf, securityOf, usageOf } from './counted.ts';
import { type PlayedMonth, playedMonth } from './played-month.ts';

const december = Date.UTC(2026, 11, 2);
const february = Date.UTC(2027, 1, 20);
let month: PlayedMonth;

beforeAll(async () => {
  // A seed whose month has every kind of event, copies, and recoveries that were lost.
  month = await playedMonth(20, 131);
}, 240_000);
afterAll(() => month?.close());

async function reportOf(name: ReportName, now: number, workspace?: string, as: Form = 'json') {
  const reader = await openReader(month.url);
  try {
    const made = await makeReport(reader, { name, month: '2026-11', timezone: 'Europe/Madrid', now, showPhones: true, workspace, as });
    return { ...made, rows: as === 'json' ? rowsOf(made) : [] };
  } finally {
    await reader.close();
  }
}

type Row = Record<string, unknown>;
const by =
  (...keys: string[]) =>
  (a: object, b: object) =>
    JSON.stringify(keys.map((key) => (a as Row)[key])) < JSON.stringify(keys.map((key) => (b as Row)[key])) ? -1 : 1;

/** Whole rows, whatever their order. */
async function compare(now: number): Promise<void> {
  const { webhooks } = month.timeline;
  const counted: Record<ReportName, object[]> = {
    ...numbersOf(webhooks),
    usage: usageOf(webhooks),
    security: securityOf(webhooks),
    alerts: alertsOf(month.sent, month.taken),
  };
  for (const name of reportNames) {
    const { rows } = await reportOf(name, now);
    const order = by('workspace', 'phone', 'at', 'resource');
    expect(rows.length, name).toBeGreaterThan(5);
    expect(rows.toSorted(order), name).toEqual(counted[name].toSorted(order));
  }
}

test('every figure of every report is what the raw webhooks say', async () => {
  expect(month.timeline.webhooks.length).toBeGreaterThan(300);
  expect(month.sent.length).toBeGreaterThan(20);
  expect(month.taken.length).toBeGreaterThan(0);
  expect(new Set(month.sent.map(({ kind }) => kind)).size).toBeGreaterThan(2);
  await compare(december);
});

test('half a month that retention took away is still counted, and so is a whole one, for 13 months', async () => {
  await month.prune(Date.UTC(2026, 11, 16));
  await compare(Date.UTC(2026, 11, 16));
  // What was open at the month's end is over, and then 30 days old.
  await month.runTo(Date.UTC(2027, 0, 10));
  await month.prune(february);
  const reader = await openReader(month.url);
  expect((await reader.events({ until: Date.UTC(2026, 10, 30) })).items).toEqual([]);
  await reader.close();
  await compare(february);
  await month.prune(Date.UTC(2027, 10, 30));
  await compare(Date.UTC(2027, 10, 30));
});

test('a report of one workspace is its part of the whole, and CSV has the same rows', async () => {
  const all = await reportOf('downtime', february);
  const one = (all.rows[0] as { workspace: string }).workspace;
  const own = await reportOf('downtime', february, one);
  expect(own.rows).toEqual(all.rows.filter(({ workspace }) => workspace === one));
  const csv = await reportOf('downtime', february, undefined, 'csv');
  expect(csv.pieces.map(unpack).join('').trimEnd().split('\r\n')).toHaveLength(all.rows.length + 1);
});
