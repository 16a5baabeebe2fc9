// config/silences.yaml: planned silences, and every way to write one wrongly.
import { expect, test } from 'vitest';
import { instant } from '../../src/decide/wall.ts';
import { formatMistakes, inOrder, type Mistake } from '../../src/rules/mistake.ts';
import { readSilence, readSilences, type SilenceDeps, writtenWhere } from '../../src/rules/silences.ts';
import { check, deps as kit, shipped } from './kit.ts';

const deps: SilenceDeps = {
  now: Date.parse('2026-11-23T09:00:00Z'),
  timezone: 'Europe/Madrid',
  instant,
  segments: ['vip', 'internal'],
  columns: ['id', 'name', 'tags', 'owner_email'],
};
const read = (text: string, more: Partial<SilenceDeps> = {}) => readSilences(text, { ...deps, ...more });
const said = (text: string) => formatMistakes(inOrder(read(text).mistakes));
const entry = (more: string) => `silences:\n  - { where: { workspace: acme }, reason: moving, ${more} }\n`;

test('a silence has conditions as in routes.yaml, a time by the clocks of the file or of the world, and a reason', () => {
  const { silences, mistakes } = read(`# planned
silences:
  - where: { workspace: [acme, "shop-*"], segment: vip, percent: ">=95", workspace.owner_email: "*@acme.example" }
    until: "2026-12-01 09:00"
    reason: they are moving house
    by: ann
  - { where: { lacks: owner_email }, until: 2026-12-01T09:00:00+02:00, reason: no owner yet }
`);
  expect(mistakes).toEqual([]);
  expect(silences).toMatchObject([
    {
      id: expect.stringMatching(/^s_[0-9a-f]{12}$/),
      where: { workspace: ['acme', 'shop-*'], segment: ['vip'], percent: ['>=95'], columns: { owner_email: ['*@acme.example'] } },
      until: Date.parse('2026-12-01T08:00:00Z'),
      reason: 'they are moving house',
      by: 'ann',
      line: 3,
    },
    { where: { lacks: ['owner_email'] }, until: Date.parse('2026-12-01T07:00:00Z'), by: 'silences.yaml', line: 7 },
  ]);
});

test('a silence keeps its id where it moves in the file, and gets another with any change of it', () => {
  const id = (text: string) => read(text).silences[0]?.id;
  const first = id(entry('until: "2026-12-01 09:00"'));
  expect(id(`# a line more\n\n${entry('until: 2026-12-01T08:00:00Z')}`)).toBe(first);
  expect(id(entry('until: "2026-12-01 09:01"'))).not.toBe(first);
});

test('a file with nothing in it silences nothing', () => {
  for (const text of ['', '# none now\n', 'silences: []\n']) expect(read(text)).toEqual({ silences: [], mistakes: [] });
});

test('what is over is left out and warned of, for a file may be older than the day', () => {
  const { silences, mistakes } = read(entry('until: "2026-11-23 10:00"'));
  expect(silences).toEqual([]);
  expect(mistakes).toMatchObject([{ level: 'warning', line: 2, text: '`until` has passed, so this silence does nothing. Remove it.' }]);
  expect(read(entry('until: "2026-11-23 10:01"')).silences).toHaveLength(1);
});

test('the same twice is one, and warned of', () => {
  const { silences, mistakes } = read(entry('until: "2026-12-01 09:00"') + entry('until: "2026-12-01 09:00"').split('\n')[1]);
  expect(silences).toHaveLength(1);
  expect(mistakes).toMatchObject([{ level: 'warning', line: 3, text: 'The same silence already stands on line 2. Remove one of them.' }]);
});

test('a time that the clocks skip is the first after it', () => {
  const march = Date.parse('2027-03-10T00:00:00Z');
  expect(read(entry('until: "2027-03-28 02:30"'), { now: march }).silences[0]?.until).toBe(Date.parse('2027-03-28T01:00:00Z'));
});

test('every mistake is told at once, each with its place and the line as it should be', async () => {
  const text = `silences:
  - { where: { segmnt: vip }, until: "2026-12-01 09:00", reason: a }
  - { where: { segment: vpi }, until: "2026-12-01", reason: b }
  - { where: { workspace.ownr_email: x }, until: "2027-03-01 09:00", reason: c }
  - { where: {}, until: tomorrow, reason: d }
  - { until: "2026-02-30 09:00", reason: "" }
  - { where: { workspace: acme }, untill: "2026-12-01 09:00" }
  - { where: { reason: *off* }, until: "2026-12-01 09:00", reason: e }
`;
  await expect(`${said(text)}\n`).toMatchFileSnapshot('./silences.txt');
});

