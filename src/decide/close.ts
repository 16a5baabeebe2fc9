// A person closes an incident that no webhook will end: the number is given up, the quota is talked about. It ends as by a recovery, but those who were
// told hear that it was closed, by whom and why. What still says so afterwards is in closed.ts.
import type { Incident } from '../model.ts';
import type { Input } from './decision.ts';
import { change, type Draft, sayerFor } from './draft.ts';
import { isUnstable, stopFlaps } from './flaps.ts';
import { end } from './incident.ts';
import { length } from './phrase.ts';
import { endHolds, followReceipts, rememberRecovery } from './recover.ts';
import { dropSilenced } from './silence.ts';

/** Two machines never have quite the same time: a drop that comes next must not look older than the close. */
const skewMs = 60_000;

export function decideClose(draft: Draft, input: Extract<Input, { kind: 'close' }>): void {
  const { incidentKey, openedAt, by, reason } = input;
  const known = draft.memory.incident(incidentKey);
  if (known === undefined) return;
  draft.decision.standing = known;
  if (!known.open || (openedAt !== undefined && openedAt !== known.openedAt)) return;
  const incident = change(draft, known);
  draft.decision.standing = incident;
  const { now } = draft.clock;
  const say = sayerFor(draft, incident.eventId);
  say('incident', `closed by ${by} after ${length(Math.max(0, now - incident.openedAt))}: ${reason}; that is no recovery`);
  end(draft, incident, 'person', now);
  incident.closed = { by, reason };
  rememberRecovery(draft, incident.key, Math.max(incident.changedAt, now - skewMs));
  const over = `closed by ${by}`;
  endHolds(draft, incident, { over, cancelled: over }, new Set(), say);
  dropSilenced(draft, incident, `${over} while it was silenced: nobody hears of it`, say);
  forgetFlaps(draft, incident);
  const told = { id: incident.eventId, triggeredAt: now, receivedAt: now };
  followReceipts(draft, incident, told, incident.told, new Set(), say, { closed: { by, reason } });
}

/** Whoever heard that it is unstable hears that it was closed, and the next drop is the first one again. */
function forgetFlaps(draft: Draft, { key, routes, told }: Incident): void {
  for (const route of new Set([...Object.keys(routes), ...told.map((one) => one.route)]))
    if (isUnstable(draft, route, key)) stopFlaps(draft, route, key);
}
