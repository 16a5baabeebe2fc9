// The gates of a route as decide reads them, and what is only advised about them.
import { describe, expect, test } from 'vitest';
import type { Loaded } from '../../src/rules/load.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { check, said } from './kit.ts';

const file = (routes: string, more = '', table = 'workspaces: { file: workspaces.csv }') => `version: 1
timezone: UTC
operator: log
fallback: { send: [log] }
${table}
segments:
  vip: { tags: [vip] }
  gold: { tags: [gold] }
  spanish-clinics: { tags_all: [enterprise, SPAIN] }
  some: { ids: [not-in-the-table] }
destinations:
  log: { plugin: console }
  ops: { plugin: console, template: ours, ignore_quiet_hours: yes, storm: no }
${more}
routes:
${routes}
`;
const nights = 'quiet_hours:\n  nights: { from: 22:00, to: "07:00" }';
const route = (keys: string) => `  - name: r\n    events: [disconnected]\n    send: [log]\n    ${keys}`;
const rulesOf = (text: string): Rules => {
  expect(said(text)).toBe('');
  return (check(text) as Extract<Loaded, { ok: true }>).rules;
};
const days = [0, 1, 2, 3, 4, 5, 6];
const minute = 60_000;
const hour = 60 * minute;

describe('a route', () => {
  test.each([
    ['quiet: nights', { quiet: { during: 'nights', keep: true } }],
    ['quiet: { during: nights }', { quiet: { during: 'nights', keep: true } }],
    ['quiet: { during: nights, then: keep }', { quiet: { during: 'nights', keep: true } }],
    ['quiet: { during: nights, then: drop }', { quiet: { during: 'nights', keep: false } }],
    ['limit: { max: 10, per: 10m }', { limit: { max: 10, perMs: 10 * minute } }],
    ['limit: { max: 1, per: 1h, by: workspace }', { limit: { max: 1, perMs: hour, by: 'workspace' } }],
    ['limit: { max: 1, per: 1h, by: segment }', { limit: { max: 1, perMs: hour, by: 'segment' } }],
    ['digest: { every: 2h }', { digest: { everyMs: 2 * hour } }],
    ['digest: { at: 09:30 }', { digest: { at: 570 } }],
    ['digest: { at: "00:00" }', { digest: { at: 0 } }],
    ['repeat: { every: 4h }', { repeat: { everyMs: 4 * hour, atMost: 3 } }],
    ['repeat: { every: 4h, at_most: 1 }', { repeat: { everyMs: 4 * hour, atMost: 1 } }],
    ['escalate: [{ after: 15m, send: ops }]', { escalate: [{ afterMs: 15 * minute, send: [{ to: 'ops' }] }], ackForMs: 8 * hour }],
    ['escalate: [{ after: 15m, send: [log] }]\n    ack_for: 30m', { ackForMs: 30 * minute }],
    [
      'hold: 2m\n    escalate: [{ after: 1m, send: [log] }]',
      { holdMs: 2 * minute, escalate: [{ afterMs: minute, send: [{ to: 'log' }] }] },
    ],
    ['flapping: { drops: 4, within: 1h }', { flapping: { drops: 4, withinMs: hour } }],
    ['hold: 5m\n    confirm: yes', { confirm: true }],
    ['confirm: no', { confirm: false }],
  ])('%s', (keys, expected) => {
    const quiet = keys.startsWith('quiet') ? nights : '';
    expect(rulesOf(file(route(keys), quiet)).routes[0]).toMatchObject(expected);
  });

  test('has its steps in the order of their times; two may be at one time, and the order of the file decides', () => {
    const steps = `escalate:
      - { after: 1h, send: [log] }
      - { after: 15m, send: [{ to: ops, template: loud }] }
      - { after: 1h, send: [ops] }`;
    expect(rulesOf(file(route(steps))).routes[0]?.escalate).toEqual([
      { afterMs: 15 * minute, send: [{ to: 'ops', template: 'loud' }] },
      { afterMs: hour, send: [{ to: 'log' }] },
      { afterMs: hour, send: [{ to: 'ops' }] },
    ]);
  });

  test('gives its story to the steps of its escalation, too', () => {
    const [first] = rulesOf(file(route('template: one\n    escalate: [{ after: 1h, send: [log, { to: ops, template: two }] }]'))).routes;
    expect(first?.escalate?.[0]?.send).toEqual([
      { to: 'log', template: 'one' },
      { to: 'ops', template: 'two' },
    ]);
  });

  test('asks for first connects in `where` and in `except`', () => {
    const routes = `  - { name: a, events: [connected], where: { first_time: "yes" }, send: [log] }
  - { name: b, events: [connected], except: [{ first_time: yes, segment: vip }], send: [log] }
  - { name: c, events: [connected], where: { first_time: no }, send: [log] }`;
    expect(rulesOf(file(routes)).routes).toMatchObject([
      { where: { firstTime: true } },
      { except: [{ firstTime: true, segment: ['vip'] }] },
      { where: { firstTime: false } },
    ]);
  });
});

