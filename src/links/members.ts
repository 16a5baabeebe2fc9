// What a message of many tells of, a row each: whose number, what happened, since when, and how it stands now. Pure; the list page, its CSV and the
// command line show the same rows.
import { hidePhones } from '../admin/mask.ts';
import type { Event, Incident } from '../model.ts';
import { maskPhone } from '../render/context.ts';
import type { Member } from '../store/reader.ts';

export type Row = {
  event: string;
  workspace: string;
  name?: string;
  /** The phone number, else the account's id. */
  number?: string;
  type: Event['type'];
  wireType: string;
  /** Event time. */
  since: number;
  /** notice: begins nothing, so it has no end. */
  state: 'open' | 'taken' | 'over' | 'notice';
  /** Of what somebody took. */
  by?: string;
  until?: number;
  endedAt?: number;
};

export type Showing = { nameOf(workspaceId: string): string | undefined; showPhone: boolean; now: number };

export const rowsOf = (members: readonly Member[], showing: Showing): Row[] => members.map((member) => rowOf(member, showing));

function rowOf({ event, incident }: Member, { nameOf, showPhone, now }: Showing): Row {
  const { id, workspaceId, account, type, wireType, triggeredAt } = event;
  const name = nameOf(workspaceId);
  const number = account?.phone === undefined ? account?.id : showPhone ? account.phone : maskPhone(account.phone);
  return {
    event: id,
    workspace: workspaceId,
    ...(name === undefined ? {} : { name }),
    ...(number === undefined ? {} : { number }),
    ...{ type, wireType, since: triggeredAt },
    ...standing(event, incident, now),
  };
}

/** The next outage has the same key: what was told then is over. */
export const isAnother = (incident: Incident, at: number): boolean => incident.openedAt > at;

function standing(event: Event, incident: Incident | undefined, now: number): Pick<Row, 'state' | 'by' | 'until' | 'endedAt'> {
  if (event.incidentKey === undefined) return { state: 'notice' };
  if (incident === undefined || isAnother(incident, event.triggeredAt)) return { state: 'over' };
  const { open, endedAt, acknowledged: taken } = incident;
  if (!open) return { state: 'over', ...(endedAt === undefined ? {} : { endedAt }) };
  return taken !== undefined && taken.until > now
    ? { state: 'taken', by: hidePhones(incident.phone)(taken.by), until: taken.until }
    : { state: 'open' };
}
