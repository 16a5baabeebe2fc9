// One destination's way out: its own short queue, concurrency, rate and troubles, so that none of them can delay another destination.
// Takes leased deliveries in, starts them in order, asks the store for more. No queue library: each would have left the lane what makes a lane,
// taking back, handing back, a rate on the relay's clock, and have been a counter at three times the cost.
import { createAlarm, type Ticker } from '../clock.ts';
import type { Leased } from '../store/store.ts';
import { createGate, type Stamp } from './gate.ts';
import type { HealthChange, LaneSignal, LaneState, Shut, WhyBack } from './lane-state.ts';
import { createRate } from './rate.ts';

export type LaneSettings = { name: string; concurrency: number; perSecond?: number; timeoutMs: number };

export type LaneOptions = LaneSettings & {
  ticker: Ticker;
  random: () => number;
  leaseMs: number;
  /** One attempt. Resolves when the send is over; writing the outcome must not hold the place. */
  deliver(leased: Leased): Promise<LaneSignal>;
  /** Leases up to `limit` due ones, oldest first. Rejects where the store cannot: asked again in a second. */
  wanted(limit: number): Promise<Leased[]>;
  /** Not begun and not going to be: to be released without an attempt. */
  handBack(leased: Leased[], why: WhyBack): void;
  /** Called when `room` changed, for whoever keeps the sum of all lanes. */
  roomChanged?(room: number): void;
  tell?(change: HealthChange): void;
  heldBefore?: { reason: string; since: number };
  shutBefore?: Shut;
};

export type Lane = {
  put(leased: readonly Leased[]): void;
  /** How many fresh deliveries it would take at once. */
  room(): number;
  /** A delivery whose send has not begun. */
  takeBack(id: string): Leased | undefined;
  pause(untilMs: number, why: string): void;
  hold(reason: string): void;
  /** A person pauses it, and ends that or any other trouble. */
  shut(shut: Shut): void;
  resume(): void;
  /** The store has due ones for it. */
  due(): void;
  state(): LaneState;
  /** The destination was changed: other limits, and whatever was wrong with it may be mended. */
  change(settings: LaneSettings): void;
  /** Starts nothing any more. `finished` resolves when what runs is over. */
  drain(after?: 'removal'): { unstarted: Leased[]; finished: Promise<void> };
  running(): Leased[];
};

const backlogPerPlace = 16;
const backlogSeconds = 20;
const leaseMarginMs = 5000;
const askAgainMs = 1000;