test.each([
  ['a bare list', '- { where: { workspace: acme }, until: "2026-12-01 09:00", reason: a }\n', 'The list needs a name.'],
  ['an entry that is no block', 'silences: [acme]\n', 'entry 1 of `silences` must be a block of keys, and this is a text.'],
  ['no list', 'silences: acme\n', '`silences` must be a list'],
  ['another key', `${entry('until: "2026-12-01 09:00"')}routes: []\n`, '`routes` is no key of this file.'],
  [
    'a condition that is no block',
    'silences:\n  - { where: acme, until: "2026-12-01 09:00", reason: a }\n',
    '`where` must be a block of keys',
  ],
])('is refused for %s', (_, text, words) => {
  expect(said(text)).toContain(words);
  expect(read(text).mistakes.some(({ level }) => level === 'error')).toBe(true);
});

test('each corrected line, copied in, ends its mistake', () => {
  for (const more of ['until: "2026-12-01"', 'until: "2027-03-01 09:00"']) {
    const text = entry(more);
    const [mistake] = read(text).mistakes as [Mistake];
    const mended = text.replace(text.split('\n')[mistake.line - 1]!, mistake.fix!);
    expect(read(mended).mistakes).toEqual([]);
  }
  const list = '- where: { workspace: acme }\n  until: "2026-12-01 09:00"\n  reason: a\n';
  const [nameless] = read(list).mistakes as [Mistake];
  expect(read(list.replace('- where: { workspace: acme }', nameless.fix!))).toMatchObject({ mistakes: [], silences: [{ reason: 'a' }] });
});

test('the file is read with routes.yaml: its clocks, its segments, its table, its revision', () => {
  const silences = 'silences:\n  - { where: { segment: vip }, until: "2026-12-01 09:00", reason: moving }\n';
  const files = { 'workspaces.csv': shipped['workspaces.csv'] };
  const [without, loaded] = [check(shipped['routes.yaml'], files), check(shipped['routes.yaml'], { ...files, 'silences.yaml': silences })];
  expect(kit.now()).toBe(deps.now);
  if (!loaded.ok || !without.ok) throw new Error('it should be good');
  expect(loaded.rules.silences).toMatchObject([{ where: { segment: ['vip'] }, reason: 'moving' }]);
  expect(loaded.rules.revision).not.toBe(without.rules.revision);
  const bad = check(shipped['routes.yaml'].replace('timezone:', 'timezon:'), { ...files, 'silences.yaml': silences.replace('vip', 'vpi') });
  expect(bad.ok).toBe(false);
  expect(bad.ok ? [] : bad.mistakes.map(({ file }) => file)).toEqual(expect.arrayContaining(['routes.yaml', 'silences.yaml']));
});

test('what a person asks for is read by the same words', () => {
  const asked = { where: { workspace: 'acme', level: 1 }, until: '2026-12-01T09:00:00Z', reason: 'moving', by: 'ann' };
  expect(readSilence(asked, deps)).toEqual({
    where: { workspace: ['acme'], level: ['1'] },
    until: Date.parse(asked.until),
    reason: 'moving',
    by: 'ann',
  });
  expect(readSilence({ ...asked, where: { segment: 'vpi' } }, deps)).toEqual({
    wrong: 'There is no segment `vpi`. Did you mean `vip`?',
  });
  expect(readSilence({ ...asked, until: '2026-11-23T08:59:59Z' }, deps)).toEqual({
    wrong: '`until` has passed, so this silence does nothing. Remove it.',
  });
  expect(readSilence({ ...asked, reason: 'say "hello" {{x}} # *now*: 5' }, deps)).toMatchObject({ reason: 'say "hello" {{x}} # *now*: 5' });
  expect(readSilence({ until: asked.until }, deps)).toMatchObject({ wrong: expect.stringContaining('`where` is missing') });
});

test('conditions can be shown as they are written', () => {
  const where = { workspace: ['acme'], columns: { region: ['eu'] }, firstTime: true };
  expect(writtenWhere(where)).toEqual({ workspace: ['acme'], 'workspace.region': ['eu'], first_time: 'yes' });
});
