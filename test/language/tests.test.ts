// tests: what a test of the file cannot say of itself, that a failing one keeps the file out of force, and how that looks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadPlugins } from '../../src/deliver/plug-ins.ts';
import { judgeDisk, judgeKept } from '../../src/in-force/judge.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import { root } from '../cli/call.ts';
import { said } from '../rules/kit.ts';

const plugins = await loadPlugins({ dirs: [join(root, 'plugins')] });
const file = (lines: string) => `version: 1
timezone: UTC
destinations: { log: { plugin: console } }
routes:
  - { name: down, events: [disconnected], hold: 5m, send: [log] }
fallback: { send: [log] }
operator: log
tests:
  - name: a drop of four minutes stays silent
${lines}`;
const given = (back: string) => `    given:
      - { at: "10:00", event: disconnected, workspace: shop-1 }
      - { at: "${back}", event: connected, workspace: shop-1 }
    expect: nothing
`;

async function judged(routes: string) {
  const configDir = mkdtempSync(join(tmpdir(), 'relay-tests-'));
  onTestFinished(() => rmSync(configDir, { recursive: true }));
  return judgeDisk({ settings: { configDir }, plugins, now: Date.now }, { routes });
}

test('tests: a file whose tests hold is good', async () => {
  expect(await judged(file(given('10:04')))).toMatchObject({ ok: true, played: [{ name: 'a drop of four minutes stays silent' }] });
});

test('tests: one that fails is a mistake with its line, one line of time and the reason, and the file is not used', async () => {
  const bad = await judged(file(given('10:06')));
  expect(bad.ok).toBe(false);
  expect(bad.ok ? '' : formatMistakes(bad.mistakes)).toMatchInlineSnapshot(`
    "routes.yaml:9:5  The test "a drop of four minutes stays silent" fails: 2 messages not expected.
          10:00           disconnected shop-1
          10:05 expected  nothing
        + 10:05 got       alert → log (down)
          10:06           connected shop-1
          10:06 expected  nothing
        + 10:06 got       resolved → log (down)
        Why: down: waits until 2026-01-14 10:05:00 (hold 5 min); back before then: nobody hears of it."
  `);
});

test('tests: the last good copy is served whatever becomes of its tests', async () => {
  const good = await judged(file(given('10:04')));
  if (!good.ok) return expect.fail('a good file');
  const sources = { ...good.files.sources, 'routes.yaml': file(given('10:06')) };
  const settings = { configDir: join(root, 'config') };
  expect(await judgeKept({ ...good.files, sources }, { settings, plugins, now: Date.now })).toMatchObject({ ok: true });
});

test.for([
  [
    'given stands in the order of time',
    given('10:04').replace('"10:00"', '"2026-01-15 10:00"').replace('"10:04"', '"2026-01-14 10:04"'),
    'routes.yaml:12:15  This is earlier than 2026-01-15 10:00',
  ],
  [
    'an event nobody could mean is a mistake',
    given('10:04').replace('disconnected', 'disconected'),
    'routes.yaml:11:31  There is no event',
  ],
  ['only names routes that are there', `    only: [dwn]\n${given('10:04')}`, 'routes.yaml:10:12  There is no route'],
  [
    'to names destinations that are there',
    given('10:04').replace('nothing', '[{ at: "10:05", to: lgo }]'),
    'routes.yaml:13:33  There is no destination',
  ],
  [
    'what is one of the kinds',
    given('10:04').replace('nothing', '[{ at: "10:05", to: log, what: alarm }]'),
    'routes.yaml:13:44  `what` can be alert, resolved,',
  ],
] as const)('tests: %s', ([, lines, mistake]) => {
  expect(said(file(lines))).toContain(mistake);
});
