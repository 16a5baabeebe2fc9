// Files dropped into a folder become plug-ins, or are told of in words that mend them; loaded by a real Node, as the relay does it.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { folderOf, inNode, shipped } from './in-node.ts';

type Told = { types: string[]; files: Record<string, string>; faults: { file: string; text: string }[] };
const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});
const dirWith = (files: Record<string, string>): string => {
  const folder = folderOf(files);
  folders.push(folder);
  return folder.dir;
};

/** Paths are told relative to their folder. */
async function load(...dirs: string[]): Promise<Told & { stderr: string }> {
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

const good = (type: string, more = '') => `
import { definePlugin } from 'timelines-relay/plugin';
import { z } from 'zod';
export default definePlugin({
  type: '${type}', apiVersion: 1, options: z.strictObject({}), content: { format: 'text' }, ${more}
  create: () => ({ send: async () => {} }),
});
`;

test('the shipped folder holds console and http, and nothing is wrong with them', async () => {
  const { types, faults } = await load(shipped);
  expect(faults).toEqual([]);
  expect(types).toEqual(expect.arrayContaining(['console', 'http']));
});

test('a folder far from the relay gets its plugin contract and zod, in every kind of file', async () => {
  const { types, faults, files } = await load(
    shipped,
    dirWith({
      'a.ts': good('a'),
      'b.mts': good('b'),
      'c.js': good('c'),
      'd.mjs': good('d'),
      'e/index.ts': good('e'),
      'f/index.js': good('f'),
      'name with # and %.ts': good('g'),
      'required.js': `const { z } = require('zod'); const { definePlugin } = require('timelines-relay/plugin');
        module.exports = definePlugin({ type: 'h', apiVersion: 1, options: z.strictObject({}), content: { format: 'text' }, create: () => ({ send() {} }) });`,
    }),
  );
  expect(faults).toEqual([]);
  expect(types).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'console', 'http']));
  expect(files.e).toBe('<1>/e/index.ts');
});

test('a file or a folder may be a link, as in mounted folders', async () => {
  const far = dirWith({ 'linked.ts': good('linked'), 'broken.ts': 'const a = 1;\nenum B {}', 'all/inner.ts': good('inner') });
  const dir = dirWith({});
  symlinkSync(join(far, 'linked.ts'), join(dir, 'linked.ts'));
  symlinkSync(join(far, 'broken.ts'), join(dir, 'broken.ts'));
  symlinkSync(join(far, 'nowhere.ts'), join(dir, 'dangling.ts'));
  expect(await load(dir)).toMatchObject({
    types: ['linked'],
    faults: [
      { file: '<0>/broken.ts', text: expect.stringMatching(/^line 2: /) },
      { file: '<0>/dangling.ts', text: expect.stringMatching(/no such file/) },
    ],
  });
  symlinkSync(join(far, 'all'), join(dir, 'folder'));
  expect(await load(join(dir, 'folder'))).toMatchObject({ types: ['inner'], faults: [] });
});

test('its classes are those of the relay, and its own node_modules come first', async () => {
  const dir = dirWith({
    'x.ts': `import { DeliveryError } from 'timelines-relay/plugin'; import { z } from 'zod'; import own from 'own';
      export default { seen: { DeliveryError, z, own } };`,
    'node_modules/own/package.json': '{"name":"own","main":"index.js"}',
    'node_modules/own/index.js': 'module.exports = "its own";',
  });
  const { told } = await inNode(`
    import { loadPlugins } from '#src/deliver/plug-ins.ts';
    import { DeliveryError } from '#src/plugin.ts';
    import { pathToFileURL } from 'node:url';
    import { createRequire } from 'node:module';
    const { z } = await import(pathToFileURL(createRequire('#src/plugin.ts').resolve('zod').replace('index.cjs', 'index.js')).href);
    await loadPlugins({ dirs: [${JSON.stringify(dir)}] });
    const { default: { seen } } = await import(pathToFileURL(${JSON.stringify(`${dir}/x.ts`)}).href);
    tell([seen.DeliveryError === DeliveryError, seen.z === z, seen.own]);
    process.disconnect();
  `);
  expect(told).toEqual([true, true, 'its own']);
});

test('what is no plug-in file is passed over', async () => {
  const junk = 'throw new Error("loaded")';
  const { types, faults } = await load(
    dirWith({
      '_draft.ts': junk,
      '.hidden.ts': junk,
      'types.d.ts': junk,
      'x.test.ts': junk,
      'readme.md': junk,
      'data.json': junk,
      'node_modules/x/index.js': junk,
      'empty/notes.txt': junk,
      '_folder/index.ts': junk,
      'real.ts': good('real'),
    }),
  );
  expect({ types, faults }).toEqual({ types: ['real'], faults: [] });
});

describe('laid over the shipped ones', () => {
  test('a file of the same name takes the place of the shipped one', async () => {
    const { types, files, faults } = await load(
      dirWith({ 'http.ts': good('http'), 'console.ts': good('console') }),
      dirWith({ 'http.mjs': good('http') }),
    );
    expect(types).toEqual(expect.arrayContaining(['http', 'console']));
    expect(files).toEqual({ http: '<1>/http.mjs', console: '<0>/console.ts' });
    expect(faults).toEqual([]);
  });

  test('a broken one leaves the shipped one in its place, and says so', async () => {
    const { files, faults } = await load(dirWith({ 'http.ts': good('http') }), dirWith({ 'http.ts': 'export default {,};' }));
    expect(files).toEqual({ http: '<0>/http.ts' });
    expect(faults).toMatchObject([
      { file: '<1>/http.ts', text: expect.stringMatching(/^line 1: syntax error: .*\. The shipped http serves instead$/) },
    ]);
  });

  test('the same type under another name is told, and the first stays', async () => {
    const { files, faults } = await load(dirWith({ 'http.ts': good('http') }), dirWith({ 'mine.ts': good('http') }));
    expect(files).toEqual({ http: '<0>/http.ts' });
    expect(faults).toMatchObject([{ file: '<1>/mine.ts', text: expect.stringContaining('"http" is already that of <0>/http.ts') }]);
  });
});

test('two files of one type, or of one name, in a folder: the first serves, the second is told', async () => {
  const { files, faults } = await load(dirWith({ 'a.ts': good('same'), 'b.ts': good('same'), 'c.js': good('c'), 'c.ts': good('c') }));
  expect(files).toEqual({ same: '<0>/a.ts', c: '<0>/c.js' });
  expect(faults.map(({ file }) => file).sort()).toEqual(['<0>/b.ts', '<0>/c.ts']);
});

test('a folder that is not there is told, and the rest goes on', async () => {
  const { types, faults } = await load(shipped, '/nowhere/at/all');
  expect(types).toContain('http');
  expect(faults).toMatchObject([{ text: expect.stringContaining('PLUGINS_DIR') }]);
});

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
