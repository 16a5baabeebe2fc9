// The simulated month: the same for the same seed, nobody missed, and an oracle that would notice.
import { expect, test } from 'vitest';
import { delaysOf, isWithin } from '../../src/cli/month/delays.ts';
import { dropsOf, minute } from '../../src/cli/month/drops.ts';
import { simulateMonth } from '../../src/cli/month/figures.ts';
import { type MonthFiles, monthFiles, withRealDestinations } from '../../src/cli/month/files.ts';
import { fleetOf } from '../../src/cli/month/fleet.ts';
import { judge } from '../../src/cli/month/oracle.ts';
import { playMonth } from '../../src/cli/month/run.ts';
import { seeded } from '../../src/cli/month/seeded.ts';
import { timelineOf } from '../../src/cli/month/timeline.ts';
import type { Delivery } from '../../src/delivery.ts';
import type { Route } from '../../src/rules/rules.ts';
import { readSettings } from '../../src/settings.ts';
import { call } from './call.ts';

const shipped = (): Promise<MonthFiles> => monthFiles(readSettings({}, { serve: false }));

test('the same seed gives the same figures, another seed others', async () => {
  const files = await shipped();
  const [one, again, other] = [
    await simulateMonth({ workspaces: 40, seed: 1 }, files),
    await simulateMonth({ workspaces: 40, seed: 1 }, files),
    await simulateMonth({ workspaces: 40, seed: 2 }, files),
  ];
  expect(again).toEqual(one);
  expect(other.webhooks).not.toBe(one.webhooks);
});

test('by the shipped file most messages are gone, no problem is missed, and what nothing keeps comes the moment its hold is over', async () => {
  const { gone, problems, delays, total } = await simulateMonth({ workspaces: 200, seed: 3 }, await shipped());
  expect(problems.missed).toEqual([]);
  expect(problems.problems).toBeGreaterThan(500);
  expect(delays.atOnce.worstMs).toBe(0);
  expect(gone).toBeGreaterThan(0.5);
  expect(total.relay).toBe(Object.values(total.kinds).reduce((sum, one) => sum + one, 0));
});

/** What the file of an operator who uses everything says. */
function busy(files: MonthFiles): MonthFiles {
  const nights = { from: 22 * 60, to: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] };
  const change: Record<string, Partial<Route>> = {
    'number-down': {
      quiet: { during: 'nights', keep: true },
      limit: { max: 10, perMs: 10 * minute },
      repeat: { everyMs: 240 * minute, atMost: 3 },
      escalate: [{ afterMs: 15 * minute, send: [{ to: 'ops-email' }] }],
    },
    'number-down-vip': { quiet: { during: 'own-nights', keep: true }, digest: { everyMs: 5 * minute } },
    'quota-nearly-used': { digest: { at: 9 * 60 } },
  };
  const routes = files.rules.routes.map((route) => ({ ...route, ...change[route.name] }));
  return { ...files, rules: { ...files.rules, routes, quietHours: { nights, 'own-nights': { ...nights, timezone: 'workspace' } } } };
}

test('with quiet hours, limits and digests too: nobody is missed, and what is kept comes within its window', async () => {
  const { problems, delays } = await simulateMonth({ workspaces: 200, seed: 4 }, busy(await shipped()));
  expect(problems.missed).toEqual([]);
  expect(problems.told.digest).toBeGreaterThan(10);
  expect(problems.told.gone).toBeGreaterThan(10);
  expect(delays.atOnce.worstMs).toBe(0);
  expect(delays.kept.map(({ by, route }) => `${by} ${route}`)).toEqual(
    expect.arrayContaining(['quiet number-down', 'digest number-down-vip']),
  );
  for (const { worstMs, windowMs } of delays.kept) expect(worstMs).toBeLessThanOrEqual(windowMs);
});

/** So that each problem has a message of its own. */
const atOnce = ({ rules: { storm: _, ...rules }, ...files }: MonthFiles): MonthFiles => ({
  ...files,
  rules: { ...rules, routes: rules.routes.map(({ quiet, limit, digest, repeat, escalate, flapping, ...route }) => route) },
});

async function played() {
  const files = atOnce(await shipped());
  const random = seeded(5);
  const fleet = fleetOf(30, random);
  const timeline = timelineOf(fleet, random);
  const played = await playMonth(timeline, files, new Map(fleet.map(({ workspace }) => [workspace.id, workspace])));
  return { played, verdictOf: (deliveries: Delivery[]) => judge(timeline.problems, { ...played, deliveries }, files) };
}

