// The language by its examples: each file in test/language/ is named after one row of docs/routing.md and holds whole small routes.yaml files, whose
// `tests:` are the edges of that row. They are judged as a reload would judge them and played on a clock of their own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPlugins } from '../src/deliver/plug-ins.ts';
import { judgeDisk } from '../src/in-force/judge.ts';
import { formatMistakes } from '../src/rules/mistake.ts';
import { root } from './cli/call.ts';

const folder = join(root, 'test/language');
const plugins = await loadPlugins({ dirs: [join(root, 'plugins')] });
const deps = {
  settings: { configDir: join(folder, 'beside') },
  plugins,
  now: () => Date.parse('2026-01-14T09:00:00Z'),
  // Nothing is sent, so no secret need be there.
  secret: (name: string) => ({ ok: true, value: name === 'env:SLACK_TOKEN' ? 'xoxb-1' : 'smtp://mail.example' }) as const,
};

/** One file may hold several; each keeps its place, so that a mistake names the line of the file. */
function documentsOf(text: string): string[] {
  const lines = text.split('\n');
  const ends = [...lines.flatMap((line, at) => (line === '---' ? [at] : [])), lines.length];
  return ends.map((end, at) => {
    const begin = at === 0 ? 0 : ends[at - 1]! + 1;
    return `${'\n'.repeat(begin)}${lines.slice(begin, end).join('\n')}\n`;
  });
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  const row = file.replace(/\.yaml$/, '');
  for (const routes of documentsOf(readFileSync(join(folder, file), 'utf8'))) {
    const judged = await judgeDisk(deps, { routes });
    const { played = [] } = judged;
    for (const { name, mistake } of played) test(`${row}: ${name}`, () => expect(mistake?.text).toBeUndefined());
    const line = 1 + /^\n*/.exec(routes)![0].length;
    test(`${row}: the file that begins in line ${line} is read without mistake or warning, and has tests`, () => {
      const said = judged.ok ? judged.warnings : judged.mistakes.filter(({ code }) => code !== 'test');
      expect(formatMistakes(said)).toBe('');
      expect(played.length).toBeGreaterThan(0);
    });
  }
}
