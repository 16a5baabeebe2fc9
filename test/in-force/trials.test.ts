// `tests:` in routes.yaml: each rule of the language, by files that are judged as a reload would judge them, with the shipped plug-ins.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoadedPlugins, loadPlugins } from '../../src/deliver/plug-ins.ts';
import { type Judged, judgeDisk, judgeKept } from '../../src/in-force/judge.ts';
import { playTrials } from '../../src/in-force/trials.ts';
import { formatMistakes } from '../../src/rules/mistake.ts';
import type { Route } from '../../src/rules/rules.ts';
import { root } from '../cli/call.ts';
import { check } from '../rules/kit.ts';

const configDir = mkdtempSync(join(tmpdir(), 'relay-trials-'));
let plugins: LoadedPlugins;

beforeAll(async () => {
  plugins = await loadPlugins({ dirs: [join(root, 'plugins')] });
  writeFileSync(join(configDir, 'smtp'), 'smtp://mail.example');
  writeFileSync(
    join(configDir, 'workspaces.csv'),
    'id,name,tags,owner_email\nacme,Acme,vip,ann@acme.example\nshop-1,Corner Shop,,"eve@shop.example, bob@shop.example"\nshop-2,Shop,,\n',
  );
});
afterAll(() => rmSync(configDir, { recursive: true }));

const head = (timezone = 'Europe/Madrid') => `version: 1
timezone: ${timezone}
workspaces: { file: workspaces.csv }
segments:
  vip: { tags: [vip] }
destinations:
  ops: { plugin: http, url: "https://ops.example/hook" }
  owner: { plugin: email, smtp: "file:${configDir}/smtp", from: relay@example.com, to: "{{workspace.owner_email}}", if_empty: ops }
  billing: { plugin: http, url: "https://billing.example/hook" }
routes:
  - name: down-vip
    events: [disconnected]
    where: { segment: vip }
    hold: 2m
    send: [owner]
    stop: yes
  - { name: down, events: [disconnected], hold: 5m, send: [ops] }
  - { name: nearly, events: [messaging-90], where: { percent: ">=95" }, send: [owner] }
  - { name: used-up, events: [messaging-100, api-calls-100], send: [ops, owner] }
  - { name: slow, events: [transactions-100], hold: 90m, send: [ops] }
  - { name: rotated, events: [token-rotated], send: [ops] }
  - { name: audit, events: [seats-full, token-rotated], send: [billing] }
fallback: { send: [ops] }
operator: ops
`;
const judge = (tests: string, timezone?: string): Promise<Judged> =>
  judgeDisk({ settings: { configDir }, plugins, now: Date.now }, { routes: `${head(timezone)}tests:\n${tests}` });
/** What is said of it; nothing where all tests hold. */
async function said(tests: string, timezone?: string): Promise<string> {
  const judged = await judge(tests, timezone);
  return judged.ok ? formatMistakes(judged.warnings) : formatMistakes(judged.mistakes);
}
const given = (...lines: string[]) => `    given:\n${lines.map((line) => `      - { ${line} }\n`).join('')}`;
const expected = (...lines: string[]) =>
  lines.length === 0 ? '    expect: nothing\n' : `    expect:\n${lines.map((line) => `      - { ${line} }\n`).join('')}`;
const trial = (...parts: string[]) => `  - name: a test\n${parts.join('')}`;
const down = 'at: "10:00", event: disconnected, workspace: shop-2';
const holds = async (tests: string, timezone?: string) => expect(await said(tests, timezone)).toBe('');
const fails = async (tests: string, ...lines: string[]) => {
  const text = await said(tests);
  expect(text).toContain('The test "a test" fails:');
  for (const line of lines) expect(text).toContain(line);
};

