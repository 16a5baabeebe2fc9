// Loads folders of plug-ins in a Node of its own and tells what came of it.
import { afterEach } from 'vitest';
import { folderOf, inNode } from './in-node.ts';

export type Told = { types: string[]; files: Record<string, string>; faults: { file: string; text: string }[] };
const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});
/** A folder with these files, gone after the test. */
export const dirWith = (files: Record<string, string>): string => {
  const folder = folderOf(files);
  folders.push(folder);
  return folder.dir;
};

/** Paths are told relative to their folder. */
export async function load(...dirs: string[]): Promise<Told & { stderr: string }> {
  const { told, stderr } = await inNode<Told>(`
    import { loadPlugins } from '#src/deliver/plug-ins.ts';
    const { plugins, files, faults } = await loadPlugins({ dirs: ${JSON.stringify(dirs)}, timeoutMs: 5000 });
    tell({ types: [...plugins.keys()], files: Object.fromEntries(files), faults });
    process.disconnect();
  `);
  const short = (text: string) => dirs.reduce((all, dir, n) => all.replaceAll(dir, `<${n}>`), text);
  return {
    types: told.types,
    files: Object.fromEntries(Object.entries(told.files).map(([type, file]) => [type, short(file)])),
    faults: told.faults.map(({ file, text }) => ({ file: short(file), text: short(text) })),
    stderr,
  };
}

/** A plug-in of this type, as text. */
export const good = (type: string, more = '') => `
import { definePlugin } from 'timelines-relay/plugin';
import { z } from 'zod';
export default definePlugin({
  type: '${type}', apiVersion: 1, options: z.strictObject({}), content: { format: 'text' }, ${more}
  create: () => ({ send: async () => {} }),
});
`;
