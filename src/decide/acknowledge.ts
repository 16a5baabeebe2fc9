// A person takes an incident: until then nobody is reminded of it and nothing escalates. What is due meanwhile asks for it when it is due.
import type { Incident } from '../model.ts';
import type { Input } from './decision.ts';
import { change, type Draft, sayerFor } from './draft.ts';
import { moment } from './phrase.ts';

/** Where no route says: the fallback has no `ack_for`, and a route may be gone from the file. */
const defaultAckForMs = 8 * 3_600_000;

export function decideAcknowledge(draft: Draft, input: Extract<Input, { kind: 'acknowledge' }>): void {
  const { incidentKey, by, reason, openedAt } = input;
  const known = draft.memory.incident(incidentKey);
  if (known === undefined) return;
  draft.decision.standing = known;
  if (!known.open || (openedAt !== undefined && openedAt !== known.openedAt)) return;
  const incident = change(draft, known);
  const { now } = draft.clock;
  // Taken again it lasts longer, never shorter: somebody relies on the time that was said.
  const until = Math.max(now + ackForMs(draft, known), known.acknowledged?.until ?? 0);
  incident.acknowledged = { at: now, until, by, ...(reason === undefined ? {} : { reason }) };
  draft.decision.standing = incident;
  const why = reason === undefined ? '' : ` (${reason})`;
  sayerFor(draft, incident.eventId)(
    'escalate',
    `taken by ${by} until ${moment(until, draft.rules.timezone)}${why}: no reminders, no escalation`,
  );
}

/** The longest of the routes that told it, at whatever level. */
function ackForMs({ rules }: Draft, { routes, told }: Incident): number {
  const telling = new Set(told.map(({ route }) => route));
  for (const [name, { state }] of Object.entries(routes)) if (state === 'told') telling.add(name);
  const asked = rules.routes.filter(({ name }) => telling.has(name)).map((route) => route.ackForMs);
  return asked.length === 0 ? defaultAckForMs : Math.max(...asked);
}
