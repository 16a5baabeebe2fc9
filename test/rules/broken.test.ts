// One file for each mistake that an operator makes, and beside it what is printed, word for word. `npx vitest run test/rules -u` writes it anew.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Mistake } from '../../src/rules/mistake.ts';
import { check, said, shipped } from './kit.ts';

const folder = new URL('./broken/', import.meta.url);
const files = readdirSync(folder);
const broken = files.filter((name) => name.endsWith('.bad.yaml'));
const tables = {
  'workspaces.csv': shipped['workspaces.csv'],
  'broken.csv': 'id;name;tags\nacme;Acme Ltd;vip\nshop-1;Corner Shop\nacme;Acme again;vip\n;Nobody;\n',
};
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const mistakesOf = (text: string): Mistake[] => {
  const loaded = check(text, tables);
  return loaded.ok ? loaded.warnings : loaded.mistakes;
};

describe('a broken routes.yaml', () => {
  test.each(broken)('%s is refused with each line, column and cure', async (name) => {
    const text = read(name);
    await expect(`${said(text, tables)}\n`).toMatchFileSnapshot(`./broken/${name.replace('.bad.yaml', '.txt')}`);
    expect(check(text, tables).ok).toBe(false);
  });

  test('has its expected answer beside it, and no answer is left without a file', () => {
    expect(files.filter((name) => name.endsWith('.txt'))).toEqual(broken.map((name) => name.replace('.bad.yaml', '.txt')));
    expect(broken.length).toBeGreaterThanOrEqual(20);
  });

  test.each(broken)('%s: each corrected line, copied in, ends its mistake', (name) => {
    const text = read(name);
    for (const { line, found, fix, text: saying, file } of mistakesOf(text)) {
      if (fix === undefined || file !== 'routes.yaml' || fix.includes('…')) continue;
      const lines = text.split('\n');
      // Without a line to show, the corrected one is a new one.
      if (found === undefined) lines.splice(line === 1 ? 0 : line, 0, fix);
      else lines[line - 1] = fix;
      expect(mistakesOf(lines.join('\n')).map((one) => `${one.line} ${one.text}`)).not.toContain(`${line} ${saying}`);
    }
  });
});

test('a mistake below more warnings than are told is told all the same', () => {
  const routes = Array.from({ length: 130 }, (_, n) => `  - { name: r${n}, where: { tag: nobody-${n} }, send: [log] }`);
  const text = [
    ...[
      'version: 1',
      'timezone: UTC',
      'workspaces: { file: workspaces.csv }',
      'destinations:',
      '  log: { plugin: console }',
      'routes:',
      ...routes,
    ],
    ...['  - { name: last, send: [lgo] }', 'fallback: { send: [log] }', 'operator: log', ''],
  ].join('\n');
  const told = mistakesOf(text);
  expect(told).toHaveLength(101);
  expect(told.filter(({ level }) => level === 'error').map(({ line }) => line)).toEqual([137]);
  expect(told.at(-1)).toMatchObject({ level: 'warning', text: expect.stringMatching(/^\d+ more warnings follow\./) });
});
