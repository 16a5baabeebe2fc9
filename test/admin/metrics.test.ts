import { expect, test } from 'vitest';
import { createFigures } from '../../src/admin/figures.ts';
import { createMetrics } from '../../src/admin/metrics.ts';
import type { AdminParts } from '../../src/admin/parts.ts';
import type { LaneState } from '../../src/deliver/lane-state.ts';
import { errorCodes } from '../../src/errors.ts';
import type { Event } from '../../src/model.ts';
import type { Done, Settlement, Work } from '../../src/store/store.ts';

const now = Date.UTC(2026, 10, 23, 9);
const lane = (name: string, more: Partial<LaneState> = {}): LaneState => ({
  name,
  health: 'ok',
  since: now,
  waiting: 0,
  running: 0,
  slots: 8,
  counts: {},
  ...more,
});

let asked = 0;
function parts(more: Partial<AdminParts> = {}): AdminParts {
  return {
    figures: createFigures(),
    lanes: () => [lane('ops', { counts: { ok: 3, transient: 2 }, waiting: 4 }), lane('billing', { health: 'held', counts: { config: 1 } })],
    inForce: { state: () => ({ from: 'file', mistakes: [], degraded: [] }) },
    read: {
      oldestOpen: async () => {
        asked++;
        return [{ destination: 'ops', since: now - 90_000 }];
      },
    },
    space: async () => ({ free: 3e9, disk: 20e9, store: 1e6 }),
    now: () => now,
    log: { info: () => {}, warn: () => {} },
    ...more,
  } as unknown as AdminParts;
}

type Line = { name: string; labels: Record<string, string>; value: number };

/** By the grammar of Prometheus' text format; throws at a line that does not fit it. */
function parse(text: string): { lines: Line[]; types: Map<string, string> } {
  const lines: Line[] = [];
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue;
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line);
    if (type) {
      types.set(type[1]!, type[2]!);
      continue;
    }
    const [, name, inner = '', value] = /^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)+)\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`no line of the text format: ${line}`);
    const labels = Object.fromEntries([...inner.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, label]) => [key!, label!]));
    lines.push({ name, labels, value: Number(value) });
  }
  return { lines, types };
}
const figure = (lines: Line[], name: string, labels: Record<string, string> = {}) =>
  lines.find((one) => one.name === `timelines_relay_${name}` && Object.entries(labels).every(([key, label]) => one.labels[key] === label))
    ?.value;

const accepted = (type: string, outcome: string): [Work, Done] => [
  { do: 'decide', input: { kind: 'event', event: { type } as Event, workspace: { id: '' }, reach: {} } },
  { did: 'decide', outcome, leased: [], waiting: [], recall: [] } as unknown as Done,
];
const ticked = (open: Record<string, number>): [Work, Done] => [{ do: 'tick' }, { did: 'tick', timers: [], destinations: [], open }];
const died = (destination: string, current: boolean): [Work, Done] => [
  {
    do: 'settle',
    settlement: {
      next: { state: 'dead' },
      after: { kind: 'undelivered', delivery: { destination }, reason: 'no try is left' },
    } as Settlement,
  },
  { did: 'settle', current, leased: [], waiting: [], recall: [] },
];

test('what was counted stands in the text, under names that only grow or under gauges', async () => {
  const house = parts();
  const { figures } = house;
  figures.did(...accepted('disconnected', 'routed'));
  figures.did(...accepted('disconnected', 'routed'));
  figures.did(...accepted('disconnected', 'duplicate'));
  figures.did(...accepted('unknown', 'undecided'));
  figures.did(...died('ops', true));
  figures.did(...died('ops', false));
  figures.did(...ticked({ pending: 7, leased: 2 }));
  figures.refused('webhook.refused');
  figures.committed(40, 12);
  figures.attempted('ops', 300);
  for (const outcome of ['answered', 'answered', 'failed'] as const) figures.pinged(outcome);
  const { lines, types } = parse(await createMetrics(house).text());

  expect(figure(lines, 'events_total', { type: 'disconnected', outcome: 'routed' })).toBe(2);
  expect(figure(lines, 'events_total', { type: 'disconnected', outcome: 'duplicate' })).toBe(1);
  expect(figure(lines, 'events_total', { type: 'unknown', outcome: 'undecided' })).toBe(1);
  expect(figure(lines, 'webhooks_refused_total', { code: 'webhook.refused' })).toBe(1);
  expect(figure(lines, 'attempts_total', { destination: 'ops', class: 'transient' })).toBe(2);
  expect(figure(lines, 'deliveries_dead_total', { destination: 'ops' })).toBe(1);
  expect(figure(lines, 'deliveries_open', { state: 'pending' })).toBe(7);
  expect(figure(lines, 'deliveries_open', { state: 'waiting' })).toBe(0);
  expect(figure(lines, 'oldest_open_seconds', { destination: 'ops' })).toBe(90);
  expect(figure(lines, 'destination_health', { destination: 'billing', health: 'held' })).toBe(1);
  expect(figure(lines, 'destination_health', { destination: 'billing', health: 'ok' })).toBe(0);
  expect(figure(lines, 'destination_waiting', { destination: 'ops' })).toBe(4);
  expect(figure(lines, 'rules_ok')).toBe(1);
  expect(figure(lines, 'free_bytes')).toBe(3e9);
  expect(figure(lines, 'disk_bytes')).toBe(20e9);
  expect(figure(lines, 'store_bytes')).toBe(1e6);
  expect(figure(lines, 'pings_total', { outcome: 'answered' })).toBe(2);
  expect(figure(lines, 'pings_total', { outcome: 'failed' })).toBe(1);
  expect(types.get('timelines_relay_events_total')).toBe('counter');
  for (const { name } of lines) if (types.get(name) === 'counter') expect(name).toMatch(/_total$/);
});