describe('times', () => {
  test('a clock time without a date is on 2026-01-14, in the time zone of the file', async () => {
    const judged = await judge(trial(given(down), expected('at: "10:05", to: ops')));
    expect(judged).toMatchObject({
      ok: true,
      played: [{ name: 'a test', messages: [{ at: Date.parse('2026-01-14T09:05:00Z'), to: 'ops', what: 'alert' }] }],
    });
    await holds(
      trial(given('at: "2026-01-14 10:00", event: disconnected, workspace: shop-2'), expected('at: "10:05", to: ops')),
      'Asia/Tokyo',
    );
  });

  test('one earlier than the one before it in its list is on the next day', async () => {
    await holds(
      trial(
        given('at: "23:50", event: disconnected, workspace: shop-2', 'at: "00:20", event: connected, workspace: shop-2'),
        expected('at: "23:55", to: ops', 'at: "00:20", to: ops, what: resolved'),
      ),
    );
  });

  test('the first of expect is compared with the first of given, and until with the last', async () => {
    const late = 'at: "23:58", event: disconnected, workspace: shop-2';
    await holds(trial(given(late), expected('at: "00:03", to: ops')));
    await holds(trial(given(late), expected(), '    until: "00:02"\n'));
    await fails(trial(given(late), expected(), '    until: "00:03"\n'), '+ 2026-01-15 00:03 got');
  });

  test('after a date the next clock times are on that day', async () => {
    await holds(
      trial(
        given('at: "2026-03-02 10:00", event: disconnected, workspace: shop-2', 'at: "10:20", event: connected, workspace: shop-2'),
        expected('at: "10:05", to: ops', 'at: "2026-03-02 10:20", to: ops, what: resolved'),
      ),
    );
  });

  test('a wall time that summer time skips is the first instant after the gap, and a hold runs through the gap', async () => {
    await holds(trial(given('at: "2026-03-29 01:58", event: disconnected, workspace: shop-2'), expected('at: "03:03", to: ops')));
    await holds(trial(given('at: "2026-03-29 02:30", event: disconnected, workspace: shop-2'), expected('at: "03:05", to: ops')));
  });

  test('a wall time that comes twice is its first pass', async () => {
    const judged = await judge(
      trial(given('at: "2026-10-25 02:30", event: disconnected, workspace: shop-2'), expected('at: "02:35", to: ops')),
    );
    expect(judged).toMatchObject({ ok: true, played: [{ messages: [{ at: Date.parse('2026-10-25T00:35:00Z') }] }] });
  });

  test('without until the clock runs one hour past the last event', async () => {
    const used = 'at: "10:00", event: transactions-100, workspace: shop-2';
    await holds(trial(given(used), expected()));
    await holds(
      trial(given(used, 'at: "10:31", event: token-rotated, workspace: x'), '    only: [slow]\n', expected('at: "11:30", to: ops')),
    );
    await holds(trial(given(used), expected('at: "11:30", to: ops'), '    until: "11:30"\n'));
    await fails(trial(given(used), expected('at: "11:30", to: ops')), 'Why: the test looks until 11:00; to look longer, write `until`.');
  });

  test('triggered is when it happened: a hold counts from there, on the day of its event', async () => {
    await holds(trial(given(`${down}, triggered: "09:57"`), expected('at: "10:02", to: ops')));
    const past = 'at: "00:01", event: disconnected, workspace: shop-2';
    await holds(trial(given(`${past}, triggered: "2026-01-13 23:58"`), expected('at: "00:03", to: ops')));
    // The evening of the same day is too far ahead to be believed.
    await holds(trial(given(`${past}, triggered: "23:58"`), expected('at: "00:06", to: ops')));
  });

  test('with seconds it is exact to the second, without them to the minute', async () => {
    const odd = 'at: "10:00:20", event: disconnected, workspace: shop-2';
    await holds(trial(given(odd), expected('at: "10:05", to: ops')));
    await holds(trial(given(odd), expected('at: "10:05:20", to: ops')));
    await fails(trial(given(odd), expected('at: "10:05:21", to: ops')), '+ 10:05:20 got', '- 10:05:21 expected');
  });
});

