// How a mistake is printed.
import { expect, test } from 'vitest';
import { formatMistakes, inOrder, type Mistake } from '../../src/rules/mistake.ts';
import { nearest } from '../../src/rules/nearest.ts';

const mistake = (more: Partial<Mistake> = {}): Mistake => ({
  file: 'routes.yaml',
  line: 3,
  column: 5,
  level: 'error',
  text: 'This is wrong.',
  ...more,
});

test('place, words, the line with a caret under it, and the line as it should be stand under each other', () => {
  expect(formatMistakes([mistake({ found: '    hold:5m', fix: '    hold: 5m' }), mistake({ level: 'warning' })])).toBe(
    [
      'routes.yaml:3:5  This is wrong.',
      '                hold:5m',
      '                ^',
      '    write:      hold: 5m',
      '',
      'routes.yaml:3:5  warning: This is wrong.',
    ].join('\n'),
  );
});

test('what cannot be seen is shown, and nothing in a file can paint the terminal', () => {
  const text = formatMistakes([mistake({ found: '\thold:\u00a05m\u001b[31m\u0007\u202e', column: 7, text: 'a\u001b[2Jb' })]);
  expect(text).toBe('routes.yaml:3:5  a?[2Jb\n            →hold:␣5m?[31m??\n                  ^'.replace('3:5', '3:7'));
});

test('a very long line is cut round its caret', () => {
  const [, found, caret] = formatMistakes([mistake({ found: `${'a'.repeat(500)}X${'b'.repeat(500)}`, column: 501 })]).split('\n');
  expect(found?.length).toBeLessThan(180);
  expect(found?.[caret!.indexOf('^')]).toBe('X');
});

test('with colour the words stay the same', () => {
  const shown = formatMistakes([mistake({ found: 'a', fix: 'b' })], { color: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  expect(shown.replace(/\u001b\[\d+m/g, '')).toBe(formatMistakes([mistake({ found: 'a', fix: 'b' })]));
  expect(shown).toContain('\u001b[31m');
});

test('mistakes are told by place, and each one once', () => {
  const told = inOrder([mistake({ line: 9 }), mistake(), mistake({ file: 'a.csv', line: 20 }), mistake()]);
  expect(told.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.csv:20', 'routes.yaml:3', 'routes.yaml:9']);
});

test.each([
  ['hodl', 'hold'],
  ['evnets', 'events'],
  ['Send', 'send'],
  ['whn_resolved', 'when_resolved'],
  ['xyz', undefined],
])('%s most likely means %s', (word, meant) => {
  expect(nearest(word, ['hold', 'send', 'events', 'when_resolved', 'constructor'])).toBe(meant);
});