test('the oracle finds what was not told: without the messages of one number its problems are missed, without any message all are', async () => {
  const { played: month, verdictOf } = await played();
  const all = verdictOf(month.deliveries);
  expect(all.missed).toEqual([]);
  expect(verdictOf([]).missed).toHaveLength(all.problems);
  const { incidentKey = '' } = month.deliveries.find(({ kind }) => kind === 'alert')!;
  const { missed } = verdictOf(month.deliveries.filter((one) => one.incidentKey !== incidentKey));
  expect(missed.length).toBeGreaterThan(0);
  for (const text of missed) expect(text).toContain(incidentKey);
});

test.each(['digest', 'storm', 'flapping'] as const)('to the oracle a member of a %s was told', async (kind) => {
  const { played: month, verdictOf } = await played();
  const folded = month.deliveries.map((one): Delivery => {
    if (one.kind !== 'alert') return one;
    const { incidentKey: _, ...rest } = one;
    return { ...rest, kind, details: { members: [one.eventId!] } };
  });
  const { told, problems, missed } = verdictOf(folded);
  expect(missed).toEqual([]);
  expect(told[kind]).toBe(problems);
});

test('a number that a storm swallowed is in its summary within half a minute; the reckoning finds one that is listed only at the end', async () => {
  const files = await shipped();
  const random = seeded(7);
  const fleet = fleetOf(150, random);
  const timeline = timelineOf(fleet, random);
  const rules = { ...files.rules, storm: { moreThan: 10, withinMs: 5 * minute } };
  const month = await playMonth(timeline, { ...files, rules }, new Map(fleet.map(({ workspace }) => [workspace.id, workspace])));
  const waits = (deliveries: Delivery[]) => delaysOf({ ...month, deliveries }, { ...files, rules });
  const storm = waits(month.deliveries).kept.find(({ by }) => by === 'storm')!;
  expect(storm.messages).toBeGreaterThan(5);
  expect(storm.worstMs).toBeLessThanOrEqual(30_000);
  expect(storm.windowMs).toBe(30_000);
  expect(isWithin(waits(month.deliveries))).toBe(true);
  const short = month.deliveries.map((one): Delivery => {
    const { members, ...details } = one.details;
    return one.kind === 'storm' && !details.storm?.over ? { ...one, details: { ...details, members: members!.slice(0, 1) } } : one;
  });
  expect(isWithin(waits(short))).toBe(false);
});

test('no number is down twice at once, and all that docs/month.md names happens', () => {
  const random = seeded(6);
  const drops = dropsOf(fleetOf(400, random), random);
  const last = new Map<string, number>();
  for (const { number, from, to } of drops) {
    expect(from).toBeGreaterThan(last.get(number.account) ?? 0);
    last.set(number.account, to);
  }
  expect(new Set(drops.map(({ cause }) => cause))).toEqual(new Set(['short', 'restart', 'long', 'flapping', 'outage', 'provider']));
});

test('the edit that the shipped file asks for leaves no destination on the console', async () => {
  expect(withRealDestinations('  a:\n    plugin: console\n    # plugin: slack\n    # token: env:T\n')).toBe(
    '  a:\n    plugin: slack\n    token: env:T\n',
  );
  expect(Object.values((await shipped()).rules.destinations).map(({ plugin }) => plugin)).not.toContain('console');
});

test('simulate --month prints the tables, as JSON the figures, as markdown what docs/month.md holds', async () => {
  const [text, json, markdown] = await Promise.all([
    call(['simulate', '--month', '--fleet', '10']),
    call(['simulate', '--month', '--fleet', '10', '--json']),
    call(['simulate', '--month', '--fleet', '10', '--markdown']),
  ]);
  expect([text.code, json.code, markdown.code]).toEqual([0, 0, 0]);
  expect(text.out).toMatch(/^10 workspaces with \d+ numbers, 2026-11, seed 1: /);
  expect(text.out).toContain('no problem was missed');
  expect(JSON.parse(json.out)).toMatchObject({ seed: 1, workspaces: 10, problems: { missed: [] } });
  expect(markdown.out).toContain('| disconnected |');
  expect(markdown.out.split('\n').at(0)).toBe('<!-- month: begin -->');
});

test.each([
  [['--month', '--fleet', 'many'], '--fleet is "many"; write a whole number, --fleet 3000.'],
  [['--burst', '3', '--seed', '2'], '--fleet, --seed and --markdown go with --month.'],
  [['--month', '--burst', '3'], 'it takes one of --event NAME, --burst N and --month.'],
])('simulate %s is a wrong call', async (args, words) => {
  const { code, err } = await call(['simulate', ...args]);
  expect(code).toBe(2);
  expect(err).toContain(words);
});
