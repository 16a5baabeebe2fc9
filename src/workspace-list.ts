// The list of workspaces, from what the store knows and what the files say: composition for the reading thread of the admin side. The table crosses over
// once for each set of files, as the text it was read from: the main thread pays for no row of it.
import { namesNote } from './asking/notes.ts';
import { segmentsOf } from './decide/match.ts';
import type { Workspace } from './model.ts';
import type { Rules } from './rules/rules.ts';
import { readWorkspaces } from './rules/workspaces.ts';
import { cursorOf, readCursor } from './store/read-page.ts';
import type { Tallies } from './store/read-workspaces.ts';
import type { Reader } from './store/reader.ts';
import { type Asked, byName, type Known, listed } from './workspaces/listed.ts';
import type { WorkspaceState } from './workspaces/state.ts';
import type { Tally } from './workspaces/tally.ts';

export type ListQuestion = Omit<Asked, 'after'> & {
  /** Of the files in force. */
  revision: string;
  segment?: string | undefined;
  cursor?: string | undefined;
  now: number;
};
export type TableOfFiles = { revision: string; segments: Rules['segments']; file?: string; text?: string };

export type ListedWorkspace = {
  workspace: Workspace;
  segments: string[];
  inTable: boolean;
  open: number;
  tally?: Tally;
  /** Of its events the last. */
  state?: Omit<WorkspaceState, 'numbers'>;
};
export type WorkspaceList = { items: ListedWorkspace[]; total: number; next?: string; behind: boolean };

type Row = Known & { workspace: Workspace };
type Directory = {
  revision: string;
  segments: Rules['segments'];
  known: Map<string, Row>;
  /** All, by name, until another is known of or the Partner API tells other names. */
  byName?: { rows: Row[]; ids: number; names: string };
};
type Sources = Pick<Reader, 'tallies' | 'workspaceStates' | 'note'>;

/** What it answers undefined to, it has to be asked again with the table. */
export function createWorkspaceList(): (reader: Sources, asked: ListQuestion, table?: TableOfFiles) => Promise<WorkspaceList | undefined> {
  let directory: Directory | undefined;

  return async (reader, { revision, segment, cursor, now, ...asked }, table) => {
    if (table !== undefined) directory = openDirectory(table);
    if (directory?.revision !== revision) return undefined;
    const { known, segments } = directory;
    const found = await reader.tallies();
    const { tallies, open, behind } = found;
    const all = rowsByName(directory, found, (await reader.note(namesNote)) ?? '{}');
    const standing = { tally: (id: string) => tallies.get(id), open: (id: string) => open.get(id) ?? 0 };
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const wanted = segment === undefined ? undefined : only(segments, segment);
    const inSegment = wanted && (({ workspace }: Row) => segmentsOf({ segments: wanted }, workspace).length > 0);
    const { items, total, last } = listed(all, { ...asked, after }, standing, inSegment, now);
    const states = new Map((await reader.workspaceStates(items.map(({ id }) => id))).map((one) => [one.id, one]));
    return {
      items: items.map(({ workspace }) => {
        const { id } = workspace;
        const [state, tally] = [states.get(id), tallies.get(id)];
        return {
          ...{
            workspace: { ...workspace },
            segments: segmentsOf({ segments }, workspace),
            inTable: known.has(id),
            open: standing.open(id),
          },
          ...(tally !== undefined && { tally }),
          ...(state !== undefined && { state: inBrief(state) }),
        };
      }),
      total,
      ...(last !== undefined && { next: cursorOf(...last) }),
      behind,
    };
  };
}

function openDirectory({ revision, segments, file, text }: TableOfFiles): Directory {
  const rows = file === undefined || text === undefined ? undefined : readWorkspaces(file, text).rows?.();
  return { revision, segments, known: new Map([...(rows ?? [])].map((workspace) => [workspace.id, rowOf(workspace)])) };
}

/** To put twenty thousand in order takes longer than all else, and what that goes by seldom changes. */
function rowsByName(directory: Directory, { tallies, ids }: Tallies, names: string): Row[] {
  const { known, byName: before } = directory;
  if (before !== undefined && before.ids === ids && before.names === names) return before.rows;
  const told = namesOf(names);
  const every = new Set([...known.keys(), ...tallies.keys()]);
  const rows = [...every].map((id) => {
    const own = known.get(id);
    const name = own?.name ?? told[id]?.name;
    return own !== undefined && own.name === name ? own : rowOf({ ...own?.workspace, id, ...(name !== undefined && { name }) });
  });
  rows.sort(byName);
  directory.byName = { rows, ids, names };
  return rows;
}

function rowOf(workspace: Workspace): Row {
  const { id, name, tags = [], owner_email: owner = '' } = workspace;
  const text = `${id}\n${name ?? ''}\n${owner}`.toLowerCase();
  return { workspace, id, name, tags, text, order: (name ?? id).toLowerCase() };
}

/** A row shows no more, and all that is handed over is copied. */
const inBrief = ({ numbers: _, events, ...state }: WorkspaceState): NonNullable<ListedWorkspace['state']> => ({
  ...state,
  events: events.slice(0, 1),
});

const only = (segments: Rules['segments'], name: string): Rules['segments'] =>
  Object.hasOwn(segments, name) ? { [name]: segments[name]! } : {};

function namesOf(note: string): Record<string, { name?: string }> {
  return Object.assign(Object.create(null), JSON.parse(note));
}
