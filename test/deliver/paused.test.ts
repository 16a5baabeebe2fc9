// A destination that a person paused: nothing goes out, nothing is told of it, and it begins slowly when it is resumed or the time is over.
import { expect, test } from 'vitest';
import { keepHeld } from '../../src/deliver/held.ts';
import { keepPaused } from '../../src/deliver/paused.ts';
import { eraseReasons } from '../../src/ledger/erased-reasons.ts';
import { virtualClock } from '../clock.ts';
import { destination, type Target, world } from './lane-world.ts';

const minute = 60_000;
const works: Target = () => ({ class: 'ok' });
const shut = (since: number, until?: number) => ({ by: 'Ann', reason: 'moving', since, ...(until !== undefined && { until }) });

test('nothing is sent until it is resumed, what waits is sent then, few at first, and nobody is alarmed', async () => {
  const { lanes, arrive, run, sent, health, clock } = world([destination('ops')], { ops: works });
  await run(1000);
  lanes.lane('ops')!.shut(shut(clock.now()));
  arrive('ops', 30);
  await run(60 * minute);
  expect(sent).toEqual([]);
  expect(lanes.lane('ops')!.state()).toMatchObject({ health: 'paused', reason: 'paused by Ann: moving', by: 'Ann', slots: 0 });
  lanes.lane('ops')!.resume();
  expect(lanes.lane('ops')!.state()).toMatchObject({ health: 'ok', slots: 1 });
  await run(minute);
  expect(sent).toHaveLength(30);
  expect(health).toEqual([]);
});

test('it goes on by itself when the time is over; paused anew it is by the later words', async () => {
  const { lanes, arrive, run, sent, clock } = world([destination('ops')], { ops: works });
  const ops = lanes.lane('ops')!;
  ops.shut(shut(clock.now(), clock.now() + 10 * minute));
  ops.shut(shut(clock.now(), clock.now() + 20 * minute));
  arrive('ops', 3);
  await run(19 * minute);
  expect(sent).toEqual([]);
  await run(2 * minute);
  expect(sent).toHaveLength(3);
  expect(ops.state().health).toBe('ok');
});

test('what was running ends, and a refusal or failures of it do not end the pause nor tell of an outage', async () => {
  const { lanes, arrive, run, health, clock } = world([destination('ops')], { ops: () => ({ class: 'transient', afterMs: 5000 }) });
  arrive('ops', 8);
  await run(1000);
  lanes.lane('ops')!.shut(shut(clock.now()));
  await run(30 * minute);
  expect(lanes.lane('ops')!.state()).toMatchObject({ health: 'paused', running: 0, counts: { transient: 8 } });
  expect(health).toEqual([]);
});

test('a change of the file does not end it', async () => {
  const { lanes, clock } = world([destination('ops')], { ops: works });
  lanes.lane('ops')!.shut(shut(clock.now()));
  lanes.reconfigure([destination('ops', { fingerprint: 'another', concurrency: 2 })]);
  expect(lanes.lane('ops')!.state()).toMatchObject({ health: 'paused', by: 'Ann' });
});

test('the note outlives a restart, forgets what is over, and says how it stands', async () => {
  const clock = virtualClock(0);
  let note: string | undefined;
  const open = () =>
    keepPaused({
      before: note,
      keep: async (text) => {
        note = text;
      },
      now: clock.now,
    });
  const first = open();
  await first.pause('ops', shut(0, 10 * minute));
  await first.pause('mail', shut(0));
  const second = open();
  expect([second.of('ops'), second.of('mail'), second.of('nobody')]).toEqual([shut(0, 10 * minute), shut(0), undefined]);
  await clock.advance(11 * minute);
  expect([second.of('ops'), second.of('mail')]).toEqual([undefined, shut(0)]);
  await second.resume('mail');
  expect(note).toBe('{}');
  const lane = { name: 'ops', health: 'paused' as const, since: 0, waiting: 0, running: 0, slots: 0, counts: {} };
  expect(second.degraded([lane], String)).toEqual([]);
  expect(
    second.degraded([{ ...lane, by: 'Ann', reason: 'paused by Ann: moving', until: 600_000 }], (at) => new Date(at).toISOString()),
  ).toMatchObject([
    {
      code: 'destination.paused',
      text: 'ops is paused by Ann: moving. Messages for it wait until 1970-01-01T00:10:00.000Z, or until it is resumed.',
    },
  ]);
});