describe('the file', () => {
  const quietOf = (hours: string) => rulesOf(file(route('quiet: q'), `quiet_hours:\n  q: ${hours}`)).quietHours;

  test.each([
    ['{ from: "22:00", to: "07:00" }', { from: 1320, to: 420, days }],
    ['{ from: 00:00, to: 23:59, days: sun }', { from: 0, to: 1439, days: [0] }],
    ['{ from: "12:00", to: "14:00", days: [fri, mon, mon] }', { from: 720, to: 840, days: [1, 5] }],
    ['{ from: "12:00", to: "14:00", days: mon-fri }', { from: 720, to: 840, days: [1, 2, 3, 4, 5] }],
    ['{ from: "12:00", to: "14:00", days: [fri-sun, wed] }', { from: 720, to: 840, days: [0, 3, 5, 6] }],
    ['{ from: "12:00", to: "14:00", timezone: workspace }', { from: 720, to: 840, days, timezone: 'workspace' }],
    ['{ from: "12:00", to: "14:00", timezone: America/Lima }', { from: 720, to: 840, days, timezone: 'America/Lima' }],
  ])('quiet hours %s', (hours, expected) => {
    expect(quietOf(hours)).toEqual({ q: expected });
  });

  test('storm, and what a destination says of it, of quiet hours and of its story', () => {
    const { storm, destinations } = rulesOf(file(route('stop: no'), 'storm: { more_than: 200, within: 5m }'));
    expect(storm).toEqual({ moreThan: 200, withinMs: 5 * minute });
    expect(destinations.ops).toMatchObject({ template: 'ours', ignoreQuietHours: true, storm: false, options: {} });
    expect(rulesOf(file(route('stop: no')))).not.toHaveProperty('storm');
  });
});