export function createLane(options: LaneOptions): Lane {
  const { ticker, random, leaseMs, deliver, wanted, handBack, roomChanged = () => {}, tell = () => {} } = options;
  let settings: LaneSettings = options;
  let rate = createRate(settings.perSecond);
  // A Map keeps the order and finds one by its id.
  const waiting = new Map<string, { leased: Leased; startBy: number }>();
  const running = new Map<string, Leased>();
  const counts: LaneState['counts'] = {};
  const last: Pick<LaneState, 'lastClass' | 'lastError'> = {};
  // The store has due ones; so many are asked for; it fell behind in a trouble, so the oldest go first.
  let more = false;
  let asked = 0;
  let behind = options.heldBefore !== undefined || options.shutBefore !== undefined;
  let told = -1;
  let draining = false;
  const idle: (() => void)[] = [];
  const queued = () => [...waiting.values()].map((one) => one.leased);
  const rateTime = createAlarm(ticker);
  const askTime = createAlarm(ticker);
  const gate = createGate({
    ticker,
    random,
    full: () => settings.concurrency,
    tell,
    moved: () => {
      if (gate.standing().health !== 'ok') behind = true;
      if (gate.slots() === 0) giveBack(queued());
      pump();
    },
    ...{ heldBefore: options.heldBefore, shutBefore: options.shutBefore },
  });

  const capacity = () => {
    const slots = gate.slots();
    if (slots === 0 || draining) return 0;
    if (gate.probing()) return running.size === 0 ? 1 : 0;
    const places = slots * backlogPerPlace;
    return settings.perSecond === undefined ? places : Math.min(places, Math.ceil(settings.perSecond * backlogSeconds));
  };
  const free = () => Math.max(0, capacity() - waiting.size - asked);
  /** While it catches up, or has a rate, fresh ones queue in the table behind the older. Else each gets half: a lane that took from the table alone
   * would, under load, never get back to the short way, and one that the fresh may fill would never ask for the older. */
  const oldestFirst = () => behind || settings.perSecond !== undefined || gate.probing();
  const room = () => {
    if (!more && asked === 0) return free();
    if (oldestFirst()) return 0;
    return asked > 0 ? free() : Math.max(0, free() - (capacity() >> 1));
  };

  function put(leased: readonly Leased[]): void {
    const now = ticker.now();
    // Even a destination whose timeout is near the lease gets its try.
    const startBy = now + Math.max(leaseMarginMs, leaseMs - settings.timeoutMs - leaseMarginMs);
    const back: Leased[] = [];
    const most = draining || gate.slots() === 0 ? 0 : gate.probing() ? capacity() : Number.POSITIVE_INFINITY;
    for (const one of leased) {
      if (waiting.size < most || waiting.has(one.delivery.id)) waiting.set(one.delivery.id, { leased: one, startBy });
      else back.push(one);
    }
    giveBack(back);
    pump();
  }

  function pump(): void {
    const late: Leased[] = [];
    while (running.size < gate.slots()) {
      const first = waiting.values().next().value;
      if (!first) break;
      const now = ticker.now();
      const { id } = first.leased.delivery;
      // Somebody else may hold it by the time the send ends.
      if (now > first.startBy) {
        waiting.delete(id);
        late.push(first.leased);
        continue;
      }
      const wait = rate.take(now);
      if (wait > 0) {
        rateTime.set(wait, pump);
        break;
      }
      waiting.delete(id);
      start(first.leased);
    }
    giveBack(late, 'lease');
    ask();
  }

  function start(leased: Leased): void {
    running.set(leased.delivery.id, leased);
    const stamp = gate.started();
    deliver(leased).then(
      (signal) => finish(leased, signal, stamp),
      // An error of the relay itself says nothing about the target.
      (error: unknown) => finish(leased, { outcome: 'lost', error: String(error) }, stamp),
    );
  }

  function finish({ delivery }: Leased, signal: LaneSignal, stamp: Stamp): void {
    running.delete(delivery.id);
    counts[signal.outcome] = (counts[signal.outcome] ?? 0) + 1;
    last.lastClass = signal.outcome;
    if (signal.error !== undefined) last.lastError = signal.error;
    gate.heard(signal, stamp);
    pump();
    if (draining && running.size === 0) for (const resolve of idle.splice(0)) resolve();
  }

  function giveBack(leased: Leased[], why?: WhyBack): void {
    if (leased.length === 0) return;
    for (const one of leased) waiting.delete(one.delivery.id);
    more = true;
    const { health } = gate.standing();
    handBack(leased, why ?? (draining ? 'stopping' : health === 'ok' ? 'lease' : health));
  }

  /** For half its queue at a time: a claim for every place that falls free would be a commit each. */
  function ask(): void {
    const open = free();
    if (more && asked === 0 && open > 0 && open >= capacity() / 2) {
      const limit = oldestFirst() ? open : Math.ceil(open / 2);
      more = false;
      asked = limit;
      wanted(limit).then(
        (leased) => {
          asked = 0;
          if (leased.length >= limit) more = true;
          else if (gate.standing().health === 'ok') behind = false;
          put(leased);
        },
        () =>
          askTime.set(askAgainMs, () => {
            asked = 0;
            more = true;
            ask();
          }),
      );
    }
    const now = room();
    if (now === told) return;
    told = now;
    roomChanged(now);
  }

  ask();
  return {
    put,
    room,
    takeBack: (id) => {
      const found = waiting.get(id);
      if (!found) return undefined;
      waiting.delete(id);
      ask();
      return found.leased;
    },
    pause: gate.pause,
    hold: gate.hold,
    shut: gate.shut,
    resume: gate.resume,
    due: () => {
      more = true;
      ask();
    },
    state: () => ({
      name: settings.name,
      ...gate.standing(),
      waiting: waiting.size,
      running: running.size,
      slots: gate.slots(),
      ...last,
      counts: { ...counts },
    }),
    change: (to) => {
      settings = to;
      rate = createRate(to.perSecond);
      gate.reset();
    },
    drain: (after) => {
      draining = true;
      const unstarted = queued();
      waiting.clear();
      rateTime.clear();
      askTime.clear();
      gate.close(after);
      ask();
      const finished = new Promise<void>((resolve) => {
        if (running.size === 0) resolve();
        else idle.push(resolve);
      });
      return { unstarted, finished };
    },
    running: () => [...running.values()],
  };
}
