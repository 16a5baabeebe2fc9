// Whether the table has the columns, and `brand:` the links, that an operator's stories ask for: mustache prints nothing for those it lacks.
// A warning, for a story may be older than the table. Composition: the words are render's, the table is rules'.
import type { StoryFile } from '../render/stories.ts';
import type { Mistake } from '../rules/mistake.ts';
import { nearest } from '../rules/nearest.ts';
import { type Known, knownColumns } from '../rules/references.ts';

const tag = /\{\{[#^]?\s*(workspace|links)\.([\w-]+)\s*\}\}/g;
/** What the relay fills in itself. */
const ours = { workspace: knownColumns, links: ['app', 'trace', 'acknowledge', 'list'] };

/** `links`: the names under `brand:`. */
export function storyColumns(files: readonly StoryFile[], columns: Known['columns'], links: readonly string[]): Mistake[] {
  // A table that could not be read is told by itself.
  if (columns === undefined) return [];
  const known = { workspace: [...ours.workspace, ...(columns === 'none' ? [] : columns)], links: [...ours.links, ...links] };
  return files.flatMap(({ name, text }) =>
    [...text.matchAll(tag)].flatMap(({ 0: whole, 1: group, 2: asked = '', index }) => {
      const names = known[group as keyof typeof known];
      if (names.includes(asked)) return [];
      const before = text.slice(0, index);
      const start = before.lastIndexOf('\n') + 1;
      const found = text.slice(start).split('\n', 1)[0]!;
      const near = nearest(asked, names);
      const what = group === 'workspace' ? 'The workspaces table has no column' : '`links:` under `brand:` has no';
      const meant = near === undefined ? ` There are ${[...new Set(names)].join(', ')}.` : ` Did you mean \`${near}\`?`;
      return {
        ...{ file: `templates/${name}`, line: before.split('\n').length, column: index - start + whole.indexOf(asked) + 1 },
        ...{ level: 'warning' as const, code: 'name' as const, text: `${what} \`${asked}\`, so nothing is printed for it.${meant}` },
        ...{ found, ...(near !== undefined && { fix: found.replace(`${group}.${asked}`, `${group}.${near}`) }) },
      };
    }),
  );
}