test('histograms are cumulative and their last bucket is their count', async () => {
  const house = parts();
  for (const ms of [3, 60, 400, 45_000]) house.figures.attempted('ops', ms);
  house.figures.committed(5, 2);
  const { lines } = parse(await createMetrics(house).text());
  const bucket = (le: string) => figure(lines, 'attempt_seconds_bucket', { destination: 'ops', le });
  expect([bucket('0.01'), bucket('0.1'), bucket('0.5'), bucket('30'), bucket('+Inf')]).toEqual([1, 2, 3, 3, 4]);
  expect(figure(lines, 'attempt_seconds_count', { destination: 'ops' })).toBe(4);
  expect(figure(lines, 'attempt_seconds_sum', { destination: 'ops' })).toBeCloseTo(45.463);
  expect(figure(lines, 'ledger_batch_size_bucket', { le: '16' })).toBe(1);
  expect(figure(lines, 'ledger_commit_seconds_count')).toBe(1);
});

test('a second scrape counts on and does not count twice', async () => {
  const house = parts();
  const metrics = createMetrics(house);
  house.figures.did(...accepted('connected', 'routed'));
  await metrics.text();
  house.figures.did(...accepted('connected', 'routed'));
  expect(figure(parse(await metrics.text()).lines, 'events_total', { type: 'connected' })).toBe(2);
});

test('a file with mistakes and the last good copy in its place show as rules that are not ok', async () => {
  const state = { from: 'last-good', mistakes: [{}], degraded: [{}] };
  const house = parts({ inForce: { state: () => state } as unknown as AdminParts['inForce'] });
  const { lines } = parse(await createMetrics(house).text());
  expect(figure(lines, 'rules_ok')).toBe(0);
  expect(figure(lines, 'rules_degraded')).toBe(1);
});

test('where nothing is open a scrape reads nothing, so that it starts no reading thread', async () => {
  const before = asked;
  const house = parts();
  house.figures.did(...ticked({ pending: 0 }));
  await createMetrics(house).text();
  expect(asked).toBe(before);
});

test('every set of labels is closed', async () => {
  const house = parts();
  house.figures.did(...accepted('disconnected', 'routed'));
  house.figures.did(...ticked({ pending: 1, strange: 5 }));
  for (const code of Object.keys(errorCodes)) house.figures.refused(code as keyof typeof errorCodes);
  house.figures.attempted('ops', 1);
  house.figures.did(...died('ops', true));
  const allowed: Record<string, (value: string) => boolean> = {
    type: (value) => value === 'disconnected',
    outcome: (value) => value === 'routed',
    code: (value) => Object.hasOwn(errorCodes, value),
    destination: (value) => ['ops', 'billing'].includes(value),
    class: (value) => ['ok', 'transient', 'config'].includes(value),
    state: (value) => ['waiting', 'pending', 'leased'].includes(value),
    health: (value) => ['ok', 'paused', 'held', 'open'].includes(value),
    quantile: (value) => ['0.5', '0.99', '1'].includes(value),
    le: (value) => value === '+Inf' || Number.isFinite(Number(value)),
  };
  for (const { labels } of parse(await createMetrics(house).text()).lines) {
    for (const [name, value] of Object.entries(labels)) expect(allowed[name]?.(value), `${name}="${value}"`).toBe(true);
  }
});

test('a failing read costs its own figure and not the scrape', async () => {
  const read = { oldestOpen: () => Promise.reject(new Error('the reading thread ended')) };
  const house = parts({ read: read as unknown as AdminParts['read'], space: () => Promise.reject(new Error('no such folder')) });
  house.figures.did(...ticked({ pending: 1 }));
  const { lines } = parse(await createMetrics(house).text());
  expect(figure(lines, 'deliveries_open', { state: 'pending' })).toBe(1);
  expect(figure(lines, 'free_bytes')).toBeUndefined();
});
