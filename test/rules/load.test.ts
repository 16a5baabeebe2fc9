// The loader as a whole: what a good file becomes, what no file can do to it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRules, type Loaded, loadRules } from '../../src/rules/load.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { check, deps, said, shipped } from './kit.ts';

const rulesOf = (routes: string, table?: Record<string, string>): Rules => {
  const loaded = check(routes, table);
  expect(loaded, said(routes, table)).toMatchObject({ ok: true });
  return (loaded as Extract<Loaded, { ok: true }>).rules;
};

const file = (more: string, routes = '  - { name: all, send: [log] }') => `version: 1
timezone: UTC
operator: log
fallback: { send: [log] }
workspaces: { file: workspaces.csv }
segments:
  vip: { tags: [vip] }
destinations:
  log: { plugin: console }
${more}
routes:
${routes}
`;
const withRoute = (keys: string) => file('', `  - name: r\n    send: [log]\n    ${keys}`);

describe('the shipped files', () => {
  test('give neither a mistake nor a warning', () => {
    expect(said(shipped['routes.yaml'])).toBe('');
    const loaded = check(shipped['routes.yaml']);
    expect(loaded).toMatchObject({ ok: true, warnings: [], secrets: [], sources: shipped });
  });

  test('hold a lost number for five minutes and tell nobody about the test workspaces', () => {
    const { routes, fallback, operator } = rulesOf(shipped['routes.yaml']);
    expect(routes.find(({ name }) => name === 'number-down')).toMatchObject({
      holdMs: 300_000,
      send: [{ to: 'ops-slack' }],
    });
    expect(routes.find(({ name }) => name === 'number-down-owner')).toMatchObject({ holdMs: 600_000, send: [{ to: 'owner-email' }] });
    expect(routes[0]).toMatchObject({ send: [], stop: true, where: { segment: ['internal'] } });
    expect([fallback, operator]).toEqual([[{ to: 'ops-slack' }], 'ops-email']);
  });

  test('whatever is changed in them, the answer is rules, or at least one mistake with a line', () => {
    const text = shipped['routes.yaml'].replaceAll(/^ *#.*\n/gm, '');
    const lines = text.split('\n');
    const at = fc.nat(text.length - 1);
    const line = fc.nat(lines.length - 1);
    const sign = fc.constantFrom(...'"\'{}[]:#&*!|>%@`-\t \u00a0\n,?\\“$\u0000', 'é', '{{', ': ', '- ', '<<: *a');
    const mutation = fc.oneof(
      fc.tuple(at, fc.nat(12)).map(
        ([from, length]) =>
          (given: string) =>
            given.slice(0, from) + given.slice(from + length),
      ),
      fc.tuple(at, sign).map(
        ([from, what]) =>
          (given: string) =>
            given.slice(0, from) + what + given.slice(from),
      ),
      fc.tuple(line, line).map(
        ([from, to]) =>
          (given: string) =>
            given.split('\n').toSpliced(to, 0, lines[from]!).join('\n'),
      ),
      line.map((from) => (given: string) => given.split('\n').toSpliced(from, 1).join('\n')),
      fc.tuple(line, fc.nat(8)).map(([from, indent]) => (given: string) => {
        const all = given.split('\n');
        return all.with(Math.min(from, all.length - 1), ' '.repeat(indent) + (all[from] ?? '').trimStart()).join('\n');
      }),
      at.map((from) => (given: string) => given.slice(0, from)),
    );
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const broken = mutations.reduce((given, mutate) => mutate(given), text);
        const loaded = check(broken);
        if (loaded.ok) return;
        expect(loaded.mistakes.some(({ level }) => level === 'error')).toBe(true);
        for (const { line: where, column, text: words } of loaded.mistakes) {
          expect(where).toBeGreaterThanOrEqual(1);
          expect(where).toBeLessThanOrEqual(broken.split('\n').length + 1);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(words).not.toMatch(/undefined|\[object|Invalid input/);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a line that no cure mends is told without a corrected line: quotes put into quotes again and again had doubled it without end', () => {
    const text = shipped['routes.yaml'].replace('fallback: { send: [', 'falléback: { send:{{ [');
    expect(text).not.toBe(shipped['routes.yaml']);
    const loaded = check(text);
    if (loaded.ok) throw new Error('it was taken');
    const [mistake] = loaded.mistakes.filter(({ found }) => found?.startsWith('falléback'));
    expect(mistake!.text).toMatch(/^This { is opened and never closed\. YAML cannot be read from here on/);
    expect(mistake!.fix).toBeUndefined();
  });
});

describe('the values of a good file', () => {
  test.each([
    ['hold: 30s', { holdMs: 30_000 }],
    ['hold: 4h', { holdMs: 14_400_000 }],
    ['closes_after: 2d', { closesAfterMs: 172_800_000 }],
    ['enabled: no', { enabled: false }],
    ['enabled: false', { enabled: false }],
    ['stop: yes', { stop: true }],
    ['stop: "true"', { stop: true }],
    ['when_resolved: none', { whenResolved: 'none' }],
    ['events: disconnected', { events: ['disconnected'] }],
    [
      'events: [connected, "messaging-*", "whatsapp_account:disconnected", "workspace:messaging_quota:90"]',
      { events: expect.arrayContaining(['connected', 'messaging-*']) },
    ],
    ['events: [brand-new]\n    events_unchecked: yes', { events: ['brand-new'] }],
    ['where: { workspace: 007, phone: +34600*, account: 1e3 }', { where: { workspace: ['007'], phone: ['+34600*'], account: ['1e3'] } }],
    ['where: { percent: ">= 95", level: 2, tag: [a, b] }', { where: { percent: ['>=95'], level: ['2'], tag: ['a', 'b'] } }],
    [
      'where: { workspace.owner_email: "*@acme.example", lacks: [slack_channel, phone] }',
      { where: { columns: { owner_email: ['*@acme.example'] }, lacks: ['slack_channel', 'phone'] } },
    ],
    ['lacks: workspace.owner_email', { lacks: ['owner_email'] }],
    ['except: [{ segment: vip }, { reason: "*off*" }]', { except: [{ segment: ['vip'] }, { reason: ['*off*'] }] }],
    ['template: upsell', { send: [{ to: 'log', template: 'upsell' }] }],
  ])('%s', (keys, expected) => {
    expect(rulesOf(withRoute(keys)).routes[0]).toMatchObject(expected);
  });

  test('what is left out has its default', () => {
    expect(rulesOf(file('')).routes[0]).toEqual({
      name: 'all',
      enabled: true,
      send: [{ to: 'log' }],
      stop: false,
      whenResolved: 'update',
      ackForMs: 28_800_000,
      confirm: false,
    });
    expect(rulesOf(file('')).destinations.log).toEqual({
      name: 'log',
      plugin: 'console',
      options: {},
      templated: [],
      showPhone: false,
      maxAgeMs: 86_400_000,
      ignoreQuietHours: false,
      storm: true,
    });
  });

  test('a destination keeps its plug-in’s options as that plug-in wants them, with secrets fetched and the table’s columns still open', () => {
    const loaded = check(
      file(`  team:
    plugin: chat
    token: env:CHAT_TOKEN
    channel: "{{ workspace.slack_channel }}"
    retries: 3
    loud: yes
    if_it_fails: log
    if_empty: log
    show_phone: yes
    rate: 30/m
    concurrency: 2
    timeout: 10s
    max_age: 2h
  hook: { plugin: http, url: "https://example.com/{{workspace.id}}", allow_private: yes, success: 200-299, headers: { x-key: "file:/run/secrets/chat" }, body: { text: "{{alert.workspace.name}}" } }`),
    );
    expect(loaded).toMatchObject({ ok: true, warnings: [], secrets: ['xoxb-very-secret', 'xoxb-from-a-file'] });
    const { team, hook } = (loaded as Extract<Loaded, { ok: true }>).rules.destinations;
    expect(team).toEqual({
      name: 'team',
      plugin: 'chat',
      options: { token: 'xoxb-very-secret', channel: '{{ workspace.slack_channel }}', retries: 3, loud: true },
      templated: ['channel'],
      ifItFails: 'log',
      ifEmpty: 'log',
      showPhone: true,
      perSecond: 0.5,
      concurrency: 2,
      timeoutMs: 10_000,
      maxAgeMs: 7_200_000,
      ignoreQuietHours: false,
      storm: true,
    });
    expect(hook).toMatchObject({
      templated: ['url'],
      options: { headers: { 'x-key': 'xoxb-from-a-file' }, body: { text: '{{alert.workspace.name}}' } },
    });
  });

  test('which options of a destination the table fills in is told by their names, each once', () => {
    const { one } = rulesOf(
      file(
        `  one: { plugin: http, url: "https://example.com/", headers: { x-a: "{{workspace.id}}", x-b: "{{workspace.name}}" }, signing_secret: "k{{workspace.id}}" }`,
      ),
    ).destinations;
    expect(one!.templated).toEqual(['headers', 'signing_secret']);
  });

  test('a story of the send entry wins over that of the route', () => {
    const rules = rulesOf(file('  ops: { plugin: console }', '  - { name: r, template: one, send: [log, { to: ops, template: two }] }'));
    expect(rules.routes[0]?.send).toEqual([
      { to: 'log', template: 'one' },
      { to: 'ops', template: 'two' },
    ]);
  });

  test('the rules cross to another thread as they are', () => {
    const rules = rulesOf(shipped['routes.yaml']);
    expect(structuredClone(rules)).toStrictEqual(rules);
  });

  test('the revision changes with the table, and not with who reads it', () => {
    const other = { 'workspaces.csv': `${shipped['workspaces.csv']}new,New,,,,,\n` };
    expect(rulesOf(shipped['routes.yaml']).revision).toBe(rulesOf(shipped['routes.yaml']).revision);
    expect(rulesOf(shipped['routes.yaml'], other).revision).not.toBe(rulesOf(shipped['routes.yaml']).revision);
  });

  test('line ends of Windows and a byte order mark are fine', () => {
    const windows = `\ufeff${shipped['routes.yaml'].replaceAll('\n', '\r\n')}`;
    expect(said(windows)).toBe('');
    const { revision: _, ...rules } = rulesOf(windows);
    expect(rulesOf(shipped['routes.yaml'])).toMatchObject(rules);
  });

  test('names that every object already has do no harm', () => {
    const text = said(file('  constructor: { plugin: console }', '  - { name: __proto__, send: [constructor, hasOwnProperty] }'));
    expect(text).toContain('"constructor" is no name here');
    expect(text).toContain('"__proto__" is no name here');
    expect(text).toContain('There is no destination `hasOwnProperty`');
  });
});

describe('what only warns', () => {
  test('a destination of a plug-in that could not be loaded is kept, and everything else goes on', () => {
    const loaded = check(file('  night: { plugin: pager, key: env:CHAT_TOKEN, text: "{{anything}}" }'));
    expect(loaded).toMatchObject({ ok: true, rules: { destinations: { night: { plugin: 'pager' } } } });
    expect(said(file('  night: { plugin: pager }'))).toContain(
      'could not be loaded: pager.ts: line 3 cannot be read. This destination is held',
    );
  });

  test('a plug-in that throws while it checks its options costs a warning', () => {
    const plugins = new Map(deps.plugins).set('bad', {
      type: 'bad',
      secrets: [],
      options: {
        safeParse: () => {
          throw new Error('boom');
        },
      } as never,
    });
    const loaded = checkRules(
      { 'routes.yaml': file('  b: { plugin: bad }'), 'workspaces.csv': shipped['workspaces.csv'] },
      { ...deps, plugins },
    );
    expect(loaded).toMatchObject({ ok: true, warnings: [{ level: 'warning', text: expect.stringContaining('boom') }] });
  });

  test('a secret in the open is told, and shown nowhere', () => {
    const text = said(file('  team: { plugin: chat, token: xoxb-in-the-open, channel: a }'));
    expect(text).toContain('`token` is a secret and stands here in the open');
    expect(text).toContain('write:    team: { plugin: chat, token: env:TEAM_TOKEN, channel: a }');
    expect(text).not.toContain('xoxb');
    const loaded = check(file('  team: { plugin: chat, token: xoxb-in-the-open, channel: a }'));
    expect(loaded).toMatchObject({ ok: true, secrets: ['xoxb-in-the-open'] });
  });

  test('a missing timezone is UTC, a missing operator is the fallback’s destination', () => {
    const loaded = check(file('').replace('timezone: UTC\n', '').replace('operator: log\n', ''));
    expect(loaded).toMatchObject({
      ok: true,
      rules: { timezone: 'UTC', operator: 'log' },
      warnings: [{ fix: 'timezone: Europe/Madrid' }, { fix: 'operator: log' }],
    });
  });
});

describe('a route that is never reached', () => {
  const warned = (routes: string) =>
    said(file('', routes))
      .split('\n')
      .filter((line) => line.includes('never reached')).length;
  test.each([
    [1, 'an unconditional stop', '  - { name: a, send: nobody, stop: yes }'],
    [1, 'a stop for its event by another name', '  - { name: a, events: ["dis*"], send: nobody, stop: yes }'],
    [0, 'a stop for another event', '  - { name: a, events: [connected], send: nobody, stop: yes }'],
    [0, 'a stop with a condition', '  - { name: a, where: { tag: x }, send: nobody, stop: yes }'],
    [0, 'a stop that lacks something', '  - { name: a, lacks: [phone], send: nobody, stop: yes }'],
    [0, 'a stop that is turned off', '  - { name: a, enabled: no, send: nobody, stop: yes }'],
    [0, 'a stop for one wire form of its event', '  - { name: a, events: ["whatsapp_account:disconnected"], send: nobody, stop: yes }'],
    [0, 'no stop', '  - { name: a, send: [log] }'],
  ])('is warned of %i times below %s', (times, _, above) => {
    expect(warned(`${above}\n  - { name: b, events: [disconnected], send: [log] }`)).toBe(times);
  });
});

describe('stories', () => {
  test('are checked by whoever knows them, and told at the line that names them', () => {
    const routes = file('', '  - name: one\n    template: upsel\n    send: [{ to: log, template: two }]');
    const loaded = checkRules(
      { 'routes.yaml': routes, 'workspaces.csv': shipped['workspaces.csv'] },
      {
        ...deps,
        checkStories: (_, place) => [
          { ...place('upsel', { route: 'one' }), level: 'error', text: 'no story upsel' },
          { ...place('two', { route: 'one' }), level: 'error', text: 'no story two' },
        ],
      },
    );
    expect(loaded).toMatchObject({
      ok: false,
      mistakes: [
        { line: 13, column: 15, text: 'no story upsel' },
        { line: 14, column: 33, text: 'no story two' },
      ],
    });
  });
});

describe('from disk', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'rules-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  const load = () => loadRules({ ...deps, configDir: dir, readFile });
  const lines = async () => {
    const loaded = await load();
    return loaded.ok ? [] : loaded.mistakes.map(({ file: name, line, text }) => `${name}:${line} ${text}`);
  };

  test('a folder without routes.yaml says so', async () => {
    expect(await lines()).toEqual(['routes.yaml:1 routes.yaml could not be read: there is no such file.']);
  });

  test('the table is found beside routes.yaml, and both texts are handed on to be kept', async () => {
    for (const [name, text] of Object.entries(shipped)) writeFileSync(join(dir, name), text);
    const loaded = await load();
    expect(loaded).toMatchObject({ ok: true, sources: shipped });
    if (loaded.ok) {
      expect(loaded.workspaces.find('acme')).toMatchObject({ id: 'acme', name: 'Acme Ltd', tags: ['vip'], timezone: 'Europe/London' });
      expect(checkRules(loaded.sources, deps)).toMatchObject({ ok: true, rules: loaded.rules });
    }
  });

  test('a file saved as UTF-16 by Windows is read, one in another alphabet’s bytes is told with its line', async () => {
    writeFileSync(join(dir, 'routes.yaml'), Buffer.from(`\ufeff${shipped['routes.yaml']}`, 'utf16le'));
    expect(await lines()).toEqual([]);
    writeFileSync(join(dir, 'workspaces.csv'), Buffer.from('id,name\nacme,Caf\xe9\n', 'latin1'));
    expect(await lines()).toEqual([
      'workspaces.csv:2 This file could not be read: line 2 holds a letter that is not UTF-8. Save the file again as UTF-8 (in Excel: "CSV UTF-8").',
    ]);
    const loaded = await load();
    expect(!loaded.ok && loaded.mistakes[0]).toMatchObject({ column: 9, found: 'acme,Café' });
  });

  test('a table that is named by a slip and is none is told, and no line of it is quoted', async () => {
    for (const name of ['token.txt', 'signing.key', 'token'])
      for (const bytes of [
        Buffer.from('topsecret-\xe9\n', 'latin1'),
        Buffer.from('topsecret-e,id\n'),
        Buffer.from('id\ntopsecret-e,b\n'),
      ]) {
        writeFileSync(join(dir, 'routes.yaml'), file('').replace('workspaces.csv', name));
        writeFileSync(join(dir, name), bytes);
        expect(await lines()).toEqual([`${name}:1 The table must be a .csv or a .yaml file.`]);
        expect(JSON.stringify(await load())).not.toContain('topsecret');
      }
  });

  test('a workbook is told as that where it is named as it is, too', async () => {
    writeFileSync(join(dir, 'routes.yaml'), file('').replace('workspaces.csv', 'workspaces.xlsx'));
    writeFileSync(join(dir, 'workspaces.xlsx'), Buffer.from('PK\x03\x04\x14\0\x06\0\xff', 'latin1'));
    expect((await lines())[0]).toContain('Save it from there as text (in Excel: "CSV UTF-8")');
  });

  test('a workbook that is only called .csv is told as that, in its own file', async () => {
    for (const [name, text] of Object.entries(shipped)) writeFileSync(join(dir, name), text);
    for (const bytes of ['PK\x03\x04\x14\0\x06\0\xff', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1']) {
      writeFileSync(join(dir, 'workspaces.csv'), Buffer.from(bytes, 'latin1'));
      expect(await lines()).toEqual([
        'workspaces.csv:1 This file could not be read: it is a workbook of Excel or another packed file, whatever its name says. Save it from there as text (in Excel: "CSV UTF-8").',
      ]);
    }
  });

  test('a table that is a folder is told at the line that names it', async () => {
    writeFileSync(join(dir, 'routes.yaml'), file('').replace('workspaces.csv', '.'));
    expect((await lines())[0]).toContain('could not be read: it is a folder');
  });
});
