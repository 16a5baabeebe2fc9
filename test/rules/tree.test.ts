// Reading YAML: hostile files cost little, and what was mended in memory reads as if it had been written right.
import { expect, test } from 'vitest';
import { readTree } from '../../src/rules/tree.ts';

const said = (text: string) => readTree('routes.yaml', text).mistakes.map(({ line, text: words }) => `${line} ${words}`);

test.each([
  ['a line of fifty thousand brackets', `a: ${'['.repeat(50_000)}`, '1 This line is longer than 4000 signs.'],
  ['brackets opened over many lines', `a:\n${'  [\n'.repeat(500)}`, '66 More than 64 brackets are open here.'],
  [
    'blocks nested without end',
    Array.from({ length: 100 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    'This is nested deeper than 64 levels.',
  ],
  [
    'blocks nested so deep that the parser gives up',
    Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    'YAML cannot be read from here on.',
  ],
  ['a file of nine megabytes', 'a: b\n'.repeat(1_800_000), 'This file is larger than 8 MiB.'],
  ['references to references', 'a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n', '1 References (&name, *name)'],
  ['a reference to a block', 'a: &a\n  b: c\nd:\n  <<: *a\n', '4 References (&name, *name)'],
])('%s are refused', (_, text, words) => {
  expect(said(text).join('\n')).toContain(words);
});

test('what stands behind a trap is read as it was meant', () => {
  const { value, mistakes } = readTree('routes.yaml', 'a: #one\nb: {{two}}\nc:\n  d:3\n  e: “four”\nf: [*five*, @six]\n');
  expect(JSON.parse(JSON.stringify(value))).toEqual({ a: '#one', b: '{{two}}', c: { d: '3', e: 'four' }, f: ['*five*', '@six'] });
  expect(mistakes.map(({ line }) => line).sort()).toEqual([1, 2, 4, 5, 6]);
});

test('texts of several lines may hold what looks like a trap', () => {
  const text = 'a: |\n  #one\n  {{two}}\n\thold:5m\n  "three\nb: "four\n  #five {{six}}"\nc: {{seven}}\n';
  const fine = text.replace('\thold', '  hold').replace('c: {{seven}}\n', '');
  expect(readTree('routes.yaml', fine)).toMatchObject({
    mistakes: [],
    value: { a: '#one\n{{two}}\n  hold:5m\n"three\n'.replace('  hold', 'hold') },
  });
});

test('scalars stay the text that was written', () => {
  const { value } = readTree('routes.yaml', 'a: 007\nb: +34600\nc: 1e3\nd: yes\ne: null\nf: ~\ng: 2026-11-23\nh: ""\n');
  expect(JSON.parse(JSON.stringify(value))).toEqual({
    a: '007',
    b: '+34600',
    c: '1e3',
    d: 'yes',
    e: 'null',
    f: '~',
    g: '2026-11-23',
    h: '',
  });
});

test('a place is found by its path, and what is not there by what is nearest above', () => {
  const tree = readTree('routes.yaml', 'a:\n  - b: { c: [x, yy] }\n');
  expect(tree.spot(['a', 0, 'b', 'c', 1])).toMatchObject({ line: 2, column: 17 });
  expect(tree.spot(['a', 0, 'b', 'c', 1]).fix('z')).toBe('  - b: { c: [x, z] }');
  expect(tree.spot(['a', 0, 'b', 'c'], 'key')).toMatchObject({ line: 2, column: 10 });
  expect(tree.spot(['a', 0, 'nothing'])).toMatchObject({ line: 2, column: 5 });
  expect(tree.spot(['a', 0, 'nothing']).fix('z')).toBeUndefined();
});

test('braces behind a bracket are told at once: mending them by quotes would double the line for ever', () => {
  const [first] = readTree('routes.yaml', 'routes:\n  - name: first\n    send: [ops, owner]{{\n  - name: next\n').mistakes;
  expect(first).toMatchObject({ line: 3, level: 'error' });
});
