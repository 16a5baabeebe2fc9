import { expect, test } from 'vitest';
import { call, config, folder, routes } from './call.ts';

test('the shipped files are fine, and the table says who hears of what', async () => {
  const { code, out } = await call(['check']);
  expect(code).toBe(0);
  expect(out).toMatch(/^fine: /m);
  expect(out).toMatch(/^event +vip +internal +everyone else$/m);
  expect(out).toMatch(/^disconnected +client-slack, ops-slack +nobody +ops-slack, owner-email$/m);
  expect(out).toMatch(/^any other event +ops-slack \* +nobody +ops-slack \*$/m);
});

test('who is named behind a hold stands in the table, and what no route takes is marked', async () => {
  const { out } = await call(['check'], config());
  expect(out).toMatch(/^disconnected +ops +boss \*$/m);
  expect(out).toMatch(/^messaging-100 +ops, boss +ops, boss$/m);
  expect(out).toMatch(/^connected +nobody +nobody$/m);
});

test('what a route for it was forgotten is a warning that names event and segment: exit 0', async () => {
  const { code, out } = await call(['check'], config());
  expect(code).toBe(0);
  expect(out).toMatch(/^routes\.yaml:18:1 {2}warning: No route is for `disconnected` of everyone else: only `fallback` hears of it\.$/m);
  expect(out).toMatch(/^routes\.yaml:18:1 {2}warning: No route is for `seats-full` of anybody: only `fallback` hears of it\.$/m);
  expect(out).not.toContain('`connected` of');
  expect(out).toMatch(/^fine: .* 6 warnings, /m);
});

test('quiet hours, limits, digests and escalations change nothing in the table, whatever the time', async () => {
  const gates = `    quiet: always\n    limit: { max: 1, per: 1d }\n    digest: { every: 1d }\n    escalate: [{ after: 1m, send: [boss] }]\n`;
  const { out } = await call(
    ['check'],
    config((text) =>
      text
        .replace('routes:\n', 'quiet_hours:\n  always: { from: "00:00", to: "23:59" }\nroutes:\n')
        .replace('    hold: 2m\n', `    hold: 2m\n${gates}`),
    ),
  );
  expect(out).toMatch(/^disconnected +ops +boss \*$/m);
});

test('a mistake is printed with file, line, column and the line as it should read: exit 1', async () => {
  const { code, out } = await call(
    ['check'],
    config((text) => text.replace('send: [ops]\n', 'sned: [ops]\n')),
  );
  expect(code).toBe(1);
  expect(out).toMatch(/^routes\.yaml:14:5 {2}/m);
  expect(out).toContain('write:  ');
  expect(out).toContain('    send: [ops]');
  expect(out).toContain('A running relay keeps the rules it has');
});

test('all mistakes are told at once', async () => {
  const { out } = await call(
    ['check'],
    config((text) => text.replace('hold: 2m', 'hold: soon').replace('[ops, boss]', '[opps, boss]')),
  );
  expect(out).toMatch(/^routes\.yaml:13:\d+ /m);
  expect(out).toMatch(/^routes\.yaml:17:\d+ /m);
});

test('a warning leaves exit code 0', async () => {
  const { code, out } = await call(
    ['check'],
    config((text) => text.replace('operator: boss\n', '')),
  );
  expect(code).toBe(0);
  expect(out).toContain('warning: ');
});

test('it needs no settings but those that the files name, and names the one that is missing', async () => {
  const dir = folder({
    'routes.yaml': routes
      .replace('workspaces: { file: workspaces.csv }\n', '')
      .replace('boss: { plugin: console }', 'boss: { plugin: http, url: env:BOSS_URL }'),
  });
  const without = await call(['check', '--config', dir]);
  expect(without.code).toBe(1);
  expect(without.out).toContain('BOSS_URL is not set');
  const { code } = await call(['check', '--config', dir], { BOSS_URL: 'https://boss.example/hook' });
  expect(code).toBe(0);
});

test('--json holds the same for a program', async () => {
  const good = await call(['check', '--json'], config());
  const judged = JSON.parse(good.out);
  expect(judged).toMatchObject({ ok: true, mistakes: [] });
  expect(judged.coverage.columns).toEqual(['vip', 'everyone else']);
  expect(judged.warnings).toContainEqual(
    expect.objectContaining({ line: 18, level: 'warning', text: expect.stringContaining('`disconnected` of everyone else') }),
  );
  const bad = await call(
    ['check', '--json'],
    config((text) => text.replace('hold: 2m', 'hold: soon')),
  );
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out).mistakes).toEqual([expect.objectContaining({ file: 'routes.yaml', line: 13, level: 'error' })]);
});

test('a folder without routes.yaml is told with its path', async () => {
  const { code, out } = await call(['check', '--config', '/nowhere']);
  expect(code).toBe(1);
  expect(out).toContain('there is no such file');
  expect(out).toContain('/nowhere');
});

test('a PLUGINS_DIR that is not there is warned of, as one that is a file is', async () => {
  const dir = folder({ taken: '' });
  for (const [name, why] of [
    ['nowhere', 'there is no such folder'],
    ['taken', 'it is no folder'],
  ]) {
    const { code, out } = await call(['check'], { ...config(), PLUGINS_DIR: `${dir}/${name}` });
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`plugins:1:1  warning: PLUGINS_DIR is ${dir}/${name}, and ${why}. Only the shipped plug-ins are used.`),
    ]);
  }
});

test('the file in the place of its folder is told as that', async () => {
  const { code, out } = await call(['check', '--config', `${folder({ 'routes.yaml': routes })}/routes.yaml`]);
  expect(code).toBe(1);
  expect(out).toContain('routes.yaml could not be read: the folder that it should be in is a file.');
});

const tests = (expect: string) => `tests:
  - name: a short drop stays silent
    only: [number-down]
    given:
      - { at: "10:00", event: disconnected, workspace: acme }
      - { at: "10:01", event: connected, workspace: acme }
    expect: nothing
  - name: all is used up
    given: [{ at: "10:00", event: messaging-100, workspace: acme }]
    expect: [{ at: "10:00", to: ${expect} }]
`;

test('the tests of the file are played, and counted where all hold', async () => {
  const env = config((text) => text + tests('[ops, boss]'));
  const { code, out } = await call(['check'], env);
  expect(code).toBe(0);
  expect(out).toMatch(/^fine: .*, 2 tests hold, /m);
  const judged = JSON.parse((await call(['check', '--json'], env)).out);
  expect(judged.tests).toEqual([
    { name: 'a short drop stays silent', line: 21, ok: true, messages: [] },
    {
      ...{ name: 'all is used up', line: 27, ok: true },
      messages: ['ops', 'boss'].map((to) => ({ at: '2026-01-14T09:00:00.000Z', to, what: 'alert', route: 'quota' })),
    },
  ]);
});

test('a test that fails is a mistake at its line: exit 1, and --json has what was sent instead', async () => {
  const env = config((text) => text + tests('ops'));
  const { code, out } = await call(['check'], env);
  expect(code).toBe(1);
  expect(out).toMatch(/^routes\.yaml:27:5 {2}The test "all is used up" fails: 1 message not expected\.$/m);
  expect(out).toContain('+ 10:00 got          alert → boss (quota)');
  const judged = JSON.parse((await call(['check', '--json'], env)).out);
  expect(judged).toMatchObject({ ok: false, mistakes: [{ code: 'test', line: 27 }], tests: [{ ok: true }, { ok: false }] });
  expect(judged.tests[1].messages).toHaveLength(2);
});
