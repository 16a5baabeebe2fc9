// What a target's answers do to its lane: it waits as asked, no longer and no shorter, and comes back carefully.
import { expect, test } from 'vitest';
import { destination, type Target, world } from './lane-world.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const works: Target = () => ({ class: 'ok' });
const limited = (retryAfterMs: number) => ({ class: 'rate-limited', retryAfterMs }) as const;

test('429 with Retry-After 3 costs no attempt: the lane waits 3 s, hands its queue back and goes on with one place', async () => {
  let refusals = 1;
  const it = world([destination('ops', { concurrency: 2 })], {
    ops: () => (refusals-- > 0 ? limited(3000) : { class: 'ok', afterMs: 100 }),
  });
  const start = it.clock.now();
  const ids = it.arrive('ops', 10);
  await it.clock.settle();
  expect(it.lanes.states()[0]).toMatchObject({ health: 'paused', until: start + 3000, waiting: 0 });
  expect(it.handedBack).toEqual(ids.slice(2));
  await it.run(10 * second);
  const after = it.sent.slice(2).map((one) => one.at - start);
  expect(after[0]).toBe(3000);
  expect(after.slice(0, 3)).toEqual([3000, 3100, 3100]);
  expect(it.rows().map((row) => [row.state, row.attempts])).toEqual(ids.map(() => ['delivered', 1]));
});

test('a target that asks for a day is asked again after an hour, by one delivery', async () => {
  const it = world([destination('ops')], { ops: () => limited(24 * hour) });
  it.arrive('ops', 50);
  await it.clock.settle();
  expect(it.sent).toHaveLength(8);
  await it.run(59 * minute);
  expect(it.sent).toHaveLength(8);
  await it.run(2 * minute);
  expect(it.sent).toHaveLength(9);
  expect(it.rows().every((row) => row.attempts === 0)).toBe(true);
});

test('a target that answers 429 and names no useful wait is asked ever less often', async () => {
  const it = world([destination('ops', { concurrency: 1 })], { ops: () => limited(0) });
  it.arrive('ops', 500);
  await it.run(10 * minute);
  expect(it.sent.length).toBeLessThan(30);
});

test('once a message got through, a limit is waited out as if it were the first', async () => {
  const answers = [...Array.from({ length: 5 }, () => limited(0)), { class: 'ok' } as const, limited(0)];
  const it = world([destination('ops', { concurrency: 1 })], { ops: () => answers.shift() ?? { class: 'ok' } });
  it.arrive('ops', 3);
  await it.run(10 * minute);
  const [through, limitedAgain, next] = it.sent.slice(-4).map(({ at }) => at);
  expect(limitedAgain! - through!).toBeLessThan(second);
  expect(next! - limitedAgain!).toBeLessThanOrEqual(2 * second);
});

test('a pause is not lengthened by a clock that is set back, nor shortened by one set forward', async () => {
  for (const jump of [-hour, hour]) {
    const it = world([destination('ops')], { ops: works });
    it.lanes.lane('ops')!.pause(it.clock.now() + 10 * second, 'asked to');
    it.clock.setWall(jump);
    it.arrive('ops');
    await it.clock.advance(9 * second);
    expect(it.sent).toHaveLength(0);
    await it.clock.advance(second);
    expect(it.sent).toHaveLength(1);
  }
});

test('messages the target rejects do not close the lane to others', async () => {
  const it = world([destination('ops')], { ops: ({ id }) => ({ class: Number(id.slice(2)) % 10 === 9 ? 'ok' : 'permanent' }) });
  it.arrive('ops', 100);
  await it.run(second);
  expect(it.rows().filter((row) => row.state === 'delivered')).toHaveLength(10);
  expect(it.lanes.states()[0]!.health).toBe('ok');
});
