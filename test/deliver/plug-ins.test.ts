// Files dropped into a folder become plug-ins; loaded by a real Node, as the relay does it. What cannot be loaded: plug-ins-faults.test.ts.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inNode, shipped } from './in-node.ts';
import { dirWith, good, load } from './load.ts';

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
