// Whether a lane may send just now, and how much at once: a pause that a person or the target asked for, a hold, an open breaker, a slow start after any of
// them. The lane asks for slots before each start and tells the gate what came of it.
import { createAlarm, type Ticker } from '../clock.ts';
import { closedBreaker, halfOpen, hear, slotsOf, slowStart } from './breaker.ts';
import type { HealthChange, LaneSignal, Shut, Standing } from './lane-state.ts';
import { waitAsked } from './retry.ts';

/** What a start is remembered by: only what began after a hold or an opening can prove that it is over. */
export type Stamp = { round: number; hold: Hold | undefined };
type Hold = { reason: string; since: number; probe: boolean; next?: number };

export type Gate = {
  slots(): number;
  /** One at a time, to see whether it works again. */
  probing(): boolean;
  started(): Stamp;
  heard(signal: LaneSignal, stamp: Stamp): void;
  pause(untilMs: number, why: string): void;
  hold(reason: string): void;
  /** By a person: goes before all else, and no change of the file ends it. */
  shut(shut: Shut): void;
  /** By a person: whatever kept it shut is over, also a pause that the target asked for and an outage. */
  resume(): void;
  free(after: 'success' | 'change' | 'operator'): void;
  /** The destination was changed: whatever was wrong with it may be mended. */
  reset(after?: 'change' | 'operator'): void;
  standing(): Standing;
  /** No timer runs any more, nothing starts. A trouble that was told is said to be over with the destination. */
  close(after?: 'removal'): void;
};

export type GateOptions = {
  ticker: Ticker;
  random: () => number;
  /** The destination's concurrency, as it is now. */
  full: () => number;
  /** It shut, opened or opened wider by itself. */
  moved: () => void;
  tell: (change: HealthChange) => void;
  heldBefore?: { reason: string; since: number } | undefined;
  shutBefore?: Shut | undefined;
};

export const probeEveryMs = 300_000;
const tellAfterOpenMs = 300_000;
const firstLimitMs = 1000;
const longestLimitMs = 30_000;
const lookAgainMs = 1000;

