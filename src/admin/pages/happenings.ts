// What happens, as a line that a person reads.
import { english } from '../../links/words.ts';
import type { Shown } from '../live.ts';
import { clockTime } from './words.ts';

export type Line = { at: string; clock: string; mark: string; text: string; to?: string; detail?: string };

export function lineOf(one: Shown, zone: string): Line {
  return { at: one.at, clock: clockTime(Date.parse(one.at), zone), ...words(one) };
}

const states = { delivered: 'delivered to', pending: 'will be tried again at', dead: 'given up at' } as const;

function words(one: Shown): Omit<Line, 'at' | 'clock'> {
  switch (one.kind) {
    case 'event':
      return {
        mark: one.severity,
        text: `${english.what[one.type]}: ${one.workspace}`,
        detail: `event ${one.outcome}`,
        to: `/events/${one.id}`,
      };
    case 'incident':
      return {
        mark: one.open ? one.severity : 'ok',
        text: `${one.open ? 'Open' : one.closed_by === undefined ? 'Over' : `Closed by ${one.closed_by}`}: ${english.what[one.type]}, ${one.workspace}`,
        to: `/incidents/${encodeURIComponent(one.key)}`,
      };
    case 'delivery':
      return { mark: one.state === 'delivered' ? 'ok' : 'warning', text: `Message ${states[one.state]} ${one.destination}` };
    case 'rules':
      return { mark: 'info', text: `New files are in force`, detail: one.revision.slice(0, 12) };
    case 'notice':
      return { mark: 'warning', text: `The operator is told: ${one.subject}`, detail: one.code };
  }
}
