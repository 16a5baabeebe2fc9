// What the README and docs say is what the code does.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../../src/admin/pages/pages.ts';
import { errorCodes } from '../../src/errors.ts';
import { settingsTable } from '../../src/settings-table.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const cells = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map(cells);

test('docs/errors.md lists every error code with its status and meaning, and no other', () => {
  expect(rows(read('docs/errors.md'))).toEqual(
    Object.entries(errorCodes).map(([code, [status, meaning]]) => [`\`${code}\``, String(status), meaning]),
  );
});

test('the README lists every setting with its default and meaning, and no other', () => {
  const table = read('README.md').split('<!-- settings -->')[1]!.split('<!-- /settings -->')[0]!;
  expect(rows(table)).toEqual(
    settingsTable.map(({ name, default: preset, meaning }) => [`\`${name}\``, preset === undefined ? '' : `\`${preset}\``, meaning]),
  );
});

test('the README lists every command with what it does, and no other', () => {
  const table = read('README.md').split('<!-- commands -->')[1]!.split('<!-- /commands -->')[0]!;
  const help = execFileSync(process.execPath, ['src/cli/relay.ts', '--help'], { cwd: root, encoding: 'utf8' });
  const listed = [...help.split('commands:')[1]!.matchAll(/^ {2}([a-z-]+) +(.+)$/gm)].map(([, name, what]) => [`\`${name}\``, what]);
  expect(listed.length).toBeGreaterThan(5);
  expect(rows(table)).toEqual(listed);
});

test('every folder the README names is there, and no other stands at the top', () => {
  const tree = [...read('README.md').matchAll(/^([a-z]+)\/ {2,}/gm)].map(([, name]) => name!);
  const there = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !['node_modules', 'data'].includes(entry.name))
    .map((entry) => entry.name);
  expect([...tree].sort()).toEqual(there.sort());
});

test('the README has a word for every folder of src', () => {
  const named = [...read('README.md').matchAll(/`src\/([a-z-]+)\/`/g)].map(([, name]) => name!);
  const there = readdirSync(join(root, 'src'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  expect([...new Set(named)].sort()).toEqual(there.sort());
});

test('every link in the README and docs leads to a file', () => {
  for (const file of [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]) {
    for (const [, link] of read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(() => read(join(file, '..', link!)), `${file} → ${link}`).not.toThrow();
    }
  }
});

test('every page of the navigation stands in docs/pages.md with its picture, and every picture is shown somewhere', () => {
  const text = read('docs/pages.md');
  for (const { nav } of pages) if (nav !== undefined) expect(text).toContain(`## ${nav}\n`);
  const shown = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))]
    .map((name) => read(name === 'README.md' ? name : `docs/${name}`))
    .join('\n');
  const unseen = readdirSync(join(root, 'docs/pictures')).filter((name) => name.endsWith('.png') && !shown.includes(`pictures/${name}`));
  expect(unseen).toEqual([]);
});
