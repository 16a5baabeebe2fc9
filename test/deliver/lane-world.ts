// Lanes on a virtual clock, with a table that leases as the store does and targets that answer by script: what a test watches is who was sent what, when.
import { createLanes, type DestinationLane, type Lanes, type LanesOptions } from '../../src/deliver/lanes.ts';
import type { Outcome } from '../../src/deliver/outcome.ts';
import { refuse, settle, settlementOf } from '../../src/deliver/retry.ts';
import type { Delivery } from '../../src/delivery.ts';
import type { Leased, Settlement } from '../../src/store/store.ts';
import { type VirtualClock, virtualClock } from '../clock.ts';

export type Answer = Partial<Outcome> & Pick<Outcome, 'class'> & { afterMs?: number };
export type Target = (delivery: Delivery, now: number) => Answer | 'hangs';

export const leaseMs = 60_000;
const hour = 3_600_000;

export function deliveryOf(id: string, destination: string, now: number, more: Partial<Delivery> = {}): Delivery {
  return {
    id,
    destination,
    target: `http:${destination}`,
    route: 'all',
    kind: 'alert',
    level: 1,
    state: 'pending',
    details: {},
    createdAt: now,
    receivedAt: now,
    runAt: now,
    attempts: 0,
    claims: 0,
    starts: 0,
    generation: 0,
    ...more,
  };
}

export const destination = (name: string, more: Partial<DestinationLane> = {}): DestinationLane => ({
  name,
  concurrency: 8,
  timeoutMs: 10_000,
  fingerprint: name,
  ...more,
});

export type World = {
  clock: VirtualClock;
  lanes: Lanes;
  /** Every send that began. */
  sent: { at: number; id: string; destination: string }[];
  changed: string[];
  health: { destination: string; health: string; at: number; after?: string; reason?: string }[];
  handedBack: string[];
  claims: { destination: string; limit: number; got: number }[];
  row(id: string): Delivery;
  rows(): Delivery[];
  /** So many fresh deliveries in one commit: leased as far as their lane has room. */
  arrive(destination: string, count?: number, more?: Partial<Delivery>): string[];
  /** Moves time on, with the relay's tick once a second. */
  run(ms: number): Promise<void>;
  storeFails: boolean;
  claimsRefused: number;
};

export function world(
  destinations: DestinationLane[],
  targets: Record<string, Target>,
  options: {
    held?: Record<string, { reason: string; since: number }>;
    random?: () => number;
    maxAgeMs?: number;
    paused?: LanesOptions['paused'];
  } = {},
): World {
  const clock = virtualClock();
  const table = new Map<string, Delivery>();
  const { random = () => 0, maxAgeMs = 24 * hour } = options;
  let made = 0;

  const lease = (delivery: Delivery): Leased => {
    Object.assign(delivery, { state: 'leased', claims: delivery.claims + 1, generation: delivery.generation + 1 });
    return { delivery: { ...delivery } };
  };
  const due = (name: string) =>
    [...table.values()].filter((row) => row.destination === name && row.state === 'pending' && row.runAt <= clock.now());
  const write = ({ id, generation, attempt, counts, next }: Omit<Settlement, 'after'>) => {
    const row = table.get(id)!;
    if (row.generation !== generation) return;
    row.lastClass = attempt.class;
    if (counts) row.attempts += 1;
    Object.assign(row, next);
  };
  const lanes = createLanes({
    ticker: clock,
    random,
    leaseMs,
    held: options.held ?? {},
    ...(options.paused && { paused: options.paused }),
    wanted: async (name, limit) => {
      if (self.storeFails) {
        self.claimsRefused += 1;
        throw new Error('the store is busy');
      }
      const leased = due(name).slice(0, limit).map(lease);
      self.claims.push({ destination: name, limit, got: leased.length });
      return leased;
    },
    handBack: (leased) => {
      for (const { delivery } of leased) {
        const row = table.get(delivery.id)!;
        self.handedBack.push(row.id);
        if (row.generation === delivery.generation) Object.assign(row, { state: 'pending', claims: row.claims - 1 });
      }
    },
    changed: (name) => self.changed.push(name),
    onHealth: (name, change) => self.health.push({ destination: name, at: clock.now(), ...change }),
    deliver: async ({ delivery }) => {
      const startedAt = clock.now();
      let outcome = refuse(delivery, maxAgeMs, startedAt);
      if (!outcome) {
        self.sent.push({ at: startedAt, id: delivery.id, destination: delivery.destination });
        const answer = targets[delivery.destination]!(delivery, startedAt);
        const { afterMs = 0, ...rest } =
          answer === 'hangs' ? { afterMs: 10_000, class: 'transient' as const, code: 'TIMEOUT', perhaps: true } : answer;
        if (afterMs > 0) await new Promise<void>((resolve) => clock.after(afterMs, resolve));
        outcome = { startedAt, endedAt: clock.now(), ...rest };
      }
      const verdict = settle(outcome, delivery, maxAgeMs, clock.now(), random);
      write(settlementOf(delivery, outcome, verdict));
      return verdict.signal;
    },
  });
  const self: World = {
    clock,
    lanes,
    sent: [],
    changed: [],
    health: [],
    handedBack: [],
    claims: [],
    storeFails: false,
    claimsRefused: 0,
    row: (id) => table.get(id)!,
    rows: () => [...table.values()],
    arrive: (name, count = 1, more = {}) => {
      const fresh = Array.from({ length: count }, () => deliveryOf(`d_${String(made++).padStart(6, '0')}`, name, clock.now(), more));
      for (const row of fresh) table.set(row.id, row);
      const room = lanes.room()[name] ?? 0;
      lanes.put(fresh.slice(0, room).map(lease));
      if (count > room) lanes.due([name]);
      return fresh.map((row) => row.id);
    },
    run: async (ms) => {
      for (const until = clock.now() + ms; clock.now() < until; ) {
        lanes.due(destinations.map((one) => one.name).filter((name) => due(name).length > 0));
        await clock.advance(Math.min(1000, until - clock.now()));
      }
    },
  };
  lanes.reconfigure(destinations);
  return self;
}
