import { expect, test } from 'vitest';
import { plain, plainLines, table } from '../../src/cli/screen.ts';

test('columns stand under their heads, also where a cell has wide letters, and the last is not padded', () => {
  const shown = table(
    ['name', 'words'],
    [
      ['acme', 'all good'],
      ['日本 🔴', 'x'],
    ],
  );
  expect(shown.split('\n')).toEqual(['name     words', 'acme     all good', '日本 🔴  x']);
});

test("a stranger's text stays on its line and cannot paint the terminal or turn it round", () => {
  expect(plain('a\r\nb\u001b[31mred\u001b[0m\u202eevil\u0007')).toBe('a bredevil');
  expect(table(['name'], [['one\ntwo']])).toBe('name\none two');
  expect(plainLines('one\n  two\u001b]0;title\u0007\r')).toBe('one\n  two');
});
