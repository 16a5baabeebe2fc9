// Destinations in trouble, remembered over restarts and told to the operator by another way: what lanes report, in words.
import type { RelayNotice } from '../delivery.ts';
import type { Logger } from '../plugin.ts';
import type { HealthChange, LaneState } from './lane-state.ts';

type Held = Record<string, { reason: string; since: number }>;

export function keepHeld(options: {
  /** As kept by the last run, JSON. */
  before: string | undefined;
  keep(text: string): void;
  tell(notice: RelayNotice): void;
  log: Logger;
}): {
  before: Held;
  changed(destination: string, change: HealthChange): void;
  /** Of what is kept, where a workspace is forgotten that a reason names. */
  reword(say: (reason: string) => string): void;
  degraded(lanes: readonly LaneState[]): RelayNotice[];
} {
  const held: Held = JSON.parse(options.before ?? '{}');
  return {
    before: { ...held },
    changed: (destination, change) => {
      if (change.health === 'ok') {
        options.log.info({ destination, after: change.after }, 'destination.works_again');
        if (held[destination] === undefined) return;
        delete held[destination];
      } else {
        options.tell(noticeOf(destination, change.health, change.reason));
        if (change.health !== 'held') return;
        held[destination] = { reason: change.reason, since: change.since };
      }
      options.keep(JSON.stringify(held));
    },
    reword: (say) => {
      for (const one of Object.values(held)) one.reason = say(one.reason);
    },
    degraded: (lanes) =>
      lanes.flatMap(({ name, health, reason = '' }) => (health === 'held' || health === 'open' ? [noticeOf(name, health, reason)] : [])),
  };
}

function noticeOf(destination: string, health: 'held' | 'open', reason: string): RelayNotice {
  const text =
    health === 'held'
      ? `${destination} refuses every message: ${reason}. Messages for it wait, and one is tried every 5 minutes. Mend its options in routes.yaml or at the target; it goes on by itself.`
      : `${destination} has been failing for over 5 minutes: ${reason}. Messages for it wait and are tried again with growing pauses; it goes on by itself.`;
  return { code: health === 'held' ? 'destination.held' : 'destination.failing', subject: destination, text, destination };
}
