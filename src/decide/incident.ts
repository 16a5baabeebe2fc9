// The incident gate: what an event does to the condition it speaks of. Keys come with the event; levels, disorder and endings are decided here.
import type { Event, Incident } from '../model.ts';
import type { Route } from '../rules/rules.ts';
import { outgrows, staysClosed } from './closed.ts';
import { change, type Draft, type Say } from './draft.ts';
import { dropReminders } from './follow-up.ts';
import { length } from './phrase.ts';
import { dropSilenced, silenceTimer } from './silence.ts';

const day = 86_400_000;

export type Opened = { outcome: 'opened' | 'raised'; incident: Incident } | { outcome: 'stale' | 'counted' };

export function openOrRaise(draft: Draft, event: Event, say: Say): Opened {
  const known = incidentOf(draft, event);
  if (known?.open) return again(draft, change(draft, known), event, say);
  if (staysClosed(draft, known, event, say)) return { outcome: 'counted' };
  const recoveredAt = draft.memory.cell(`recovered:${event.incidentKey}`);
  if (recoveredAt !== undefined && event.triggeredAt < Number(recoveredAt) && !outgrows(known, event)) {
    say('incident', 'older than the last recovery: recorded, nothing is sent');
    return { outcome: 'stale' };
  }
  const incident = change(draft, fresh(event, known));
  const phone = event.account?.phone;
  if (phone !== undefined) draft.decision.cells[phoneCell(event.workspaceId, phone)] = incident.key;
  say('incident', `opens ${incident.key}${event.level > 1 ? ` at level ${event.level}` : ''}`);
  return { outcome: 'opened', incident };
}

/** By account id, else by phone within the same workspace: an id may change when a number is linked anew. */
export function incidentOf(draft: Draft, event: Event, fits = ({ open }: Incident): boolean => open): Incident | undefined {
  if (event.incidentKey === undefined) return undefined;
  const own = draft.memory.incident(event.incidentKey);
  const phone = event.account?.phone;
  if (phone === undefined || (own !== undefined && fits(own))) return own;
  const key = draft.memory.cell(phoneCell(event.workspaceId, phone));
  const other = key === undefined || key === event.incidentKey ? undefined : draft.memory.incident(key);
  return other !== undefined && fits(other) ? other : own;
}

const phoneCell = (workspaceId: string, phone: string): string => `phone:${workspaceId}:${phone}`;

/** When it ends by itself: the period's end, else the longest `closes_after` of its routes, counted from receipt. One already over is told, then closed. */
export function closeAt(draft: Draft, incident: Incident, event: Event, routes: Route[], say: Say): void {
  const asked = routes.map((route) => route.closesAfterMs).filter((ms) => ms !== undefined);
  const fallbackMs = event.type === 'seats-full' ? 31 * day : 30 * day;
  const at = asked.length > 0 ? incident.receivedAt + Math.max(...asked) : (event.period?.end ?? incident.receivedAt + fallbackMs);
  if (at <= draft.clock.now) {
    const silent = dropSilenced(draft, incident, 'nobody hears of it', say).length > 0;
    end(draft, incident, 'time', at);
    say('incident', `its period is already over: ${silent ? '' : 'told, then '}closed`);
    return;
  }
  draft.decision.timers.set.push({
    name: `close:${incident.key}`,
    dueAt: at,
    kind: 'close',
    workspaceId: incident.workspaceId,
    incidentKey: incident.key,
  });
}

export function end(draft: Draft, incident: Incident, by: NonNullable<Incident['endedBy']>, at: number): void {
  incident.open = false;
  incident.endedAt = at;
  incident.endedBy = by;
  draft.decision.timers.drop.push(`close:${incident.key}`);
  dropReminders(draft, incident, 'over before it was sent');
  // The recovery of what a person closed may still come, under another account id.
  if (incident.phone !== undefined && by !== 'person') draft.decision.cells[phoneCell(incident.workspaceId, incident.phone)] = null;
}

const unheard: readonly string[] = ['held', 'kept', 'silenced'];

function again(draft: Draft, incident: Incident, event: Event, say: Say): Opened {
  incident.count += 1;
  incident.changedAt = Math.max(incident.changedAt, event.triggeredAt);
  if (event.level < incident.level) {
    say('incident', `${incident.key} is open at level ${incident.level}: the lower level is recorded, nothing is sent`);
    return { outcome: 'counted' };
  }
  if (event.level === incident.level) {
    const held = Object.entries(incident.routes).filter(([, one]) => unheard.includes(one.state));
    if (held.length > 0) incident.eventId = event.id;
    for (const [name, one] of held) {
      incident.routes[name] = { ...one, eventId: event.id };
      // The silence may not be about what is said now.
      if (one.state === 'silenced') draft.decision.timers.set.push(silenceTimer(incident, name, draft.clock.now));
    }
    const since = length(draft.clock.now - incident.receivedAt);
    say(
      'incident',
      `${incident.key} has been open for ${since}: counted (${incident.count})${held.length > 0 ? ', its words are now these' : ', nothing is sent'}`,
    );
    return { outcome: 'counted' };
  }
  say('incident', `raises ${incident.key} from level ${incident.level} to ${event.level}`);
  for (const [name, one] of Object.entries(incident.routes)) {
    if (one.state !== 'held') continue;
    draft.decision.timers.drop.push(`hold:${incident.key}:${name}`);
    incident.routes[name] = { state: 'cancelled', eventId: one.eventId };
    say('hold', `${name}: the lower level is no longer waited for`);
  }
  dropSilenced(draft, incident, 'the lower level is no longer waited for', say);
  dropReminders(draft, incident, 'raised before it was sent');
  delete incident.acknowledged;
  Object.assign(incident, { level: event.level, type: event.type, severity: event.severity, eventId: event.id });
  return { outcome: 'raised', incident };
}

function fresh(event: Event, known: Incident | undefined): Incident {
  // The same period is the same condition: whoever was told of it at this level is not told again. Who heard of a close heard of an end.
  const told = known !== undefined && known.closed === undefined && event.period !== undefined ? known.told : [];
  const phone = event.account?.phone;
  return {
    key: event.incidentKey!,
    workspaceId: event.workspaceId,
    type: event.type,
    severity: event.severity,
    level: event.level,
    open: true,
    openedAt: event.triggeredAt,
    receivedAt: event.receivedAt,
    changedAt: event.triggeredAt,
    eventId: event.id,
    count: 1,
    ...(phone === undefined ? {} : { phone }),
    routes: {},
    told,
  };
}