describe('what comes in', () => {
  test('a workspace is the row of the table', async () => {
    await holds(trial(given('at: "10:00", event: disconnected, workspace: acme'), expected('at: "10:02", to: owner')));
  });

  test('an inline workspace lies over the row of the table, from then on in this test and in no other', async () => {
    const inline = '{ id: shop-2, tags: "spain; vip", owner_email: new@shop.example }';
    await holds(
      trial(
        given(
          `at: "10:00", event: disconnected, workspace: ${inline}`,
          'at: "10:20", event: connected, workspace: shop-2',
          'at: "10:30", event: disconnected, workspace: shop-2',
        ),
        expected('at: "10:02", to: owner', 'at: "10:20", to: owner, what: resolved', 'at: "10:32", to: owner'),
      ) + trial(given(down), expected('at: "10:05", to: ops')),
    );
    // What it does not name is the table's.
    await holds(trial(given('at: "10:00", event: disconnected, workspace: { id: acme, tags: [] }'), expected('at: "10:05", to: ops')));
    await holds(trial(given('at: "10:00", event: disconnected, workspace: { id: acme, name: A }'), expected('at: "10:02", to: owner')));
  });

  test('without account it is always the same one, and each account has a number of its own', async () => {
    const again = 'at: "10:01", event: disconnected, workspace: shop-2';
    await holds(trial(given(down, again), expected('at: "10:05", to: ops')));
    await holds(
      trial(
        given(`${down}, account: 1`, `${again}, account: 2`, 'at: "10:03", event: connected, workspace: shop-2, account: 1'),
        expected('at: "10:06", to: ops'),
      ),
    );
  });

  test('amounts fit each other: percent, or what the payload names', async () => {
    const nearly = (more: string) => given(`at: "10:00", event: messaging-90, workspace: acme${more}`);
    const told = expected('at: "10:00", to: owner');
    const toFallback = expected('at: "10:00", to: ops');
    await holds(trial(nearly(', percent: 95'), told));
    await holds(trial(nearly(', percent: 94.9'), toFallback));
    await holds(trial(nearly(''), toFallback));
    await holds(trial(nearly(', messaging_quota_used: 97000'), told));
    await holds(trial(nearly(', messaging_quota_total: 50, messaging_quota_used: 48'), told));
    await holds(trial(nearly(', utilization_pct: 96'), told));
    await holds(trial(nearly(', messaging_quota_total: 5000'), toFallback));
  });

  test('a quota has one period for the whole test, over the end of a month too', async () => {
    await holds(
      trial(
        given(
          'at: "2026-01-20 10:00", event: messaging-90, workspace: acme, percent: 95',
          'at: "2026-02-10 10:00", event: messaging-90, workspace: acme, percent: 97',
          'at: "2026-02-15 11:00", event: messaging-100, workspace: acme',
        ),
        expected('at: "2026-01-20 10:00", to: owner', 'at: "2026-02-15 11:00", to: [ops, owner]'),
      ),
    );
  });

  test('an event that nobody knows yet is named by its wire name, and takes its way', async () => {
    await holds(
      trial(
        given('at: "10:00", event: "workspace:renamed", workspace: acme, new_name: Acme'),
        expected('at: "10:00", to: ops, what: notice'),
      ),
    );
  });

  test('the names of TimelinesAI are those of the events too', async () => {
    await holds(trial(given('at: "10:00", event: "whatsapp_account:disconnected", workspace: x'), expected('at: "10:05", to: ops')));
  });
});

describe('what is expected', () => {
  test('nothing is nothing', async () => {
    await holds(trial(given(down, 'at: "10:04", event: connected, workspace: shop-2'), expected()));
    await fails(trial(given(down), expected()), '10:05 expected  nothing', '+ 10:05 got       alert → ops (down)');
  });

  test('it is complete: one message more fails, one less too', async () => {
    const rotated = given('at: "10:00", event: token-rotated, workspace: acme');
    await holds(trial(rotated, expected('at: "10:00", to: [ops, billing], what: notice')));
    await fails(trial(rotated, expected('at: "10:00", to: ops, what: notice')), '+ 10:00 got          notice → billing (audit)');
    await fails(trial(rotated, expected('at: "10:00", to: [ops, billing, owner], what: notice')), '- 10:00 expected     notice → owner');
  });

  test('several at one instant may stand in any order', async () => {
    const two = given('at: "10:00", event: disconnected, workspace: acme', 'at: "10:00", event: messaging-100, workspace: shop-2');
    await holds(trial(two, expected('at: "10:00", to: ops', 'at: "10:02", to: owner')));
    const swapped = given('at: "10:00", event: token-rotated, workspace: shop-2', 'at: "10:00", event: messaging-100, workspace: shop-1');
    const lines = [
      'at: "10:00", to: billing, what: notice',
      'at: "10:00", to: owner',
      'at: "10:00", to: ops',
      'at: "10:00", to: ops, what: notice',
    ];
    await holds(trial(swapped, expected(...lines)));
    await holds(trial(swapped, expected(...lines.toReversed())));
  });

  test('one line is one message to each destination that it names: two messages are two lines', async () => {
    const two = given(down, 'at: "10:00", event: disconnected, workspace: shop-1');
    await fails(trial(two, expected('at: "10:05", to: ops')), '1 message not expected');
    await holds(trial(two, expected('at: "10:05", to: ops', 'at: "10:05", to: ops')));
    await fails(trial(given(down), expected('at: "10:05", to: ops', 'at: "10:05", to: ops')), '1 message not sent');
  });

  test('several addresses in one cell are one message to their destination', async () => {
    const used = given('at: "10:00", event: messaging-100, workspace: shop-1');
    await holds(trial(used, expected('at: "10:00", to: [ops, owner]')));
  });

  test('to is who gets it, after if_empty', async () => {
    const used = given('at: "10:00", event: messaging-90, percent: 99, workspace: shop-2');
    await holds(trial(used, expected('at: "10:00", to: ops')));
    await fails(trial(used, expected('at: "10:00", to: owner')), '+ 10:00 got       alert → ops (nearly)');
  });

  test('what is an alert if it does not say otherwise', async () => {
    const rotated = given('at: "10:00", event: token-rotated, workspace: acme');
    await fails(
      trial(rotated, expected('at: "10:00", to: [ops, billing]')),
      'Why: what goes out then is of the kind notice: write `what: notice`.',
    );
  });
});

