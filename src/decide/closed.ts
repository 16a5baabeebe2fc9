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

/** The routes that have had their say of it: they take its recovery as no news. */
export function knewOfClose(known: Incident | undefined, say: Say): Set<string> {
  if (known?.closed === undefined) return new Set();
  say('incident', `${known.key} was ${closedBy(known)}: that it is over is nothing new`);
  return new Set([...Object.keys(known.routes), ...known.told.map(({ route }) => route)]);
}

const closedBy = ({ closed }: Incident): string => `closed by ${closed!.by} (${closed!.reason})`;
