// What is offered as the corrected line is taken and pasted by people who trust it: it must load as it stands and mean what they meant, all of it;
// where that cannot be known, none is offered.
import { expect, test } from 'vitest';
import type { Mistake } from '../../src/rules/mistake.ts';
import { check } from './kit.ts';

const base = `version: 1
timezone: UTC
workspaces: { file: workspaces.csv }
segments: { vip: { tags: [vip] } }
quiet_hours:
  nights: { from: "22:00", to: "07:00" }
destinations:
  log: { plugin: console }
  ops: { plugin: console }
  team: { plugin: chat, token: env:CHAT_TOKEN, channel: "#ops" }
routes:
  - name: first
    send: [log, ops, team]
    quiet: nights
  - name: second
    events: [disconnected]
    send: [log]
fallback: { send: [log] }
operator: log
`;
const errors = (text: string): Mistake[] => {
  const loaded = check(text);
  return loaded.ok ? [] : loaded.mistakes.filter(({ level }) => level === 'error');
};
const broken = (right: string, wrong: string): { text: string; found: Mistake[] } => {
  const text = base.replace(right, () => wrong);
  expect(text).not.toBe(base);
  return { text, found: errors(text) };
};
/** Every corrected line copied in, as a person does. */
const pasted = (text: string, found: readonly Mistake[]): string => {
  const lines = text.split('\n');
  for (const { line, fix } of found.toReversed()) if (fix !== undefined) lines.splice(line - 1, 1, ...fix.split('\n'));
  return lines.join('\n');
};

test('the file that is broken below is fine', () => expect(errors(base)).toEqual([]));