test('only names the routes that count: no other stops, sends or leaves anything to the fallback', async () => {
  const vip = given('at: "10:00", event: disconnected, workspace: acme');
  await holds(trial('    only: [down]\n', vip, expected('at: "10:05", to: ops')));
  await holds(trial('    only: down-vip\n', vip, expected('at: "10:02", to: owner')));
  await holds(trial('    only: [rotated, slow]\n', vip, expected()));
  await holds(trial('    only: [down]\n', given('at: "10:00", event: "workspace:renamed", workspace: acme'), expected()));
});

test('a failed test is one line of time, and one sentence why', async () => {
  const two = given(down, 'at: "10:04", event: connected, workspace: shop-2, triggered: "10:03"');
  expect(await said(trial(two, expected('at: "10:05", to: [ops, billing]')))).toMatchInlineSnapshot(`
    "routes.yaml:26:5  The test "a test" fails: 2 messages not sent.
          10:00           disconnected shop-2
          10:04           connected shop-2 (happened 2026-01-14 10:03:00)
        - 10:05 expected  alert → ops, billing
          10:05 got       nothing
        Why: down: back after 3 min, within its hold: nobody hears of it."
  `);
  const roll = given('at: "23:59:30", event: disconnected, workspace: acme', 'at: "00:10", event: connected, workspace: acme');
  expect(await said(trial(roll, expected('at: "00:02", to: owner', 'at: "00:10", to: owner, what: resolved')))).toMatchInlineSnapshot(`
    "routes.yaml:26:5  The test "a test" fails: 1 message not sent, 1 message not expected.
          2026-01-14 23:59:30              disconnected acme
        + 2026-01-15 00:01:30 got          alert → owner (down-vip)
        - 2026-01-15 00:02:00 expected     alert → owner
          2026-01-15 00:02:00 got          nothing
          2026-01-15 00:10:00              connected acme
          2026-01-15 00:10:00 as expected  resolved → owner
        Why: down-vip: waits until 2026-01-15 00:01:30 (hold 2 min); back before then: nobody hears of it."
  `);
});

test('why it was not sent is what the deciding gate wrote', async () => {
  const nearly = given('at: "10:00", event: messaging-90, workspace: acme');
  await fails(trial(nearly, expected('at: "10:00", to: owner')), 'Why: nearly: no, percent is 90, not >=95.');
  await fails(
    trial('    only: [down]\n', nearly, expected('at: "10:00", to: billing')),
    'Why: no route that counts here sends to billing.',
  );
  await fails(trial(given(down), expected('at: "10:06", to: ops')), 'Why: down: waits until 2026-01-14 10:05:00 (hold 5 min)');
});

