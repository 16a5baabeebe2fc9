// The list of workspaces, from what the store knows and what the files say: composition for the reading thread of the admin side. The table crosses over
// once for each set of files, as the text it was read from: the main thread pays for no row of it.
import { namesNote } from './asking/notes.ts';
import { segmentsOf } from './decide/match.ts';
import type { Workspace } from './model.ts';
import type { Rules } from './rules/rules.ts';
import { readWorkspaces } from './rules/workspaces.ts';
import { cursorOf, readCursor } from './store/read-page.ts';
import type { Reader } from './store/reader.ts';
import { type Asked, type Candidate, type Known, listed } from './workspaces/listed.ts';
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
  state?: WorkspaceState;
};
export type WorkspaceList = { items: ListedWorkspace[]; total: number; next?: string; behind: boolean };

type Directory = {
  revision: string;
  segments: Rules['segments'];
  known: Map<string, Row>;
  /** Of those that are not in the table, made when one is first listed. */
  others: Map<string, Row>;
};
type Row = Known & { workspace: Workspace };
type Sources = Pick<Reader, 'tallies' | 'workspaceStates' | 'note'>;

/** What it answers undefined to, it has to be asked again with the table. */
export function createWorkspaceList(): (reader: Sources, asked: ListQuestion, table?: TableOfFiles) => Promise<WorkspaceList | undefined> {
  let directory: Directory | undefined;

  return async (reader, { revision, segment, cursor, now, ...asked }, table) => {
    if (table !== undefined) directory = openDirectory(table);
    if (directory?.revision !== revision) return undefined;
    const { known, others, segments } = directory;
    const [{ tallies, open, behind }, names] = [await reader.tallies(), namesOf(await reader.note(namesNote))];
    const tallyOf = new Map(tallies.map((one) => [one.id, one]));
    const row = (id: string): Row => {
      const own = known.get(id);
      const name = own?.name ?? names[id]?.name;
      if (own !== undefined && own.name === name) return own;
      const before = others.get(id);
      if (before !== undefined && before.name === name) return before;
      const made = rowOf({ ...own?.workspace, id, ...(name !== undefined && { name }) });
      others.set(id, made);
      return made;
    };
    function* all(): Generator<Candidate> {
      for (const id of known.keys()) yield { known: row(id), tally: tallyOf.get(id), open: open.get(id) ?? 0 };
      for (const tally of tallies) if (!known.has(tally.id)) yield { known: row(tally.id), tally, open: open.get(tally.id) ?? 0 };
    }
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const inSegment = (one: Known) => segmentsOf({ segments: only(segments, segment!) }, (one as Row).workspace).length > 0;
    const { items, total, last } = listed(all(), { ...asked, after }, segment === undefined ? undefined : inSegment, now);
    const states = new Map((await reader.workspaceStates(items.map((one) => one.known.id))).map((one) => [one.id, one]));
    return {
      items: items.map((one) => {
        const { workspace } = one.known as Row;
        const { id } = workspace;
        const state = states.get(id);
        return {
          ...{ workspace: { ...workspace }, segments: segmentsOf({ segments }, workspace), inTable: known.has(id), open: one.open },
          ...(one.tally !== undefined && { tally: one.tally }),
          ...(state !== undefined && { state }),
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
  return { revision, segments, known: new Map([...(rows ?? [])].map((workspace) => [workspace.id, rowOf(workspace)])), others: new Map() };
}

function rowOf(workspace: Workspace): Row {
  const { id, name, tags = [], owner_email: owner = '' } = workspace;
  const text = `${id}\n${name ?? ''}\n${owner}`.toLowerCase();
  return { workspace, id, name, tags, text, order: (name ?? id).toLowerCase() };
}

const only = (segments: Rules['segments'], name: string): Rules['segments'] =>
  Object.hasOwn(segments, name) ? { [name]: segments[name]! } : {};

function namesOf(note: string | undefined): Record<string, { name?: string }> {
  return Object.assign(Object.create(null), JSON.parse(note ?? '{}'));
}
