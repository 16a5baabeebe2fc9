// The reports on paper: months by the clocks of a place, intervals cut at their ends, disorder, what is said twice, two ids for one phone.
import { expect, test } from 'vitest';
import { instant } from '../../src/decide/wall.ts';
import type { DeliveryRecord, EventRecord, TakenRecord } from '../../src/records.ts';
import { alerts } from '../../src/reports/alerts.ts';
import { csvOf } from '../../src/reports/csv.ts';
import { monthOf } from '../../src/reports/month.ts';
import { downtime, numbers } from '../../src/reports/numbers.ts';
import { security } from '../../src/reports/security.ts';
import { usage } from '../../src/reports/usage.ts';

const time = (text: string): number => Date.parse(`2026-${text}:00Z`);
const hour = 3600;
const november = monthOf('2026-11', 'UTC', time('12-20T00:00'), instant)!;

let made = 0;
function number(type: 'connected' | 'disconnected', at: string, more: Partial<EventRecord> = {}): EventRecord {
  const account = { id: '1', phone: '+34600111222', ...more.account };
  return {
    ...{ kind: 'number', id: `e_${++made}`, workspaceId: 'acme', at: time(at), receivedAt: time(at), type },
    incidentKey: `wa:acme:${account.id}`,
    ...more,
    account,
  };
}
const spans = (list: readonly { from: number; until: number }[]) =>
  list.map(({ from, until }) => `${new Date(from).toISOString().slice(5, 16)} ${new Date(until).toISOString().slice(5, 16)}`);

test('a month begins and ends by the clocks of its place, also where they change', () => {
  const madrid = monthOf('2026-10', 'Europe/Madrid', time('12-01T00:00'), instant)!;
  expect(new Date(madrid.from).toISOString()).toBe('2026-09-30T22:00:00.000Z');
  expect(new Date(madrid.until).toISOString()).toBe('2026-10-31T23:00:00.000Z');
  expect(madrid.days).toHaveLength(31);
  expect(madrid.days.at(-1)! - madrid.days.at(-2)!).toBe(24 * hour * 1000);
  expect(madrid.days[25]! - madrid.days[24]!).toBe(25 * hour * 1000);
});

test('a month that runs ends now, and one that has not begun is none', () => {
  const now = time('11-10T12:00');
  const running = monthOf('2026-11', 'UTC', now, instant)!;
  expect([running.until, running.days.length]).toEqual([now, 10]);
  expect(monthOf('2026-12', 'UTC', now, instant)).toBeUndefined();
  expect(monthOf('2026-13', 'UTC', now, instant)).toBeUndefined();
});

test('a number is connected from its connect to its drop, cut at the ends of the month', () => {
  const records = [
    number('connected', '10-03T10:00'),
    number('disconnected', '11-02T10:00'),
    number('connected', '11-02T16:00'),
    number('disconnected', '11-30T23:00'),
    number('connected', '12-01T05:00'),
  ];
  const [row] = numbers(records, november);
  expect(spans(row!.intervals)).toEqual(['11-01T00:00 11-02T10:00', '11-02T16:00 11-30T23:00']);
  expect(row).toMatchObject({ days: 30, seconds: (30 * 24 - 7) * hour, connected: false });
  const [down] = downtime(records, november);
  expect(spans(down!.intervals)).toEqual(['11-02T10:00 11-02T16:00', '11-30T23:00 12-01T00:00']);
  expect(down).toMatchObject({ drops: 2, seconds: 7 * hour, longest: 6 * hour, down: true });
});

test('one that was down before the month is down from its first moment, without a drop in it', () => {
  const [row] = downtime(
    [number('disconnected', '10-20T10:00', { account: { reason: '(banned)' } }), number('connected', '11-01T02:00')],
    november,
  );
  expect(row).toMatchObject({ drops: 0, seconds: 2 * hour, reasons: {}, down: false });
});

test('what drops had been connected: a number first heard of by its drop was so since the month began', () => {
  expect(spans(numbers([number('disconnected', '11-04T12:00')], november)[0]!.intervals)).toEqual(['11-01T00:00 11-04T12:00']);
});

test('one that is first heard of by its connect, without a drop before, begins there', () => {
  expect(spans(numbers([number('connected', '11-29T12:00')], november)[0]!.intervals)).toEqual(['11-29T12:00 12-01T00:00']);
});

