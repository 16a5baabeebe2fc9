// The lanes of all destinations, by name: what a commit leased is handed out, what a commit wants back is sought, and each lane's troubles are
// told with its name. Lanes know nothing of each other; that is the point of them.
import type { Ticker } from '../clock.ts';
import type { Leased } from '../store/store.ts';
import { createLane, type Lane, type LaneSettings } from './lane.ts';
import type { HealthChange, LaneSignal, LaneState, Shut, WhyBack } from './lane-state.ts';

/** `fingerprint` changes with anything of the destination, its secrets included. */
export type DestinationLane = LaneSettings & { fingerprint: string };

export type LanesOptions = {
  ticker: Ticker;
  random: () => number;
  leaseMs: number;
  /** From the last run: these begin with a single probe. */
  held: Readonly<Record<string, { reason: string; since: number }>>;
  /** Those that a person paused, also over a restart and while they are not in the file. */
  paused?(destination: string): Shut | undefined;
  deliver(leased: Leased): Promise<LaneSignal>;
  wanted(destination: string, limit: number): Promise<Leased[]>;
  handBack(leased: Leased[], why: WhyBack): void;
  onHealth(destination: string, change: HealthChange): void;
  /** A destination was changed: whatever was wrong with it may be mended. */
  changed(destination: string): void;
};

export type Lanes = {
  reconfigure(destinations: readonly DestinationLane[]): void;
  /** How many fresh deliveries each lane would take at once. */
  room(): Record<string, number>;
  put(leased: readonly Leased[]): void;
  takeBack(id: string): Leased | undefined;
  due(destinations: readonly string[]): void;
  lane(destination: string): Lane | undefined;
  states(): LaneState[];
  /** Starts nothing more and waits for what runs, so long at most. */
  drain(deadlineMs: number): Promise<{ unstarted: Leased[]; unfinished: Leased[] }>;
};

export function createLanes(options: LanesOptions): Lanes {
  const { ticker, handBack, onHealth } = options;
  const lanes = new Map<string, { lane: Lane; fingerprint: string }>();
  // Removed from the file while something still ran.
  const leaving = new Set<Lane>();
  const rooms: Record<string, number> = Object.create(null);
  const held = new Map(Object.entries(options.held));
  let draining = false;

  function open({ fingerprint, ...settings }: DestinationLane): void {
    const { name } = settings;
    const before = held.get(name);
    held.delete(name);
    const shut = options.paused?.(name);
    const lane = createLane({
      ...settings,
      ticker,
      random: options.random,
      leaseMs: options.leaseMs,
      deliver: options.deliver,
      wanted: (limit) => options.wanted(name, limit),
      handBack,
      roomChanged: (room) => {
        rooms[name] = room;
      },
      tell: (change) => onHealth(name, change),
      ...(before && { heldBefore: before }),
      ...(shut && { shutBefore: shut }),
    });
    lanes.set(name, { lane, fingerprint });
  }

  function close(name: string, lane: Lane): void {
    lanes.delete(name);
    leaving.add(lane);
    const { unstarted, finished } = lane.drain('removal');
    delete rooms[name];
    if (unstarted.length > 0) handBack(unstarted, 'removed');
    void finished.then(() => leaving.delete(lane));
  }

  return {
    reconfigure: (destinations) => {
      const named = new Set(destinations.map((one) => one.name));
      for (const [name, { lane }] of lanes) if (!named.has(name)) close(name, lane);
      for (const one of destinations) {
        const known = lanes.get(one.name);
        if (!known) open(one);
        else if (known.fingerprint !== one.fingerprint) {
          known.fingerprint = one.fingerprint;
          known.lane.change(one);
          options.changed(one.name);
        }
      }
      // Held when the relay stopped, and no longer in the file when it came back.
      for (const name of held.keys()) onHealth(name, { health: 'ok', since: ticker.now(), after: 'removal' });
      held.clear();
    },
    room: () => ({ ...rooms }),
    put: (leased) => {
      const strangers: Leased[] = [];
      for (const [name, own] of byDestination(leased)) {
        const lane = lanes.get(name)?.lane;
        if (lane) lane.put(own);
        else strangers.push(...own);
      }
      if (strangers.length > 0) handBack(strangers, draining ? 'stopping' : 'removed');
    },
    takeBack: (id) => {
      for (const { lane } of lanes.values()) {
        const leased = lane.takeBack(id);
        if (leased) return leased;
      }
      return undefined;
    },
    due: (destinations) => {
      for (const name of destinations) lanes.get(name)?.lane.due();
    },
    lane: (destination) => lanes.get(destination)?.lane,
    states: () => [...lanes.values()].map(({ lane }) => lane.state()),
    drain: async (deadlineMs) => {
      draining = true;
      const all = [...lanes.values()].map(({ lane }) => lane).concat(...leaving);
      const ends = all.map((lane) => lane.drain());
      let cancel = () => {};
      const deadline = new Promise<void>((resolve) => {
        cancel = ticker.after(deadlineMs, resolve);
      });
      await Promise.race([Promise.all(ends.map((end) => end.finished)), deadline]);
      cancel();
      return { unstarted: ends.flatMap((end) => end.unstarted), unfinished: all.flatMap((lane) => lane.running()) };
    },
  };
}

/** In the order they came. Most commits lease for one destination. */
function byDestination(leased: readonly Leased[]): Iterable<[string, readonly Leased[]]> {
  const first = leased[0]?.delivery.destination;
  if (first === undefined) return [];
  if (leased.every((one) => one.delivery.destination === first)) return [[first, leased]];
  return Map.groupBy(leased, (one) => one.delivery.destination);
}
