// /metrics for Prometheus: the few figures that matter, read from what the relay counts anyway at the moment they are asked for. Every set of labels
// is closed: names of this table, codes of errors.ts, destinations of the file. Loaded by the door with the first scrape.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { Health } from '../deliver/lane-state.ts';
import type { Buckets, Counts } from './figures.ts';
import type { AdminParts } from './parts.ts';

const prefix = 'timelines_relay_';
const healths: readonly Health[] = ['ok', 'paused', 'held', 'open'];
const openStates = ['waiting', 'pending', 'leased'] as const;

export function createMetrics(parts: AdminParts): { contentType: string; text(): Promise<string> } {
  const { figures } = parts;
  const registry = new Registry();
  const registers = [registry];

  const counter = <const L extends string[]>(name: string, help: string, labelNames: L, read: () => Counts<string[]>) =>
    new Counter({
      name: prefix + name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        read().each((labels, value) => this.inc(named(labelNames, labels), value));
      },
    });
  const gauge = <const L extends string[]>(name: string, help: string, labelNames: L, read: (set: Setter) => void | Promise<void>) =>
    new Gauge({
      name: prefix + name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        // Reset alone leaves a 0, which would be a lie where nothing is known.
        if (labelNames.length === 0) this.remove();
        try {
          await read((value, ...labels) => this.set(named(labelNames, labels), value));
        } catch (error) {
          // One figure that cannot be had must not cost all others.
          parts.log.warn({ metric: name, error: String(error) }, 'metric.not_read');
        }
      },
    });

  counter('events_total', 'Webhooks answered 200, by event type and what was decided.', ['type', 'outcome'], () => figures.read.events);
  counter('webhooks_refused_total', 'Webhooks answered with an error, by its code.', ['code'], () => figures.read.refused);
  counter('attempts_total', 'Attempts by destination and what came of them.', ['destination', 'class'], () => attemptCounts(parts));
  counter(
    'deliveries_dead_total',
    'Deliveries that could not be delivered and have no try left.',
    ['destination'],
    () => figures.read.dead,
  );

  counter('clock_jumps_total', 'How often the wall clock was set, by more than 5 s.', ['direction'], () => figures.read.jumps);

  counter('pings_total', 'What came of asking PING_URL, answered or failed.', ['outcome'], () => figures.read.pings);

  gauge('deliveries_open', 'Deliveries that are not final, by state.', ['state'], (set) => {
    const rows = figures.read.open();
    for (const state of openStates) set(rows[state] ?? 0, state);
  });
  gauge('oldest_open_seconds', 'Age of the oldest delivery that is not final, by destination.', ['destination'], async (set) => {
    // Reading would start the reading thread; where nothing is open there is nothing to read.
    if (openStates.every((state) => !figures.read.open()[state])) return;
    for (const { destination, since } of await parts.read.oldestOpen()) set((parts.now() - since) / 1000, destination);
  });
  gauge('destination_health', '1 for the state each destination is in.', ['destination', 'health'], (set) => {
    for (const lane of parts.lanes()) for (const health of healths) set(Number(lane.health === health), lane.name, health);
  });
  gauge('destination_waiting', 'Deliveries in the lane that wait for a free place.', ['destination'], (set) => {
    for (const lane of parts.lanes()) set(lane.waiting, lane.name);
  });
  gauge('destination_running', 'Attempts under way.', ['destination'], (set) => {
    for (const lane of parts.lanes()) set(lane.running, lane.name);
  });

  gauge('rules_ok', '1 if the files are in force as they are, 0 if the last good copy or a part of it is.', [], (set) => {
    const { from, mistakes } = parts.inForce.state();
    set(Number(from === 'file' && mistakes.length === 0));
  });
  gauge(
    'rules_degraded',
    'What of the files works less well than it should, in number: a broken plug-in, a story replaced by the built-in one.',
    [],
    (set) => set(parts.inForce.state().degraded.length),
  );

  histogram('attempt_seconds', 'How long attempts took.', ['destination'], () => figures.read.attempts);
  histogram('ledger_batch_size', 'How much was written in one commit.', [], () => new Map([['', figures.read.batches]]));
  histogram('ledger_commit_seconds', 'From a batch handed to the ledger to its answer.', [], () => new Map([['', figures.read.commits]]));

  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  gauge('loop_delay_seconds', 'How late the main thread ran since the last scrape.', ['quantile'], (set) => {
    for (const quantile of [50, 99, 100]) set(loop.count === 0 ? 0 : loop.percentile(quantile) / 1e9, String(quantile / 100));
    loop.reset();
  });
  const { space } = parts;
  if (space !== undefined) {
    gauge('free_bytes', 'Free space where the database lies.', [], async (set) => set((await space()).free));
    gauge('disk_bytes', 'Size of the disk where the database lies.', [], async (set) => set((await space()).disk));
    gauge('store_bytes', 'Size of the database with its log.', [], async (set) => set((await space()).store));
  }
  gauge('resident_bytes', 'Memory of the process.', [], (set) => set(process.memoryUsage.rss()));
  gauge('started_seconds', 'When the process began, in seconds since 1970.', [], (set) =>
    set(Math.round(parts.now() / 1000 - process.uptime())),
  );

  /** The library counts into its own buckets; ours are already counted, so it is only asked to print them. */
  function histogram(name: string, help: string, labelNames: string[], read: () => ReadonlyMap<string, Buckets>): void {
    const full = prefix + name;
    const values = () => [...read()].flatMap(([label, buckets]) => lines(full, named(labelNames, [label]), buckets));
    const get = async () => ({ name: full, help, type: 'histogram', aggregator: 'sum', values: values() });
    registry.registerMetric({ name: full, help, get, getForPromString: get, reset: () => {} } as unknown as Metric);
  }

  return { contentType: registry.contentType, text: () => registry.metrics() };
}

type Setter = (value: number, ...labels: string[]) => void;

const named = (names: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, at) => [name, values[at]!]));

function lines(name: string, labels: Record<string, string>, { bounds, counts, sum, count }: Buckets) {
  let upTo = 0;
  return [
    ...bounds.map((le, at) => {
      upTo += counts[at]!;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: String(le) }, value: upTo };
    }),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/** The lanes count their attempts anyway. */
function attemptCounts(parts: AdminParts): Counts<string[]> {
  return {
    each: (visit) => {
      for (const { name, counts } of parts.lanes()) for (const [kind, value] of Object.entries(counts)) visit([name, kind], value);
    },
  };
}
