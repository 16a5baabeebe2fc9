// The proof of an erasure: every text of every table is looked through for what is about a workspace. Its own reading of the tables, so that what
// forget.ts does not think of is found.
import type { DatabaseSync } from 'node:sqlite';
import { holdsNothing } from './forget.ts';
import { inJson, longerIds, type Mentions, mentionsOfWorkspace } from './mention.ts';
import { ofNote, without } from './without.ts';

type Text = { table: string; column: string; text: string; key: string | null };

/** In how many texts of each table it stands. `files`: the last good copy of what the operator wrote. */
export function readMentions(db: DatabaseSync, workspace: string): Record<string, number> {
  const mentions = mentionsOfWorkspace(
    workspace,
    db
      .prepare(longerIds)
      .all(workspace)
      .map(({ id }) => id as string),
  );
  const spellings = [...new Set([workspace, inJson(workspace)])];
  const found: Record<string, number> = {};
  const cell = db.prepare('SELECT value FROM cells WHERE key = ?');
  const ofOthersToo = (name: string) => {
    const value = cell.get(name.replace(/^flush:/, ''))?.value as string | undefined;
    return mentions.group(name) && value !== undefined && without(value, { mentions }) === value && !holdsNothing(value);
  };
  const columns = db
    .prepare(`SELECT m.name AS "table", c.name AS "column" FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
      WHERE m.type = 'table' AND c.type = 'TEXT' ORDER BY 1`)
    .all() as { table: string; column: string }[];
  for (const { table, column } of columns) {
    const key = table === 'notes' ? 'key' : 'NULL';
    const named = spellings.map(() => `instr("${column}", ?) > 0`).join(' OR ');
    const rows = db.prepare(`SELECT "${column}" AS text, ${key} AS key FROM "${table}" WHERE ${named}`).iterate(...spellings);
    for (const { text, key } of rows as Iterable<{ text: string; key: string | null }>) {
      const where = key === 'rules.good' ? 'files' : table;
      if (isAbout({ table, column, text, key }, mentions) && !ofOthersToo(text)) found[where] = (found[where] ?? 0) + 1;
    }
  }
  return found;
}

/** Whom a message went to is of whoever was told. */
const ofOthers: ReadonlySet<string> = new Set(['target', 'destination', 'route', 'template']);

function isAbout({ table, column, text, key }: Text, mentions: Mentions): boolean {
  if (column === 'workspace_id' || (table === 'workspaces' && column === 'id')) return text === mentions.id;
  if (column === 'by_name' || column === 'why' || key === 'rules.good') return mentions.written(text);
  if (column === 'key' || column === 'name') return mentions.name(text);
  if (ofOthers.has(column)) return false;
  return without(text, ofNote(mentions, key ?? '')) !== text;
}
