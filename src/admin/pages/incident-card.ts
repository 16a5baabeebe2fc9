// An incident as a row of a list or the head of its page: what the API shows of it, with names and times for people.
import { english } from '../../links/words.ts';
import type { Incident } from '../../model.ts';
import type { AdminParts } from '../parts.ts';
import { showIncident } from '../show.ts';
import { lasting, when, workspacePath } from './words.ts';

export function incidentCard(incident: Incident, { inForce }: Pick<AdminParts, 'inForce'>, now: number, zone: string) {
  const shown = showIncident(incident, inForce.mask);
  const { name = incident.workspaceId } = inForce.whoIs(incident.workspaceId).workspace;
  const { acknowledged: taken } = incident;
  return {
    ...shown,
    to: `/incidents/${encodeURIComponent(shown.key)}`,
    what: english.what[incident.type],
    name,
    workspaceTo: workspacePath(incident.workspaceId),
    id: name === incident.workspaceId ? undefined : incident.workspaceId,
    /** Open, it is as bad as it says; over, it is nothing any more. */
    mark: incident.open ? incident.severity : 'ok',
    began: when(incident.openedAt, now, zone),
    lasts: lasting(incident.openedAt, incident.endedAt ?? now),
    over: incident.endedAt === undefined ? undefined : when(incident.endedAt, now, zone),
    overBy: shown.closed === undefined ? `by ${incident.endedBy ?? ''}` : `closed by ${shown.closed.by}: ${shown.closed.reason}`,
    taken:
      taken !== undefined && taken.until > now
        ? { by: shown.acknowledged!.by, reason: shown.acknowledged!.reason, until: when(taken.until, now, zone) }
        : undefined,
    toldCount: incident.told.length,
    heard: incident.count === 1 ? 'once' : `${incident.count} times`,
  };
}