test.each([
  ['nights: { from: "22:00", to: "07:00" }', 'nights: { from: "22:00", to: "07:00", days: "mon, tue" }', 'days: [mon, tue] }'],
  ['nights: { from: "22:00", to: "07:00" }', 'nights: { from: "22:00", to: "07:00", days: monday and friday }', 'days: [mon, fri] }'],
  ['channel: "#ops" }', 'channel: "#ops\' }', 'channel: "#ops" }'],
  ['"#ops" }', '"#ops", mention: a@acme.example, b@acme.example }', 'mention: "a@acme.example, b@acme.example" }'],
  ['events: [disconnected]', 'events: disconnected, connected', 'events: [disconnected, connected]'],
  ['events: [disconnected]', 'events: [disconnected; connected]', 'events: [disconnected, connected]'],
  ['send: [log]\n', 'send: log and ops\n', 'send: [log, ops]'],
  ['send: [log]\n', 'send: (log, ops)\n', 'send: [log, ops]'],
  ['send: [log]\n', 'send: [log; ops]\n', 'send: [log, ops]'],
  ['send: [log]\n', 'send: [log ops]\n', 'send: [log, ops]'],
  ['send: [log]\n', 'send: { to: ops }\n', 'send: [{ to: ops }]'],
  ['send: [log]\n', 'send: Nobody\n', 'send: nobody'],
  ['send: [log]\n', 'send: none\n', 'send: nobody'],
  ['fallback: { send: [log] }', 'fallback: log', 'fallback: { send: [log] }'],
  ['fallback: { send: [log] }', 'fallback: [log, ops]', 'fallback: { send: [log, ops] }'],
  ['segments: { vip: { tags: [vip] } }', 'segments: { vip: [vip, gold] }', 'segments: { vip: { tags: [vip, gold] } }'],
  ['    send: [log]\n', '    send: [log]\n    template: templates/welcome.yaml\n', 'template: welcome'],
  ['    send: [log]\n', '    send: [log]\n    "hold": "2m",\n', '"hold": "2m"'],
  ['events: [disconnected]', '"events": ["disconnected"],', '"events": ["disconnected"]'],
  ['quiet: nights', 'quiet: { nights }', 'quiet: nights'],
  ['events: [disconnected]', 'events: { disconnected, connected }', 'events: [disconnected, connected]'],
  ['send: [log]\n', 'send: [{ name: log }]\n', 'send: [{ to: log }]'],
  ['fallback: { send: [log] }', 'fallback: { send: [{ destination: log }] }', 'fallback: { send: [{ to: log }] }'],
  ['from: "22:00", to: "07:00"', 'from: 22-7', '{ from: "22:00", to: "07:00" }'],
  ['nights: { from: "22:00", to: "07:00" }', 'nights:\n    from: 22:30 - 7', 'from: "22:30"\n    to: "07:00"'],
  ['from: "22:00", to: "07:00"', 'from: 22-7, to: "07:00"', '{ from: "22:00", to: "07:00" }'],
  ['{ from: "22:00", to: "07:00" }', '22-7', 'nights: { from: "22:00", to: "07:00" }'],
  ['operator: log', 'storm: { more_than: 1,000, within: 5m }\noperator: log', 'storm: { more_than: 1000, within: 5m }'],
  ['operator: log', 'storm: { within: 5m, more_than: 1,000 }\noperator: log', 'storm: { within: 5m, more_than: 1000 }'],
  ['operator: log', 'storm:\n  within: 5m\n  more_than: 1,000\noperator: log', 'more_than: 1000'],
  ['env:CHAT_TOKEN', 'ENV:CHAT_TOKEN', 'token: env:CHAT_TOKEN, channel: "#ops" }'],
  ['env:CHAT_TOKEN', '\u0024{CHAT_TOKEN}', 'token: env:CHAT_TOKEN, channel: "#ops" }'],
  ['env:CHAT_TOKEN', 'env: CHAT_TOKEN', 'token: env:CHAT_TOKEN, channel: "#ops" }'],
  ['quiet: nights', 'quiet：nights', 'quiet: nights'],
  ['operator: log', 'operator： log', 'operator: log'],
  ['- name: second', '- name：second', '- name: second'],
  ['ops: { plugin: console }', 'ops： { plugin: console }', 'ops: { plugin: console }'],
  ['ops: { plugin: console }', 'ops: { plugin： console }', 'ops: { plugin: console }'],
  ['send: [log]\n', 'send: [log，ops]\n', 'send: [log, ops]'],
  ['"#ops"', '"{{workspace.name"', 'channel: "{{workspace.name}}" }'],
  ['"#ops"', '"{{workspace.name}"', 'channel: "{{workspace.name}}" }'],
  ['"#ops"', '{{workspace.name', 'channel: "{{workspace.name}}" }'],
  ['"#ops"', '{{workspace.name}', 'channel: "{{workspace.name}}" }'],
  ['  - name: second', '  – name: second', '- name: second'],
  ['  - name: second', '  * name: second', '- name: second'],
])('%j written as %j: the corrected line says all of it', (right, wrong, corrected) => {
  const { text, found } = broken(right, wrong);
  expect(found.map(({ fix }) => fix?.trim().endsWith(corrected))).toEqual([true]);
  expect(errors(pasted(text, found))).toEqual([]);
});

test.each(['•', '*', '–', '·'])('a list with %s before its entries is told at each of them, and read as a list', (bullet) => {
  const right = base.replace('    send: [log]\n', '    send:\n      - log\n      - ops\n');
  for (const space of bullet === '*' ? [' '] : ['', ' ']) {
    const text = right.replace('- log', `${bullet}${space}log`).replace('- ops', `${bullet}${space}ops`);
    const found = errors(text);
    expect(found.map(({ line, column, text: said }) => `${line}:${column} ${said}`)).toEqual([
      `18:7 An entry of a list begins with "- ", not with ${bullet}.`,
      `19:7 An entry of a list begins with "- ", not with ${bullet}.`,
    ]);
    expect(pasted(text, found)).toBe(right);
  }
});

test('routes that are written by their names are told at each, and what else is wrong in them too', () => {
  const text = base
    .replace('  - name: first', '  first:')
    .replace('  - name: second', '  second:')
    .replace('[disconnected]', '[disconected]')
    .replace('fallback:', '  third: { send: [ops] }\nfallback:');
  const found = errors(text);
  expect(found.map(({ line, text: said }) => `${line} ${said}`)).toEqual([
    '12 `routes` is a list: each route begins with "- " and has its name behind `name:`.',
    '15 `routes` is a list: each route begins with "- " and has its name behind `name:`.',
    '16 There is no event `disconected`. Did you mean `disconnected`?',
    '18 `routes` is a list: each route begins with "- " and has its name behind `name:`.',
  ]);
  expect(errors(pasted(text, found))).toEqual([]);
  expect(pasted(text, found)).toContain('\n  - name: second\n    events: [disconnected]\n');
  expect(pasted(text, found)).toContain('\n  - { name: third, send: [ops] }\n');
});

