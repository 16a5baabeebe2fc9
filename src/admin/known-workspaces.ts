// Workspaces for API and pages: the list as the reading thread makes it, and one of them with all that is known of it.
import { segmentsOf } from '../decide/match.ts';
import { RelayError } from '../errors.ts';
import type { Incident, Workspace } from '../model.ts';
import { silencesFile } from '../rules/silences.ts';
import type { ListedWorkspace, ListQuestion, TableOfFiles, WorkspaceList } from '../workspace-list.ts';
import type { WorkspaceState } from '../workspaces/state.ts';
import { tallyOf } from '../workspaces/tally.ts';
import type { AdminParts } from './parts.ts';

export type KnownWorkspace = ListedWorkspace & { incidents: Incident[]; state?: WorkspaceState };

const mostIncidents = 200;

export async function listWorkspaces(parts: AdminParts, asked: Omit<ListQuestion, 'revision' | 'now'>): Promise<WorkspaceList> {
  const { read, inForce, now } = parts;
  const question = { ...asked, revision: inForce.rules().revision, now: now() };
  if (asked.segment !== undefined && !Object.hasOwn(inForce.rules().segments, asked.segment))
    throw new RelayError('admin.bad_request', `routes.yaml has no segment "${asked.segment}".`);
  const list = (await read.workspaceList(question)) ?? (await read.workspaceList(question, tableOf(inForce)));
  if (list === undefined) throw new RelayError('admin.no_answer', 'listing the workspaces: new files came into force meanwhile; ask again');
  return list;
}

/** The table as it was read. */
function tableOf({ good }: AdminParts['inForce']): TableOfFiles {
  const { rules, files } = good();
  const file = Object.keys(files.sources).find((name) => name !== 'routes.yaml' && name !== silencesFile);
  return { revision: rules.revision, segments: rules.segments, ...(file !== undefined && { file, text: files.sources[file]! }) };
}

export async function findWorkspace({ read, inForce }: AdminParts, id: string): Promise<KnownWorkspace> {
  const [[state], { items: incidents }] = await Promise.all([
    read.workspaceStates([id]),
    read.incidents({ workspace: id, open: true, limit: mostIncidents }),
  ]);
  const { rules, workspaces } = inForce.good();
  const inTable = has(workspaces.ids(), id);
  if (state === undefined && !inTable)
    throw new RelayError(
      'admin.not_found',
      'No event named a workspace of this id, and the table has none; GET /api/v1/workspaces lists them.',
    );
  // With the name that the Partner API told, where the table has none.
  const { name } = inForce.whoIs(id).workspace;
  const workspace: Workspace = { ...workspaces.find(id), ...(name !== undefined && { name }) };
  return {
    ...{ workspace, inTable, incidents, open: incidents.length, segments: segmentsOf(rules, workspace) },
    ...(state !== undefined && { state, tally: tallyOf(state) }),
  };
}

function has(ids: Iterable<string>, id: string): boolean {
  for (const one of ids) if (one === id) return true;
  return false;
}