export function createGate({ ticker, random, full, moved, tell, heldBefore, shutBefore }: GateOptions): Gate {
  let breaker = closedBreaker;
  let pause: { until: number; why: string; since: number } | undefined;
  // A probe at once after a restart: whoever mended the password may have restarted the relay for it.
  let hold: Hold | undefined = heldBefore && { ...heldBefore, probe: true };
  let shut: Shut | undefined = shutBefore;
  let outage: { since: number; until: number; reason: string; told: boolean } | undefined;
  let limitsInARow = 0;
  let okSince = ticker.now();
  let closed = false;
  const alarms = Array.from({ length: 5 }, () => createAlarm(ticker)) as [Alarm, Alarm, Alarm, Alarm, Alarm];
  const [pauseEnd, probeTime, breakerTime, outageLasts, shutEnd] = alarms;

  const backToWork = () => {
    breaker = slowStart(breaker, full());
    okSince = ticker.now();
  };
  const probeLater = (the: Hold, ms: number) => {
    the.probe = false;
    the.next = ticker.now() + ms;
    probeTime.set(ms, () => {
      the.probe = true;
      moved();
    });
  };
  const outageOver = (after: 'success' | 'change' | 'removal' | 'operator') => {
    breakerTime.clear();
    outageLasts.clear();
    if (outage?.told) tell({ health: 'ok', since: ticker.now(), after });
    outage = undefined;
    okSince = ticker.now();
  };

  const gate: Gate = {
    slots: () => {
      if (closed || shut || pause) return 0;
      if (hold) return hold.probe ? 1 : 0;
      return slotsOf(breaker, full());
    },
    probing: () => hold !== undefined || breaker.phase === 'half-open',
    started: () => {
      // The next probe has its own time; this one may take as long as it is allowed to.
      if (hold) probeLater(hold, probeEveryMs);
      return { round: breaker.round, hold };
    },
    heard: (signal, stamp) => {
      if (closed) return;
      if (signal.outcome === 'ok') limitsInARow = 0;
      if (signal.outcome === 'rate-limited') limited(signal);
      // A word about what was in force before says nothing about what is now.
      if (signal.outcome === 'config' && stamp.round === breaker.round)
        return gate.hold(signal.error ?? 'the destination refuses every message');
      if (hold) {
        if (stamp.hold !== hold) return;
        if (signal.outcome === 'ok') gate.free('success');
        // Not sent at all, so nothing was learnt.
        if (['poison', 'expired', 'lost'].includes(signal.outcome)) {
          hold.probe = true;
          moved();
        }
        return;
      }
      if (signal.outcome === 'ok' || signal.transient) listen(signal, stamp.round);
    },
    pause: (until, why) => {
      if (closed || (pause && pause.until >= until)) return;
      pause = { until, why, since: pause?.since ?? ticker.now() };
      pauseEnd.set(until - ticker.now(), () => {
        pause = undefined;
        backToWork();
        moved();
      });
      moved();
    },
    hold: (reason) => {
      if (closed) return;
      if (hold) {
        hold.reason = reason;
        return;
      }
      const since = ticker.now();
      hold = { reason, since, probe: false };
      // The operator hears of this trouble instead.
      if (outage) outage.told = false;
      outageOver('change');
      breaker = { ...closedBreaker, round: breaker.round + 1 };
      probeLater(hold, probeEveryMs);
      tell({ health: 'held', since, reason });
      moved();
    },
    shut: (wanted) => {
      if (closed) return;
      shut = wanted;
      endShut();
      // It is not being tried, so that it fails is nothing to tell of.
      if (outage) outage.told = false;
      outageOver('change');
      breaker = { ...closedBreaker, round: breaker.round + 1 };
      moved();
    },
    resume: () => {
      shut = undefined;
      shutEnd.clear();
      gate.reset('operator');
    },
    free: (after) => {
      if (!hold) return;
      hold = undefined;
      probeTime.clear();
      backToWork();
      tell({ health: 'ok', since: okSince, after });
      moved();
    },
    reset: (after = 'change') => {
      gate.free(after);
      outageOver(after);
      pauseEnd.clear();
      pause = undefined;
      breaker = { ...closedBreaker, round: breaker.round + 1 };
      backToWork();
      moved();
    },
    standing: () => {
      if (shut) {
        const { by, reason, since, until } = shut;
        return { health: 'paused', since, reason: `paused by ${by}: ${reason}`, by, ...(until !== undefined && { until }) };
      }
      if (hold)
        return {
          health: 'held',
          since: hold.since,
          reason: hold.reason,
          ...(hold.next !== undefined && !hold.probe && { until: hold.next }),
        };
      if (pause) return { health: 'paused', since: pause.since, until: pause.until, reason: pause.why };
      if (outage) return { health: 'open', since: outage.since, until: outage.until, reason: outage.reason };
      return { health: 'ok', since: okSince };
    },
    close: (after) => {
      if (closed) return;
      closed = true;
      for (const alarm of alarms) alarm.clear();
      if (after && (hold || outage?.told)) tell({ health: 'ok', since: ticker.now(), after });
    },
  };

  /** By wall time, as it was said and as it is kept over a restart: looked at anew, for somebody may set the clock, or the machine sleep. */
  function endShut(): void {
    shutEnd.clear();
    if (shut?.until === undefined) return;
    const { until } = shut;
    shutEnd.set(Math.min(Math.max(0, until - ticker.now()), lookAgainMs), () => {
      if (until > ticker.now()) return endShut();
      shut = undefined;
      backToWork();
      moved();
    });
  }

  /** Longer each time that nothing got through in between: a target that names no useful wait must not be asked every second. */
  function limited({ retryAfterMs, error }: LaneSignal): void {
    if (!pause) limitsInARow += 1;
    const least = Math.min(firstLimitMs * 2 ** (limitsInARow - 1), longestLimitMs);
    gate.pause(ticker.now() + Math.max(waitAsked(retryAfterMs), least), error ?? 'the destination limits its rate');
  }

  function listen({ outcome, error }: LaneSignal, round: number): void {
    const before = breaker;
    breaker = hear(breaker, { ok: outcome === 'ok', round }, ticker.now(), random(), full());
    if (breaker.phase === before.phase) return;
    if (breaker.phase === 'open') {
      const now = ticker.now();
      outage = { since: now, told: false, ...outage, until: now + breaker.openMs, reason: error ?? 'it keeps failing' };
      breakerTime.set(breaker.openMs, () => {
        breaker = halfOpen(breaker);
        moved();
      });
      if (outage.since === now)
        outageLasts.set(tellAfterOpenMs, () => {
          if (!outage) return;
          outage.told = true;
          tell({ health: 'open', since: outage.since, reason: outage.reason });
        });
      moved();
    } else if (outage) outageOver('success');
  }

  endShut();
  return gate;
}
type Alarm = ReturnType<typeof createAlarm>;
