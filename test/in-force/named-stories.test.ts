// Stories that routes.yaml names, wherever it may name one: each is looked for, and tried with the events that it will be told of.
import { expect, test } from 'vitest';
import { judged } from '../judged.ts';

async function told(routes: string, destinations: string): Promise<string[]> {
  const found = await judged({
    'routes.yaml': `version: 1
timezone: UTC
operator: log
fallback: { send: [{ to: log, template: default }] }
destinations:
  log: { plugin: console }
${destinations}
routes:
${routes}
`,
    'templates/usage.yaml': 'headline: "{{who.short}}: {{usage.percent}} used"\n',
    'templates/plain.yaml': 'headline: "{{who.short}}"\n',
  });
  return found.ok ? [] : found.mistakes.map(({ file, line, text }) => `${file}:${line} ${text}`);
}

test('one that is not there is told at its line: of a route, a send entry, a step of an escalation, a destination', async () => {
  const routes = `  - name: one
    template: pliain
    send: [ops]
  - name: two
    events: [disconnected]
    send: [{ to: ops, template: plain }, log]
    escalate:
      - { after: 2h, send: [log] }
      - after: 1h
        send:
          - { to: ops, template: plaain }`;
  expect(await told(routes, '  ops: { plugin: console, template: new-story }')).toEqual([
    'routes.yaml:7 There is no story `new-story` in templates/. Write templates/new-story.yaml.',
    'routes.yaml:10 There is no story `pliain` in templates/. Did you mean `plain`?',
    'routes.yaml:19 There is no story `plaain` in templates/. Did you mean `plain`?',
  ]);
});

const refused = async (routes: string, destinations: string) =>
  (await told(routes, destinations)).filter((one) => one.includes('usage')).length > 0;

test('a destination’s story has to fit what may come to it, also in the place of another', async () => {
  const quota = '  - { name: a, events: [messaging-100], send: [ops] }';
  const down = '  - { name: a, events: [disconnected], send: [ops] }';
  const own = '  ops: { plugin: console, template: usage }';
  expect(await refused(quota, own)).toBe(false);
  expect(await refused(down, own)).toBe(true);
  expect(await refused('  - { name: a, events: [disconnected], send: [{ to: ops, template: plain }] }', own)).toBe(false);
  const behind = (key: string) => `  ops: { plugin: console, ${key}: last }\n  last: { plugin: console, template: usage }`;
  for (const key of ['if_empty', 'if_it_fails']) {
    expect(await refused(down, behind(key))).toBe(true);
    expect(await refused(quota, behind(key))).toBe(false);
  }
});

test('so has the story of a step', async () => {
  const route = (event: string) =>
    `  - { name: a, events: [${event}], send: [log], escalate: [{ after: 1h, send: [{ to: log, template: usage }] }] }`;
  expect(await refused(route('messaging-100'), '')).toBe(false);
  expect(await refused(route('disconnected'), '')).toBe(true);
});

test('a shipped story that does not fit is told once, at the line that names it, for its own file is not the reader’s to change', async () => {
  for (const [story, lacks] of [
    ['disconnected', '{{account.label}}'],
    ['default', '{{event.fields}}'],
    ['digest', '{{members.kinds}}'],
    ['relay', '{{relay.code}}'],
  ] as const)
    expect(await told(`  - { name: a, events: [seats-full], send: [log], template: ${story} }`, '')).toEqual([
      `routes.yaml:9 The story \`${story}\` does not fit here: ${lacks} is never known for seats-full. Leave \`template\` out, for each event has words of its own, or name a story of yours.`,
    ]);
});

test('a mistyped story has its corrected line', async () => {
  const found = await judged({
    'routes.yaml':
      'version: 1\ntimezone: UTC\noperator: log\nfallback: { send: [log] }\ndestinations: { log: { plugin: console } }\nroutes:\n  - { name: a, send: [{ to: log, template: pliain }] }\n',
    'templates/plain.yaml': 'headline: "{{who.short}}"\n',
  });
  expect(found.ok ? [] : found.mistakes.map(({ fix }) => fix)).toEqual(['  - { name: a, send: [{ to: log, template: plain }] }']);
});