test('disorder, copies and a second drop without a recovery between change nothing but the count of drops', () => {
  const drop = number('disconnected', '11-05T10:00', { account: { reason: '(off)' } });
  const inTime = [drop, number('disconnected', '11-05T11:00', { account: { reason: '(off)' } }), number('connected', '11-05T12:00')];
  const again = { ...drop, id: 'e_copy', receivedAt: drop.receivedAt + 5000 };
  const [row] = downtime([again, ...inTime.toReversed(), drop], november);
  expect(row).toMatchObject({ drops: 2, seconds: 2 * hour, reasons: { '(off)': 2 } });
});

test('of a drop and a recovery at one time the later received holds', () => {
  const drop = number('disconnected', '11-05T10:00');
  const back = number('connected', '11-05T10:00', { receivedAt: drop.receivedAt + 1 });
  expect(downtime([back, drop], november)[0]).toMatchObject({ drops: 1, seconds: 0, down: false });
});

test('two ids for one phone are one number, and a recovery by the new id ends a drop of the old', () => {
  const records = [
    number('disconnected', '11-05T10:00'),
    number('connected', '11-05T12:00', { account: { id: '2', phone: '34600111222' }, incidentKey: 'wa:acme:2' }),
  ];
  const rows = downtime(records, november);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ accounts: ['1', '2'], seconds: 2 * hour, down: false });
});

test('a day counts once, however short the number was connected on it', () => {
  const records = [
    number('disconnected', '10-20T00:00'),
    ...[number('connected', '11-07T10:00'), number('disconnected', '11-07T10:01')],
    ...[number('connected', '11-07T20:00'), number('disconnected', '11-07T20:01')],
    ...[number('connected', '11-08T23:59'), number('disconnected', '11-09T00:00')],
  ];
  expect(numbers(records, november)[0]).toMatchObject({ days: 2, seconds: 180 });
});

test('the marks of a period stand in one row, with the pace it was used at, in whichever of two ways its end is written', () => {
  const mark = (type: 'messaging-90' | 'messaging-100', at: string, used: number, end: string): EventRecord => ({
    ...{ kind: 'event', id: `e_${++made}`, workspaceId: 'acme', at: time(at), receivedAt: time(at), type },
    usage: { resource: 'messages', used, total: 1000, percent: used / 10 },
    period: { start: time('11-01T00:00'), end: Date.parse(end) },
  });
  const [first, ...more] = usage(
    [mark('messaging-100', '11-21T00:00', 1000, '2026-12-01T00:00:00Z'), mark('messaging-90', '11-19T00:00', 900, '2026-11-30T23:59:59Z')],
    november,
  );
  expect(more).toEqual([]);
  expect(first).toMatchObject({ nearAt: time('11-19T00:00'), fullAt: time('11-21T00:00'), used: 1000, perDay: 50, projected: 1500 });
});

test('an incident is taken on once, its delay counts from the first message that arrived', () => {
  const kept = { workspaceId: 'acme', by: 'Ann', incidentKey: 'wa:acme:1', since: time('11-05T10:00') };
  const taken: TakenRecord[] = [
    { ...kept, kind: 'taken', id: 't_2', at: time('11-05T12:00'), toldAt: time('11-05T10:05') },
    { ...kept, kind: 'taken', id: 't_1', at: time('11-05T10:15'), toldAt: time('11-05T10:05') },
  ];
  const message: DeliveryRecord = {
    ...{ kind: 'delivery', id: 'd_1', workspaceId: 'acme', at: time('11-05T10:05'), what: 'alert', state: 'delivered' },
    ...{ destination: 'ops', route: 'down', createdAt: time('11-05T10:05') - 2000 },
  };
  expect(alerts([message, message, { ...message, id: 'd_2', state: 'dead' }, ...taken], november)).toMatchObject([
    { sent: 1, dead: 1, kinds: { alert: 1 }, arrivedMean: 2, acknowledged: 1, acknowledgedMean: 600 },
  ]);
});

test('the security log leaves out what nobody did: an unpaid bill, a code that waits', () => {
  const reasons = ['(logged out)', 'payment_required', 'qr_required', 'banned'];
  const records = reasons.map((reason, n) => number('disconnected', `11-0${n + 1}T10:00`, { account: { reason } }));
  expect(security(records, november).map(({ reason }) => reason)).toEqual(['(logged out)', 'banned']);
});

test('CSV quotes what needs it, and what a stranger wrote never begins a formula', () => {
  const text = csvOf(
    ['a', 'b'],
    [
      ['=HYPERLINK("x")', '+34600111222'],
      ['-1,5', { at: 0 }],
      [undefined, { seconds: 90 }],
    ],
  );
  expect(text).toBe(`a,b\r\n"'=HYPERLINK(""x"")",+34600111222\r\n"'-1,5",1970-01-01T00:00:00.000Z\r\n,90\r\n`);
});