test('a single route without its dash is told as that', () => {
  const text = base.replace(/ {2}- name: first[\s\S]*(?=fallback)/, '  name: first\n  send: [log]\n  quiet: nights\n');
  const found = errors(text);
  expect(found.map(({ line, text: said }) => `${line} ${said}`)[0]).toBe(
    '12 `routes` is a list: a route begins with "- ", and its other lines stand under the first key behind that.',
  );
  expect(errors(pasted(text, found))).toEqual([]);
});

test('marks of a merge are told as that, with their line, and no line is offered: which side holds nobody knows', () => {
  const text = base.replace('operator: log\n', '<<<<<<< HEAD\noperator: log\n=======\noperator: ops\n>>>>>>> theirs\n');
  expect(errors(text).map(({ line, column, text: said, found, fix }) => [line, column, said, found, fix])).toEqual([
    [
      19,
      1,
      'A merge left two versions here, down to line 23. Keep the lines that hold, and remove the others and the marks (<<<<<<<, =======, >>>>>>>).',
      '<<<<<<< HEAD',
      undefined,
    ],
  ]);
});

test.each([
  ['send: [log]\n', 'send: [ to: log ]\n'],
  ['send: [log]\n', 'send: [log]\n    except: [ segment: vip ]\n'],
  ['send: [log]\n', 'send: [log]\n    except: [ segment: vip, tag: eu ]\n'],
  ['channel: "#ops" }', 'channel: "#ops", mention: 12" }'],
])('what is written in another way and means the same is no mistake: %j as %j', (right, wrong) => {
  expect(errors(base.replace(right, wrong))).toEqual([]);
});

test.each(['{workspace.name}', '{ workspace.name }', '{workspace.name}}', '{{workspace.name}}}'])(
  '%s, which has not two braces on each side, is warned of with the line that has',
  (half) => {
    const loaded = check(base.replace('"#ops"', `"${half}"`));
    expect(loaded.ok && loaded.warnings).toMatchObject([
      {
        ...{ line: 10, level: 'warning' },
        text: `\`channel\`: braces of ${half} are sent as they stand. A column is filled in by two on each side: {{workspace.name}}.`,
        fix: '  team: { plugin: chat, token: env:CHAT_TOKEN, channel: "{{workspace.name}}" }',
      },
    ]);
  },
);

test.each([
  ['days in another language', 'to: "07:00" }', 'to: "07:00", days: [lun, mar] }'],
  ['who is not in a segment', 'send: [log]\n', 'send: [log]\n    where: { segment: "!vip" }\n'],
  ['from one percentage to another', 'send: [log]\n', 'send: [log]\n    where: { percent: 90-95 }\n'],
  ['a mistyped pattern', '[disconnected]', 'mesaging-*'],
  ['a number without a unit', 'send: [log]\n', 'send: [log]\n    hold: 90\n'],
  ['no time at all', 'send: [log]\n', 'send: [log]\n    hold: 0\n'],
  ['a rate without a unit', 'ops: { plugin: console }', 'ops: { plugin: console, rate: 10 }'],
  ['a block given as a word', 'send: [log]\n', 'send: [log]\n    except: vip\n'],
  ['a missing plug-in where others know the keys', 'plugin: chat, ', ''],
  ['an open {{ without a column that is there', '"#ops"', '"{{workspace.nowhere"'],
  ['a destination that is not there under a wrong key', 'send: [log]\n', 'send: [{ name: nowhere }]\n'],
  ['two ends of quiet hours', 'from: "22:00", to: "07:00"', 'from: 22-7, to: "06:00"'],
  ['a number with a point in it', 'operator: log', 'storm: { more_than: 1.000, within: 5m }\noperator: log'],
])('no line is offered where it would be a guess: %s', (_, right, wrong) => {
  const { found } = broken(right, wrong);
  expect(found.length).toBeGreaterThan(0);
  expect(found.map(({ fix }) => fix)).toEqual(found.map(() => undefined));
});

