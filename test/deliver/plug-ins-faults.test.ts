// A file that cannot be loaded is told with its line and its cure, and the good one beside it serves.
import { beforeAll, describe, expect, test } from 'vitest';
import { dirWith, good, load, type Told } from './load.ts';

describe('a file that cannot be loaded is told with its line and its cure:', () => {
  const cases: [what: string, file: string, source: string, text: RegExp][] = [
    ['TypeScript with a syntax error', 'x.ts', 'const a = 1;\nexport default { a:: 1 };', /^line 2: syntax error: /],
    ['JavaScript with a syntax error', 'x.mjs', 'const a = 1;\n\nexport default { a: 1,, };', /^line 3: syntax error: /],
    [
      'an enum',
      'x.ts',
      'const a = 1;\nenum Level { Low }\nexport default {};',
      /^line 2: .*an enum is more than a type; write a union of texts/,
    ],
    [
      'a namespace',
      'x.ts',
      'namespace N { export const x = 1 }\nexport default {};',
      /^line 1: .*a namespace declaration .*plain functions/,
    ],
    ['a parameter property', 'x.ts', 'class X { constructor(private y: string) {} }\nexport default X;', /^line 1: .*write the field out/],
    [
      'a type imported as a value',
      'x.ts',
      "import { z } from 'zod';\nimport { definePlugin, Message } from 'timelines-relay/plugin';\nexport default {};",
      /^line 2: "Message" is not there to be imported; if it is a type, write `import type \{ Message \}`/,
    ],
    [
      'a package that is not installed',
      'x.ts',
      "\nimport { x } from 'left-pad-of-old';\nexport default x;",
      /^line 2: it imports "left-pad-of-old", which is not installed; `npm install left-pad-of-old`/,
    ],
    [
      'the inside of the relay',
      'x.ts',
      "import { x } from 'timelines-relay/src/model.ts';\nexport default x;",
      /^line 1: of the relay only timelines-relay\/plugin can be imported/,
    ],
    [
      'a file that is not there',
      'x.ts',
      "import { x } from './lib/other';\nexport default x;",
      /there is no such file; check the path, and write its extension/,
    ],
    ['a throw', 'x.ts', "const a = 1;\nthrow new Error('no key');\nexport default a;", /^line 2: loading it failed: Error: no key$/],
    ['a throw of something that is no Error', 'x.ts', "throw 'boom';", /^loading it threw "boom", which is no Error$/],
    ['an await that never ends', 'x.ts', 'await new Promise(() => {});\nexport default {};', /did not end within 5 s; an await at the top/],
    ['no default export', 'x.ts', 'export const plugin = {};', /no default export; write `export default definePlugin/],
    [
      'a default export that is no plug-in',
      'x.ts',
      'export default {};',
      /apiVersion: 1.*`type`.*`options` must be a schema.*`content\.format`.*`create\(options\)`/,
    ],
    [
      'another version of the contract',
      'x.ts',
      good('x').replace('apiVersion: 1', 'apiVersion: 2'),
      /^it is written for version 2 of the plug-in contract, this relay knows version 1$/,
    ],
    ['a type that is no word', 'x.ts', good('My Plugin'), /^its `type` must be a word of small letters/],
    ['a limit of nothing', 'x.ts', good('x', 'limits: { perSecond: 0 },'), /`limits\.perSecond` must be a number above 0/],
    ['the wish to see webhooks as received', 'x.ts', good('x', 'rawEvent: true,'), /`rawEvent` is for http alone/],
    [
      'a default export that cannot be looked at',
      'x.ts',
      'export default new Proxy({}, { get() { throw new Error("no") } });',
      /loading it failed: Error: no/,
    ],
  ];

  const nameOf = (n: number) => `case-${String(n).padStart(2, '0')}-`;
  let told: Told;
  beforeAll(async () => {
    const files = cases.map(([, file, source], n) => [`${nameOf(n)}${file}`, source]);
    told = await load(dirWith({ ...Object.fromEntries(files), 'good.ts': good('good') }));
  });

  test.each(cases.map((one, n) => [one[0], n] as const))('%s', (_, n) => {
    const [, file, , text] = cases[n]!;
    expect(told.faults.filter((fault) => fault.file.startsWith(`<0>/${nameOf(n)}`))).toEqual([
      { file: `<0>/${nameOf(n)}${file}`, text: expect.stringMatching(text) },
    ]);
  });

  test('and the good file beside all of them serves', () => {
    expect(told.types).toEqual(['good']);
  });

  test('a folder that is CommonJS', async () => {
    const { faults } = await load(dirWith({ 'package.json': '{"type":"commonjs"}', 'x.ts': good('x'), 'y.mts': good('y') }));
    expect(faults).toMatchObject([{ file: '<0>/x.ts', text: expect.stringMatching(/"type": "module"/) }]);
  });

  test('TypeScript in a package from npm', async () => {
    const files = { 'x.ts': "export { default } from 'pack';", 'node_modules/pack/package.json': '{"name":"pack","exports":"./i.ts"}' };
    const { faults } = await load(dirWith({ ...files, 'node_modules/pack/i.ts': 'export default {};' }));
    expect(faults).toMatchObject([{ file: '<0>/x.ts', text: expect.stringMatching(/a plug-in from npm must be JavaScript/) }]);
  });
});
