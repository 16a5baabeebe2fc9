// A new file while things wait: nothing is told twice, nothing is forgotten, and what was not yet told follows the new file.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rules } from '../../src/rules/rules.ts';
import { at, eventAt, paper, route, rulesOf } from './paper.ts';

const minute = 60_000;
const hour = 60 * minute;
const down = (workspaceId: string, clock: string) => eventAt(clock, 'disconnected', { workspaceId });
const back = (workspaceId: string, clock: string) => eventAt(clock, 'connected', { workspaceId });
const everyDay = [0, 1, 2, 3, 4, 5, 6];

/** All that waits, in one file. */
const file = (more: Partial<Rules> = {}) =>
  rulesOf(
    [
      route('down', ['ops'], {
        ...{ events: ['disconnected'], holdMs: 5 * minute, limit: { max: 2, perMs: hour } },
        repeat: { everyMs: 40 * minute, atMost: 2 },
        escalate: [
          { afterMs: 15 * minute, send: [{ to: 'mail' }] },
          { afterMs: 90 * minute, send: [{ to: 'boss' }] },
        ],
      }),
      route('owners', ['owner'], { events: ['disconnected'], digest: { everyMs: 30 * minute } }),
      route('nights', ['billing'], { quiet: { during: 'morning', keep: true } }),
    ],
    { quietHours: { morning: { from: 8 * 60, to: 10 * 60 + 30, days: everyDay } }, ...more },
  );

function morning(reloadAt: number[] = [], next: (n: number) => Rules = () => file()) {
  const world = paper(file());
  const steps = [
    down('a', '09:00'),
    down('b', '09:02'),
    down('c', '09:03'),
    back('b', '09:04'),
    down('d', '09:10'),
    down('e', '09:20'),
    back('a', '09:50'),
    back('d', '11:05'),
    back('c', '11:40'),
  ];
  const moments = [
    ...steps.map((event) => ({ at: event.receivedAt, run: () => world.send(event) })),
    ...reloadAt.map((moment, n) => ({
      at: moment,
      run: () => {
        world.runTo(moment);
        world.use(next(n));
      },
    })),
  ].sort((one, other) => one.at - other.at);
  for (const { run } of moments) run();
  world.until('20:00');
  return world;
}

test('the same file read again, at whatever moment and however often, changes nothing of what is told or when', () => {
  const told = morning().heard();
  expect(new Set(told.map((line) => line.split(' ')[2]))).toEqual(new Set(['alert', 'digest', 'reminder', 'escalation', 'resolved']));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: at('08:59'), max: at('12:00') }), { maxLength: 6 }), (moments) => {
      expect(morning(moments).heard()).toEqual(told);
    }),
    { numRuns: 500 },
  );
});

test('a route inserted above, and the others in another order, change nothing of what waits', () => {
  const told = morning().heard();
  const turned = () => {
    const rules = file();
    return { ...rules, routes: [route('new', ['mail'], { events: ['seats-full'] }), ...rules.routes.toReversed()] };
  };
  expect(
    morning([at('09:11')], turned)
      .heard()
      .sort(),
  ).toEqual(told.toSorted());
});

const changed = (more: Parameters<typeof route>[2], name = 'down') =>
  rulesOf([route(name, ['ops'], { events: ['disconnected'], ...more })], { quietHours: file().quietHours });

test.for<[string, Rules, string[]]>([
  ['a shorter one ends by its own time', changed({ holdMs: 7 * minute }), ['09:07 ops alert']],
  ['one that is over by the new file ends now', changed({ holdMs: 3 * minute }), ['09:05 ops alert']],
  ['without a hold it is told now', changed({}), ['09:05 ops alert']],
  ['a longer hold is waited out', changed({ holdMs: 20 * minute }), ['09:20 ops alert']],
  ['a new limit counts from now', changed({ holdMs: 10 * minute, limit: { max: 1, perMs: hour } }), ['09:10 ops alert']],
  ['a new digest keeps it', changed({ holdMs: 10 * minute, digest: { at: 12 * 60 } }), ['12:00 ops digest']],
  ['quiet hours that are new keep it', changed({ holdMs: 10 * minute, quiet: { during: 'morning', keep: true } }), ['10:30 ops digest']],
  ['a renamed route tells it once, by its own name, when the hold that ran is over', changed({}, 'renamed'), ['09:10 ops alert']],
  ['another destination gets it', rulesOf([route('down', ['owner'], { holdMs: 10 * minute })]), ['09:10 owner alert']],
])('of what is held: %s', ([, next, heard]) => {
  const world = paper(changed({ holdMs: 10 * minute }));
  world.send(down('a', '09:00'));
  world.until('09:05');
  world.use(next);
  world.until('14:00');
  expect(world.heard()).toEqual(heard);
});

test('a reminder and an escalation that are new are for what is told from then on; those that are gone do not come', () => {
  const plain = changed({});
  const loud = changed({ repeat: { everyMs: hour, atMost: 1 }, escalate: [{ afterMs: 30 * minute, send: [{ to: 'boss' }] }] });
  const began = paper(plain);
  began.send(down('a', '09:00'));
  began.use(loud);
  began.send(down('b', '09:10'));
  began.until('14:00');
  expect(began.heard()).toEqual(['09:00 ops alert', '09:10 ops alert', '09:40 boss escalation', '10:10 ops reminder']);
  const ended = paper(loud);
  ended.send(down('a', '09:00'));
  ended.until('09:10');
  ended.use(plain);
  ended.send(back('a', '11:00'));
  expect(ended.heard()).toEqual(['09:00 ops alert', '11:00 ops resolved']);
});

test('an acknowledgement outlives it, and so do the reminders that were counted', () => {
  const loud = () => changed({ repeat: { everyMs: hour, atMost: 2 }, ackForMs: 3 * hour });
  const world = paper(loud());
  world.send(down('a', '09:00'));
  world.until('10:01');
  world.put({ kind: 'acknowledge', incidentKey: 'wa:a:1', by: 'Ann' }, at('10:01'));
  world.use(loud());
  world.until('20:00');
  expect(world.heard()).toEqual(['09:00 ops alert', '10:00 ops reminder', '13:01 ops reminder']);
});