test('what was meant is said where it cannot be written', () => {
  expect(errors(base.replace('send: [log]\n', 'send: [log]\n    hold: 90\n'))[0]?.text).toBe(
    '`hold`: "90" has no unit. Write 90s, 90m, 90h or 90d.',
  );
  expect(errors(base.replace('send: [log]\n', 'send: [log]\n    where: { segment: "!vip" }\n'))[0]?.text).toBe(
    'There is no segment `!vip`. For all but those of `vip` write `except: [{ segment: vip }]` beside `where`.',
  );
});

test('a route that lost its dash is told as that, once, and the routes are read as two', () => {
  const text = base.replace('  - name: second', '    name: second').replace('events: [disconnected]', 'events: [disconected]');
  const found = errors(text);
  expect(found.map(({ line, text: said }) => `${line} ${said}`)).toEqual([
    '15 A "- " is missing before `name`: it begins another one of this list.',
    '16 There is no event `disconected`. Did you mean `disconnected`?',
  ]);
  expect(found[0]?.fix).toBe('  - name: second');
  expect(errors(pasted(text, found))).toEqual([]);
});

test('of several mistakes on one line each has the line that mends them all', () => {
  const days = base.replace('to: "07:00" }', 'too: "07:00", days: [Monday, Tuesday] }');
  const [, , ...more] = errors(days);
  expect(more).toHaveLength(1);
  for (const { fix } of errors(days)) expect(fix).toBe('  nights: { from: "22:00", to: "07:00", days: [mon, tue] }');
  const empty = errors(base.replace('    send: [log]\n', '    send: [log]\n    escalate:\n      - {}\n'));
  expect(empty.map(({ fix }) => fix?.trim())).toEqual(['- { after: 15m }', '- { send: [log] }']);
  const apart = base.replace(
    '  - name: second\n    events: [disconnected]\n    send: [log]',
    '  - events: [disconected]\n    quiet: night',
  );
  const found = errors(apart);
  expect(found.map(({ fix }) => fix)).toEqual([
    '  - events: [disconnected]\n    name: my-route\n    send: [log]',
    '  - events: [disconnected]\n    name: my-route\n    send: [log]',
    '  - events: [disconnected]\n    name: my-route\n    send: [log]',
    '    quiet: nights',
  ]);
});

test.each([
  ['with more of the route below', '    send:\n  - log\n  - ops\n    hold: 5m\n', '    send:\n      - log\n      - ops\n    hold: 5m\n'],
  ['at the end of the route', '    send:\n  - log\n  - ops\n', '    send:\n      - log\n      - ops\n'],
  [
    'of steps',
    '    send: [log]\n    escalate:\n  - { after: 15m, send: [ops] }\n',
    '    send: [log]\n    escalate:\n      - { after: 15m, send: [ops] }\n',
  ],
])('a list that stands too far left is told at each of its lines, and read where it belongs: %s', (_, wrong, right) => {
  const text = base.replace('    send: [log]\n', wrong);
  const found = errors(text);
  for (const { text: said, column } of found) {
    expect(said).toMatch(/^This line stands too far left: it belongs to `(send|escalate):` above\.$/);
    expect(column).toBe(3);
  }
  expect(pasted(text, found)).toBe(base.replace('    send: [log]\n', right));
  expect(errors(pasted(text, found))).toEqual([]);
});

test('of a segment that is written wrongly, or a table that is, nobody is told that a route can never match', () => {
  const where = (text: string) => text.replace('send: [log, ops, team]', 'send: [log, ops, team]\n    where: { segment: vip }');
  const all = (text: string) => {
    const loaded = check(where(text));
    return (loaded.ok ? loaded.warnings : loaded.mistakes).map(({ text: said }) => said);
  };
  expect(all(base.replace('{ tags: [vip] }', '{ tag: vip }')).join()).not.toContain('never match');
  expect(all(base.replace('{ tags: [vip] }', 'vip')).join()).not.toContain('never match');
  expect(all(base.replace('{ file: workspaces.csv }', 'workspaces.csv')).join()).not.toMatch(/never match|There is no workspaces table/);
});
