// What was said while the relay was away: every known workspace is asked once. A number that is down without an open incident dropped meanwhile, one
// that is connected with one came back. What was down before the relay first looked is nobody's news, so that is noted.
import type { Incident } from '../model.ts';
import type { NumberNow, WorkspaceNow } from './answer.ts';
import { type Asked, askAll } from './ask-all.ts';
import { foundOver } from './audit.ts';
import type { PartnerApi } from './client.ts';
import { type Finding, whenDropped } from './finding.ts';
import { hasDropped, is } from './standing.ts';

/** Numbers known to be down at a time, kept between runs. */
export type Down = { at: number; marks: string[] };

export type Missed = Asked & { down: Down; dropped: number; over: number };

export type MissedParts = {
  ids: Iterable<string>;
  api: Pick<PartnerApi, 'workspace'>;
  /** All of one workspace, open or not. */
  incidents(workspaceId: string): Promise<Incident[]>;
  /** When the number was last heard of as connected, if ever. */
  lastUp(incidentKey: string): Promise<number | undefined>;
  /** Whether the relay ever heard of it. */
  seenBefore(workspaceId: string, number: string): Promise<boolean>;
  /** Until when the relay heard of everything. Absent: this is the first look, which tells nothing. */
  heardUntil?: number;
  noted: Down | undefined;
  found(finding: Finding): Promise<void>;
  progress(asked: number): void;
  now: number;
};

export async function findMissed(parts: MissedParts): Promise<Missed> {
  const { heardUntil, found } = parts;
  const marks: string[] = [];
  const count = { dropped: 0, over: 0 };
  const asked = await askAll(
    parts.ids,
    parts.api,
    async (workspace) => {
      const down = (workspace.numbers ?? []).filter(({ connected }) => !connected);
      marks.push(...down.map((one) => markOf(workspace.id, one)));
      if (heardUntil === undefined) return;
      const incidents = (await parts.incidents(workspace.id)).filter(({ type }) => type === 'disconnected');
      for (const finding of incidents.filter(({ open }) => open).flatMap((one) => foundOver(one, workspace) ?? [])) {
        count.over += 1;
        await found(finding);
      }
      for (const number of down) {
        if (!(await isNews(parts, workspace, number, incidents))) continue;
        count.dropped += 1;
        await found(dropOf(workspace, number, heardUntil));
      }
    },
    parts.progress,
  );
  return { ...asked, ...count, down: { at: parts.now, marks } };
}

/** Not what is open already, was told and closed by time, was down before, or never was connected. */
async function isNews(
  { noted, lastUp, seenBefore }: MissedParts,
  workspace: WorkspaceNow,
  number: NumberNow,
  incidents: Incident[],
): Promise<boolean> {
  const name = number.id ?? number.phone;
  if (name === undefined) return false;
  // A number has one entry for each link it ever had: connected by one of them, it is not down.
  if (workspace.numbers!.some((one) => one.connected && is(one, { phone: number.phone }))) return false;
  const key = keyOf(workspace.id, name);
  const own = incidents.filter((one) => one.key === key || (one.phone !== undefined && one.phone === number.phone));
  if (own.some(({ open }) => open)) return false;
  const upAt = Math.max(number.connectedAt ?? 0, (await lastUp(key)) ?? 0);
  if (own.some((one) => one.endedBy !== 'recovery' && knownUntil(one) >= upAt)) return false;
  if (noted?.marks.includes(markOf(workspace.id, number)) && upAt <= noted.at) return false;
  return hasDropped(number, await seenBefore(workspace.id, name));
}

/** A close counts as heard of, though nothing connected: what was down then is what was given up. */
const knownUntil = ({ endedBy, endedAt = 0, openedAt, changedAt }: Incident): number =>
  endedBy === 'person' ? Math.max(endedAt, changedAt) : openedAt;

function dropOf({ id: workspaceId, askedAt }: WorkspaceNow, number: NumberNow, heardUntil: number): Finding {
  const { connectedAt, connected: _, status: __, ...rest } = number;
  return {
    type: 'disconnected',
    workspaceId,
    number: rest,
    incidentKey: keyOf(workspaceId, (number.id ?? number.phone)!),
    triggeredAt: whenDropped(connectedAt, heardUntil, askedAt),
    mark: connectedAt ?? heardUntil,
  };
}

const keyOf = (workspaceId: string, number: string): string => `wa:${workspaceId}:${number}`;

/** Its last link is part of it: linked anew and lost again is another drop. */
const markOf = (workspaceId: string, { id, phone, connectedAt }: NumberNow): string =>
  [workspaceId, id ?? phone ?? '', connectedAt ?? ''].join(' ');