describe('what only warns', () => {
  const warned = (routes: string, more = '', table?: string) => {
    const loaded = check(file(routes, more, table));
    expect(loaded.ok, said(file(routes, more, table))).toBe(true);
    return loaded.ok ? loaded.warnings.map(({ text }) => text) : [];
  };

  test.each([
    ['hold: 5m', '[token-rotated]', ['`hold` has no effect here: token-rotated is told once and has no end.']],
    ['hold: 5m', '[token-rotated, disconnected]', []],
    ['hold: 5m', '["*"]', []],
    ['escalate: [{ after: 1m, send: [log] }]\n    ack_for: 1h', '[connected, token-rotated]', [/^`escalate`.*are told once/, /^`ack_for`/]],
    ['flapping: { drops: 3, within: 1h }', '["messaging-*"]', [/^`flapping`.*not for `disconnected`/]],
    ['confirm: yes\n    hold: 1m', '[seats-full]', [/^`confirm`.*not for `disconnected`/]],
    ['confirm: yes', '[disconnected]', [/^`confirm` has no effect without `hold`/]],
    ['ack_for: 1h', '[disconnected]', [/^`ack_for` has no effect without/]],
    ['ack_for: 1h\n    repeat: { every: 1h }', '[disconnected]', []],
    ['where: { level: 2 }', '[messaging-100]', []],
    ['where: { level: [1, 2] }', '[disconnected]', []],
    ['where: { level: 2 }', '[disconnected]', [/can never match: `level: 2` is only of messaging-100/]],
    ['where: { level: 1 }', '["workspace:quota_full:messaging"]', []],
    ['where: { percent: ">=95" }', '[api-calls-100, seats-full]', []],
    ['where: { percent: ">=95" }', '[connected]', [/can never match: `percent`/]],
    ['where: { reason: "*off*" }', '[connected]', [/can never match: `reason`/]],
    ['where: { phone: "*" }', '[brand-new]\n    events_unchecked: yes', []],
    [
      'where: { phone: "*", level: 2 }',
      '["*"]',
      [/can never match: `level: 2`.*the conditions before it leave only disconnected, connected/],
    ],
    ['where: { first_time: "yes" }', '[connected]', []],
    ['where: { first_time: "yes" }', '["*connected"]', [/never hears of disconnected/]],
    ['where: { segment: vip }', '[disconnected]', []],
    ['where: { segment: spanish-clinics }', '[disconnected]', []],
    ['where: { segment: some }', '[disconnected]', []],
    ['where: { segment: [gold, some] }', '[disconnected]', []],
    ['where: { segment: gold }', '[disconnected]', [/can never match: nobody in the workspaces table is in `gold`/]],
    ['where: { tag: "V*" }', '[disconnected]', []],
    [
      'where: { tag: [gold, silver] }',
      '[disconnected]',
      [/can never match: nobody in the workspaces table has the tag `gold` or `silver`/],
    ],
  ])('%s on %s', (keys, events, expected) => {
    const found = warned(`  - name: r\n    events: ${events}\n    send: [log]\n    ${keys}`);
    expect(found).toHaveLength(expected.length);
    for (const [at, one] of expected.entries()) expect(found[at]).toMatch(one);
  });

  test('without a table nobody has a tag, and ids are still somebody', () => {
    const asked = (keys: string) => warned(route(keys), '', '');
    expect(asked('where: { segment: vip }')[0]).toMatch(/there is no workspaces table, so nobody is in `vip`/);
    expect(asked('where: { tag: vip }')[0]).toMatch(/there is no workspaces table, so nobody has the tag `vip`/);
    expect(asked('where: { segment: some }')).toEqual([]);
  });

  test('hours by a clock of the workspace that no table has', () => {
    const theirs = 'quiet_hours:\n  q: { from: "21:00", to: "08:00", timezone: workspace }';
    expect(warned(route('quiet: q'), theirs)).toEqual([]);
    expect(warned(route('quiet: q'), theirs, '')).toEqual([expect.stringContaining('these hours go by the clock of this file')]);
  });

  test('quiet hours that nobody names, that never end, or that all destinations ignore', () => {
    expect(warned(route('stop: no'), nights)).toEqual(['No route has `quiet: nights`, so these hours change nothing.']);
    expect(warned(route('quiet: q'), 'quiet_hours:\n  q: { from: "00:00", to: "00:00" }')[0]).toMatch(/round the clock on every day/);
    expect(warned(route('quiet: q'), 'quiet_hours:\n  q: { from: "00:00", to: "00:00", days: sun }')).toEqual([]);
    expect(warned('  - { name: r, send: [ops], quiet: nights }', nights)[0]).toMatch(/every destination of this route/);
    expect(warned('  - { name: r, send: [ops, log], quiet: nights }', nights)).toEqual([]);
  });
});
