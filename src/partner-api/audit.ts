// The auditor: numbers that have been down for long are asked about, for the webhook that says they are back may have been lost.
import type { Incident } from '../model.ts';
import { type Asked, askAll } from './ask-all.ts';
import type { PartnerApi } from './client.ts';
import { type Finding, whenOver } from './finding.ts';
import { is, standingOf, whoOf } from './standing.ts';

export type Audit = Asked & { over: number };

const longMs = 3_600_000;

export async function audit(parts: {
  /** Open incidents of numbers that are down. */
  open: readonly Incident[];
  api: Pick<PartnerApi, 'workspace'>;
  found(finding: Finding): Promise<void>;
  now: number;
}): Promise<Audit> {
  const byWorkspace = Map.groupBy(
    parts.open.filter(({ receivedAt }) => parts.now - receivedAt > longMs),
    ({ workspaceId }) => workspaceId,
  );
  let over = 0;
  const asked = await askAll(byWorkspace.keys(), parts.api, async (workspace) => {
    for (const incident of byWorkspace.get(workspace.id)!) {
      const finding = foundOver(incident, workspace);
      if (finding === undefined) continue;
      over += 1;
      await parts.found(finding);
    }
  });
  return { ...asked, over };
}

/** undefined: it is not over, or nothing can be said. */
export function foundOver(incident: Incident, workspace: Parameters<typeof standingOf>[0]): Finding | undefined {
  const { key, workspaceId, phone, openedAt, changedAt } = incident;
  const named = whoOf(key, workspaceId);
  const who = phone === undefined ? named : { ...named, phone };
  if (standingOf(workspace, who) !== 'up') return undefined;
  const number = workspace.numbers!.find((one) => one.connected && is(one, who)) ?? {};
  const { connectedAt, ...rest } = { connectedAt: undefined, ...number };
  return {
    type: 'connected',
    workspaceId,
    number: { ...(phone === undefined ? {} : { phone }), ...rest },
    incidentKey: key,
    triggeredAt: whenOver(connectedAt, openedAt, changedAt, workspace.askedAt),
    mark: openedAt,
  };
}
