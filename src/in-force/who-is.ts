// Who a workspace is and whom each destination reaches for it: its row, remembered until the files change. A name that the table lacks is filled in
// by whoever may know it.
import type { Workspace } from '../model.ts';
import type { Reach } from '../rules/rules.ts';

export type Known = { workspace: Workspace; reach: Reach };

const most = 10_000;

export function createWhoIs(parts: {
  find(id: string): Workspace;
  reach(workspace: Workspace): Reach;
  nameOf?: ((id: string) => string | undefined) | undefined;
}): { of(id: string | undefined): Known; forget(): void } {
  const known = new Map<string, Known>();
  return {
    of: (id = '') => {
      const before = known.get(id);
      if (before?.workspace.name !== undefined) return before;
      const name = id === '' ? undefined : parts.nameOf?.(id);
      if (before !== undefined && name === undefined) return before;
      const workspace = parts.find(id);
      if (workspace.name === undefined && name !== undefined) workspace.name = name;
      const one = { workspace, reach: parts.reach(workspace) };
      if (known.size >= most) known.clear();
      known.set(id, one);
      return one;
    },
    forget: () => known.clear(),
  };
}
