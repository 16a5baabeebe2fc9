// House rules that the linter cannot see.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = (...patterns: string[]) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('no source file is longer than 250 lines, and each opens by saying what it is for', () => {
  for (const file of files('src/*.ts', 'plugins/*.ts')) {
    const text = read(file);
    expect(text.split('\n').length, file).toBeLessThanOrEqual(251);
    expect(text.startsWith('//'), `${file} opens with a comment`).toBe(true);
  }
});

test('no test is skipped, focused or planned, mocks a module or sleeps', () => {
  for (const file of files('test/*.ts')) {
    if (file === 'test/house/rules.test.ts') continue;
    expect(read(file), file).not.toMatch(/\b(test|it|describe|suite)\.(skip|only|todo|skipIf|runIf)\b|vi\.(mock|doMock|stubGlobal)\(/);
    expect(read(file), file).not.toMatch(/setTimeout\([^,()]*, *\d{3,}\)/);
  }
});

test('nothing is left for later in the source, and no type is given up', () => {
  for (const file of files('src/*.ts', 'plugins/*.ts')) {
    expect(read(file), file).not.toMatch(/\b(TODO|FIXME|XXX)\b|@ts-(ignore|expect-error)|: any\b(?=[;,)\]=>])|\bas any\b/);
  }
});

test('the relay runs from a folder with a space in its name', () => {
  // In the path of a URL a space is %20, and no such folder is there.
  for (const file of files('src/*.ts', 'plugins/*.ts', 'demo/*.ts', 'bench/*.ts'))
    expect(read(file), `${file}: write fileURLToPath`).not.toMatch(/import\.meta\.url\)\.pathname/);
  const dir = mkdtempSync(join(tmpdir(), 'relay in a folder '));
  try {
    for (const name of ['src', 'plugins', 'templates', 'config', 'package.json'])
      cpSync(join(root, name), join(dir, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    const { stdout, stderr } = spawnSync(process.execPath, ['src/cli/relay.ts', 'plugins'], { cwd: dir, encoding: 'utf8' });
    expect(stdout + stderr).toContain('console');
    expect(stdout + stderr).not.toContain('did not load');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the lock file names no registry', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

test('the linter refuses an import from stage to stage, a sharp tool out of its home and a plug-in that reaches in', () => {
  const tries = {
    'src/deliver/zz-broken.ts': "import { parse } from '../intake/parse.ts';\nexport const broken = parse;\n",
    'src/decide/zz-broken.ts': "import { DatabaseSync } from 'node:sqlite';\nexport const broken = DatabaseSync;\n",
    'src/partner-api/zz-broken.ts': "import { Agent } from 'undici';\nexport const broken = Agent;\n",
    'src/store/zz-broken.ts': "import { createPartnerApi } from '../partner-api/client.ts';\nexport const broken = createPartnerApi;\n",
    'plugins/zz-broken.ts': "import { RelayError } from '../src/errors.ts';\nexport const broken = RelayError;\n",
  };
  // In a folder of its own: a broken file in the tree, if only for a moment, would break what reads the tree meanwhile.
  const folder = mkdtempSync(join(tmpdir(), 'relay-lint-'));
  try {
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    for (const [file, text] of Object.entries(tries)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
      const lint = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', '--vcs-enabled=false', file], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(lint.stdout + lint.stderr, file).toContain('noRestrictedImports');
      expect(lint.status, file).not.toBe(0);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