test('all tests that fail are told, each at its line, but only when all else is right', async () => {
  const both = trial(given(down), expected()) + trial(given(down), expected('at: "10:05", to: ops')) + trial(given(down), expected());
  const judged = await judge(both);
  expect(judged).toMatchObject({
    ok: false,
    mistakes: [
      { line: 26, code: 'test' },
      { line: 35, code: 'test' },
    ],
  });
  expect(judged.played?.map(({ mistake }) => mistake === undefined)).toEqual([false, true, false]);
  const text = await said(both.replace('disconnected', 'disconected'));
  expect(text).toContain('Did you mean `disconnected`?');
  expect(text).not.toContain('fails');
});

test('the last good copy is served whatever becomes of its tests', async () => {
  const good = await judge(trial(given(down), expected('at: "10:05", to: ops')));
  const sources = good.ok ? good.files.sources : {};
  const broken = { ...sources, 'routes.yaml': sources['routes.yaml']!.replace('hold: 5m', 'hold: 6m') };
  expect(
    await judgeKept({ sources: broken, templates: [], layouts: [] }, { settings: { configDir }, plugins, now: Date.now }),
  ).toMatchObject({
    ok: true,
    played: [],
  });
});

test('two hundred tests are played', async () => {
  const one = trial(
    given(down, 'at: "10:20", event: connected, workspace: shop-2'),
    expected('at: "10:05", to: ops', 'at: "10:20", to: ops, what: resolved'),
  );
  const judged = await judge(one.repeat(200));
  expect(judged.played).toHaveLength(200);
  expect(judged.ok).toBe(true);
  expect(await said(one.repeat(201))).toContain('`tests`: more than 200 tests. Remove some.');
});

test('the tests that docs/routing.md shows hold, and a failed one looks as it shows', async () => {
  const page = readFileSync(join(root, 'docs/routing.md'), 'utf8');
  const section = page.slice(page.indexOf('\n## Tests\n'));
  const [block, shown] = [/```yaml\n(.*?)```/s, /```\n(routes\.yaml:.*?)\n```/s].map((fence) => fence.exec(section)![1]!);
  const example = `version: 1\ntimezone: UTC\n${block}`;
  const played = async (routes: string) => judgeDisk({ settings: { configDir }, plugins, now: Date.now }, { routes });
  expect(await played(example)).toMatchObject({ ok: true, played: [{ messages: [] }, { messages: { length: 4 } }] });
  const failing = await played(example.replace('at: "10:04"', 'at: "10:06"'));
  const text = formatMistakes(failing.ok ? [] : failing.mistakes.filter(({ level }) => level === 'error'));
  expect(text).toBe(shown);
});

test('digests, reminders and escalations are expected by their kind', async () => {
  const tests = `tests:
  - name: reminded, and the next people
    given: [{ at: "10:00", event: disconnected, workspace: a }]
    expect:
      - { at: "10:00", to: log }
      - { at: "10:15", to: boss, what: escalation }
      - { at: "11:00", to: log, what: reminder }
  - name: one digest, at nine by the clock of the file
    given:
      - { at: "22:00", event: messaging-90, workspace: a }
      - { at: "23:00", event: messaging-90, workspace: b }
    expect: [{ at: "09:00", to: log, what: digest }]
    until: "09:00"
`;
  const text = `version: 1
timezone: Europe/Madrid
destinations: { log: { plugin: console }, boss: { plugin: console } }
routes: [{ name: down, events: [disconnected], send: [log] }, { name: nearly, events: [messaging-90], send: [log] }]
fallback: { send: [log] }
operator: boss
${tests}`;
  const loaded = check(text);
  if (!loaded.ok) throw new Error(formatMistakes(loaded.mistakes));
  const [down, nearly] = loaded.rules.routes as [Route, Route];
  const routes: Route[] = [
    { ...down, repeat: { everyMs: 3_600_000, atMost: 3 }, escalate: [{ afterMs: 900_000, send: [{ to: 'boss' }] }] },
    { ...nearly, digest: { at: 9 * 60 } },
  ];
  // Nor does it count what is muted today.
  const silences = [{ id: 's', where: { workspace: ['*'] }, until: Date.parse('2030-01-01'), reason: 'a move', by: 'ann' }];
  const rules = { ...loaded.rules, routes, silences };
  const played = playTrials(loaded.trials, { rules, workspaces: loaded.workspaces, reach: () => ({ log: 'log', boss: 'boss' }) });
  expect(played.map(({ mistake }) => mistake?.text)).toEqual([undefined, undefined]);
});
