// The state of a workspace: the same by whatever order its events come in, however often, and as the reports see its numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventType } from '../../src/model.ts';
import type { EventRecord } from '../../src/records.ts';
import { tracksOf } from '../../src/reports/tracks.ts';
import { accountsOf, standingOf } from '../../src/workspaces/numbers.ts';
import { fold, type WorkspaceState } from '../../src/workspaces/state.ts';
import { fullest, stageOf, tallyOf } from '../../src/workspaces/tally.ts';

const isNumber = (type: EventType) => type === 'connected' || type === 'disconnected';
const types = [
  'connected',
  'disconnected',
  'messaging-90',
  'messaging-100',
  'api-calls-100',
  'seats-full',
  'token-rotated',
  'unknown',
] as const;

let count = 0;
const said = (type: EventType, at: number, more: Partial<EventRecord> = {}): EventRecord => ({
  kind: isNumber(type) ? 'number' : 'event',
  ...{ id: `e_${String(++count).padStart(4, '0')}`, workspaceId: 'acme', type, at, receivedAt: at },
  ...(isNumber(type) && { account: { id: '1' } }),
  ...more,
});
const foldAll = (records: readonly EventRecord[]): WorkspaceState =>
  records.reduce<WorkspaceState | undefined>((state, one) => fold(state, one), undefined)!;

/** Few ids, phones and times, so that they meet. */
const record = fc
  .record({
    type: fc.constantFrom(...types),
    at: fc.nat(12),
    late: fc.nat(3),
    account: fc.constantFrom(
      { id: '1' },
      { phone: '+34600111222' },
      { id: '2', phone: '+34600111222' },
      { id: '3', phone: '34600333444' },
      { id: '3' },
    ),
    reason: fc.option(fc.constantFrom('logged out', 'banned'), { nil: undefined }),
    percent: fc.option(fc.constantFrom(91, 99, 100), { nil: undefined }),
    end: fc.option(fc.constantFrom(20, 40), { nil: undefined }),
  })
  .map(({ type, at, late, account, reason, percent, end }) => ({
    ...{ type, at, receivedAt: at + late },
    // Another key for each way of naming it.
    ...(isNumber(type) && {
      account: { ...account, ...(reason !== undefined && { reason }) },
      incidentKey: `wa:acme:${JSON.stringify(account)}`,
    }),
    ...(percent !== undefined && { usage: { resource: 'messages' as const, used: percent, total: 100, percent } }),
    ...(end !== undefined && { period: { start: 1, end } }),
  }));
const month = fc
  .array(record, { minLength: 1, maxLength: 14 })
  .map((list) => list.map((one, n): EventRecord => ({ ...said(one.type, one.at), id: `e_${n}`, ...one })));
const shuffled = month.chain((records) =>
  fc.record({
    records: fc.constant(records),
    other: fc.shuffledSubarray(records, { minLength: records.length }),
    again: fc.subarray(records),
  }),
);

describe('in whatever order', () => {
  test('late, shuffled and repeated events come to the same state', () => {
    fc.assert(
      fc.property(shuffled, ({ records, other, again }) => {
        expect(foldAll([...other, ...again])).toEqual(foldAll(records));
      }),
      { numRuns: 500 },
    );
  });

  test('a state that was stopped and read back goes on as if it had not been', () => {
    fc.assert(
      fc.property(month, fc.nat(13), (records, at) => {
        const first = records.slice(0, at).reduce<WorkspaceState | undefined>((state, one) => fold(state, one), undefined);
        const kept = first === undefined ? undefined : (JSON.parse(JSON.stringify(first)) as WorkspaceState);
        expect(records.slice(at).reduce<WorkspaceState | undefined>((state, one) => fold(state, one), kept)).toEqual(foldAll(records));
      }),
    );
  });

  test('numbers are those of the reports, and stand as they do there', () => {
    fc.assert(
      fc.property(month, (records) => {
        const tracks = tracksOf(records, { from: 0, until: 1000 });
        const { numbers } = foldAll(records);
        const shown = numbers.map((one) => `${accountsOf(one)} ${one.phone?.text} ${standingOf(one).up}`).sort();
        expect(shown).toEqual(tracks.map(({ accounts, phone, connected }) => `${accounts.toSorted()} ${phone} ${connected}`).sort());
      }),
      { numRuns: 500 },
    );
  });
});

test('a drop that is told by the phone and again by the id is one drop, and what came between the two holds, here and in the reports', () => {
  const phone = '+34600111222';
  const records = [
    said('disconnected', 11, { receivedAt: 11, incidentKey: 'by phone', account: { phone } }),
    said('connected', 11, { receivedAt: 12, incidentKey: 'by phone', account: { phone } }),
    said('disconnected', 11, { receivedAt: 13, incidentKey: 'by id', account: { id: '2', phone } }),
  ];
  expect(tracksOf(records, { from: 0, until: 1000 })).toMatchObject([{ accounts: ['2'], connected: true, drops: [{ at: 11 }] }]);
  expect(foldAll(records).numbers.map((one) => standingOf(one).up)).toEqual([true]);
});

test('a number is down since its first drop after the last connect, with the last reason, however often it is said again', () => {
  const drops = Array.from({ length: 60 }, (_, n) => said('disconnected', 10 + n, { account: { id: '1', reason: `reason ${n}` } }));
  const { numbers } = foldAll([said('connected', 5), ...drops]);
  expect(standingOf(numbers[0]!)).toEqual({ up: false, since: 10, reason: 'reason 59' });
  expect(numbers[0]!.words.length).toBeLessThanOrEqual(16);
  // A recovery that comes late, between the drops of before and those of after.
  const late = foldAll([said('disconnected', 10), said('disconnected', 30), said('connected', 20, { receivedAt: 40 })]);
  expect(standingOf(late.numbers[0]!)).toEqual({ up: false, since: 30 });
});

test('a quota is as the latest event about it says, and counts until its period is over', () => {
  const period = { start: 0, end: 1000 };
  const state = foldAll([
    said('messaging-100', 20, { period, usage: { resource: 'messages', used: 200, total: 200, percent: 100 } }),
    said('messaging-90', 10, { period, receivedAt: 30, usage: { resource: 'messages', used: 180, total: 200, percent: 90 } }),
    said('transactions-100', 15, { period: { end: 2000 } }),
    said('seats-full', 12, { seats: { purchased: 10 } }),
  ]);
  expect(state.quotas.messages).toMatchObject({ percent: 100, used: 200, total: 200, periodEnd: 1000 });
  expect(state.seats).toMatchObject({ purchased: 10, at: 12 });
  expect([999, 1000, 2000].map((now) => fullest(tallyOf(state), now))).toEqual([100, 100, undefined]);
});

test('a workspace comes from no number over connected to dropped, and is connected while one number is', () => {
  const tokens = foldAll([said('token-rotated', 1)]);
  const two = foldAll([said('connected', 1), said('connected', 2, { account: { id: '2' } }), said('disconnected', 3)]);
  const none = fold(two, said('disconnected', 4, { account: { id: '2' } }));
  expect([undefined, ...[tokens, two, none].map(tallyOf)].map(stageOf)).toEqual(['not-heard-of', 'no-number', 'connected', 'dropped']);
  expect(tallyOf(two)).toMatchObject({ up: 1, down: 1 });
});
