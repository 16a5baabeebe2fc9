// The figures of every report for a simulated month, against those of a script that counts from the raw webhooks alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeReport, reportCsv } from '../../src/report.ts';
import type { ReportName } from '../../src/reports/report.ts';
import { openReader } from '../../src/store/reader.ts';
import { alertsOf, numbersOf, securityOf, usageOf } from './counted.ts';
import { type PlayedMonth, playedMonth } from './played-month.ts';

const december = Date.UTC(2026, 11, 2);
const february = Date.UTC(2027, 1, 20);
let month: PlayedMonth;

beforeAll(async () => {
  month = await playedMonth(20, 7);
}, 240_000);
afterAll(() => month?.close());

async function reportOf(name: ReportName, now: number, workspace?: string) {
  const reader = await openReader(month.url);
  try {
    return await makeReport(reader, { name, month: '2026-11', timezone: 'Europe/Madrid', now, showPhones: true, workspace });
  } finally {
    await reader.close();
  }
}

type Row = Record<string, unknown>;
const by =
  (...keys: string[]) =>
  (a: object, b: object) =>
    JSON.stringify(keys.map((key) => (a as Row)[key])) < JSON.stringify(keys.map((key) => (b as Row)[key])) ? -1 : 1;

async function compare(now: number): Promise<void> {
  const { webhooks } = month.timeline;
  const counted = numbersOf(webhooks);
  const numbers = (await reportOf('numbers', now)).rows as Row[];
  expect(
    numbers
      .map(({ workspace, phone, days, seconds, intervals }) => ({
        workspace,
        phone,
        days,
        seconds,
        times: (intervals as unknown[]).length,
      }))
      .sort(by('phone')),
  ).toEqual(
    counted
      .filter(({ upTimes }) => upTimes > 0)
      .map(({ workspace, phone, days, upSeconds: seconds, upTimes: times }) => ({ workspace, phone, days, seconds, times }))
      .sort(by('phone')),
  );
  const downtime = (await reportOf('downtime', now)).rows as Row[];
  expect(
    downtime
      .map(({ workspace, phone, drops, seconds, longest, reasons }) => ({ workspace, phone, drops, seconds, longest, reasons }))
      .sort(by('phone')),
  ).toEqual(
    counted
      .filter(({ drops, downSeconds }) => drops > 0 || downSeconds > 0)
      .map(({ workspace, phone, drops, downSeconds: seconds, longest, reasons }) => ({
        workspace,
        phone,
        drops,
        seconds,
        longest,
        reasons,
      }))
      .sort(by('phone')),
  );
  const usage = (await reportOf('usage', now)).rows as Row[];
  expect(usage.map(({ period_start: _, period_end: __, percent: ___, ...row }) => row).sort(by('workspace', 'resource'))).toEqual(
    usageOf(webhooks).sort(by('workspace', 'resource')),
  );
  const security = (await reportOf('security', now)).rows as Row[];
  expect(
    security
      .map(({ at, workspace, what, phone }) => ({ at, workspace, what, ...(phone !== undefined && { phone }) }))
      .sort(by('at', 'phone')),
  ).toEqual(securityOf(webhooks).sort(by('at', 'phone')));
  const alerts = (await reportOf('alerts', now)).rows as Row[];
  expect(
    alerts
      .map(({ workspace, sent, kinds, arrived_worst: slowest, acknowledged, taken }) => ({
        ...{ workspace, sent, kinds, slowest: slowest ?? 0, acknowledged },
        delays: (taken as { after: number }[]).map(({ after }) => after).sort((a, b) => a - b),
      }))
      .sort(by('workspace')),
  ).toEqual(alertsOf(month.sent, month.taken).sort(by('workspace')));
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
  expect(reportCsv(all).trimEnd().split('\r\n')).toHaveLength(all.rows.length + 1);
});
