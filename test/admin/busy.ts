// Figures of a relay that has been busy: counted as the ledger and the lanes have them counted, at times that a test says.
import { createFigures, type Figures } from '../../src/admin/figures.ts';
import type { Attempt } from '../../src/delivery.ts';
import type { Event } from '../../src/model.ts';
import type { Done, Settlement, Work } from '../../src/store/store.ts';

const end = { leased: [], waiting: [], recall: [] };

export const accepted = (type: Event['type'] = 'disconnected', outcome = 'routed'): [Work, Done] => [
  { do: 'decide', input: { kind: 'event', event: { type } as Event, workspace: { id: '' }, reach: {} } },
  { did: 'decide', outcome: outcome as 'routed', ...end },
];

export const settled = (
  next: Settlement['next'],
  { current = true, counts = true, klass = 'ok' }: { current?: boolean; counts?: boolean; klass?: Attempt['class'] } = {},
): [Work, Done] => [
  { do: 'settle', settlement: { next, counts, attempt: { class: klass } } as Settlement },
  { did: 'settle', current, ...end },
];

/** A day and an hour until then: quiet at night, an outage of the target in the last hour, a message given up at its end. */
export function busyDay(until: number): Figures {
  let now = until - 25 * 3_600_000;
  const figures = createFigures(() => now);
  for (let n = 0; now <= until; n++) {
    const hour = new Date(now).getUTCHours();
    const many = hour < 6 ? n % 3 : Math.round(14 + 9 * Math.sin(n / 11) + (n % 5));
    const outage = until - now < 25 * 60_000 && until - now > 14 * 60_000;
    for (let k = 0; k < many; k++) {
      figures.did(...accepted());
      if (outage && k % 2 === 0) figures.did(...settled({ state: 'pending', runAt: now }, { klass: 'transient' }));
      else {
        figures.did(...settled({ state: 'delivered' }));
        const took = (outage ? 9000 : 180) + ((k * 67 + n * 31) % 13) * (outage ? 1500 : 60);
        figures.settled({ receivedAt: now - took, createdAt: now - took }, 'delivered');
      }
    }
    if (until - now === 13 * 60_000) figures.did(...settled({ state: 'dead' }, { klass: 'permanent' }));
    now += 60_000;
  }
  now = until;
  return figures;
}