test('a workspace that is forgotten is in no reason that is kept in memory, so no later pause writes it back', async () => {
  const notes: string[] = [];
  const paused = keepPaused({ before: undefined, keep: async (text) => notes.push(text), now: () => 0 });
  const kept: string[] = [];
  const options = { tell: () => {}, log: { debug() {}, info() {}, warn() {}, error() {} }, keep: (text: string) => void kept.push(text) };
  const held = keepHeld({ ...options, before: JSON.stringify({ crm: { reason: 'no channel for acme', since: 0 } }) });
  const seen: string[] = [];
  await paused.pause('ops', { ...shut(0), reason: 'acme asked for it' });
  await paused.pause('mail', shut(0));
  const pause = async (name: string, wanted: ReturnType<typeof shut>) => {
    seen.push(name);
    await paused.pause(name, wanted);
  };
  await eraseReasons('acme', { paused, held, pause });
  expect(seen).toEqual(['ops']);
  await paused.pause('third', shut(0));
  held.changed('slack', { health: 'held', since: 1, reason: 'gone' });
  expect(JSON.parse(notes.at(-1)!)).toEqual({ mail: shut(0), ops: { ...shut(0), reason: '(erased)' }, third: shut(0) });
  expect(JSON.parse(kept.at(-1)!)).toEqual({ crm: { reason: '(erased)', since: 0 }, slack: { reason: 'gone', since: 1 } });
});

test('a pause that cannot be written is no pause', async () => {
  const paused = keepPaused({ before: undefined, keep: () => Promise.reject(new Error('full')), now: () => 0 });
  await expect(paused.pause('ops', shut(0))).rejects.toThrow('full');
  expect(paused.of('ops')).toBeUndefined();
});

test('one that was paused when the relay stopped begins paused, and ends it in time', async () => {
  const since = virtualClock().now();
  const { lanes, arrive, run, sent } = world([destination('ops')], { ops: works }, { paused: () => shut(since, since + 10 * minute) });
  expect(lanes.lane('ops')!.state()).toMatchObject({ health: 'paused', by: 'Ann' });
  arrive('ops', 2);
  await run(9 * minute);
  expect(sent).toEqual([]);
  await run(2 * minute);
  expect(sent).toHaveLength(2);
});

test.each([
  ['the machine slept for an hour', 60, 0],
  ['somebody set the clock back by an hour', -60, 69],
])('it ends at the time that was said, also where %s meanwhile', async (_, byMinutes, stillMinutes) => {
  const { lanes, run, clock } = world([destination('ops')], { ops: works });
  const ops = lanes.lane('ops')!;
  ops.shut(shut(clock.now(), clock.now() + 10 * minute));
  await run(minute - 1000);
  clock.setWall(byMinutes * minute);
  await run(stillMinutes * minute);
  expect(ops.state().health).toBe('paused');
  await run(2000);
  expect(ops.state().health).toBe('ok');
});

test.each(['transient', 'rate-limited'] as const)(
  'a person ends the trouble after a target that was %s, and what is due goes out',
  async (trouble) => {
    let broken = true;
    const { lanes, arrive, run, sent, health } = world([destination('ops')], {
      ops: () => (broken ? { class: trouble, retryAfterMs: 30 * minute } : { class: 'ok' }),
    });
    arrive('ops', 20);
    await run(6 * minute);
    const ops = lanes.lane('ops')!;
    expect(ops.state().health).toBe(trouble === 'transient' ? 'open' : 'paused');
    broken = false;
    const before = sent.length;
    ops.resume();
    expect(ops.state()).toMatchObject({ health: 'ok', slots: 1 });
    await run(2000);
    expect(sent.length).toBeGreaterThan(before);
    // What was told is said to be over, and by whom.
    expect(health.map(({ health: how, after }) => [how, after])).toEqual(
      trouble === 'transient'
        ? [
            ['open', undefined],
            ['ok', 'operator'],
          ]
        : [],
    );
    await run(60 * minute);
    expect(ops.state()).toMatchObject({ health: 'ok', counts: { ok: 20 } });
  },
);

test('two that are paused in the same moment are both paused, and one that is resumed meanwhile is not', async () => {
  let note = '';
  const keep = async (text: string) => {
    await new Promise((resolve) => setImmediate(resolve));
    note = text;
  };
  const paused = keepPaused({ before: JSON.stringify({ boss: shut(0) }), keep, now: () => 0 });
  await Promise.all([paused.pause('ops', shut(0)), paused.resume('boss'), paused.pause('mail', shut(0))]);
  expect(Object.keys(JSON.parse(note))).toEqual(['ops', 'mail']);
  expect(['ops', 'mail', 'boss'].map(paused.of)).toEqual([shut(0), shut(0), undefined]);
});

test('one that cannot be written stands in the way of no later one', async () => {
  const keep = (text: string) => (text.includes('ops') ? Promise.reject(new Error('full')) : Promise.resolve());
  const paused = keepPaused({ before: undefined, keep, now: () => 0 });
  await Promise.allSettled([paused.pause('ops', shut(0)), paused.pause('mail', shut(0))]);
  expect([paused.of('ops'), paused.of('mail')]).toEqual([undefined, shut(0)]);
});
