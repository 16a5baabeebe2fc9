// What a closed incident makes of what is still said of it: the same period at the same level stays closed, and its recovery is nothing new to whoever
// heard of the close. A new drop, or a higher level, opens it anew.
import type { Event, Incident } from '../model.ts';
import { change, type Draft, type Say } from './draft.ts';

/** A number that drops again, or seats that are full again, are a new condition; a period is one condition until its end. */
export function staysClosed(draft: Draft, known: Incident | undefined, event: Event, say: Say): boolean {
  if (known?.closed === undefined || event.period === undefined || outgrows(known, event)) return false;
  change(draft, known).count += 1;
  say('incident', `${known.key} was ${closedBy(known)} at level ${known.level}: counted, nothing is sent; a higher level opens it anew`);
  return true;
}

/** Worse than what was closed: whoever closed it did not mean this, whenever it happened. */
export const outgrows = (known: Incident | undefined, { level }: Event): boolean => known?.closed !== undefined && level > known.level;

/** A person said that it is over, and it has not come back since. */
export const awaitsRecovery = ({ closed }: Incident): boolean => closed !== undefined && closed.recoveredAt === undefined;

/** The routes that have had their say of it: they take its recovery, the first one, as no news. */
export function knewOfClose(draft: Draft, known: Incident | undefined, { triggeredAt }: Event, say: Say): Set<string> {
  if (known === undefined || !awaitsRecovery(known)) return new Set();
  // One from before the drop is not its end: that may still come.
  if (triggeredAt >= known.changedAt) change(draft, known).closed = { ...known.closed!, recoveredAt: triggeredAt };
  say('incident', `${known.key} was ${closedBy(known)}: that it is over is nothing new`);
  return new Set([...Object.keys(known.routes), ...known.told.map(({ route }) => route)]);
}

const closedBy = ({ closed }: Incident): string => `closed by ${closed!.by} (${closed!.reason})`;
